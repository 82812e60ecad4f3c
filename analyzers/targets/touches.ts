/** §4.1 Whether a method has to do with an attribute of its instance: it names it, or something that does. */
import { groupPairs } from '../pairs.js';
import type { Bind, PythonFacts } from '../python/facts.js';
import { spend } from './paid.js';
import { type DefRef, memberKey, type Program, type Unit } from './program.js';

/** Attributes of `self` by scope; undefined where `self` itself is handed on, or a def within may name any. */
const NAMED = new WeakMap<Unit, Map<number, ReadonlySet<string> | undefined>>();

type Asked = { readonly method: string; readonly attribute: string };

/** Whether it looks at it: what it only sets it has nothing to do with before. */
export function reads(program: Program, classes: readonly DefRef[], { method, attribute }: Asked): boolean {
  if (!touches(program, classes, { method, attribute })) return false;
  const all = methodsNamed(classes, method).map(({ unit, scope }) => readAlone(unit, scope));
  if (all.length === 0 || all.includes(undefined)) return true;
  const others = all.flatMap((names) => [...(names ?? [])]);
  return others.some((name) => name === attribute || (name !== method && touches(program, classes, { method: name, attribute })));
}

const AT_ONCE = 32;

/** A method that is not found, as one of another library, may ask for anything. */
export function touches(program: Program, classes: readonly DefRef[], { method, attribute }: Asked): boolean {
  const open = [method];
  let looked = 0;
  const seen = new Set(open);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === attribute) return true;
    const methods = methodsNamed(classes, name);
    if (name === method && methods.length === 0) return true;
    for (const { unit, scope } of methods) {
      const named = namedIn(unit, scope);
      if (!named) return true;
      looked += 8 + named.size;
      if (looked >= AT_ONCE) spend(program, Math.floor(looked / AT_ONCE));
      looked %= AT_ONCE;
      for (const one of named) if (!seen.has(one)) open.push(one);
      for (const one of named) seen.add(one);
    }
  }
  return false;
}

function methodsNamed(classes: readonly DefRef[], name: string): readonly DefRef[] {
  return classes.flatMap(({ unit, scope }) => {
    const inner = unit.innerScopes.get(memberKey(scope, name));
    return inner === undefined ? [] : [{ unit, scope: inner }];
  });
}

function namedIn(unit: Unit, scope: number): ReadonlySet<string> | undefined {
  const known = NAMED.get(unit) ?? new Map<number, ReadonlySet<string> | undefined>();
  NAMED.set(unit, known);
  if (!known.has(scope)) known.set(scope, readIn(unit, scope));
  return known.get(scope);
}

const MAX_PARTS = 20_000;

/** Of a file: scopes with others in them, and what each binds. */
type Insides = { readonly outer: ReadonlySet<number>; readonly binds: ReadonlyMap<number, readonly Bind[]> };
const INSIDES = new WeakMap<PythonFacts, Insides>();

function insidesOf(facts: PythonFacts): Insides {
  const known = INSIDES.get(facts);
  if (known) return known;
  const found = {
    outer: new Set(facts.scopes.map(({ parent }) => parent)),
    binds: groupPairs(facts.binds.map((bind) => [bind.scope, bind])),
  };
  INSIDES.set(facts, found);
  return found;
}

function readIn({ facts, callsByScope }: Unit, scope: number): ReadonlySet<string> | undefined {
  const { outer, binds } = insidesOf(facts);
  if (outer.has(scope)) return undefined;
  const own = binds.get(scope) ?? [];
  const set = own.flatMap(({ name }) => (name.startsWith('self.') ? [name.split('.')[1] ?? ''] : []));
  const read = namesOn('self', [...(callsByScope.get(scope) ?? []), ...own, facts.scopes[scope]?.returns]);
  return read && new Set([...set, ...read]);
}

const READ = new WeakMap<Unit, Map<number, ReadonlySet<string> | undefined>>();

/** Of a method alone: `return self` asks for nothing, `self.path += …` does. */
function readAlone(unit: Unit, scope: number): ReadonlySet<string> | undefined {
  const known = READ.get(unit) ?? new Map<number, ReadonlySet<string> | undefined>();
  READ.set(unit, known);
  if (!known.has(scope)) known.set(scope, namesRead(unit, scope));
  return known.get(scope);
}

function namesRead({ facts, callsByScope }: Unit, scope: number): ReadonlySet<string> | undefined {
  const { outer, binds } = insidesOf(facts);
  if (outer.has(scope)) return undefined;
  const own = binds.get(scope) ?? [];
  const added = own.flatMap(({ name, how }) => (how === 'augment' && name.startsWith('self.') ? [name.split('.')[1] ?? ''] : []));
  const returns = facts.scopes[scope]?.returns.filter((one) => !isName(one, 'self'));
  const read = namesOn('self', [...(callsByScope.get(scope) ?? []), ...own, returns]);
  return read && new Set([...added, ...read]);
}

/** Attributes that are asked of what a name of a scope holds, by those who see it; undefined where it is handed on. */
export function attributesOf(program: Program, unit: Unit, scope: number, name: string): ReadonlySet<string> | undefined {
  const key = memberKey(scope, name);
  const known = ASKED.get(unit) ?? new Map<string, ReadonlySet<string> | undefined>();
  ASKED.set(unit, known);
  spend(program, (unit.facts.binds.length + unit.facts.calls.length) >> 4);
  if (!known.has(key)) known.set(key, namesOn(name, within(unit, scope)));
  return known.get(key);
}
const ASKED = new WeakMap<Unit, Map<string, ReadonlySet<string> | undefined>>();

/** What stands in a scope and in those within. */
function within({ facts }: Unit, scope: number): readonly unknown[] {
  const inside = new Set([scope]);
  for (const [index, { parent }] of facts.scopes.entries()) if (inside.has(parent)) inside.add(index);
  const isInside = (one: { readonly scope: number }): boolean => inside.has(one.scope);
  const scopes = facts.scopes
    .filter((_, index) => inside.has(index))
    .map(({ params, decorators, returns }) => [params, decorators, returns]);
  return [...facts.binds.filter(isInside), ...[...facts.calls].filter(isInside), ...scopes];
}

/** Nothing where the name itself is handed on, or there is more than anybody looks through. */
export function namesOn(name: string, all: readonly unknown[]): ReadonlySet<string> | undefined {
  const open = [...all];
  const found = new Set<string>();
  for (let parts = 0; open.length > 0; parts++) {
    if (parts > MAX_PARTS) return undefined;
    const part = open.pop();
    if (Array.isArray(part)) open.push(...part);
    else if (isName(part, name)) return undefined;
    else if (typeof part === 'object' && part !== null) open.push(...withoutName(part, name, found));
  }
  return found;
}

function isName(part: unknown, name: string): boolean {
  return typeof part === 'object' && part !== null && 'kind' in part && part.kind === 'name' && 'name' in part && part.name === name;
}

/** Of `self.path.x` the first name is what counts, and of `super().path` that behind the brackets. */
function withoutName(part: object, name: string, found: Set<string>): readonly unknown[] {
  if (!('root' in part) || !('steps' in part) || !Array.isArray(part.steps)) return Object.values(part);
  const isBase = name === 'self' && isName(part.root, 'super');
  if (!isBase && !isName(part.root, name)) return Object.values(part);
  const first = part.steps[isBase ? 1 : 0];
  if (first?.kind !== 'attr') return [{ kind: 'name', name }];
  found.add(first.name);
  return part.steps;
}
