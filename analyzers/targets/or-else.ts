/** §4.1 `a or b`, and a helper that gives a value or its default: the second counts where the first is nothing. */
import type { Expr, Param } from '../python/facts.js';
import { fullText } from '../templates/template.js';
import { distinct, isPlaceholder } from './combine.js';
import { unlessGiven } from './options.js';
import { placeOf } from './trace.js';
import type { Evaluation, Frame, Value } from './values.js';

type Hole = Extract<Value, { kind: 'hole' }>;

export function orElse(ev: Evaluation, left: readonly Value[], right: () => readonly Value[], frame: Frame): readonly Value[] {
  const first = left.filter((value) => !isPlaceholder(value) && !isNothing(value));
  if (first.length === left.length && first.length > 0 && first.every(isSomething)) return first;
  return withDefault(ev, first, right(), frame);
}

/** What a def gives: one of its own parameters that it hands back beside an argument of the job is the default of that. */
export function orParameter(
  ev: Evaluation,
  given: readonly { readonly expr: Expr; readonly values: readonly Value[] }[],
  params: readonly Param[],
  frame: Frame,
): readonly Value[] {
  const isOwn = ({ expr }: { readonly expr: Expr }): boolean => expr.kind === 'name' && params.some(({ name }) => name === expr.name);
  const worth = given.filter((one) => !isOwn(one)).flatMap(({ values }) => values);
  const all = given.flatMap(({ values }) => values);
  const fallback = given.filter(isOwn).flatMap(({ values }) => values);
  return fallback.length > 0 && outside(worth) ? withDefault(ev, worth, fallback, frame) : all;
}

function withDefault(ev: Evaluation, worth: readonly Value[], fallback: readonly Value[], frame: Frame): readonly Value[] {
  const known = fallback.filter((value) => !isPlaceholder(value) && !isNothing(value));
  const hole = outside(worth);
  if (!hole) return distinct([...worth, ...(known.length > 0 || worth.length > 0 ? known : fallback)]);
  if (known.length === 0 || known.some((value) => value.kind === 'hole')) return distinct([hole, ...known]);
  return unlessGiven(ev, frame.unit, {
    kind: hole.hole === 'env' ? 'env' : 'arg',
    name: hole.name,
    fallback: known,
    at: placeOf(ev, frame),
  });
}

/** The only thing it can be, and that is up to who runs it. */
function outside(values: readonly Value[]): Hole | undefined {
  const [only, ...others] = distinct(values);
  const isUpTo = only?.kind === 'hole' && (only.hole === 'arg' || only.hole === 'env') && only.otherwise === undefined;
  return isUpTo && others.length === 0 ? only : undefined;
}

/** A parameter whose default says that nothing is given, or a key that an entry leaves out. */
function isNothing(value: Value): boolean {
  return value.kind === 'hole' && (value.why === 'placeholder' || value.why === 'no-such-entry');
}

function isSomething(value: Value): boolean {
  return value.kind === 'text' && (fullText(value.template) ?? ' ') !== '';
}
