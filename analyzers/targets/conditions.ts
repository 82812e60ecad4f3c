/** §4.1 What a condition comes to, as far as what it asks about is known: true, false, or nobody knows. */

import type { Expr } from '../python/facts.js';
import { fullText } from '../templates/template.js';
import { joinTurns, NO_TURNS, type Turns, writeTurns } from '../templates/turns.js';
import { isSpent, paid, paidAgain, spend } from './paid.js';
import { memberKey } from './program.js';
import { ELSEWHERE, type Evaluation, type Frame, type Judged, type Judgement, turnsOfValue, type Value, type Verdict } from './values.js';

type Known = boolean | undefined;

/** What conditions may cost of what a site has: a part of it, so that asking many does not leave the target unknown. */
export const CONDITION_BUDGET = 60;
const CHARGED = 4;
/** Pairs of values that are compared. */
const MAX_PAIRS = 1_100;

type Court = { readonly ev: Evaluation; readonly open: Set<string>; turns: readonly Turns[] };

/** Asked again in the same frame it says the same, and costs the same. */
export function judge(ev: Evaluation, condition: Expr, frame: Frame): Judged {
  if (isNobodys(condition, frame)) return NOBODY_KNOWS;
  if (ev.budget < CONDITION_BUDGET && !ev.judging) ev.budget = 0;
  if (ev.budget <= 0 || ev.patience <= 0 || ev.judging >= MAX_NESTED) return NOBODY_KNOWS;
  const { budget, judging } = ev;
  const known = ev.judgements.get(condition)?.find((one) => isSameFrame(one.frame, frame) && ev.depth + one.depth <= MAX_DEPTH);
  // A condition in a condition has what is left to the outer one.
  if (!judging) ev.budget = CONDITION_BUDGET;
  const found = known ?? judgedAnew(ev, condition, frame);
  // What is kept for others costs whoever asks the same.
  if (!judging && (!known || ev.underWay.length > 0)) ev.patience -= found.evaluations;
  if (known) {
    ev.budget -= known.evaluations;
    ev.deepest = Math.max(ev.deepest, ev.depth + known.depth);
  }
  const judged = known ? paidAgain(ev.program, known.paid) : found.paid.value;
  if (ev.budget <= 0 && known) return NOBODY_KNOWS;
  if (!judging) ev.budget = budget - Math.ceil((CONDITION_BUDGET - Math.max(ev.budget, 0)) / CHARGED);
  return judged;
}

const NOBODY_KNOWS: Judged = { verdict: unknown, open: new Set(), turns: [] };
/** Conditions that conditions hang on. */
const MAX_NESTED = 2;
/** Whoever is no deeper is cut short nowhere. */
const MAX_DEPTH = 50;

function judgedAnew(ev: Evaluation, condition: Expr, frame: Frame): Judgement {
  const { budget, judging, deepest, depth } = ev;
  ev.judging = judging + 1;
  ev.deepest = depth;
  const found = paid(ev.program, (): Judged => {
    const court: Court = { ev, open: new Set(), turns: [] };
    const verdict = verdictOf(court, condition, { ...frame, isWhole: true });
    return { verdict, open: court.open, turns: court.turns };
  });
  const own: Judgement = { frame, paid: found, evaluations: budget - ev.budget, depth: ev.deepest - depth };
  ev.judging = judging;
  ev.deepest = Math.max(ev.deepest, deepest);
  if (ev.budget > 0 && depth + own.depth <= MAX_DEPTH && !isSpent(ev.program))
    ev.judgements.set(condition, [...(ev.judgements.get(condition) ?? []), own].slice(-MAX_KEPT));
  return own;
}
const MAX_KEPT = 8;

function isSameFrame(a: Frame, b: Frame): boolean {
  const isThere = a.unit === b.unit && a.scope === b.scope && a.block === b.block && a.pos === b.pos;
  return (
    isThere &&
    a.bound === b.bound &&
    a.self === b.self &&
    a.outer === b.outer &&
    a.locals === b.locals &&
    a.endOf === b.endOf &&
    isSameTurns(a.turns, b.turns)
  );
}

function isSameTurns(a: Turns = NO_TURNS, b: Turns = NO_TURNS): boolean {
  return a === b || (a.size === b.size && JSON.stringify(writeTurns(a)) === JSON.stringify(writeTurns(b)));
}

