/** One sequence played: after each commit the scan through the cache and the scan from nothing, as documents. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadPython } from '../../analyzers/syntax/extract.js';
import { scanReport } from '../../generators/scan-report.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE, openFactsCache } from '../../src/adapters/local/facts-cache.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { datasetRow } from '../../src/core/decide/datasets.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { decideScan } from '../../src/flows/decide-scan.js';
import { type ScanPorts, scanRepository } from '../../src/flows/scan-repo.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import type { FactsCache, RepoSource } from '../../src/ports.js';
import { sourceAt, writeCommits } from './repository.js';
import { sequenceOf } from './sequence.js';

export type Difference = { readonly seed: number; readonly commit: number; readonly says: string; readonly what: string };
/** Rows of all documents that were compared, by their kind: what never came up was not tried. */
type RowKind = 'writes' | 'merges' | 'reads' | 'dbt' | 'schedules' | 'dagster' | 'prefect' | 'datasets' | 'runtimes' | 'unresolved';
export type Rows = Readonly<Record<RowKind, number>>;
export type Played = {
  readonly commits: number;
  readonly rows: Rows;
  readonly parsedFromNothing: number;
  readonly parsedWithCache: number;
  readonly differences: readonly Difference[];
};

/** One engine for all scans. */
const parseHcl = openHcl();

export async function playSequence(seed: number, readPython: ReadPython): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'sf-incremental-'));
  const facts = openFactsCache(join(folder, 'facts.sqlite'), (line) => {
    throw new Error(line);
  });
  try {
    return await playIn(folder, seed, { facts, readPython });
  } finally {
    facts.close();
    rmSync(folder, { recursive: true });
  }
}

type Doors = { readonly facts: FactsCache; readonly readPython: ReadPython };

async function playIn(folder: string, seed: number, { facts, readPython }: Doors): Promise<Played> {
  const steps = sequenceOf(seed);
  const commits = await writeCommits(folder, steps);
  const blobs = new Map<string, Uint8Array>();
  const parsed = new Set<string>();
  const differences: Difference[] = [];
  const sums = { fromNothing: 0, withCache: 0 };
  const rows: Rows[] = [];
  for (const [index, commit] of commits.entries()) {
    const told = (what: string): void => void differences.push({ seed, commit: index, says: steps[index]?.says ?? '', what });
    const again: ReadPython = async (files) => {
      for (const { kind, sha } of files) {
        if (parsed.has(`${kind} ${sha}`)) told(`${sha} was parsed a second time`);
        parsed.add(`${kind} ${sha}`);
      }
      return readPython(files);
    };
    const source = await sourceAt(folder, commit, blobs);
    const full = await documentOf(source, { facts: NO_CACHE, readPython });
    const incremental = await documentOf(source, { facts, readPython: again });
    const unchanged = await documentOf(source, { facts, readPython: again });
    // Under another name nothing is kept of it but its files.
    const renamed = await documentOf({ ...source, name: `${source.name}-${index}` }, { facts, readPython: again });
    if (incremental.text !== full.text) told(firstDifference(full.text, incremental.text));
    if (unchanged.text !== full.text || unchanged.parsed > 0) told('scanned once more it says something else, or parses');
    if (renamed.parsed > 0) told('under another name it parses');
    rows.push(full.rows);
    sums.fromNothing += full.parsed;
    sums.withCache += incremental.parsed;
  }
  return {
    commits: commits.length,
    rows: addedUp(rows),
    parsedFromNothing: sums.fromNothing,
    parsedWithCache: sums.withCache,
    differences,
  };
}

export function addedUp(rows: readonly Rows[]): Rows {
  const sum = (kind: RowKind): number => rows.reduce((total, one) => total + one[kind], 0);
  return countOf(sum);
}

function countOf(of: (kind: RowKind) => number): Rows {
  return {
    writes: of('writes'),
    merges: of('merges'),
    reads: of('reads'),
    dbt: of('dbt'),
    schedules: of('schedules'),
    dagster: of('dagster'),
    prefect: of('prefect'),
    datasets: of('datasets'),
    runtimes: of('runtimes'),
    unresolved: of('unresolved'),
  };
}

type ScanDocument = { readonly text: string; readonly parsed: number; readonly rows: Rows };

/** Everything of `sf-scan/1` but how many files came from the cache; they are counted together. */
async function documentOf(source: RepoSource, doors: Doors): Promise<ScanDocument> {
  const ports: ScanPorts = { ...doors, openJinja, parseHcl, readTypeScript: openTypeScript() };
  const facts = await scanRepository(source, ports);
  const rows = decideScan([facts], { settings: DEFAULT_SETTINGS, critical: { organisation: [], repositories: new Map() } }).map(datasetRow);
  const { files, ...report } = scanReport(facts, rows);
  const read = { seen: files.seen, read: files.parsed + files.cached };
  const { writes, reads, dbt, schedules, datasets, runtimes, unresolved } = report;
  const by = (platform: string) => schedules.filter((one) => one.platform === platform);
  const merges = writes.filter(({ mode }) => mode === 'merge');
  const kinds = { writes, merges, reads, dbt, schedules, dagster: by('dagster'), prefect: by('prefect'), datasets, runtimes, unresolved };
  const count = countOf((kind) => kinds[kind].length);
  return { text: JSON.stringify({ ...report, files: read }, null, 1), parsed: files.parsed, rows: count };
}

function firstDifference(full: string, incremental: string): string {
  const [expected, found] = [full.split('\n'), incremental.split('\n')];
  const line = expected.findIndex((text, index) => text !== found[index]);
  return `line ${line + 1}: from nothing ${(expected[line] ?? 'ends').trim()}, through the cache ${(found[line] ?? 'ends').trim()}`;
}
