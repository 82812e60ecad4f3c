/** §4.3 A writer or reader of Spark that a variable holds changes in place: `w.mode("append")` counts wherever its result goes. */
import { groupPairs } from '../../pairs.js';
import type { Call, Step } from '../../python/facts.js';
import { SPARK_WRITE } from '../../python/spark-verbs.js';
import { excluded, isHidden, surely } from '../../targets/blocks.js';
import { spend } from '../../targets/paid.js';
import { memberKey, type Unit } from '../../targets/program.js';
import { isNeverReached, isReached } from '../../targets/reached.js';
import type { Evaluation, Frame } from '../../targets/values.js';
import { NO_TURNS } from '../../templates/turns.js';
import { nameOf, type PlacedStep, type Since, type Unrolled, withKeywords } from '../chain.js';

const PROPERTIES: ReadonlySet<string> = new Set(['write', 'writeStream', 'read', 'readStream']);
const SETTERS: ReadonlySet<string> = new Set(
  'mode outputMode format option options partitionBy bucketBy sortBy clusterBy trigger queryName schema'.split(' '),
);
/** More statements about one writer than anybody writes; the last count. */
const MAX_STATEMENTS = 40;

export const saidSince: Since = ({ ev, name, made, from, to }) => {
  if (!ev || !isHeld(made)) return [];
  const isHere = from.unit === to.unit && from.scope === to.scope;
  const all = statementsAbout(to.unit).get(memberKey(to.scope, name)) ?? [];
  const between = all.filter(({ pos }) => pos < to.pos && (!isHere || pos > from.pos)).slice(-MAX_STATEMENTS);
  spend(ev.program, between.length);
  return between.flatMap((call) => placed(ev, call, to));
};

/** It was opened, and nothing was written or read by it on the way. */
function isHeld({ steps }: Unrolled): boolean {
  const at = steps.findLastIndex((one) => PROPERTIES.has(nameOf(one)));
  return (
    at >= 0 &&
    settersFrom(
      steps.map(({ step }) => step),
      at + 1,
    ) === steps.length
  );
}

/** Where the calls that set something end. */
function settersFrom(steps: readonly Step[], from: number): number {
  let at = from;
  for (;;) {
    const [named, call] = [steps[at], steps[at + 1]];
    if (named?.kind !== 'attr' || !SETTERS.has(named.name) || call?.kind !== 'call') return at;
    at += 2;
  }
}

const STATEMENTS = new WeakMap<Unit, ReadonlyMap<string, readonly Call[]>>();

/** Calls that set something of a name or write by it, by their scope and that. */
function statementsAbout(unit: Unit): ReadonlyMap<string, readonly Call[]> {
  const known = STATEMENTS.get(unit);
  if (known) return known;
  const calls = [...unit.facts.calls].flatMap((call) => {
    const { root, steps } = call.chain;
    return root.kind === 'name' && isAbout(steps) ? [[memberKey(call.scope, root.name), call] as const] : [];
  });
  const found = groupPairs(calls);
  STATEMENTS.set(unit, found);
  return found;
}

function isAbout([named, call]: readonly Step[]): boolean {
  return named?.kind === 'attr' && call?.kind === 'call' && (SETTERS.has(named.name) || Object.hasOwn(SPARK_WRITE, named.name));
}

function placed(ev: Evaluation, { chain, block, pos }: Call, to: Frame): readonly PlacedStep[] {
  const { unit } = to;
  const frame: Frame = { ...to, block, pos };
  if (excluded(unit, block, to.block) || isHidden(block, to) || isNeverReached(ev, frame)) return [];
  const isSure = surely(unit, block, to.block) || isReached(ev, frame).verdict(to.turns ?? NO_TURNS) === true;
  // What it ends with sets the words that it says too.
  return chain.steps
    .slice(0, settersFrom(chain.steps, 0) + 2)
    .map((step) => ({ step: withKeywords(ev, step, frame), frame, ...(isSure ? {} : { isUnsure: true as const }) }));
}
