/** All Python files of a repository under their paths, with the indices that let names meet. */

import type { SourceRef } from '../../src/core/evidence.js';
import { STARTED_BY } from '../infrastructure/facts.js';
import type { ScriptRun } from '../infrastructure/runs.js';
import { once } from '../once.js';
import { groupPairs } from '../pairs.js';
import type { Call, Expr, Import, Named, PythonFacts, Scope } from '../python/facts.js';
import { callPlaces, HANDED_OVER } from '../python/facts-index.js';
import { handedOver } from '../python/handed-over.js';
import { fileOf, filesByName } from '../script-file.js';
import { readingsOf } from './declared-arguments.js';
import { findModule, inRoot, type Modules, modulesOf, relativeBase } from './modules.js';

export type Unit = {
  readonly path: string;
  readonly facts: PythonFacts;
  readonly bindsByName: ReadonlyMap<string, readonly PythonFacts['binds'][number][]>;
  readonly importsByName: ReadonlyMap<string, readonly Import[]>;
  /** Indices of defs and classes. */
  readonly scopesByName: ReadonlyMap<string, readonly number[]>;
  readonly callsByScope: ReadonlyMap<number, readonly Call[]>;
  /** By `memberKey`: the first def or class of that name in a scope, and its binds there. */
  readonly innerScopes: ReadonlyMap<string, number>;
  readonly bindsByScope: ReadonlyMap<string, readonly PythonFacts['binds'][number][]>;
};
export type DefRef = { readonly unit: Unit; readonly scope: number };
/** A call step by the name before it: `helper(…)`, `x.helper(…)`. `step` is its index in the chain. */
export type CallSite = { readonly unit: Unit; readonly call: Call; readonly step: number };

export type Program = {
  readonly units: ReadonlyMap<string, Unit>;
  readonly modules: Modules;
  /** Equal where a file of that path has the same bytes. */
  readonly versionOf: (path: string) => string;
  /** Files that a name leads to and that are not among the units, with the names asked of each: their facts may say more. */
  readonly missing: Map<string, ReadonlySet<string>>;
  /** Files by the names of what they call and define, and of the bases of their classes. */
  readonly named: Readonly<Record<keyof UnitNames, ReadonlyMap<string, readonly Unit[]>>>;
  /** How a file is run as a script: ask `runsOf`. */
  readonly runs: ReadonlyMap<string, readonly ScriptRun[]>;
  /** Arguments and variables that any run gives, by `givenKey`: ask `isGiven`. */
  readonly given: ReadonlySet<string>;
  /** Settings files that its programs may read, as plain values. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly work: Work;
  /** Somebody asks how values came about: they carry their origin. */
  readonly explains: boolean;
};

/** What linking still may cost, in evaluated expressions, and what is worked out once for all sites. */
export type Work = {
  /** Of the file at hand, and of all files together. */
  left: number;
  total: number;
  /** Of what is worked out now. */
  needs: Needs;
  shared: Set<Paid<unknown>>;
  /** What the file at hand has paid for, and all that was ever paid for what is shared. */
  settled: Set<Paid<unknown>>;
  sharedSteps: number;
  readonly ancestries: Map<string, Paid<readonly DefRef[]>>;
  /** Of the files whose values are explained: lines by position. */
  readonly lines: Map<string, ReadonlyMap<number, number>>;
  /** Settings files that were read, as expressions. */
  readonly settings: Map<string, Expr>;
};

/** What a result hangs on beside the files that it read: it may be another one where more files are known. */
export type Needs = {
  /** Names whose calls, definitions or subclasses anywhere were asked for. */
  readonly names: Set<string>;
  /** Files that a name led to, and the names that were asked of those that are not among the units. */
  readonly files: Set<string>;
  readonly missing: Map<string, ReadonlySet<string>>;
  /** Modules whose files were looked for: their dotted names, or from a file on the path without its ending. */
  readonly modules: Set<string>;
  /** Files of which it was asked how they are run, and arguments of which it was asked whether any run gives them. */
  readonly runs: Set<string>;
  settings: boolean;
};

export function noNeeds(): Needs {
  return { names: new Set(), files: new Set(), missing: new Map(), modules: new Set(), runs: new Set(), settings: false };
}

/**
 * Something worked out for whoever asks first, and what it cost. Who uses it again pays the same, each time or once a file, so
 * that no row hangs on who that was. `steps` are its own, without those of what is shared and was asked for on the way.
 */
export type Paid<T> = { readonly value: T; readonly needs: Needs; readonly steps: number; readonly shared: ReadonlySet<Paid<unknown>> };

