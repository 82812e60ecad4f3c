/** §4.1 Names that a def binds anew for those around it: `global PATH`, `nonlocal path`. */
import type { Call } from '../python/facts.js';
import { bindArgs } from './binding.js';
import { surely } from './blocks.js';
import { isPlaceholder } from './combine.js';
import { memberKey, type Unit } from './program.js';
import { isNeverReached } from './reached.js';
import { decidedBinds } from './reaching.js';
import { type BoundArgs, type Evaluation, type Frame, hole, type Value } from './values.js';

/** By name: the defs that bind it anew, and those that call one of them. */
type Rebinding = { readonly defs: ReadonlySet<number>; readonly callers: ReadonlySet<number> };
const REBINDING = new WeakMap<Unit, ReadonlyMap<string, Rebinding>>();
const MAX_HOPS = 3;
const AT_END = Number.MAX_SAFE_INTEGER - 1;

function rebindingIn(unit: Unit): ReadonlyMap<string, Rebinding> {
  const known = REBINDING.get(unit);
  if (known) return known;
  const defs = new Map<string, Set<number>>();
  for (const [scope, { outer = [] }] of unit.facts.scopes.entries())
    for (const name of outer)
      if (unit.bindsByScope.has(memberKey(scope, name))) defs.set(name, new Set([...(defs.get(name) ?? []), scope]));
  const found = new Map([...defs].map(([name, own]) => [name, { defs: own, callers: callersOf(unit, own) }]));
  REBINDING.set(unit, found);
  return found;
}

function callersOf(unit: Unit, defs: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(defs);
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const more = [...unit.facts.calls].filter((call) => !all.has(call.scope) && calledIn(unit, call, all) !== undefined);
    for (const { scope } of more) all.add(scope);
  }
  return all;
}

/** Which of these defs a call calls, by its name. */
function calledIn({ facts, scopesByName }: Unit, { chain: { root, steps } }: Call, defs: ReadonlySet<number>): number | undefined {
  if (root.kind !== 'name' || steps[0]?.kind !== 'call') return undefined;
  return scopesByName.get(root.name)?.find((scope) => defs.has(scope) && facts.scopes[facts.scopes[scope]?.parent ?? 0]?.kind !== 'class');
}

/** What a name of the file, or of a def, is since others bound it anew; `since`: the call that did. */
export type Rebound = { readonly values: readonly Value[]; readonly isSure: boolean; readonly since: number };
type BindValues = (at: Frame) => readonly Value[];
type Asked = { readonly ev: Evaluation; readonly name: string; readonly valuesOf: BindValues };

/** By calls in the scope of the frame, before its place. */
export function reboundBefore(asked: Asked, frame: Frame, hops = 0): Rebound | undefined {
  const { ev, name } = asked;
  const { unit, scope, pos, block } = frame;
  const rebinding = rebindingIn(unit).get(name);
  if (!rebinding || hops > MAX_HOPS || rebinding.defs.has(scope)) return undefined;
  const calls = (unit.callsByScope.get(scope) ?? []).filter((call) => call.pos < pos).toReversed();
  const values: Value[] = [];
  let since = -1;
  for (const call of calls) {
    const def = calledIn(unit, call, rebinding.callers);
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

function insideOf(ev: Evaluation, { chain: { steps } }: Call, def: number, frame: Frame): Frame {
  const { unit } = frame;
  const [called] = steps;
  const of = unit.facts.scopes[def];
  const bound: BoundArgs =
    called?.kind === 'call' ? bindArgs(ev, of?.params ?? [], { args: called.args, keywords: called.keywords, frame }, 0) : new Map();
  return { unit, scope: def, block: of?.block ?? 0, pos: AT_END, bound };
}

function endOf({ ev, name, valuesOf }: Asked, inside: Frame): Rebound {
  const { certain } = decidedBinds(ev, inside, name);
  return { values: valuesOf(inside), isSure: certain, since: 0 };
}

/** What the file does where it is run. */
function isMain({ facts }: Unit, block: number): boolean {
  const when = facts.blocks[block]?.when;
  return when?.kind === 'op' && when.op === '==' && when.left.kind === 'name' && when.left.name === '__name__';
}

/** Seen from another def: bound anew by who knows whom, and nobody knows when. */
export function reboundSomewhere({ name, valuesOf }: Omit<Asked, 'ev'>, own: readonly Value[], frame: Frame): readonly Value[] {
  const { unit, scope } = frame;
  const rebinding = rebindingIn(unit).get(name);
  const defs = [...(rebinding?.defs ?? [])].filter((def) => isAround(unit, scope, def));
  if (defs.length === 0) return own;
  const values = defs.flatMap((def) => valuesOf({ unit, scope: def, block: unit.facts.scopes[def]?.block ?? 0, pos: AT_END }));
  return own.every(isPlaceholder) ? values : [...values, hole('opaque', name)];
}

function isAround({ facts }: Unit, scope: number, def: number): boolean {
  for (let at = facts.scopes[def]?.parent ?? -1; at >= 0; at = facts.scopes[at]?.parent ?? -1) if (at === scope) return true;
  return false;
}