function unknown(): undefined {
  return undefined;
}

function verdictOf(court: Court, expr: Expr, frame: Frame): Verdict {
  if (expr.kind === 'opaque') return unknown;
  if (expr.kind === 'chain') return ofChain(court, expr, frame);
  if (expr.kind !== 'op') return ofTruth(worth(court, expr, frame));
  const { op, left, right } = expr;
  if (op === 'not') return negated(verdictOf(court, left, frame));
  if (op === 'and' || op === 'or') {
    const ends = op === 'or';
    const [first, second] = [verdictOf(court, left, frame), verdictOf(court, right, frame)];
    return (turns) => {
      const [a, b] = [first(turns), second(turns)];
      if (a === ends || b === ends) return ends;
      return a === undefined || b === undefined ? undefined : !ends;
    };
  }
  const compare = Object.hasOwn(COMPARE, op) ? COMPARE[op] : undefined;
  if (!compare) return ofTruth(worth(court, expr, frame));
  return ofPairs(court, compare, worth(court, left, frame), worth(court, right, frame));
}

function negated(verdict: Verdict): Verdict {
  return (turns) => not(verdict(turns));
}

function not(known: Known): Known {
  return known === undefined ? undefined : !known;
}

/** `table.startswith("_")`. */
function ofChain(court: Court, expr: Extract<Expr, { kind: 'chain' }>, frame: Frame): Verdict {
  const [whole = expr, wanted] = operandsOf(expr);
  if (!wanted) return isKnowable(expr) ? ofTruth(worth(court, expr, frame)) : unknown;
  const of = worth(court, whole, frame);
  const method = expr.steps.at(-2);
  const ends = method?.kind === 'attr' ? ENDS[method.name] : undefined;
  const compare: Compare = (a, b) => {
    if (b.kind === 'list') return anyOf(b.items.map((item) => allOf(item, (one) => (ends ? ends(a, one) : undefined))));
    return ends?.(a, b);
  };
  return ofPairs(court, compare, of, worth(court, wanted, frame));
}

/** What it asks about, and of a question for its beginning or end the text that it asks for. */
function operandsOf(expr: Extract<Expr, { kind: 'chain' }>): readonly Expr[] {
  const [method, call] = expr.steps.slice(-2);
  const asks = method?.kind === 'attr' && call?.kind === 'call' && call.args.length === 1 && call.keywords.length === 0;
  const [wanted] = asks ? call.args : [];
  if (!wanted || !asks || !Object.hasOwn(ENDS, method.name)) return [expr];
  return [{ ...expr, steps: expr.steps.slice(0, -2) }, wanted];
}

const NOBODYS = new WeakMap<Expr, boolean>();

/** Whoever calls it and whatever its names are worth, no value decides it: `path.exists()`. */
function isNobodys(expr: Expr, frame: Frame): boolean {
  const known = NOBODYS.get(expr) ?? isOpen(expr, frame);
  NOBODYS.set(expr, known);
  return known;
}

function isOpen(expr: Expr, frame: Frame): boolean {
  if (expr.kind === 'chain') return operandsOf(expr).some((one) => !mayBeKnown(one, frame));
  if (expr.kind !== 'op') return !mayBeKnown(expr, frame);
  const { op, left, right } = expr;
  if (op === 'not') return isOpen(left, frame);
  if (op === 'and' || op === 'or') return isOpen(left, frame) && isOpen(right, frame);
  return Object.hasOwn(COMPARE, op) ? !(mayBeKnown(left, frame) && mayBeKnown(right, frame)) : !mayBeKnown(expr, frame);
}

/** A name that some call gives is not looked at: what calls give is seldom known, and costs most. */
function mayBeKnown(expr: Expr, { unit, scope }: Frame): boolean {
  if (expr.kind === 'opaque') return false;
  if (expr.kind === 'chain' && !isKnowable(expr)) return false;
  const root = expr.kind === 'chain' ? expr.root : expr;
  const binds = root.kind === 'name' ? (unit.bindsByScope.get(memberKey(scope, root.name)) ?? []) : [];
  return binds.every(
    ({ value, how, key }) =>
      key || how === 'for' || (how !== 'with' && value.kind !== 'opaque' && !(value.kind === 'chain' && !isKnowable(value))),
  );
}

