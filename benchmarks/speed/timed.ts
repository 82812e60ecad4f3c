/** Commands timed by what they used of the processor, each round one after the other, so that other load hits all alike. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { beside, run } from './setup.js';

const Used = z.object({ status: z.number(), wall: z.number(), cpu: z.number(), rss: z.number() });
export type Used = z.infer<typeof Used>;
export type Command = { readonly name: string; readonly argv: readonly string[]; readonly rounds: number };

/** Seconds and megabytes of one run; `output` is what it wrote. */
export function timed(folder: string, argv: readonly string[]): Used & { readonly output: string } {
  const file = join(folder, 'output');
  const used = Used.parse(JSON.parse(run('python3', [beside('timed.py'), file, ...argv])));
  return { ...used, output: readFileSync(file, 'utf8') };
}

/** Runs of each command by its name; those that failed are not there, and their errors are shown. */
export function interleaved(
  folder: string,
  commands: readonly Command[],
): ReadonlyMap<string, readonly (Used & { readonly output: string })[]> {
  const runs = new Map<string, (Used & { readonly output: string })[]>(commands.map(({ name }) => [name, []]));
  const rounds = Math.max(...commands.map((one) => one.rounds));
  for (let round = 0; round < rounds; round++) {
    for (const { name, argv, rounds: own } of commands) {
      if (round >= own) continue;
      const used = timed(folder, argv);
      process.stderr.write(`${name}: ${used.wall.toFixed(1)} s, status ${used.status}\n`);
      // Finding nothing, or something, is 1 for some of them.
      if (used.status === 0 || used.status === 1) runs.get(name)?.push(used);
    }
  }
  return runs;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** Median, then least and most. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '-';
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}
