/** §4.1 From a read or write to the places where its dataset is decided: the call itself, the callers of a helper, the subclasses of a base. */
import type { SourceRef } from '../src/core/evidence.js';
import type { Unresolved } from '../src/core/facts.js';
import type { Call } from './python/facts.js';
import { isVerbOfUnknown } from './python/verbs.js';
import { SITE_READERS } from './runtimes/index.js';
import type { Site } from './runtimes/site.js';
import { isTestFile } from './standing.js';
import { ancestry } from './targets/attributes.js';
import { bindArgs } from './targets/binding.js';
import { type DefValue, defCalled, isClass, turnsWith } from './targets/callees.js';
import { skipped } from './targets/calls.js';
import { callsUnder, namesElsewhere } from './targets/elsewhere.js';
import { newEvaluation } from './targets/evaluate.js';
import {
  type CallSite,
  type DefRef,
  defsNamed,
  isGiven,
  isSpent,
  type Paid,
  type Program,
  paid,
  paidAgain,
  shared,
  spend,
  subclassesNamed,
  type Unit,
} from './targets/program.js';
import { printTemplate, resolutionOf } from './targets/template.js';
import { NO_TURNS, type Turns } from './targets/turns.js';
import { type BoundArgs, defKey, type Evaluation, type Frame, seenIn, type Value } from './targets/values.js';
import { eitherWords, wordsByTurn } from './words-by-turn.js';

/** A site with the place it is decided at. `via`: the calls between that place and the reader or writer itself. */
export type DecidedSite = {
  readonly site: Site;
  readonly unit: Unit;
  readonly line: number;
  readonly endLine: number;
  readonly via: readonly SourceRef[];
  readonly hops: number;
  /** What is written there, where that was kept. */
  readonly text?: string | undefined;
};

const MAX_HOPS = 6;
const MAX_CALLERS = 60;
const MAX_READS = 500;
const MAX_INSTANCES = 12;
const MAX_SUBCLASSES = 200;
/** What reading a call costs beside the expressions it evaluates. */
const READ_STEPS = 20;

/** What one link step shares: `sinks` gathers the names of defs and classes whose callers decide a target. */
export type Linking = {
  readonly program: Program;
  readonly sinks: Set<string>;
  /** What was left out of the sites of a file, by its text. */
  readonly leftOut: Map<string, Unresolved>;
  readonly callers: Map<string, Paid<Callers>>;
  readonly subclasses: Map<string, Paid<readonly DefRef[]>>;
  /** What is called at a place that knows nothing of its own callers, by the call and the step. */
  readonly callees: Map<Call, Map<number, Paid<readonly Value[]>>>;
};
type Callers = { readonly names: readonly string[]; readonly sites: readonly CallSite[] };
type Expansion = Linking & { reads: number };

export function decidedSites(linking: Linking, unit: Unit, call: Call): readonly DecidedSite[] {
  const decided = decide({ ...linking, reads: 0 }, { calls: [{ unit, call, step: call.chain.steps.length - 1 }] });
  for (const { site, unit: of, line } of decided)
    if (site.isOpen && !isTestFile(of)) leaveOut(linking, { file: of.path, line, reason: 'dynamic-sql', text: call.text ?? site.api });
  return decided.filter(({ site }) => !site.isOpen);
}

function leaveOut({ leftOut }: Linking, row: Unresolved): void {
  leftOut.set(`${row.file}:${row.line} ${row.text}`, row);
}

/** The first of them, and a row that says so where there are more. */
function firstOf<T>(
  x: Linking,
  all: readonly T[],
  most: number,
  { of, what }: { readonly of: DefRef; readonly what: string },
): readonly T[] {
  if (all.length <= most) return all;
  const { name = '', line = 1 } = of.unit.facts.scopes[of.scope] ?? {};
  const text = `${name} has ${all.length} ${what}, of which ${most} were followed`;
  leaveOut(x, { file: of.unit.path, line, reason: 'too-many-values', text });
  return all.slice(0, most);
}

