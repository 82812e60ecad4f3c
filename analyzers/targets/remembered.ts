/**
 * §4.1 What is worked out once for all sites, and for the next link of the same scan: the classes that a class derives from,
 * members of instances that hang on nothing but their class, and what is called where nothing is known of the callers. A member
 * that goes round in a ring ends.
 */
import type { Call } from '../python/facts.js';
import { CONDITION_BUDGET } from './conditions.js';
import { type Holds, isSpent, type Paid, paid, paidAgain, stillHolding, stillHoldingIn } from './paid.js';
import type { DefRef, Program } from './program.js';
import type { BoundCall, Evaluation, Member, UnderWay, Value } from './values.js';

/** Whoever is no deeper is cut short nowhere: `fromModule` ends here, an evaluation later. */
export const MAX_FILES_DEEP = 50;

type Values = readonly Value[] | undefined;
type Ways = { readonly work: (own: UnderWay) => Values; readonly ring: (of: UnderWay) => Values };

/** The values of a member, with all that asking for it costs and leaves behind. `touched`: the members that it hangs on. */
type Remembered = {
  readonly values: Values;
  readonly touched: ReadonlySet<string>;
  readonly unbound: ReadonlySet<string>;
  readonly evaluations: number;
  readonly patience: number;
  readonly depth: number;
  /** No ring in it was ended by something around it. */
  readonly isWhole: boolean;
};

/** The classes that a class derives from, itself the first, and what it costs of depth and budget to look for them. */
export type Ancestry = { readonly bases: readonly DefRef[]; readonly depth: number; readonly evaluations: number };
/** What a call step may call. `isOpen`: that hangs on who called the def around it. */
export type Callees = { readonly values: readonly Value[]; readonly isOpen: boolean };
type Memory = {
  readonly members: Map<string, Paid<Remembered>>;
  readonly ancestries: Map<string, Paid<Ancestry>>;
  /** By the call and `stepKey`. */
  readonly callees: Map<Call, ReadonlyMap<string, Paid<Callees>>>;
};
const MEMORIES = new WeakMap<Program, Memory>();

/** Of one program: what was worked out before its scripts were given anything may hold defaults that a run replaces. */
export function memoryOf(program: Program): Memory {
  const known = MEMORIES.get(program) ?? { members: new Map(), ancestries: new Map(), callees: new Map() };
  MEMORIES.set(program, known);
  return known;
}

/** What the same program had worked out when fewer of its files were known, as far as it would be the same now. */
export function rememberFrom(program: Program, before: Program, holds: Holds): void {
  const { members, ancestries, callees } = memoryOf(before);
  MEMORIES.set(program, {
    members: stillHolding(members, holds),
    ancestries: stillHolding(ancestries, holds),
    callees: stillHoldingIn(callees, holds),
  });
}

/** What `work` gives, or `ring` where a member is asked for while it is worked out: of the outer one. */
export function memberValues(ev: Evaluation, member: Member, { work, ring }: Ways): Values {
  const place = ev.underWay.findIndex(({ key, of }) => key === member.key && isSameCall(of, member.of));
  const outer = ev.underWay[place];
  if (outer) {
    for (const one of ev.underWay.slice(place)) one.outermost = Math.min(one.outermost, place);
    return ring(outer);
  }
  // A text that is added to line by line knows how many of them there were, and what is explained says who asked.
  if (!member.isPlain || ev.run || ev.program.explains || ev.added > 0 || ev.rebinding.size > 0) return within(ev, member, work).values;
  const { members } = memoryOf(ev.program);
  const known = members.get(member.key);
  if (known) return fits(ev, known.value) ? takenFrom(ev, known) : within(ev, member, work).values;
  const found = paid(ev.program, () => watched(ev, member, work));
  const { value } = found;
  for (const one of value.unbound) ev.unbound.add(one);
  if (
    !isSpent(ev.program) &&
    value.isWhole &&
    ev.budget > 0 &&
    ev.patience > 0 &&
    ev.judging === 0 &&
    ev.depth + value.depth <= MAX_FILES_DEEP
  )
    members.set(member.key, found);
  return value.values;
}

/** Read anew it is another object. */
export function isSameCall(a: BoundCall | undefined, b: BoundCall | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  const [one, other] = [a.frame, b.frame];
  const isThere = one.unit === other.unit && one.scope === other.scope;
  return isThere && a.line === b.line && a.line !== undefined && a.args.length === b.args.length && one.bound === other.bound;
}

function within(ev: Evaluation, member: Member, work: Ways['work']): Pick<Remembered, 'values' | 'touched' | 'isWhole'> {
  const around = ev.underWay.at(-1);
  const own: UnderWay = { ...member, touched: new Set([member.key]), outermost: ev.underWay.length };
  ev.underWay.push(own);
  const values = work(own);
  ev.underWay.pop();
  if (around) touch(around, own.touched);
  return { values, touched: own.touched, isWhole: own.outermost >= ev.underWay.length };
}

/** Conditions that it decides ask for as much. */
export const RESERVE = CONDITION_BUDGET;

function touch({ touched }: UnderWay, more: ReadonlySet<string>): void {
  for (const key of more) touched.add(key);
}

/** What is taken is what working it out here would give: nothing of it is cut short, and no ring of it ends elsewhere. */
function fits(ev: Evaluation, { evaluations, patience, depth, touched }: Remembered): boolean {
  return (
    evaluations + RESERVE < ev.budget &&
    patience + RESERVE < ev.patience &&
    ev.depth + depth <= MAX_FILES_DEEP &&
    !ev.underWay.some(({ key }) => touched.has(key))
  );
}

function takenFrom(ev: Evaluation, known: Paid<Remembered>): Values {
  const { values, unbound, evaluations, patience, depth, touched } = paidAgain(ev.program, known);
  ev.budget -= evaluations;
  ev.patience -= patience;
  ev.deepest = Math.max(ev.deepest, ev.depth + depth);
  for (const one of unbound) ev.unbound.add(one);
  const around = ev.underWay.at(-1);
  if (around) touch(around, touched);
  return values;
}

function watched(ev: Evaluation, member: Member, work: Ways['work']): Remembered {
  const outer = { unbound: ev.unbound, deepest: ev.deepest };
  const { budget, patience, depth } = ev;
  ev.unbound = new Set();
  ev.deepest = depth;
  const found = within(ev, member, work);
  const cost = { unbound: ev.unbound, evaluations: budget - ev.budget, patience: patience - ev.patience, depth: ev.deepest - depth };
  ev.unbound = outer.unbound;
  ev.deepest = Math.max(ev.deepest, outer.deepest);
  return { ...found, ...cost };
}