/** What `work` gives, and what that hangs on; whoever it is worked out for hangs on the same. */
export function paid<T>({ work: state }: Program, work: () => T): Paid<T> {
  const { total, needs: outer, shared: around, sharedSteps } = state;
  const needs = noNeeds();
  const shared = new Set<Paid<unknown>>();
  state.needs = needs;
  state.shared = shared;
  try {
    return { value: work(), needs, steps: total - state.total - (state.sharedSteps - sharedSteps), shared };
  } finally {
    state.needs = outer;
    state.shared = around;
    addNeeds(outer, needs);
    for (const one of shared) around.add(one);
  }
}

export function paidAgain<T>(program: Program, { value, needs, steps, shared }: Paid<T>): T {
  spend(program, steps);
  for (const one of shared) settle(program, one);
  addNeeds(program.work.needs, needs);
  return value;
}

/** What is worked out once for all files, each of which pays for it once. */
export function shared<T>(program: Program, { known, keep }: Sharing<T>, work: () => T): T {
  const { work: state } = program;
  const found = known ?? paid(program, work);
  if (known) settle(program, known);
  else {
    state.settled.add(found);
    state.sharedSteps += found.steps;
    if (!isSpent(program)) keep(found);
  }
  state.shared.add(found);
  if (known) addNeeds(state.needs, found.needs);
  return found.value;
}
type Sharing<T> = { readonly known: Paid<T> | undefined; readonly keep: (found: Paid<T>) => void };

function settle(program: Program, one: Paid<unknown>): void {
  const { work } = program;
  if (work.settled.has(one)) return;
  work.settled.add(one);
  work.sharedSteps += one.steps;
  spend(program, one.steps);
  for (const inner of one.shared) settle(program, inner);
}

function addNeeds(to: Needs, { names, files, missing, modules, runs, settings }: Needs): void {
  for (const name of names) to.names.add(name);
  for (const file of files) to.files.add(file);
  for (const module of modules) to.modules.add(module);
  addMissing(to.missing, missing);
  for (const run of runs) to.runs.add(run);
  to.settings ||= settings;
}

function addMissing(to: Map<string, ReadonlySet<string>>, missing: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [path, names] of missing) to.set(path, new Set([...(to.get(path) ?? []), ...names]));
}

/** What was worked out in another program asks for the same files here. */
export function askAgain({ missing, units }: Program, needs: Needs): void {
  addMissing(missing, new Map([...needs.missing].filter(([path]) => !units.has(path))));
}

/** Some half a second of one processor, and more than twice what the costliest of the files needs that were tried. */
const FILE_STEPS = 200_000;
const REPOSITORY_STEPS = 40 * FILE_STEPS;

/** A file begins: what is left of the repository's budget, and no more than one file's. */
export function beginFile({ work }: Program): void {
  work.settled = new Set();
  work.left = Math.min(FILE_STEPS, work.total);
}

/** Whether a file that costs so many steps would be read to its end. */
export function mayCost({ work }: Program, steps: number): boolean {
  return steps < Math.min(FILE_STEPS, work.total);
}

export function spend({ work }: Program, steps: number): void {
  work.left -= steps;
  work.total -= steps;
}

/** From here on values of this file would be holes only because nobody looked. */
export function isSpent({ work }: Program): boolean {
  return work.left <= 0;
}

/** `modules`: of the whole repository, where only some of its files are given. */
export type ProgramOptions = {
  readonly steps?: number;
  readonly documents?: ReadonlyMap<string, unknown>;
  readonly explains?: boolean;
  readonly modules?: Modules;
  readonly versionOf?: Program['versionOf'];
};

export function buildProgram(
  files: ReadonlyMap<string, PythonFacts>,
  {
    steps = REPOSITORY_STEPS,
    documents = new Map(),
    explains = false,
    modules = modulesOf([...files.keys()]),
    versionOf = () => '',
  }: ProgramOptions = {},
): Program {
  const units = new Map<string, Unit>();
  for (const path of [...files.keys()].toSorted()) {
    const facts = files.get(path);
    if (facts) units.set(path, unitOf(path, facts));
  }
  const all = [...units.values()].map((unit) => ({ unit, names: namesOf(unit) }));
  const filesBy = (of: keyof UnitNames) => groupPairs(all.flatMap(({ unit, names }) => [...names[of].keys()].map((name) => [name, unit])));
  return {
    units,
    modules,
    versionOf,
    missing: new Map(),
    named: { calls: filesBy('calls'), defs: filesBy('defs'), bases: filesBy('bases') },
    documents,
    runs: new Map(),
    given: new Set(),
    work: {
      left: Math.min(steps, FILE_STEPS),
      total: steps,
      needs: noNeeds(),
      shared: new Set(),
      settled: new Set(),
      sharedSteps: 0,
      ancestries: new Map(),
      lines: new Map(),
      settings: new Map(),
    },
    explains,
  };
}