/** The call, its caller, that one's caller …; `self` is what the method at the end was called on. */
type Trail = { readonly calls: readonly CallSite[]; readonly self?: Value };
type Read = { readonly sites: readonly Site[]; readonly ev: Evaluation; readonly outermost: Frame };

function decide(x: Expansion, trail: Trail): readonly DecidedSite[] {
  const read = readTrail(x, trail);
  if (read.sites.length === 0) return [];
  const here = placed(read.sites, trail);
  if (trail.calls.length > MAX_HOPS || x.reads > MAX_READS || isSpent(x.program)) {
    const def = neededDef(read, trail);
    if (def && !isSpent(x.program)) firstOf(x, callersOf(x, def).sites, 0, { of: def, what: 'calls further out' });
    return here;
  }
  // What a test writes is no dataset whoever calls it.
  if (trail.calls.some(({ unit }) => isTestFile(unit))) return here;
  const callers = throughCallers(x, trail, read);
  const further = callers && callers.length > 0 ? callers : throughInstances(x, trail, read);
  if (!further || further.length === 0) return here;
  // Callers of a caller who know no more than it does: the dataset is where the helper is called.
  // A run gives its arguments to the file that is run.
  if (further.some(({ unit, site }) => here.some((one) => one.unit !== unit) && isTold(x.program, site))) return further;
  const isOpen = [...further, ...here].every(({ site }) => saysNothing(site));
  if (trail.calls.length > 1 && isOpen) return here;
  if (further.every((one) => here.some((known) => sameSite(known.site, one.site)))) return keepPlace(here, further);
  return oneDataset(here, further) ?? further;
}

function saysNothing({ templates }: Site): boolean {
  return templates.every((template) => resolutionOf(template) === 'none');
}

/** An argument of a job that some run gives. */
function isTold(program: Program, { templates }: Site): boolean {
  const holes = templates.flatMap(({ parts }) => parts.flatMap((part) => (typeof part === 'string' ? [] : [part])));
  return holes.some(({ kind, name }) => (kind === 'arg' || kind === 'env') && isGiven(program, kind, name));
}

function sameSite(a: Site, b: Site): boolean {
  return a.effect === b.effect && a.templates.map(printTemplate).join('\n') === b.templates.map(printTemplate).join('\n');
}

/** Callers say nothing about the target: the place stays, words about mode and format may have come. */
function keepPlace(here: readonly DecidedSite[], further: readonly DecidedSite[]): readonly DecidedSite[] {
  return here.map((one) => {
    const others = further.filter((known) => sameSite(known.site, one.site)).map(({ site }) => site);
    const [other] = others;
    return other ? { ...one, site: { ...other, ...eitherWords(others), line: one.site.line, endLine: one.site.endLine } } : one;
  });
}

/** A helper whose callers, all beside it, decide on one and the same target: the dataset is where the helper writes. */
function oneDataset(here: readonly DecidedSite[], further: readonly DecidedSite[]): readonly DecidedSite[] | undefined {
  const [first] = further;
  const [place] = here;
  if (!first || !place || here.length !== 1) return undefined;
  const same = further.every((one) => one.unit === place.unit && sameSite(one.site, first.site));
  const via = further.map((one) => ({ file: one.unit.path, line: one.line }));
  const site = { ...first.site, ...eitherWords(further.map((one) => one.site)) };
  return same ? [{ ...first, site, unit: place.unit, line: place.line, endLine: place.endLine, via, hops: first.hops }] : undefined;
}

function placed(sites: readonly Site[], trail: Trail): readonly DecidedSite[] {
  const [terminal, ...callers] = trail.calls;
  const last = callers.at(-1);
  return sites.flatMap((site): DecidedSite[] => {
    if (!terminal) return [];
    if (!last) return [{ site, unit: terminal.unit, line: site.line, endLine: site.endLine, via: [], hops: 0, text: terminal.call.text }];
    const via = [
      { file: terminal.unit.path, line: site.line },
      ...callers.slice(0, -1).map((one) => ({ file: one.unit.path, line: callLine(one) })),
    ];
    return [{ site, unit: last.unit, line: callLine(last), endLine: last.call.endLine, via, hops: callers.length, text: last.call.text }];
  });
}

