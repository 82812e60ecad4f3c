/**
 * How right the scanner is on labelled repositories: micro-averages with n, and the mean over repositories.
 * Usage: npm run benchmark:accuracy -- DIR [--labels DIR] [--score FILE]
 *   DIR     checkouts named owner__name; those without labels are left out
 *   labels  folders of owner__name.json; score: the program that compares a scan with them, and prints one JSON object
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    labels: { type: 'string', default: '../shared/practice' },
    score: { type: 'string', default: '../shared/score/score_scan.py' },
  },
});

const Pair = z.tuple([z.number(), z.number()]);
const Sites = z.object({
  required: z.number(),
  found: z.number(),
  reported_in_covered_files: z.number(),
  invented: z.number(),
  counts: z.object({
    nameable: z.number(),
    exact: z.number(),
    tail: z.number(),
    full: z.number(),
    full_exact: z.number(),
    format: Pair,
    mode: Pair,
    partition_by: Pair,
  }),
});
const Score = z.object({
  writes: Sites.optional(),
  reads: Sites.optional(),
  dbt: z
    .object({
      models: z.number(),
      found: z.number(),
      materialized: z.number(),
      relation: z.number(),
      refs: z.number(),
      sources: z.number(),
    })
    .optional(),
  schedules: z.object({ labelled: z.number(), found: z.number(), schedule_right: z.number() }).optional(),
  owners: z.object({ labelled: z.number(), right: z.number() }).optional(),
});
type Score = z.infer<typeof Score>;
type Part = readonly [good: number, of: number];
type Row = { readonly figure: string; readonly of: (score: Score) => Part | undefined };

const sites =
  (kind: 'writes' | 'reads', of: (score: z.infer<typeof Sites>) => Part) =>
  (score: Score): Part | undefined => {
    const found = score[kind];
    return found && of(found);
  };
const siteRows = (kind: 'writes' | 'reads'): readonly Row[] => [
  { figure: `${kind}: recall`, of: sites(kind, ({ found, required }) => [found, required]) },
  { figure: `${kind}: precision`, of: sites(kind, ({ invented, reported_in_covered_files: all }) => [all - invented, all]) },
  { figure: `${kind}: target exact`, of: sites(kind, ({ counts }) => [counts.exact, counts.nameable]) },
  { figure: `${kind}: target exact where fully resolvable`, of: sites(kind, ({ counts }) => [counts.full_exact, counts.full]) },
  { figure: `${kind}: tail`, of: sites(kind, ({ counts }) => [counts.tail, counts.nameable]) },
  { figure: `${kind}: format`, of: sites(kind, ({ counts }) => counts.format) },
];
const ROWS: readonly Row[] = [
  ...siteRows('writes'),
  { figure: 'writes: mode', of: sites('writes', ({ counts }) => counts.mode) },
  { figure: 'writes: partition', of: sites('writes', ({ counts }) => counts.partition_by) },
  ...siteRows('reads'),
  { figure: 'dbt: found', of: ({ dbt }) => dbt && [dbt.found, dbt.models] },
  { figure: 'dbt: materialized', of: ({ dbt }) => dbt && [dbt.materialized, dbt.models] },
  { figure: 'dbt: relation', of: ({ dbt }) => dbt && [dbt.relation, dbt.models] },
  { figure: 'dbt: refs', of: ({ dbt }) => dbt && [dbt.refs, dbt.models] },
  { figure: 'dbt: sources', of: ({ dbt }) => dbt && [dbt.sources, dbt.models] },
  { figure: 'schedules: recall', of: ({ schedules }) => schedules && [schedules.found, schedules.labelled] },
  { figure: 'schedules: right', of: ({ schedules }) => schedules && [schedules.schedule_right, schedules.labelled] },
  { figure: 'owners', of: ({ owners }) => owners && [owners.right, owners.labelled] },
];

const SF = join(import.meta.dirname, '../src/main/sf.js');
const LabelledOwners = z.object({
  owners: z
    .object({ expect: z.record(z.string(), z.unknown()) })
    .optional()
    .catch(undefined),
});

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, [...args], { encoding: 'utf8', maxBuffer: 512 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Every labelled file of the repository, scored against one scan. */
function scoresOf(repository: string, labels: readonly string[], folder: string): readonly Score[] {
  const scan = join(folder, 'scan.json');
  writeFileSync(scan, run(process.execPath, [SF, 'scan', repository, '--format', 'json']));
  return labels.map((file) => {
    const { owners } = LabelledOwners.parse(JSON.parse(run('cat', [file])));
    const paths = Object.keys(owners?.expect ?? {});
    const given = join(folder, 'owners.json');
    if (paths.length > 0) writeFileSync(given, run(process.execPath, [SF, 'owners', repository, ...paths, '--format', 'json']));
    return Score.parse(JSON.parse(run('python3', [values.score, file, scan, ...(paths.length > 0 ? ['--owners', given] : [])])));
  });
}

function share([good, of]: Part): string {
  return of === 0 ? '-' : (good / of).toFixed(3);
}

function main(): void {
  const [checkouts = '.'] = positionals;
  const folder = mkdtempSync(join(tmpdir(), 'scan-accuracy-'));
  const names = readdirSync(checkouts).toSorted();
  const scores = names.flatMap((name) => {
    const labels = ['py', 'orch'].map((kind) => join(values.labels, kind, `${name}.json`)).filter((file) => existsSync(file));
    if (labels.length === 0) return [];
    process.stderr.write(`${name}\n`);
    return scoresOf(resolve(checkouts, name), labels, folder);
  });
  rmSync(folder, { recursive: true });
  process.stdout.write('| figure | share | n | repositories | their mean |\n|:--|--:|--:|--:|--:|\n');
  for (const { figure, of } of ROWS) {
    const parts = scores
      .map(of)
      .filter((part) => part !== undefined && part[1] > 0)
      .flatMap((part) => (part ? [part] : []));
    const sum = parts.reduce<Part>(([good, all], [g, a]) => [good + g, all + a], [0, 0]);
    const mean = parts.reduce((total, [good, all]) => total + good / all, 0) / Math.max(1, parts.length);
    process.stdout.write(`| ${figure} | ${share(sum)} | ${sum[1]} | ${parts.length} | ${parts.length === 0 ? '-' : mean.toFixed(3)} |\n`);
  }
}

main();