/** By their names what one file calls, defines and derives from: places as its facts have them. */
type UnitNames = Readonly<Record<'calls' | 'defs' | 'bases', ReadonlyMap<string, readonly number[]>>>;
const NAMES = new WeakMap<Unit, UnitNames>();

function namesOf(unit: Unit): UnitNames {
  const known = NAMES.get(unit);
  if (known) return known;
  const mapOf = (named: Named) => new Map(named);
  const { calls, defs, bases } = unit.facts.index;
  const names = { calls: mapOf(calls), defs: mapOf(defs), bases: mapOf(bases) };
  NAMES.set(unit, names);
  return names;
}

/** The names under which others find something in a file. */
export function namesOfFacts({ index: { calls, defs, bases } }: PythonFacts): readonly string[] {
  return [...calls, ...defs, ...bases].map(([name]) => name);
}

/** The same call is the same object whoever asks: a trail knows where it came through. */
const CALLS = new WeakMap<Unit, Map<string, readonly CallSite[]>>();

function callsIn(unit: Unit, name: string): readonly CallSite[] {
  const known = CALLS.get(unit) ?? new Map<string, readonly CallSite[]>();
  CALLS.set(unit, known);
  const sites = known.get(name) ?? callSites(unit, namesOf(unit).calls.get(name) ?? []);
  known.set(name, sites);
  return sites;
}

function callSites(unit: Unit, places: readonly number[]): readonly CallSite[] {
  return callPlaces(places).flatMap(({ index, step }): CallSite[] => {
    const call = unit.facts.calls[index];
    if (!call) return [];
    if (step !== HANDED_OVER) return [{ unit, call, step }];
    const handed = handedOver(call, unit.bindsByName);
    return handed ? [{ unit, call: handed.call, step: handed.step }] : [];
  });
}

/** The program with what its scripts are given. */
export function runBy(program: Program, runs: readonly ScriptRun[]): Program {
  const byFile = runsByFile(runs, program.units);
  const all = [...byFile.values()].flat();
  const given = new Set(
    all.flatMap((run) => [
      ...[...run.arguments.keys()].map((name) => givenKey('arg', name)),
      ...[...(run.environment?.keys() ?? [])].map((name) => givenKey('env', name)),
    ]),
  );
  // What was worked out before may hold defaults that a run replaces.
  return { ...program, runs: byFile, given, work: { ...program.work, ancestries: new Map() } };
}

/** No path of a file begins so. */
function givenKey(kind: 'arg' | 'env', name: string): string {
  return `/${kind} ${name}`;
}

/** Whether any run of any script gives an argument, or a variable of the environment. */
export function isGiven({ given, work }: Program, kind: 'arg' | 'env', name: string): boolean {
  const key = givenKey(kind, kind === 'arg' ? name.replaceAll('-', '_') : name);
  work.needs.runs.add(key);
  return given.has(key);
}

/** How a file is run as a script. */
export function runsOf({ runs, work }: Program, path: string): readonly ScriptRun[] {
  work.needs.runs.add(path);
  return runs.get(path) ?? [];
}

/** By file: equal where it is run in the same ways. */
export function runsAsText({ runs }: Program): ReadonlyMap<string, string> {
  return new Map(
    [...runs].map(([path, all]) => [path, JSON.stringify(all, (_, value: unknown) => (value instanceof Map ? [...value] : value))]),
  );
}

function runsByFile(runs: readonly ScriptRun[], units: ReadonlyMap<string, Unit>): Map<string, ScriptRun[]> {
  const files = filesByName([...units.keys()]);
  const read = groupPairs(
    runs.flatMap((run): [string, ScriptRun][] => {
      const file = fileOf(run.script, files, run.at[0]?.file);
      const unit = file === undefined ? undefined : units.get(file);
      return unit ? readingsOf(unit.facts, run).map((reading) => [unit.path, { ...run, ...reading }]) : [];
    }),
  );
  return new Map([...read].map(([path, all]) => [path, strongest(all)]));
}

/** What production starts counts alone where it says anything. */
function strongest(runs: readonly ScriptRun[]): ScriptRun[] {
  const ranks = runs.map(({ by = 'orchestrator' }) => STARTED_BY.indexOf(by));
  return ofProduction(runs.filter((_, index) => ranks[index] === Math.min(...ranks)));
}

const ENVIRONMENT = /^(?:dev(?:elopment)?|test(?:ing)?|qa|uat|stag(?:e|ing)|stg|pre-?prod|sandbox|prod(?:uction)?|prd|live)$/i;