function callLine({ call, step }: CallSite): number {
  const before = call.chain.steps[step - 1];
  return before?.kind === 'attr' ? before.line : call.line;
}

function readTrail(x: Expansion, trail: Trail): Read {
  x.reads += 1;
  spend(x.program, READ_STEPS);
  const read = readIn(x, trail, NO_TURNS);
  const sites = wordsByTurn(read.sites, (turns) => {
    spend(x.program, READ_STEPS);
    return readIn(x, trail, turns).sites;
  });
  return { ...read, sites };
}

function readIn(x: Expansion, trail: Trail, turns: Turns): Read {
  const ev = newEvaluation(x.program);
  const { frame, outermost } = framesOf(ev, trail, turns);
  const call = trail.calls[0]?.call;
  const sites = call ? SITE_READERS.flatMap((reader) => [...reader({ ev, call, frame })]) : [];
  return { sites, ev, outermost };
}

/** The frame of the first call, its parameters bound by the second, and so on outwards. */
function framesOf(ev: Evaluation, trail: Trail, turns: Turns): { readonly frame: Frame; readonly outermost: Frame } {
  const last = trail.calls.length - 1;
  let frame: Frame | undefined;
  let outermost: Frame | undefined;
  for (let index = last; index >= 0; index--) {
    const site = trail.calls[index];
    if (!site) continue;
    const self = index === last ? trail.self : undefined;
    const given = frame && trail.calls[index + 1] ? boundBy(ev, site, { caller: trail.calls[index + 1], frame }) : undefined;
    frame = seenIn(callFrame(site, { ...(given ?? {}), ...(self ? { self } : {}) }), turns);
    outermost ??= frame;
  }
  if (!frame || !outermost) throw new Error('a trail has at least the call itself');
  return { frame, outermost };
}

type Given = { readonly bound?: BoundArgs; readonly self?: Value; readonly def?: DefRef };

/** The frame at a call; what is given belongs to the nearest def around it that has parameters to give. */
function callFrame({ unit, call }: CallSite, { bound, self, def }: Given): Frame {
  const place = { unit, scope: call.scope, block: call.block, pos: call.pos };
  const own = { ...(bound ? { bound } : {}), ...(self ? { self } : {}) };
  if (!def || def.scope === call.scope) return { ...place, ...own };
  return { ...place, outer: { unit, scope: def.scope, block: 0, pos: Number.MAX_SAFE_INTEGER, ...own } };
}

function boundBy(
  ev: Evaluation,
  inner: CallSite,
  { caller, frame }: { readonly caller: CallSite | undefined; readonly frame: Frame },
): Given | undefined {
  const step = caller?.call.chain.steps[caller.step];
  if (!caller || step?.kind !== 'call') return undefined;
  const { callee, turns } = defCalled(calleeOf(ev, caller, frame), inner);
  const def = callee ? callee.of : enclosingDef(inner);
  if (!def) return undefined;
  const value: DefValue = callee ?? { kind: 'def', of: def };
  const params = def.unit.facts.scopes[def.scope]?.params ?? [];
  const given = { args: step.args, keywords: step.keywords, frame: turns ? seenIn(frame, turns) : frame };
  const bound = bindArgs(ev, params, given, skipped(value));
  return { bound, def: def.unit === inner.unit ? def : (enclosingDef(inner) ?? def), ...(value.self ? { self: value.self } : {}) };
}

/** What stands before the brackets of a call step. */
function calleeOf(ev: Evaluation, { call, step }: CallSite, frame: Frame): readonly Value[] {
  return ev.evaluate({ ...call.chain, steps: call.chain.steps.slice(0, step) }, frame);
}

