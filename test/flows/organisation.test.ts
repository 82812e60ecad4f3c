/** Runtimes, tiers and consumers of an organisation of six repositories that are scanned together, against what was written by hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scanReport } from '../../generators/scan-report.js';
import { ScanReport } from '../../src/core/artifacts/scan-report.js';
import { decideScanned, scanFolders } from '../../src/main/scan.js';

const ROOT = 'fixtures/organisation';
const ORG_CONFIG = join(ROOT, 'org.yml');
const FOLDERS = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(ROOT, entry.name)] : []));

type Expected = {
  readonly runtimes: Readonly<Record<string, readonly string[]>>;
  readonly datasets: Readonly<Record<string, object>>;
  readonly consumers: Readonly<Record<string, readonly string[]>>;
};
const expected: Expected = parse(readFileSync(join(ROOT, 'expected.yaml'), 'utf8'));

async function scanned(folders: readonly string[]) {
  const repositories = await scanFolders(folders, { home: undefined, orgConfig: ORG_CONFIG }, (line) =>
    expect(line).toContain('is a folder inside the repository'),
  );
  const rows = decideScanned(repositories, ORG_CONFIG, folders);
  const reports = repositories.map((facts) => {
    const own = rows.filter((row) => row.facts.repository === facts.repository);
    return [facts.repository, ScanReport.parse(scanReport(facts, own, rows))] as const;
  });
  return { reports: reports.toSorted(([a], [b]) => (a < b ? -1 : 1)), datasets: reports.flatMap(([, { datasets }]) => datasets) };
}

describe.each([
  ['in order', FOLDERS],
  ['backwards', FOLDERS.toReversed()],
])('an organisation that is scanned %s', (_, folders) => {
  it('has the runtimes that its files import and its folders declare', async () => {
    const { reports } = await scanned(folders);
    const found = reports.map(([name, { runtimes }]) => {
      const lines = runtimes.map(({ path, runtime, evidence }) => `${path} ${runtime} ${evidence.file}:${evidence.line}`);
      return [name, lines.toSorted()] as const;
    });
    expect(Object.fromEntries(found)).toEqual(expected.runtimes);
  });

  it('has the tier, model, owner and number of consumers of each dataset', async () => {
    const { datasets } = await scanned(folders);
    const found = datasets.map(({ urn, runtime, tier, enforcement_model, owner_team, consumers, decisions }) => [
      urn,
      {
        ...{ runtime, tier, rule: decisions.find(({ rule }) => rule.startsWith('tier/'))?.rule },
        ...{ model: enforcement_model, owner: owner_team, count: consumers.length },
      },
    ]);
    expect(Object.fromEntries(found)).toEqual(expected.datasets);
    expect(found).toHaveLength(Object.keys(expected.datasets).length);
  });

  it('has the consumers themselves', async () => {
    const { datasets } = await scanned(folders);
    const read = datasets.filter(({ consumers }) => consumers.length > 0);
    expect(Object.fromEntries(read.map(({ urn, consumers }) => [urn, consumers]))).toEqual(expected.consumers);
  });
});