/** One job made for each environment, told apart by an argument that says which: production's is meant. */
function ofProduction(runs: readonly ScriptRun[]): ScriptRun[] {
  const places = new Set(runs.map(({ at: [place] }) => `${place?.file}:${place?.line}`));
  for (const key of places.size === 1 ? (runs[0]?.arguments.keys() ?? []) : []) {
    const words = runs.map((run) => run.arguments.get(key)?.parts.join('') ?? '');
    if (!words.some((word) => ENVIRONMENT.test(word))) continue;
    const production = runs.filter((_, index) => /^(?:prod(?:uction)?|prd|live)$/i.test(words[index] ?? ''));
    if (production.length > 0) return production;
  }
  return [...runs];
}

/** A repository is linked more than once with the same facts. */
const UNITS = new WeakMap<PythonFacts, Unit>();

function unitOf(path: string, facts: PythonFacts): Unit {
  const known = UNITS.get(facts);
  if (known?.path === path) return known;
  const unit = newUnit(path, facts);
  UNITS.set(facts, unit);
  return unit;
}

export function newUnit(path: string, facts: PythonFacts): Unit {
  const byName = once(() => group(facts.binds, (bind) => bind.name));
  const imports = once(() => group(facts.imports, localName));
  const scopes = once(() => groupPairs(facts.scopes.map((scope, index): [string, number] => [scope.name, index])));
  const inner = once(
    () => new Map(facts.scopes.map((scope, index): [string, number] => [memberKey(scope.parent, scope.name), index]).toReversed()),
  );
  const own = once(() => groupPairs(facts.binds.map((bind) => [memberKey(bind.scope, bind.name), bind])));
  const calls = once(() => groupPairs(facts.calls.map((call): [number, Call] => [call.scope, call])));
  return {
    path,
    facts,
    get bindsByName() {
      return byName();
    },
    get importsByName() {
      return imports();
    },
    get scopesByName() {
      return scopes();
    },
    get innerScopes() {
      return inner();
    },
    get bindsByScope() {
      return own();
    },
    get callsByScope() {
      return calls();
    },
  };
}

export function memberKey(scope: number, name: string): string {
  return `${scope} ${name}`;
}

/** `import a.b.c` binds `a`. */
function localName(one: Import): string {
  return one.name === undefined && one.local === one.module ? (one.module.split('.')[0] ?? '') : one.local;
}

/** The path that a module name means, seen from a file. */
export function modulePath({ modules, work }: Program, from: string, module: string, level: number): string | undefined {
  work.needs.modules.add(level === 0 ? module : relativeBase(from, module, level));
  const inside = level === 0 ? inRoot(modules, module) : undefined;
  if (inside !== undefined) work.needs.modules.add(inside);
  return findModule(modules, from, module, level);
}

/** The unit that a module name means, seen from a file; `name` is what is wanted of it. */
export function moduleUnit(
  program: Program,
  from: string,
  { module, level, name = '*' }: Pick<Import, 'module' | 'level' | 'name'>,
): Unit | undefined {
  const path = modulePath(program, from, module, level);
  if (path === undefined) return undefined;
  const { needs } = program.work;
  needs.files.add(path);
  const unit = program.units.get(path);
  if (unit) return unit;
  const asked = new Map([[path, new Set([name])]]);
  addMissing(program.missing, asked);
  addMissing(needs.missing, asked);
  return undefined;
}

export function callsNamed({ named, work }: Program, name: string): readonly CallSite[] {
  work.needs.names.add(name);
  return (named.calls.get(name) ?? []).flatMap((unit) => callsIn(unit, name));
}

export function defsNamed({ named, work }: Program, name: string): readonly DefRef[] {
  work.needs.names.add(name);
  return scopesNamed(named, 'defs', name);
}

/** Classes with a base of that name. */
export function subclassesNamed({ named, work }: Program, name: string): readonly DefRef[] {
  work.needs.names.add(name);
  return scopesNamed(named, 'bases', name);
}

function scopesNamed(named: Program['named'], of: 'defs' | 'bases', name: string): readonly DefRef[] {
  return (named[of].get(name) ?? []).flatMap((unit) => (namesOf(unit)[of].get(name) ?? []).map((scope) => ({ unit, scope })));
}

export function documentsOf({ documents, work }: Program): ReadonlyMap<string, unknown> {
  work.needs.settings = true;
  return documents;
}

/** A place as people see it: the lines of a notebook are those of its file, and not of its joined cells. */
export function placeIn({ units }: Pick<Program, 'units'>, at: SourceRef): SourceRef {
  return { ...at, line: units.get(at.file)?.facts.cells?.[at.line - 1]?.[0] ?? at.line };
}

export function scopeOf(ref: DefRef): Scope | undefined {
  return ref.unit.facts.scopes[ref.scope];
}

function group<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  return groupPairs(items.map((item): [string, T] => [key(item), item]));
}