function enclosingDef({ unit, call }: CallSite): DefRef | undefined {
  return unit.facts.scopes[call.scope]?.kind === 'def' ? { unit, scope: call.scope } : undefined;
}

/** Callers of a def whose parameters the target needs. */
function throughCallers(x: Expansion, trail: Trail, read: Read): readonly DecidedSite[] | undefined {
  const def = neededDef(read, trail);
  if (!def) return undefined;
  const { names, sites } = callersOf(x, def);
  for (const name of names) x.sinks.add(name);
  const callers = sites.filter((one) => !trail.calls.some((known) => known.call === one.call));
  const found: DecidedSite[] = [];
  for (const caller of firstOf(x, callers, MAX_CALLERS, { of: def, what: 'calls' }))
    found.push(...decide(x, { calls: [...trail.calls, caller] }));
  return found;
}

function nameOf({ unit, scope }: DefRef): string {
  return unit.facts.scopes[scope]?.name ?? '';
}

/** The def around the outermost call, or one around that, whose parameters stayed unknown. */
function neededDef(read: Read, trail: Trail): DefRef | undefined {
  const last = trail.calls.at(-1);
  if (!last) return undefined;
  for (let scope = last.call.scope; scope > 0; scope = last.unit.facts.scopes[scope]?.parent ?? 0) {
    const def = { unit: last.unit, scope };
    if (last.unit.facts.scopes[scope]?.kind === 'def' && read.ev.unbound.has(defKey(def))) return def;
  }
  return undefined;
}

function callersOf(x: Expansion, def: DefRef): Callers {
  const key = defKey(def);
  const { callers } = x;
  return shared(x.program, { known: callers.get(key), keep: (found) => callers.set(key, found) }, () => findCallers(x, def));
}

function findCallers(x: Expansion, def: DefRef): Callers {
  const name = nameOf(def);
  const names = namesElsewhere(x.program, def);
  const method = def.unit.facts.scopes[def.unit.facts.scopes[def.scope]?.parent ?? 0]?.kind === 'class';
  const homonyms = defsNamed(x.program, name);
  const alone = method && homonyms.length === 1 && !isVerbOfUnknown(name);
  const sites = callsUnder(x.program, names).filter((site) => {
    if (isTestFile(site.unit)) return false;
    const callees = calleesAt(x, site);
    if (callees.some((value) => value.kind === 'def' && defKey(value.of) === defKey(def))) return true;
    return alone && callees.length > 0 && callees.every((value) => value.kind === 'hole');
  });
  return { names, sites };
}

/** Instances that a method's `self` can be, when the target hangs on it: where the class is called, and its subclasses. */
function throughInstances(x: Expansion, trail: Trail, read: Read): readonly DecidedSite[] | undefined {
  const last = trail.calls.at(-1);
  if (trail.self || !last) return undefined;
  const method = methodAround(last);
  if (!method || !read.ev.unbound.has(`self ${defKey(method.owner)}`)) return undefined;
  const instances = firstOf(x, instancesOf(x, method.owner), MAX_CALLERS, { of: method.owner, what: 'instances' });
  if (instances.length === 0) return undefined;
  const found: DecidedSite[] = [];
  for (const instance of instances) {
    for (const one of decide(x, { ...trail, self: instance.value }))
      found.push(instance.subclass ? atSubclass(one, instance.subclass) : one);
  }
  return found.some((one) => one.site.templates.some((template) => resolutionOf(template) !== 'none')) ? together(found) : undefined;
}

function methodAround({ unit, call }: CallSite): { readonly owner: DefRef } | undefined {
  for (let scope = call.scope; scope > 0; scope = unit.facts.scopes[scope]?.parent ?? 0) {
    const parent = unit.facts.scopes[scope]?.parent ?? 0;
    if (unit.facts.scopes[scope]?.kind === 'def' && unit.facts.scopes[parent]?.kind === 'class') return { owner: { unit, scope: parent } };
  }
  return undefined;
}

