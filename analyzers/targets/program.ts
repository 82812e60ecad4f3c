/** All Python files of a repository under their paths, with the indices that let names meet. */

import type { SourceRef } from '../../src/core/evidence.js';
import { once } from '../once.js';
import { groupPairs } from '../pairs.js';
import type { Call, Expr, Import, Named, PythonFacts, Scope } from '../python/facts.js';
import { AS_TASK, callPlaces, HANDED_OVER } from '../python/facts-index.js';
import { handedOver } from '../python/handed-over.js';
import { calledAsTask } from '../python/task-calls.js';
import type { ScriptRun } from '../templates/given.js';
import { findModule, inRoot, type Modules, modulesOf, relativeBase } from './modules.js';
import { addMissing, type Needs, newWork, type Work } from './paid.js';

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

/** Of a call, which of its steps is meant, and in which file: two files with the same bytes may share their facts. */
export function stepKey({ unit, step }: CallSite): string {
  return `${step} ${unit.path}`;
}

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
  /** Settings files that were read, as expressions. */
  readonly settings: Map<string, Expr>;
  /** Of the files whose values are explained: lines by position. */
  readonly lines: Map<string, ReadonlyMap<number, number>>;
  /** Somebody asks how values came about: they carry their origin. */
  readonly explains: boolean;
};

/** What was worked out in another program asks for the same files here. */
export function askAgain({ missing, units }: Program, needs: Needs): void {
  addMissing(missing, new Map([...needs.missing].filter(([path]) => !units.has(path))));
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
  { steps, documents = new Map(), explains = false, modules = modulesOf([...files.keys()]), versionOf = () => '' }: ProgramOptions = {},
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
    work: newWork(steps),
    settings: new Map(),
    lines: new Map(),
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

/** What others ask about a name: who calls it, where it is defined, which classes derive from it, what else it is called. */
type Role = 'calls' | 'defs' | 'bases' | 'renamed';

/** What is asked about a name in all files, as `Needs` has it. */
export function askedOf(role: Role, name: string): string {
  return `${role} ${name}`;
}

/** What a file has to say where others ask about a name. */
export function answersOf({ index }: PythonFacts): readonly string[] {
  const under = (role: Role): readonly string[] => index[role].map(([name]) => askedOf(role, name));
  return [...under('calls'), ...under('defs'), ...under('bases'), ...under('renamed')];
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

/** Calls in a file of anything that has one of the names, under which it may be called here or where it comes from. */
export function callsInside(unit: Unit, isWanted: (name: string) => boolean): readonly CallSite[] {
  const places = unit.facts.index.calls.flatMap(([name, found]) => (isWanted(name) ? callPlaces(found) : []));
  return places.flatMap(({ index, step }) => {
    const call = unit.facts.calls.at(index);
    return call ? [{ unit, call, step }] : [];
  });
}

/** The calls of places, each once and in their order. */
export function callsOnce(sites: readonly CallSite[]): readonly Call[] {
  return [...new Set(sites.map(({ call }) => call))].toSorted((a, b) => a.pos - b.pos);
}

function callSites(unit: Unit, places: readonly number[]): readonly CallSite[] {
  return callPlaces(places).flatMap(({ index, step }): CallSite[] => {
    const call = unit.facts.calls.at(index);
    if (!call) return [];
    if (step !== HANDED_OVER && step !== AS_TASK) return [{ unit, call, step }];
    const handed = step === AS_TASK ? calledAsTask(call) : handedOver(call, unit.bindsByName);
    return handed ? [{ unit, call: handed.call, step: handed.step }] : [];
  });
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
  const calls = once(() => groupPairs([...facts.calls].map((call): [number, Call] => [call.scope, call])));
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
  work.needs.names.add(askedOf('calls', name));
  return (named.calls.get(name) ?? []).flatMap((unit) => callsIn(unit, name));
}

export function defsNamed({ named, work }: Program, name: string): readonly DefRef[] {
  work.needs.names.add(askedOf('defs', name));
  return scopesNamed(named, 'defs', name);
}

/** Classes with a base of that name. */
export function subclassesNamed({ named, work }: Program, name: string): readonly DefRef[] {
  work.needs.names.add(askedOf('bases', name));
  return scopesNamed(named, 'bases', name);
}

/** By what a program has under its names: the same name is asked for by many. */
const SCOPES = new WeakMap<ReadonlyMap<string, readonly Unit[]>, Map<string, readonly DefRef[]>>();

function scopesNamed(named: Program['named'], of: 'defs' | 'bases', name: string): readonly DefRef[] {
  const all = SCOPES.get(named[of]) ?? new Map<string, readonly DefRef[]>();
  const found =
    all.get(name) ?? (named[of].get(name) ?? []).flatMap((unit) => (namesOf(unit)[of].get(name) ?? []).map((scope) => ({ unit, scope })));
  SCOPES.set(named[of], all.set(name, found));
  return found;
}

/** What is asked about settings files beside the name of one: whether there are any, and what all of them say. */
export const ANY_SETTINGS = '?';
export const ALL_SETTINGS = '*';

export function hasDocuments({ documents, work }: Program): boolean {
  work.needs.settings.add(ANY_SETTINGS);
  return documents.size > 0;
}

/** `name`: of the files that matter, without their folders. */
export function documentsOf({ documents, work }: Program, name = ALL_SETTINGS): ReadonlyMap<string, unknown> {
  work.needs.settings.add(name);
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
