/** §4.1 Attributes that others set on an instance: `job.path = …` behind `job = Job()`, also in a function that it is given to. */

import { groupPairs } from '../pairs.js';
import type { Bind, Call, Expr } from '../python/facts.js';
import { excluded, isHidden, surely } from './blocks.js';
import { type DefValue, givenBy, isDef } from './callees.js';
import { changed } from './changes.js';
import { bindValues, lookupName } from './names.js';
import { isSpent, spend } from './paid.js';
import { dotted, type Given, LOOKS, MAX_DEPTH, maySet, methodOn, placeGiven, placeOf } from './passed-on.js';
import { callsNamed, type DefRef, memberKey, scopeOf, type Unit } from './program.js';
import { reachingBinds } from './reaching.js';
import { parameterGiven } from './receiver.js';
import { isSameCall } from './remembered.js';
import { assignedBy, assigns, setInChain } from './set-by-methods.js';
import { reads } from './touches.js';
import type { BoundCall, Evaluation, Frame, UnderWay, Value } from './values.js';
import { AT_END } from './values.js';

type Instance = Extract<Value, { kind: 'instance' }>;
/** What an attribute was set to; `isSure`: and nothing else. */
type State = { readonly values: readonly Value[]; readonly isSure: boolean };

/** A name that holds the instance, from one place of its scope on. */
type Holder = {
  readonly frame: Frame;
  readonly name: string;
  readonly since: number;
  readonly until: number;
  readonly before: State;
  readonly depth: number;
};
/** `own` is told which bind is read; `without`: the one whose own value is worked out. */
type Looking = {
  readonly classes: readonly DefRef[];
  readonly own: Pick<UnderWay, 'bind'>;
  readonly without: Bind | undefined;
  readonly seen?: SeenAt | undefined;
};
/** The name and place that it is read by, where it is not one of its own methods that reads it. */
export type SeenAt = { readonly name: string; readonly frame: Frame };
type Asked = Looking & { readonly ev: Evaluation; readonly attribute: string; readonly self: Instance };

const NOTHING: State = { values: [], isSure: false };
/** Places that are looked at for one step. */
const AT_ONCE = 16;
const MAX_HOLDERS = 12;

/** Undefined where nobody sets it. */
export function setOutside(ev: Evaluation, self: Instance, attribute: string, looking: Looking): State | undefined {
  const asked: Asked = { ev, attribute, self, ...looking };
  const { ctor } = self;
  const chained = looking.without ? undefined : setInChain(ev, looking.classes, asked);
  const holders = (ctor ? holdersOf(asked, ctor) : []).map((one) => (chained && one.depth === 0 ? { ...one, before: chained.after } : one));
  const { seen } = looking;
  const reader = seen && holders.find(({ name, frame, since }) => isReadIn(frame, seen) && name === seen.name && since < seen.frame.pos);
  if (seen && reader) {
    const state = stateAt(asked, reader, seen.frame);
    return state.values.length === 0 ? undefined : state;
  }
  const found = [
    ...holders.map((holder) => seenBy(asked, holder)),
    ...(holders.length === 0 && chained?.uses.length === 0 ? [chained.after] : []),
    ...(chained?.uses ?? []),
  ].filter((one) => one !== undefined);
  const values = found.flatMap((state) => state.values);
  return values.length === 0 ? undefined : { values, isSure: found.length >= holders.length && found.every(({ isSure }) => isSure) };
}

function isReadIn({ unit, scope }: Frame, { frame }: SeenAt): boolean {
  return unit === frame.unit && scope === frame.scope;
}

/** What the attribute is wherever the instance is used; undefined where the holder neither sets nor uses it. */
function seenBy(asked: Asked, holder: Holder): State | undefined {
  if (setsOf(asked, holder).length === 0) return holder.before;
  const uses = usesOf(asked, holder);
  const states = uses.length > 0 ? uses : [stateAt(asked, holder, endOf(holder))];
  return {
    values: [...new Set(states.flatMap(({ values }) => values))],
    isSure: states.every(({ isSure }) => isSure),
  };
}