type Instance = { readonly value: Value; readonly subclass?: DefRef };

function instancesOf(x: Expansion, owner: DefRef): readonly Instance[] {
  const family = [owner, ...subclassesOf(x, owner)];
  const found: Instance[] = [];
  for (const of of family) {
    const names = namesElsewhere(x.program, of);
    for (const name of names) x.sinks.add(name);
    const made = callsUnder(x.program, names).filter((site) => !isTestFile(site.unit) && makes(x, site, of));
    const subclass = of === owner ? {} : { subclass: of };
    for (const site of firstOf(x, made, MAX_INSTANCES, { of, what: 'calls that make one' })) {
      const step = site.call.chain.steps[site.step];
      if (step?.kind !== 'call') continue;
      const frame = { ...callFrame(site, {}), ...turnsWith(calleesAt(x, site).filter((value) => isClass(value, of))) };
      const ctor = { args: step.args, keywords: step.keywords, frame };
      found.push({ value: { kind: 'instance', of, ctor }, ...subclass });
    }
    if (made.length === 0 && of !== owner) found.push({ value: { kind: 'instance', of }, ...subclass });
  }
  return found;
}

function makes(x: Expansion, site: CallSite, of: DefRef): boolean {
  return calleesAt(x, site).some((value) => isClass(value, of));
}

/** A word like `save` has hundreds of calls, each asked about for every def of that name. */
function calleesAt(x: Expansion, site: CallSite): readonly Value[] {
  const steps = x.callees.get(site.call) ?? new Map<number, Paid<readonly Value[]>>();
  const known = steps.get(site.step);
  if (known) return paidAgain(x.program, known);
  const found = paid(x.program, () => calleeOf(newEvaluation(x.program), site, callFrame(site, {})));
  if (!isSpent(x.program)) x.callees.set(site.call, steps.set(site.step, found));
  return found.value;
}

function subclassesOf(x: Expansion, owner: DefRef): readonly DefRef[] {
  const key = defKey(owner);
  const { subclasses } = x;
  return shared(x.program, { known: subclasses.get(key), keep: (found) => subclasses.set(key, found) }, () => findSubclasses(x, owner));
}

function findSubclasses(x: Expansion, owner: DefRef): readonly DefRef[] {
  const found: DefRef[] = [];
  const open = [owner];
  while (open.length > 0 && found.length < MAX_SUBCLASSES) {
    const current = open.pop();
    const names = current ? namesElsewhere(x.program, current) : [];
    for (const of of names.flatMap((name) => subclassesNamed(x.program, name))) {
      if (isTestFile(of.unit) || found.some((one) => defKey(one) === defKey(of))) continue;
      const bases = ancestry(newEvaluation(x.program), of);
      if (!current || !bases.some((one) => defKey(one) === defKey(current))) continue;
      found.push(of);
      open.push(of);
    }
  }
  return found;
}

/** A dataset that a subclass names is decided there: at the line its text came through, else at the class. */
function atSubclass(one: DecidedSite, subclass: DefRef): DecidedSite {
  const place = one.site.templates.flatMap((template) => template.via).find((ref) => ref.file === subclass.unit.path);
  const line = place?.line ?? subclass.unit.facts.scopes[subclass.scope]?.line ?? 1;
  return { ...one, unit: subclass.unit, line, endLine: line, via: [{ file: one.unit.path, line: one.line }, ...one.via], hops: 1 };
}

/** Several instances deciding the same place: one site with all their targets. */
function together(found: readonly DecidedSite[]): readonly DecidedSite[] {
  const merged = new Map<string, DecidedSite>();
  for (const one of found) {
    const { effect, api, format, mode, partitionBy } = one.site;
    const key = [one.unit.path, one.line, effect, api, format, mode, ...partitionBy].join(':');
    const known = merged.get(key);
    merged.set(key, known ? { ...known, site: { ...known.site, templates: [...known.site.templates, ...one.site.templates] } } : one);
  }
  return [...merged.values()];
}
