/** §4.1 Calls of what a dictionary or list of the file holds: `STEPS["orders"](…)`, `for step in STEPS: step(…)`. */
import { groupPairs } from '../pairs.js';
import type { Bind, Call, Expr, Step } from './facts.js';

/** Of one dictionary or list. */
const MAX_NAMES = 60;
const MAX_DEPTH = 3;
const MAX_HOPS = 3;

type Binds = ReadonlyMap<string, readonly Bind[]>;

/** For a step of a call, the names that it may call by way of something that holds them. */
export function heldCalls(binds: readonly Bind[]): (call: Call, step: number) => readonly string[] {
  const byName: Binds = groupPairs(binds.flatMap((bind) => (bind.key || bind.how === 'augment' ? [] : [[bind.name, bind] as const])));
  const held = new Map([...byName].map(([name, all]) => [name, namesHeld(all)]));
  const known = new Map<string, readonly string[]>();
  const heldBy = (name: string): readonly string[] => {
    const own = held.get(name) ?? [];
    return own.length > 0 ? own : throughNames(name, byName, held);
  };
  return ({ chain: { root, steps } }, step) => {
    if (root.kind !== 'name' || !steps.slice(0, step).every(isAccess)) return [];
    const names = known.get(root.name) ?? heldBy(root.name);
    known.set(root.name, names);
    return names;
  };
}

/** What a name was taken out of, and that one out of what. */
function throughNames(name: string, binds: Binds, held: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let names: readonly string[] = [name];
  for (let hops = 0; hops < MAX_HOPS && names.length > 0; hops++) {
    names = [...new Set(names.flatMap((one) => (binds.get(one) ?? []).flatMap(({ value }) => rootOf(value))))].slice(0, MAX_NAMES);
    const found = names.flatMap((one) => held.get(one) ?? []);
    if (found.length > 0) return found.slice(0, MAX_NAMES);
  }
  return [];
}

function rootOf(value: Expr): readonly string[] {
  if (value.kind === 'name') return [value.name];
  return value.kind === 'chain' && value.root.kind === 'name' && value.steps.every(isAccess) ? [value.root.name] : [];
}

/** `[…]`, `.get(…)`, `.items()`, `.values()`. */
function isAccess(step: Step): boolean {
  return step.kind !== 'attr' || /^(?:get|items|values)$/.test(step.name);
}

function namesHeld(binds: readonly Bind[]): readonly string[] {
  const found = binds.flatMap(({ value }) => namesIn(value.kind === 'chain' && value.steps.every(isAccess) ? value.root : value, 0));
  return [...new Set(found)].slice(0, MAX_NAMES);
}

/** `depth`: how many dictionaries and lists are around. */
function namesIn(value: Expr, depth: number): readonly string[] {
  if (value.kind === 'list' && depth < MAX_DEPTH) return value.items.flatMap((item) => namesIn(item, depth + 1));
  if (value.kind === 'dict' && depth < MAX_DEPTH) return value.entries.flatMap(([, item]) => namesIn(item, depth + 1));
  if (depth === 0) return [];
  if (value.kind === 'name') return [value.name];
  const last = value.kind === 'chain' && value.steps.every(({ kind }) => kind === 'attr') ? value.steps.at(-1) : undefined;
  return last?.kind === 'attr' ? [last.name] : [];
}
