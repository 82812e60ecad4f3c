/** §4.1 A call with the calls that lead to it, read as one: what the outermost gives, the inner ones are given. */

import { SITE_READERS } from '../runtimes/index.js';
import { calledDirectly } from '../runtimes/indirect.js';
import type { Site } from '../runtimes/site.js';
import { boundCall, calleesOf, defAround, defCalled, givenBy, placeOfCall } from '../targets/callees.js';
import { newEvaluation } from '../targets/evaluate.js';
import { readWhole } from '../targets/listings.js';
import { isSpent, type Paid, paid, paidAgain, spend } from '../targets/paid.js';
import { type CallSite, type DefRef, type Program, scopeOf, stepKey } from '../targets/program.js';
import { isConditional, isNeverReached } from '../targets/reached.js';
import { defKey, ELSEWHERE, type Evaluation, type Frame, seenIn, type Value } from '../targets/values.js';
import type { ScriptRun } from '../templates/given.js';
import { NO_TURNS, type Turns } from '../templates/turns.js';
import type { DecidedSite } from './decided-site.js';
import type { Read, Reads, SharedLinking, Trail } from './linking.js';
import { isOnSelf, methodAround, ownerOf } from './overriding.js';
import { wordsByTurn } from './words-by-turn.js';

/** What reading a call costs beside the expressions it evaluates. */
const READ_STEPS = 20;

/** The same trail says the same, unless files have come that it hangs on. */
export function readTrail(linking: SharedLinking, trail: Trail): Read {
  const { program } = linking;
  const place = placeAmong(linking.reads, trail);
  if (place?.read) return paidAgain(program, place.read);
  const found = paid(program, () => readAnew(program, trail));
  if (place && !isSpent(program)) place.read = found;
  return found.value;
}

function placeAmong(all: SharedLinking['reads'], { calls, self }: Trail): { read?: Paid<Read> } | undefined {
  let open: Reads = all.get(self) ?? new Map();
  all.set(self, open);
  let place: { read?: Paid<Read>; readonly further: Reads } | undefined;
  for (const site of calls) {
    const steps = open.get(site.call) ?? new Map<string, { readonly further: Reads }>();
    open.set(site.call, steps);
    const key = stepKey(site);
    place = steps.get(key) ?? { further: new Map() };
    steps.set(key, place);
    open = place.further;
  }
  return place;
}

/** Where words about it hang on turns of loops, it is read once for each of them. */
function readAnew(program: Program, trail: Trail): Read {
  const read = readIn(program, trail, NO_TURNS);
  const mayPass = trail.calls.slice(0, -1).some((site) => isConditional(placeOfCall(site)));
  return { ...read, sites: wordsByTurn(read.sites, (turns) => readIn(program, trail, turns), mayPass) };
}

/** One of its sites as a run of the script has it. */
export function readInRun(
  program: Program,
  trail: Trail,
  { site, run }: { readonly site: Site; readonly run: ScriptRun },
): Site | undefined {
  return readIn(program, trail, NO_TURNS, run).sites.find((other) => isThere(other, site));
}

function isThere(other: Site, { api, effect, line }: Site): boolean {
  return other.api === api && other.effect === effect && other.line === line;
}

function readIn(program: Program, trail: Trail, turns: Turns, run?: ScriptRun): Read {
  spend(program, READ_STEPS);
  const files = trail.calls.map(({ unit }) => unit.path).toReversed();
  const ev = newEvaluation(program, { run, files });
  const frame = frameOf(ev, trail, turns);
  if (typeof frame === 'string') return { sites: [], unbound: ev.unbound, [frame]: true };
  const call = trail.calls[0]?.call;
  const chain = call && calledDirectly(ev, call.chain, frame);
  const sites = chain ? SITE_READERS.flatMap((reader) => [...reader({ ev, call: { ...call, chain }, frame })]) : [];
  return { sites: sites.map(asRead), unbound: ev.unbound };
}

function asRead(site: Site): Site {
  return site.effect === 'read' ? { ...site, templates: site.templates.map(readWhole) } : site;
}

/** The frame of the first call, its parameters bound by the second, and so on outwards; none where one of them is not come to by the next. */
function frameOf(ev: Evaluation, trail: Trail, turns: Turns): Frame | 'isUnreached' | 'isOverridden' {
  const last = trail.calls.length - 1;
  let frame: Frame | undefined;
  for (let index = last; index >= 0; index--) {
    const site = trail.calls[index];
    if (!site) continue;
    const self = index === last ? trail.self : undefined;
    const given = frame && trail.calls[index + 1] ? boundBy(ev, site, { caller: trail.calls[index + 1], frame }) : undefined;
    if (given === 'overridden') return 'isOverridden';
    frame = seenIn(callFrame(site, { ...(given ?? {}), ...(self ? { self } : {}) }), turns);
    if (given && isPassedBy(ev, frame)) return 'isUnreached';
  }
  if (!frame) throw new Error('a trail has at least the call itself');
  return frame;
}