function endOf({ frame: { unit, scope }, until }: Holder): Pick<Frame, 'block' | 'pos'> {
  return { block: unit.facts.scopes[scope]?.block ?? 0, pos: Math.min(until, AT_END) };
}

/** The calls of its methods, and of functions that are given it and do not belong to the repository. */
function usesOf(asked: Asked, holder: Holder): readonly State[] {
  const { frame, name, since, until } = holder;
  const calls = frame.unit.callsByScope.get(frame.scope) ?? [];
  spend(asked.ev.program, calls.length >> 4);
  return calls.flatMap((call): readonly State[] => {
    if (call.pos <= since || call.pos >= until || isSpent(asked.ev.program)) return [];
    const method = methodOn(call, name);
    if (method !== undefined) return isRead(asked, method) ? [stateAt(asked, holder, call)] : [];
    if (placeGiven(call, name) === undefined || (call.chain.root.kind === 'name' && LOOKS.has(call.chain.root.name))) return [];
    const inner = setsOf(asked, holder).includes(call) ? innerHolder(asked, holder, call) : 'unknown';
    if (inner === undefined) return [];
    return inner === 'unknown' ? [stateAt(asked, holder, call)] : usesOf(asked, { ...inner, before: stateAt(asked, holder, call) });
  });
}

function isRead({ ev, classes, attribute }: Asked, method: string): boolean {
  return reads(ev.program, classes, { method, attribute });
}

function stateAt(asked: Asked, holder: Holder, { block, pos }: Pick<Frame, 'block' | 'pos'>): State {
  const { frame, since } = holder;
  const at: Frame = { ...frame, block, pos };
  const { program } = asked.ev;
  const found: Value[] = [];
  for (const [index, set] of setsOf(asked, holder).entries()) {
    if (isSpent(program)) break;
    if (index % AT_ONCE === 0) spend(program, 1);
    if (set.pos <= since || set.pos >= pos || excluded(frame.unit, set.block, block) || isHidden(set.block, at)) continue;
    const state = 'chain' in set ? byCall(asked, holder, set) : byBind(asked, at, set);
    found.push(...state.values);
    // Each use keeps what it sees.
    spend(program, 1 + (state.values.length >> 4));
    if (state.isSure && surely(frame.unit, set.block, block)) return { values: found, isSure: true };
  }
  return { values: [...found, ...holder.before.values], isSure: holder.before.isSure };
}

function byBind({ ev, own }: Asked, frame: Frame, bind: Bind): State {
  own.bind = bind;
  const values = bindValues(ev, bind, frame).flatMap((value) => changed(ev, value, { name: bind.name, since: bind.pos, frame }));
  delete own.bind;
  return { values, isSure: true };
}

/** `setattr(job, "path", …)`, and `configure(job)` that sets it. */
function byCall(asked: Asked, holder: Holder, call: Call): State {
  const { ev } = asked;
  const method = methodOn(call, holder.name);
  if (method !== undefined) return byMethod(asked, holder.frame, call, method);
  const [step] = call.chain.steps;
  const [, attribute, value] = step?.kind === 'call' ? step.args : [];
  if (call.chain.root.kind === 'name' && call.chain.root.name === 'setattr' && attribute && value) {
    const frame = { ...holder.frame, block: call.block, pos: call.pos };
    return attribute.kind === 'text' && attribute.value === asked.attribute ? { values: ev.evaluate(value, frame), isSure: true } : NOTHING;
  }
  const inner = innerHolder(asked, holder, call);
  return inner === undefined || inner === 'unknown' ? NOTHING : stateAt(asked, inner, endOf(inner));
}

/** `job.prepare("gold")` */
function byMethod(asked: Asked, frame: Frame, call: Call, name: string): State {
  const step = call.chain.steps.find(({ kind }) => kind === 'call');
  if (step?.kind !== 'call') return NOTHING;
  const at: Frame = { ...frame, block: call.block, pos: call.pos };
  return assignedBy(
    asked.ev,
    { classes: asked.classes, name },
    { ...asked, call: { args: step.args, keywords: step.keywords, frame: at } },
  );
}

const SETS = new WeakMap<Holder, readonly (Bind | Call)[]>();

