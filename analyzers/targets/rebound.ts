/** §4.1 Names that a def binds anew for those around it: `global PATH`, `nonlocal path`. */

import { groupPairs } from '../pairs.js';
import type { Call } from '../python/facts.js';
import { bindArgs } from './binding.js';
import { surely } from './blocks.js';
import { isPlaceholder } from './combine.js';
import { isSpent, type Paid, shared, spend } from './paid.js';
import { memberKey, type Program, type Unit } from './program.js';
import { isNeverReached } from './reached.js';
import { decidedBinds } from './reaching.js';
import { AT_END, type BoundArgs, type Evaluation, type Frame, hole, type Value } from './values.js';

/** Defs that bind a name anew; `callers`: by their names, and those of defs that call one of them; `calls`: of these, by their scope. */
type Rebinding = {
  readonly defs: ReadonlySet<number>;
  readonly callers: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<number, readonly Call[]>;
};
/** Of a file: the defs that bind a name anew, the calls of a name, and what was asked so far. */
type ReboundNames = {
  readonly defs: ReadonlyMap<string, readonly number[]>;
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  readonly known: Map<string, Paid<Rebinding>>;
};
const NAMES = new WeakMap<Unit, ReboundNames>();
const MAX_HOPS = 3;

function namesIn(unit: Unit): ReboundNames {
  const known = NAMES.get(unit);
  if (known) return known;
  const { scopes, calls } = unit.facts;
  const bound = scopes.flatMap(({ outer = [] }, scope) =>
    [...new Set(outer)].flatMap((name) => (unit.bindsByScope.has(memberKey(scope, name)) ? [[name, scope] as const] : [])),
  );
  const called = [...(bound.length > 0 ? calls : [])].flatMap((call) => {
    const { root, steps } = call.chain;
    return root.kind === 'name' && steps[0]?.kind === 'call' ? [[root.name, call] as const] : [];
  });
  const found = { defs: groupPairs(bound), calls: groupPairs(called), known: new Map() };
  NAMES.set(unit, found);
  return found;
}

function rebindingOf(program: Program, unit: Unit, name: string): Rebinding | undefined {
  const names = namesIn(unit);
  const defs = names.defs.get(name);
  if (!defs) return undefined;
  const keep = (found: Paid<Rebinding>) => names.known.set(name, found);
  return shared(program, { known: names.known.get(name), keep }, () => rebinding(program, unit, defs));
}

/** Who calls one of them is found from hop to hop by the names of those that the hop before found. */
function rebinding(program: Program, unit: Unit, defs: readonly number[]): Rebinding {
  const { scopes } = unit.facts;
  const names = namesIn(unit);
  const all = new Set(defs);
  const callers = new Map<string, number>();
  const found: Call[] = [];
  for (let hops = 0, newest = defs; hops <= MAX_HOPS && newest.length > 0; hops++) {
    const more = new Set<number>();
    for (const def of newest) {
      const { name = '', parent = 0 } = scopes[def] ?? {};
      if (scopes[parent]?.kind === 'class') continue;
      const first = callers.get(name);
      callers.set(name, Math.min(first ?? def, def));
      if (first !== undefined) continue;
      for (const call of names.calls.get(name) ?? []) {
        found.push(call);
        if (hops < MAX_HOPS && !all.has(call.scope)) more.add(call.scope);
      }
    }
    for (const scope of more) all.add(scope);
    newest = [...more];
  }
  spend(program, (all.size + found.length) >> 5);
  const calls = groupPairs(found.toSorted((a, b) => a.pos - b.pos).map((call) => [call.scope, call]));
  return { defs: new Set(defs), callers, calls };
}

/** What a name of the file, or of a def, is since others bound it anew; `since`: the call that did. */
export type Rebound = { readonly values: readonly Value[]; readonly isSure: boolean; readonly since: number };
type BindValues = (at: Frame) => readonly Value[];
type Asked = { readonly ev: Evaluation; readonly name: string; readonly valuesOf: BindValues };

