/** §4.1 The ways in which the scripts of a program are run: which count, and what they give. */

import { isEnvironment, isProduction } from '../config/environments.js';
import { groupPairs } from '../pairs.js';
import { fileOf, filesByName } from '../script-file.js';
import { type ScriptRun, STARTED_BY } from '../templates/given.js';
import { readingsOf } from './declared-arguments.js';
import type { Program, Unit } from './program.js';

/** The program with what its scripts are given: another one, which remembers nothing (`memoryOf`). */
export function runBy(program: Program, runs: readonly ScriptRun[]): Program {
  const byFile = runsByFile(runs, program.units);
  const all = [...byFile.values()].flat();
  const given = new Set(
    all.flatMap((run) => [
      ...[...run.arguments.keys()].map((name) => givenKey('arg', name)),
      ...[...(run.environment?.keys() ?? [])].map((name) => givenKey('env', name)),
    ]),
  );
  return { ...program, runs: byFile, given };
}

/** No path of a file begins so. */
function givenKey(kind: 'arg' | 'env', name: string): string {
  return `/${kind} ${name}`;
}

/** Whether any run of any script gives an argument, or a variable of the environment. */
export function isGiven({ given, work }: Program, kind: 'arg' | 'env', name: string): boolean {
  const key = givenKey(kind, kind === 'arg' ? name.replaceAll('-', '_') : name);
  work.needs.runs.add(key);
  return given.has(key);
}

/** How a file is run as a script. */
export function runsOf({ runs, work }: Program, path: string): readonly ScriptRun[] {
  work.needs.runs.add(path);
  return runs.get(path) ?? [];
}

/** Whether a run calls a function of a file by its name. */
export function isEntry(program: Program, path: string, name: string): boolean {
  return runsOf(program, path).some(({ entry }) => entry === name);
}

/** By file: equal where it is run in the same ways. */
export function runsAsText({ runs }: Program): ReadonlyMap<string, string> {
  return new Map(
    [...runs].map(([path, all]) => [path, JSON.stringify(all, (_, value: unknown) => (value instanceof Map ? [...value] : value))]),
  );
}

function runsByFile(runs: readonly ScriptRun[], units: ReadonlyMap<string, Unit>): Map<string, ScriptRun[]> {
  const files = filesByName([...units.keys()]);
  const read = groupPairs(
    runs.flatMap((run): [string, ScriptRun][] => {
      const file = fileOf(run.script, files, run.at[0]?.file);
      const unit = file === undefined ? undefined : units.get(file);
      return unit ? readingsOf(unit.facts, run).map((reading) => [unit.path, { ...run, ...reading }]) : [];
    }),
  );
  return new Map([...read].map(([path, all]) => [path, strongest(all)]));
}

/** What production starts counts alone where it says anything. */
function strongest(runs: readonly ScriptRun[]): ScriptRun[] {
  const ranks = runs.map(({ by = 'orchestrator' }) => STARTED_BY.indexOf(by));
  const first = ranks.reduce((least, rank) => Math.min(least, rank), Number.POSITIVE_INFINITY);
  return ofProduction(runs.filter((_, index) => ranks[index] === first));
}

/** One job made for each environment, told apart by an argument that says which: production's is meant. */
function ofProduction(runs: readonly ScriptRun[]): ScriptRun[] {
  const places = new Set(runs.map(({ at: [place] }) => `${place?.file}:${place?.line}`));
  for (const key of places.size === 1 ? (runs[0]?.arguments.keys() ?? []) : []) {
    const words = runs.map((run) => run.arguments.get(key)?.parts.join('') ?? '');
    if (!words.some(isEnvironment)) continue;
    const production = runs.filter((_, index) => isProduction(words[index] ?? ''));
    if (production.length > 0) return production;
  }
  return [...runs];
}