/** What may set it, the last first. */
function setsOf(asked: Asked, holder: Holder): readonly (Bind | Call)[] {
  const known = SETS.get(holder) ?? findSets(asked, holder);
  SETS.set(holder, known);
  return known;
}

function findSets({ ev, attribute, without, classes }: Asked, { frame: { unit, scope }, name, depth }: Holder): readonly (Bind | Call)[] {
  const binds = (unit.bindsByScope.get(memberKey(scope, `${name}.${attribute}`)) ?? []).filter((bind) => !bind.key && bind !== without);
  const all = unit.callsByScope.get(scope) ?? [];
  spend(ev.program, (binds.length + all.length) >> 4);
  const calls = all.filter((call) => {
    const method = methodOn(call, name);
    if (method !== undefined) return !without && assigns({ classes, name: method }, attribute);
    const given = placeGiven(call, name);
    return given !== undefined && depth < MAX_DEPTH && maySet(ev, unit, { call, given, attribute, depth });
  });
  return [...binds, ...calls].toSorted((a, b) => b.pos - a.pos);
}

/** The parameter that the instance is in a function of the repository. */
function innerHolder(asked: Asked, holder: Holder, call: Call): Holder | 'unknown' | undefined {
  const given = placeGiven(call, holder.name);
  return given && heldBy(asked, { frame: holder.frame, depth: holder.depth }, call, given);
}

type Around = Pick<Holder, 'frame' | 'depth'>;

function heldBy({ ev }: Asked, { frame, depth }: Around, call: Call, { step, to }: Given): Holder | 'unknown' {
  const called = call.chain.steps[step];
  if (called?.kind !== 'call' || depth >= MAX_DEPTH) return 'unknown';
  spend(ev.program, 1);
  const at: Frame = { ...frame, block: call.block, pos: call.pos };
  const callees = ev.evaluate(step === 0 ? call.chain.root : { ...call.chain, steps: call.chain.steps.slice(0, step) }, at);
  const def = callees.find((value): value is DefValue => value.kind === 'def');
  const name = def && parameterGiven(def, to);
  if (!def || name === undefined) return 'unknown';
  const given = givenBy(ev, def, { args: called.args, keywords: called.keywords, frame: at });
  const { unit, scope } = def.of;
  const inside: Frame = {
    unit,
    scope,
    block: unit.facts.scopes[scope]?.block ?? 0,
    pos: AT_END,
    ...given,
  };
  return { frame: inside, name, since: -1, until: AT_END, before: NOTHING, depth: depth + 1 };
}

/** Calls that make something which a name is given, by their scope and line. */
const MADE = new WeakMap<Unit, ReadonlyMap<string, readonly Bind[]>>();

function madeIn(unit: Unit): ReadonlyMap<string, readonly Bind[]> {
  const known = MADE.get(unit);
  if (known) return known;
  const found = new Map<string, Bind[]>();
  for (const bind of unit.facts.binds) {
    const last = bind.value.kind === 'chain' ? bind.value.steps.at(-1) : undefined;
    if (bind.key || bind.index !== undefined || bind.how === 'for' || last?.kind !== 'call') continue;
    const key = memberKey(bind.scope, `${last.line}`);
    found.set(key, [...(found.get(key) ?? []), bind]);
  }
  MADE.set(unit, found);
  return found;
}

/** The names that get what one call makes: the one it is assigned to, in the scopes that see it, the one its maker's caller gives it, or a parameter. */
function holdersOf(asked: Asked, ctor: BoundCall): readonly Holder[] {
  const { frame, line } = ctor;
  if (line === undefined) return [];
  const bind = madeIn(frame.unit)
    .get(memberKey(frame.scope, `${line}`))
    ?.find(({ pos }) => pos >= frame.pos);
  if (!bind) {
    const given = givenAtOnce(asked, ctor, line);
    return given.length > 0 ? given : amongOthers(asked, ctor);
  }
  const first = holderAt(frame, bind, 0);
  const others = [...elsewhere(asked, first), ...handedBack(asked, first)];
  return [...(others.length > 0 && usesOf(asked, first).length === 0 ? [] : [first]), ...others].slice(0, MAX_HOLDERS);
}

