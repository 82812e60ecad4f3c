/** §4.1 Whether a method has to do with an attribute of its instance: it names it, or something that does. */
import { groupPairs } from '../pairs.js';
import type { Bind, PythonFacts } from '../python/facts.js';
import { spend } from './paid.js';
import { type DefRef, memberKey, type Program, type Unit } from './program.js';

/** Attributes of `self` by scope; undefined where `self` itself is handed on, or a def within may name any. */
const NAMED = new WeakMap<Unit, Map<number, ReadonlySet<string> | undefined>>();

const AT_ONCE = 32;
type Asked = { readonly method: string; readonly attribute: string };

/** A method that is not found, as one of another library, may ask for anything. */
export function touches(program: Program, classes: readonly DefRef[], { method, attribute }: Asked): boolean {
  const open = [method];
  let looked = 0;
  const seen = new Set(open);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === attribute) return true;
    const scopes = classes.flatMap(({ unit, scope }) => {
      const inner = unit.innerScopes.get(memberKey(scope, name));
      return inner === undefined ? [] : [{ unit, inner }];
    });
    if (name === method && scopes.length === 0) return true;
    for (const { unit, inner } of scopes) {
      const named = namedIn(unit, inner);
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

function namedIn(unit: Unit, scope: number): ReadonlySet<string> | undefined {
  const known = NAMED.get(unit) ?? new Map<number, ReadonlySet<string> | undefined>();
  NAMED.set(unit, known);
  if (!known.has(scope)) known.set(scope, readIn(unit, scope));
  return known.get(scope);
}

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

const MAX_PARTS = 20_000;

function readIn({ facts, callsByScope }: Unit, scope: number): ReadonlySet<string> | undefined {
  const { outer, binds } = insidesOf(facts);
  if (outer.has(scope)) return undefined;
  const own = binds.get(scope) ?? [];
  const open: unknown[] = [...(callsByScope.get(scope) ?? []), ...own, facts.scopes[scope]?.returns];
  const found = new Set(own.flatMap(({ name }) => (name.startsWith('self.') ? [name.split('.')[1] ?? ''] : [])));
  for (let parts = 0; open.length > 0; parts++) {
    if (parts > MAX_PARTS) return undefined;
    const part = open.pop();
    if (Array.isArray(part)) open.push(...part);
    else if (isSelf(part)) return undefined;
    else if (typeof part === 'object' && part !== null) open.push(...withoutSelf(part, found));
  }
  return found;
}

function isSelf(part: unknown): boolean {
  return typeof part === 'object' && part !== null && 'kind' in part && part.kind === 'name' && 'name' in part && part.name === 'self';
}

/** Of `self.path.x` the first name is what counts. */
function withoutSelf(part: object, found: Set<string>): readonly unknown[] {
  if (!('root' in part) || !('steps' in part) || !isSelf(part.root) || !Array.isArray(part.steps)) return Object.values(part);
  const [first] = part.steps;
  if (first?.kind !== 'attr') return [part.root];
  found.add(first.name);
  return part.steps;
}
