/** §4.1 The matrix of a workflow's job: which values its runs have, one combination each. */
import { isMap, listOf, mapOf, textOf } from '../documents/yaml.js';

export type Combination = ReadonlyMap<string, string>;

/** More runs than these are a family: what differs is a hole. */
const MAX_COMBINATIONS = 32;
const ALONE: readonly Combination[] = [new Map()];

/** One that says nothing where there is no matrix, or only the run knows it. */
export function combinationsOf(job: unknown): readonly Combination[] {
  const { include, exclude, ...axes } = mapOf(mapOf(mapOf(job).strategy).matrix);
  const names = Object.keys(axes);
  const base = names.reduce<readonly Combination[]>(
    (all, name) =>
      all.slice(0, MAX_COMBINATIONS + 1).flatMap((one) => valuesOf(axes[name]).map((value) => new Map([...one, [name, value]]))),
    names.length === 0 ? [] : ALONE,
  );
  const left = base.filter((one) => !listOf(exclude).some((other) => fits(one, flat(other), names)));
  const added = listOf(include).reduce<readonly Combination[]>((all, other) => included(all, flat(other), names), left);
  return added.length === 0 || added.length > MAX_COMBINATIONS ? ALONE : added;
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
function fits(one: Combination, other: Combination, axes: readonly string[]): boolean {
  return axes.every((name) => !other.has(name) || other.get(name) === one.get(name));
}

/** It says more of those that it fits, and where there is none it is one of its own. */
function included(all: readonly Combination[], other: Combination, axes: readonly string[]): readonly Combination[] {
  const isMore = all.some((one) => fits(one, other, axes)) && axes.length > 0;
  return isMore ? all.map((one) => (fits(one, other, axes) ? new Map([...one, ...other]) : one)) : [...all, other];
}