function holderAt(frame: Frame, { name, pos, scope }: Bind, depth: number, before = NOTHING): Holder {
  const again = frame.unit.bindsByScope.get(memberKey(scope, name))?.find((one) => one.pos > pos && !one.key);
  return { frame, name, since: pos, until: again?.pos ?? AT_END, before, depth };
}

/** `execute(Job())`. */
function givenAtOnce(asked: Asked, { frame, args }: BoundCall, line: number): readonly Holder[] {
  const isIt = (expr: Expr): boolean => {
    const last = expr.kind === 'chain' ? expr.steps.at(-1) : undefined;
    return last?.kind === 'call' && last.line === line && last.args.length === args.length;
  };
  const calls = frame.unit.callsByScope.get(frame.scope) ?? [];
  spend(asked.ev.program, calls.length >> 6);
  for (const call of calls) {
    if (call.line > line || call.endLine < line) continue;
    const given = placeOf(call.chain.steps, isIt);
    const inner = given && heldBy(asked, { frame, depth: 0 }, call, given);
    if (inner && inner !== 'unknown') return [inner];
  }
  return [];
}

/** What is set on anything but `self`, by the attribute. */
const SET = new WeakMap<Unit, ReadonlyMap<string, readonly Bind[]>>();

function setIn(unit: Unit): ReadonlyMap<string, readonly Bind[]> {
  const known = SET.get(unit);
  if (known) return known;
  const found = groupPairs(
    unit.facts.binds.flatMap((bind) => {
      const [, attribute] = /^(?!self\.|cls\.)\w+\.(\w+)$/.exec(bind.name) ?? [];
      return attribute === undefined || bind.key ? [] : [[attribute, bind] as const];
    }),
  );
  SET.set(unit, found);
  return found;
}

/** `for job in jobs: job.path = …` */
function amongOthers({ ev, attribute }: Asked, ctor: BoundCall): readonly Holder[] {
  const { unit, scope } = ctor.frame;
  const isIt = (value: Value): boolean => value.kind === 'instance' && isSameCall(value.ctor, ctor);
  return (setIn(unit).get(attribute) ?? []).flatMap((set): readonly Holder[] => {
    const name = set.name.slice(0, -attribute.length - 1);
    const at: Frame = { ...ctor.frame, block: set.block, pos: set.pos };
    if (set.scope !== scope) return [];
    const bind = reachingBinds(at, name).binds[0];
    return bind && lookupName(ev, name, at).some(isIt) ? [holderAt(at, bind, 0)] : [];
  });
}

/** What a module makes is set in its defs. */
function elsewhere(asked: Asked, holder: Holder): readonly Holder[] {
  const { unit, scope, block } = holder.frame;
  if (scope !== 0) return [];
  const scopes = new Set((unit.bindsByName.get(`${holder.name}.${asked.attribute}`) ?? []).map((bind) => bind.scope));
  scopes.delete(0);
  return [...scopes].map((inside) => ({ ...holder, frame: { unit, scope: inside, block, pos: AT_END }, since: -1, until: AT_END }));
}

/** `job = make()`, where `make` makes it, sets something on it and gives it back. */
function handedBack(asked: Asked, holder: Holder): readonly Holder[] {
  const { frame, name } = holder;
  const { ev } = asked;
  const of: DefRef = { unit: frame.unit, scope: frame.scope };
  const scope = scopeOf(of);
  if (scope?.kind !== 'def' || !scope.returns.some((value) => dotted(value) === name)) return [];
  const before = stateAt(asked, holder, endOf(holder));
  return callsNamed(ev.program, scope.name)
    .slice(0, MAX_HOLDERS)
    .flatMap(({ unit, call, step }) => {
      const called = call.chain.steps[step];
      const line = called?.kind === 'call' ? called.line : undefined;
      const bind = madeIn(unit)
        .get(memberKey(call.scope, `${line}`))
        ?.find(({ pos }) => pos >= call.pos);
      const at: Frame = { unit, scope: call.scope, block: call.block, pos: call.pos };
      const callees = bind ? ev.evaluate({ ...call.chain, steps: call.chain.steps.slice(0, step) }, at) : [];
      return bind && callees.some((value) => isDef(value, of)) ? [holderAt(at, bind, 1, before)] : [];
    });
}
