/** §4.1 `sf scan`: what repositories write and read, as a table for people or `sf-scan/1`. */
import { Argument, Command, Option } from 'commander';
import { scanReport } from '../../generators/scan-report.js';
import type { DatasetRow, RepoFacts, Unresolved } from '../core/facts.js';
import type { UnresolvedReason } from '../core/vocabulary.js';
import { type Console, FORMATS_SHOWN, printJsonDocument, type ShownAs, table } from './output.js';

export type ScanDeps = {
  /** In the order of the folders. */
  readonly scan: (
    folders: readonly string[],
    options: { readonly cache: boolean; readonly orgConfig: string | undefined },
  ) => Promise<readonly RepoFacts[]>;
  /** The datasets of all of them together, decided with the organisation's settings. */
  readonly datasets: (
    repositories: readonly RepoFacts[],
    orgConfig: string | undefined,
    folders: readonly string[],
  ) => Promise<readonly DatasetRow[]>;
  readonly console: Console;
};
type Options = { readonly format: ShownAs; readonly orgConfig?: string; readonly cache: boolean };

const SHOWN_UNRESOLVED = 20;

export function scanCommand({ scan, datasets, console }: ScanDeps): Command {
  return new Command('scan')
    .addArgument(new Argument('<folders...>', 'folders of repositories'))
    .option('--org-config <file>', "the organisation's settings")
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS_SHOWN).default('text'))
    .option('--no-cache', 'read every file anew')
    .addHelpText('after', '\nExample:\n  $ sf scan ./data-pipelines --format json\n')
    .action(async (folders: string[], { format, orgConfig, cache }: Options) => {
      const repositories = await scan(folders, { cache, orgConfig });
      const rows = await datasets(repositories, orgConfig, folders);

      const rowsOf = (repository: RepoFacts): DatasetRow[] => rows.filter(({ facts }) => facts.repository === repository.repository);
      if (format === 'text') return console.out(printScan(repositories, rows));
      const reports = repositories.map((repository) => scanReport(repository, rowsOf(repository)));
      printJsonDocument(console, reports.length === 1 ? reports[0] : reports);
    });
}

/** The datasets, what a person must still say, and one line of counts. */
export function printScan(repositories: readonly RepoFacts[], rows: readonly DatasetRow[]): string {
  const unresolved = repositories.flatMap((repository) => repository.unresolved);
  const parts = [rows.length === 0 ? 'No datasets found.' : datasetTable(rows), unresolvedList(unresolved), counts(repositories, rows)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function datasetTable(rows: readonly DatasetRow[]): string {
  return table(
    ['DATASET', 'TIER', 'RUNTIME', 'OWNER', 'SCHEDULE', 'READERS', 'WRITTEN AT'],
    rows.map(({ urn, tier, ownerTeam, facts }) => [
      urn ?? facts.target,
      tier,
      facts.runtime,
      ownerTeam,
      facts.schedules[0]?.schedule.schedule ?? '-',
      String(facts.consumers.length),
      `${facts.at.file}:${facts.at.line}`,
    ]),
  );
}

function unresolvedList(unresolved: readonly Unresolved[]): string {
  if (unresolved.length === 0) return '';
  const shown = unresolved.slice(0, SHOWN_UNRESOLVED).map(({ file, line, reason, text }) => [`${file}:${line}`, reason, text]);
  const more = unresolved.length > SHOWN_UNRESOLVED ? `\n… and ${unresolved.length - SHOWN_UNRESOLVED} more (--format json lists all)` : '';
  return `Not understood:\n${table(['PLACE', 'REASON', 'CODE'], shown)}${more}`;
}

/** Reasons that are about a whole file, not about one call or row in it. */
const UNREAD: ReadonlySet<UnresolvedReason> = new Set([
  'unreadable-file',
  'broken-yaml',
  'broken-toml',
  'broken-json',
  'parse-timeout',
  'parse-error',
  'too-large',
  'too-deep',
  'line-too-long',
]);

function isUnread({ reason }: Unresolved): boolean {
  return UNREAD.has(reason);
}

function counts(repositories: readonly RepoFacts[], rows: readonly DatasetRow[]): string {
  const sum = (of: (repository: RepoFacts) => number): number => repositories.reduce((total, repository) => total + of(repository), 0);
  const files = `${sum(({ files: { seen } }) => seen)} files seen, ${sum(({ files: { parsed } }) => parsed)} parsed, ${sum(({ files: { cached } }) => cached)} from the cache`;
  const unread = new Set(
    repositories.flatMap(({ repository, unresolved }) => unresolved.filter(isUnread).map(({ file }) => `${repository}:${file}`)),
  );
  const lost = unread.size === 0 ? '' : `; ${unread.size} ${unread.size === 1 ? 'file' : 'files'} could not be read, or not to the end`;
  return `${rows.length} datasets, ${sum(({ writes }) => writes.length)} writes, ${sum(({ reads }) => reads.length)} reads; ${files}${lost}`;
}