/** What any other call says nobody knows before the job runs: `path.exists()`, `asked(table)`. */
function isKnowable({ root, steps }: Extract<Expr, { kind: 'chain' }>): boolean {
  return steps.every((step, index) => {
    const before = index === 0 ? root : steps[index - 1];
    if (step.kind !== 'call') return true;
    return before?.kind === 'attr' ? KNOWABLE.has(before.name) : before?.kind === 'name' && PATHS.has(before.name);
  });
}
const PATHS = new Set(['Path', 'PurePath', 'PurePosixPath', 'str']);
const KNOWABLE = new Set(['get', 'lower', 'upper', 'strip', 'lstrip', 'rstrip', 'split', 'rsplit', 'splitext']);

/** All that an operand can be; undefined where somebody else decides. */
type Worth = readonly Value[] | undefined;

function worth({ ev, open }: Court, expr: Expr, frame: Frame): Worth {
  if (!mayBeKnown(expr, frame)) return undefined;
  const around = ev.unbound;
  ev.unbound = new Set();
  const values = notGiven(ev, expr, frame) ?? ev.evaluate(expr, frame);
  const own = ev.unbound;
  ev.unbound = around;
  for (const one of own) open.add(one);
  return own.size > 0 ? undefined : values;
}

/** A parameter that a call leaves out is its default, also where that says that nothing is given. */
function notGiven(ev: Evaluation, expr: Expr, frame: Frame): readonly Value[] | undefined {
  if (expr.kind !== 'name' || !frame.bound || frame.bound.has(expr.name)) return undefined;
  const scope = frame.unit.facts.scopes[frame.scope];
  const param = scope?.params.find(({ name }) => name === expr.name);
  if (!param?.default || isBoundBefore(frame, expr.name)) return undefined;
  return ev.evaluate(param.default, { unit: frame.unit, scope: scope?.parent ?? 0, block: 0, pos: ELSEWHERE });
}

function isBoundBefore({ unit, scope, pos }: Frame, name: string): boolean {
  return unit.bindsByScope.get(memberKey(scope, name))?.some((bind) => bind.pos < pos && !bind.key) ?? false;
}

function ofTruth(values: Worth): Verdict {
  return values ? (turns) => allOf(within(values, turns), truth) : unknown;
}

function within(values: readonly Value[], turns: Turns): readonly Value[] {
  return turns.size === 0 ? values : values.filter((value) => joinTurns(turnsOfValue(value), turns) !== undefined);
}

type Compare = (a: Value, b: Value) => Known;

function ofPairs(court: Court, compare: Compare, left: Worth, right: Worth): Verdict {
  if (!left || !right || left.length * right.length > MAX_PAIRS) return unknown;
  spend(court.ev.program, (left.length * right.length) >> 4);
  const pairs = left.flatMap((a) =>
    right.flatMap((b) => {
      const turns = joinTurns(turnsOfValue(a), turnsOfValue(b));
      return turns ? [{ turns, known: compare(a, b) }] : [];
    }),
  );
  if (court.turns.length === 0 && pairs.length > 1 && pairs.every(({ turns }) => turns.size > 0))
    court.turns = pairs.map(({ turns }) => turns);
  return (turns) =>
    allOf(turns.size === 0 ? pairs : pairs.filter((pair) => joinTurns(pair.turns, turns) !== undefined), ({ known }) => known);
}

/** What all of them say, where there are any and they agree. */
function allOf<T>(all: readonly T[], asked: (one: T) => Known): Known {
  const [first, ...others] = all.map(asked);
  return others.every((one) => one === first) ? first : undefined;
}

function anyOf(all: readonly Known[]): Known {
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : false;
}

const COMPARE: Readonly<Record<string, Compare>> = {
  '==': isEqual,
  '!=': (a, b) => not(isEqual(a, b)),
  is: isSame,
  'is not': (a, b) => not(isSame(a, b)),
  in: isIn,
  'not in': (a, b) => not(isIn(a, b)),
  '<': (a, b) => ofNumbers(a, b, (x, y) => x < y),
  '<=': (a, b) => ofNumbers(a, b, (x, y) => x <= y),
  '>': (a, b) => ofNumbers(a, b, (x, y) => x > y),
  '>=': (a, b) => ofNumbers(a, b, (x, y) => x >= y),
};