/** By calls in the scope of the frame, before its place. */
export function reboundBefore(asked: Asked, frame: Frame, hops = 0): Rebound | undefined {
  const { ev, name } = asked;
  const { unit, scope, pos, block } = frame;
  const rebinding = rebindingOf(ev.program, unit, name);
  if (!rebinding || hops > MAX_HOPS || rebinding.defs.has(scope)) return undefined;
  const calls = (rebinding.calls.get(scope) ?? []).filter((call) => call.pos < pos).toReversed();
  spend(ev.program, calls.length >> 6);
  const values: Value[] = [];
  let since = -1;
  for (const call of calls) {
    if (isSpent(ev.program)) break;
    spend(ev.program, 1 + (values.length >> 6));
    const def = defOf(rebinding, call);
    const at: Frame = { ...frame, block: call.block, pos: call.pos };
    if (def === undefined || isNeverReached(ev, at)) continue;
    const inside = insideOf(ev, call, def, at);
    const found = rebinding.defs.has(def) ? endOf(asked, inside) : reboundBefore(asked, inside, hops + 1);
    if (!found) continue;
    values.push(...found.values);
    since = Math.max(since, call.pos);
    if (found.isSure && (isMain(unit, call.block) || surely(unit, call.block, block))) return { values, isSure: true, since };
  }
  return values.length === 0 ? undefined : { values, isSure: false, since };
}

/** Which of them a call calls. */
function defOf({ callers }: Rebinding, { chain: { root } }: Call): number | undefined {
  return root.kind === 'name' ? callers.get(root.name) : undefined;
}

function insideOf(ev: Evaluation, { chain: { steps } }: Call, def: number, frame: Frame): Frame {
  const { unit } = frame;
  const [called] = steps;
  const of = unit.facts.scopes[def];
  const bound: BoundArgs =
    called?.kind === 'call' ? bindArgs(ev, of?.params ?? [], { args: called.args, keywords: called.keywords, frame }, 0) : new Map();
  return { unit, scope: def, block: of?.block ?? 0, pos: AT_END, bound };
}

function endOf(asked: Asked, inside: Frame): Rebound {
  const { certain } = decidedBinds(asked.ev, inside, asked.name);
  return { values: lastWord(asked, inside), isSure: certain, since: 0 };
}

/** What a def leaves a name at. One that adds to it asks what it was before, and so itself and others: nobody knows how often they have run. */
function lastWord({ ev, name, valuesOf }: Asked, inside: Frame): readonly Value[] {
  const ring = `${inside.unit.path} ${name}`;
  const unknown = [hole('opaque', name)];
  if (ev.rebinding.has(ring)) {
    ev.rebinding.set(ring, 'met');
    return unknown;
  }
  ev.rebinding.set(ring, 'open');
  const values = valuesOf(inside);
  const isRing = ev.rebinding.get(ring) === 'met';
  ev.rebinding.delete(ring);
  return isRing ? unknown : values;
}

/** What the file does where it is run. */
function isMain({ facts }: Unit, block: number): boolean {
  const when = facts.blocks[block]?.when;
  return when?.kind === 'op' && when.op === '==' && when.left.kind === 'name' && when.left.name === '__name__';
}

/** Seen from another def: bound anew by who knows whom, and nobody knows when. */
export function reboundSomewhere(asked: Asked, own: readonly Value[], frame: Frame): readonly Value[] {
  const { ev, name } = asked;
  const { unit, scope } = frame;
  const all = namesIn(unit).defs.get(name) ?? [];
  spend(ev.program, all.length >> 4);
  const defs = all.filter((def) => isAround(unit, scope, def));
  if (defs.length === 0) return own;
  const values = defs.flatMap((def) => lastWord(asked, { unit, scope: def, block: unit.facts.scopes[def]?.block ?? 0, pos: AT_END }));
  return own.every(isPlaceholder) ? values : [...values, hole('opaque', name)];
}

function isAround({ facts }: Unit, scope: number, def: number): boolean {
  for (let at = facts.scopes[def]?.parent ?? -1; at >= 0; at = facts.scopes[at]?.parent ?? -1) if (at === scope) return true;
  return false;
}
