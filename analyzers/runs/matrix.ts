/** §4.1 The matrix of a workflow's job: which values its runs have, one combination each. */
import { isMap, listOf, mapOf, textOf } from '../documents/yaml.js';

export type Combination = ReadonlyMap<string, string>;

/** More runs than these are a family: what differs is a hole. */
const MAX_COMBINATIONS = 32;
/** Before some of them are excluded: as many as a workflow may have, and as many values as all of them may have. */
const MAX_MULTIPLIED = 256;
const MAX_VALUES = 10_000;
const ALONE: readonly Combination[] = [new Map()];

/** One that says nothing where there is no matrix, or only the run knows it. */
export function combinationsOf(job: unknown): readonly Combination[] {
  const { include, exclude, ...told } = mapOf(mapOf(mapOf(job).strategy).matrix);
  const axes = new Map(Object.entries(told).map(([name, axis]) => [name, valuesOf(axis)]));
  const base = multiplied(axes);
  const excluded = listOf(exclude).map(flat);
  const all = base?.filter((one) => !excluded.some((other) => fits(one, other, axes))) ?? [];
  if (!base || all.length > MAX_COMBINATIONS) return ALONE;
  for (const told of listOf(include)) {
    includeIn(all, flat(told), axes);
    if (all.length > MAX_COMBINATIONS) return ALONE;
  }
  return all.length === 0 ? ALONE : all;
}

type Axes = ReadonlyMap<string, readonly string[]>;

/** Each value of an axis with each of the others, the last one's turn first; nothing where they are too many. */
function multiplied(axes: Axes): Map<string, string>[] | undefined {
  let count = axes.size === 0 ? 0 : 1;
  for (const values of axes.values()) count = Math.min(count * values.length, MAX_VALUES);
  if (count > MAX_MULTIPLIED || count * axes.size > MAX_VALUES) return undefined;
  const all = Array.from({ length: count }, () => new Map<string, string>());
  let turn = count;
  for (const [name, values] of axes) {
    turn /= values.length;
    for (const [index, one] of all.entries()) one.set(name, values[Math.floor(index / turn) % values.length] ?? '');
  }
  return all;
}

/** What is asked of the run, or is no list, has the place of one value that nobody knows. */
function valuesOf(axis: unknown): readonly string[] {
  const values = listOf(axis).map(textOf);
  return values.length > 0 && !values.includes(undefined) ? values.flatMap((value) => value ?? []) : [''];
}

function flat(told: unknown): Combination {
  const entries = isMap(told) ? Object.entries(told) : [];
  return new Map(entries.flatMap(([name, value]) => (textOf(value) === undefined ? [] : [[name, textOf(value) ?? ''] as const])));
}

/** Whether one has the same of each axis that the other names. */
function fits(one: Combination, other: Combination, axes: Axes): boolean {
  for (const [name, value] of other) if (axes.has(name) && one.get(name) !== value) return false;
  return true;
}

/** It says more of those that it fits, and where there is none it is one of its own. */
function includeIn(all: Map<string, string>[], other: Combination, axes: Axes): void {
  const fitting = axes.size === 0 ? [] : all.filter((one) => fits(one, other, axes));
  for (const one of fitting) for (const [name, value] of other) one.set(name, value);
  if (fitting.length === 0) all.push(new Map(other));
}