/** For what the call gives, and not for a constant that somebody changes by hand. */
function isPassedBy(ev: Evaluation, frame: Frame): boolean {
  if (!isNeverReached(ev, frame)) return false;
  const { bound: _, self: __, ...alone } = frame;
  return !isNeverReached(ev, alone);
}

type Given = Pick<Frame, 'bound' | 'self'> & { readonly def?: DefRef };

/** The frame at a call; what is given belongs to the nearest def around it that has parameters to give. */
function callFrame(site: CallSite, { def, ...own }: Given): Frame {
  const place = placeOfCall(site);
  if (!def || def.scope === place.scope) return { ...place, ...own };
  return { ...place, outer: { unit: site.unit, scope: def.scope, block: 0, pos: ELSEWHERE, ...own } };
}

function boundBy(
  ev: Evaluation,
  inner: CallSite,
  { caller, frame }: { readonly caller: CallSite | undefined; readonly frame: Frame },
): Given | 'overridden' | undefined {
  const call = caller && boundCall(caller, frame);
  if (!call) return undefined;
  const callees = calleesOf(ev, caller, frame);
  const other = overriding(callees, inner);
  if (other && isKnown(frame, caller)) return 'overridden';
  const { callee, turns } = other ? { callee: { kind: 'def', of: other } as const } : defCalled(callees, inner);
  const def = callee ? callee.of : defAround(inner);
  if (!def) return undefined;
  const given = givenBy(ev, callee ?? { kind: 'def', of: def }, { ...call, frame: turns ? seenIn(frame, turns) : frame });
  return { ...given, def: def.unit === inner.unit ? def : (defAround(inner) ?? def) };
}

/** The method around the inner call, where all that is called are others of its name. */
function overriding(callees: readonly Value[], inner: CallSite): DefRef | undefined {
  const method = methodAround(inner);
  const name = method && scopeOf(method)?.name;
  if (!method || callees.length === 0) return undefined;
  const isOther = (one: Value): boolean =>
    one.kind === 'def' && one.self !== undefined && defKey(one.of) !== defKey(method) && scopeOf(one.of)?.name === name;
  return callees.every(isOther) ? method : undefined;
}

/** What is called at `self.load(…)` hangs on what `self` is. */
function isKnown({ self }: Frame, caller: CallSite): boolean {
  return self !== undefined || !isOnSelf(caller);
}

/** The def around the outermost call, or one around that, whose parameters stayed unknown. */
export function neededDef({ unbound }: Read, trail: Trail): DefRef | undefined {
  const last = trail.calls.at(-1);
  if (!last) return undefined;
  for (let scope = last.call.scope; scope > 0; scope = last.unit.facts.scopes[scope]?.parent ?? 0) {
    const def = { unit: last.unit, scope };
    if (last.unit.facts.scopes[scope]?.kind === 'def' && unbound.has(defKey(def))) return def;
  }
  return undefined;
}

/** The class around the outermost call, and the method, where what its `self` is stayed unknown. */
export function neededClass({ unbound }: Read, trail: Trail): { readonly owner: DefRef; readonly method: DefRef } | undefined {
  const last = trail.calls.at(-1);
  const method = trail.self || !last ? undefined : methodAround(last);
  const owner = method && ownerOf(method);
  return owner && unbound.has(`self ${defKey(owner)}`) ? { owner, method } : undefined;
}

/** At the outermost call. */
export function placed(sites: readonly Site[], trail: Trail): readonly DecidedSite[] {
  const [terminal, ...callers] = trail.calls;
  const last = callers.at(-1);
  return sites.flatMap((site): DecidedSite[] => {
    if (!terminal) return [];
    if (!last)
      return [
        { site, readBy: trail, unit: terminal.unit, line: site.line, endLine: site.endLine, via: [], hops: 0, text: terminal.call.text },
      ];
    const via = [
      { file: terminal.unit.path, line: site.line },
      ...callers.slice(0, -1).map((one) => ({ file: one.unit.path, line: callLine(one) })),
    ];
    return [
      {
        site,
        readBy: trail,
        unit: last.unit,
        line: callLine(last),
        endLine: last.call.endLine,
        via,
        hops: callers.length,
        text: last.call.text,
      },
    ];
  });
}

function callLine({ call, step }: CallSite): number {
  const before = call.chain.steps[step - 1];
  return before?.kind === 'attr' ? before.line : call.line;
}