const ENDS: Readonly<Record<string, Compare>> = {
  startswith: (a, b) => ofTexts(a, b, (text, end) => text.startsWith(end)),
  endswith: (a, b) => ofTexts(a, b, (text, end) => text.endsWith(end)),
};

type Scalar = string | number | boolean | null;

function scalarOf(value: Value): Scalar | undefined {
  if (value.kind === 'const') return value.value;
  if (value.kind === 'hole') return isLeftOut(value) ? null : value.nothing;
  return value.kind === 'text' ? fullText(value.template) : undefined;
}

function isEqual(a: Value, b: Value): Known {
  const [one, other] = [scalarOf(a), scalarOf(b)];
  if (one === undefined || other === undefined) return isNone(a) || isNone(b) ? isSame(a, b) : undefined;
  // `True == 1`
  if (typeof one !== typeof other && [one, other].every((of) => typeof of === 'number' || typeof of === 'boolean')) return undefined;
  return one === other;
}

function isNone(value: Value): boolean {
  return (value.kind === 'const' && value.value === null) || (value.kind === 'hole' && value.nothing === null) || isLeftOut(value);
}

/** `entry.get("key")` of an entry that has no such key. */
function isLeftOut(value: Value): boolean {
  return value.kind === 'hole' && value.why === 'no-such-entry';
}

function isSame(a: Value, b: Value): Known {
  if (!isNone(a) && !isNone(b)) return isEqual(a, b);
  if (isNone(a) && isNone(b)) return true;
  const other = isNone(a) ? b : a;
  return (other.kind === 'hole' && other.nothing === undefined) || other.kind === 'library' || other.kind === 'options' ? undefined : false;
}

function isIn(a: Value, b: Value): Known {
  if (b.kind === 'text') return ofTexts(b, a, (text, part) => text.includes(part));
  if (b.kind !== 'list' && b.kind !== 'dict') return undefined;
  const items = b.kind === 'list' ? b.items : b.entries.map(({ keys }) => keys);
  const found = anyOf(items.map((item) => allOf(item, (one) => isEqual(a, one))));
  const isOpen = b.kind === 'list' ? found && b.unordered : !found && b.isOpen;
  return isOpen ? undefined : found;
}

function ofTexts(a: Value, b: Value, asked: (a: string, b: string) => boolean): Known {
  const [one, other] = [scalarOf(a), scalarOf(b)];
  return typeof one === 'string' && typeof other === 'string' ? asked(one, other) : undefined;
}

function ofNumbers(a: Value, b: Value, asked: (a: number, b: number) => boolean): Known {
  const [one, other] = [scalarOf(a), scalarOf(b)];
  return typeof one === 'number' && typeof other === 'number' ? asked(one, other) : undefined;
}

function truth(value: Value): Known {
  switch (value.kind) {
    case 'const':
      return Boolean(value.value);
    case 'hole':
      return value.nothing === undefined && !isLeftOut(value) ? undefined : false;
    case 'text':
      return (
        value.template.parts.some((part) => typeof part === 'string' && part !== '') ||
        (fullText(value.template) === '' ? false : undefined)
      );
    case 'list':
      return value.unordered ? undefined : value.items.length > 0;
    case 'dict':
      return value.entries.length > 0 ? true : value.isOpen ? undefined : false;
    default:
      return undefined;
  }
}

export type Choice = { readonly known: boolean | undefined; readonly turns: Turns };

/** Where only some turns of a loop say yes: those, and those that say no. `seen`: the turns that are read. */
export function choices({ verdict, turns: all }: Pick<Judged, 'verdict' | 'turns'>, seen: Turns = NO_TURNS): readonly Choice[] {
  const known = verdict(seen);
  if (known !== undefined) return [{ known, turns: NO_TURNS }];
  const apart = all.flatMap((one) => joinTurns(one, seen) ?? []).map((turns) => ({ known: verdict(turns), turns }));
  if (apart.length === 0 || apart.every((one) => one.known === undefined)) return [{ known, turns: NO_TURNS }];
  return apart;
}
