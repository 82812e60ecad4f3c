/** §4.1 `sf scan`: what repositories write and read, as a table for people or `sf-scan/1`; how one row came about; what changed. */
import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { type Compared, scanChanges } from '../../generators/scan-changes.js';
import { scanReport } from '../../generators/scan-report.js';
import { heldTo } from '../core/decide/orchestration.js';
import { printWriter } from '../core/decide/writer.js';
import { printPlace, type SourceRef } from '../core/evidence.js';
import type { DatasetRow, RepoFacts, Unresolved } from '../core/facts.js';
import { whyNoData } from '../core/models-without-data.js';
import { ProblemError } from '../core/problem.js';
import type { UnresolvedReason } from '../core/vocabulary.js';
import type { Explained } from '../flows/explain-scan.js';
import { printChanges } from './changes.js';
import { explained, parsePlace, printExplanation } from './explain.js';
import { gapsIn } from './gaps.js';
import { type Console, counted, FORMATS_SHOWN, printJsonDocument, type ShownAs, table } from './output.js';

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
  /** One place of one folder. */
  readonly explain: (
    folder: string,
    place: SourceRef,
    options: { readonly cache: boolean; readonly orgConfig: string | undefined },
  ) => Promise<Explained>;
  readonly changes: (asked: ChangesAsked, options: { readonly cache: boolean }) => Promise<Compared>;
  readonly console: Console;
};
export type ChangesAsked = { readonly folder: string; readonly ref: string; readonly orgConfig: string | undefined };
type Options = {
  readonly format: ShownAs;
  readonly orgConfig?: string;
  readonly cache: boolean;
  readonly explain?: string;
  readonly changedSince?: string;
};

const SHOWN_UNRESOLVED = 20;

export function scanCommand(deps: ScanDeps): Command {
  const { scan, datasets, console } = deps;
  return new Command('scan')
    .addArgument(new Argument('<folders...>', 'folders of repositories'))
    .option('--org-config <file>', "the organisation's settings")
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS_SHOWN).default('text'))
    .option('--explain <file:line>', 'how the read or write at a line came to its target, step by step')
    .addOption(
      new Option('--changed-since <ref>', 'only what differs since the commit in common with a branch, tag or commit').conflicts('explain'),
    )
    .option('--no-cache', 'read every file anew')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sf scan ./data-pipelines --format json\n  $ sf scan ./data-pipelines --explain jobs/orders.py:42\n  $ sf scan ./data-pipelines --changed-since origin/main\n\nWhat was read is kept in facts.sqlite of $XDG_CACHE_HOME/signal-factory (else ~/.cache/signal-factory); deleting it costs time alone.\n',
    )
    .action(async (named: string[], { explain, ...options }: Options) => {
      const folders = namedOnce(named, console);
      if (explain !== undefined) return explainOne(deps, folders, { ...options, explain });
      if (options.changedSince !== undefined) return showChanges(deps, folders, options);
      const { format, orgConfig, cache } = options;
      const repositories = await scan(folders, { cache, orgConfig });
      const rows = await datasets(repositories, orgConfig, folders);

      const rowsOf = (repository: RepoFacts): DatasetRow[] => rows.filter(({ facts }) => facts.repository === repository.repository);
      if (format === 'text') return console.out(printScan(repositories, rows));
      const reports = repositories.map((repository) => scanReport(repository, rowsOf(repository), rows));
      printJsonDocument(console, reports.length === 1 ? reports[0] : reports);
    });
}

/** Scanned twice it would look as if two repositories wrote the same. */
function namedOnce(named: readonly string[], console: Console): readonly string[] {
  const folders = [...new Map(named.map((folder) => [resolve(folder), folder])).values()];
  if (folders.length < named.length) console.err('sf: A folder that is named twice is scanned once.\n');
  return folders;
}

async function explainOne(
  { explain, datasets, console }: ScanDeps,
  folders: readonly string[],
  options: Options & { readonly explain: string },
): Promise<void> {
  const place = parsePlace(options.explain);
  const folder = onlyFolder(folders, '--explain');
  const found = await explain(folder, place, { cache: options.cache, orgConfig: options.orgConfig });
  const report = explained(found, place, await datasets([found.facts], options.orgConfig, [folder]));
  if (options.format === 'json') printJsonDocument(console, report);
  else console.out(printExplanation(report));
}

async function showChanges({ changes, console }: ScanDeps, folders: readonly string[], options: Options): Promise<void> {
  const folder = onlyFolder(folders, '--changed-since');
  const found = scanChanges(await changes({ folder, ref: options.changedSince ?? '', orgConfig: options.orgConfig }, options));
  if (options.format === 'json') printJsonDocument(console, found);
  else console.out(printChanges(found));
}

function onlyFolder(folders: readonly string[], option: string): string {
  const [folder, ...others] = folders;
  if (folder !== undefined && others.length === 0) return folder;
  throw new ProblemError({
    kind: 'usage',
    what: `${option} is about one folder, not ${folders.length}.`,
    remedy: 'Name that folder alone.',
  });
}

/** The datasets, what a person must still say, and one line of counts. */
export function printScan(repositories: readonly RepoFacts[], rows: readonly DatasetRow[]): string {
  const parts = [
    rows.length === 0 ? 'No datasets found.' : datasetTable(rows, repositories.length > 1),
    writersList(rows),
    setAside(repositories),
    unresolvedList(repositories),
    counts(repositories, rows),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function datasetTable(rows: readonly DatasetRow[], hasSeveral: boolean): string {
  return table(
    ['DATASET', 'TIER', 'RUNTIME', 'OWNER', 'SCHEDULE', 'READERS', 'WRITTEN AT'],
    rows.map(({ urn, tier, ownerTeam, facts }) => [
      urn ?? facts.target,
      tier,
      facts.runtime,
      ownerTeam,
      scheduleOf(facts),
      String(facts.consumers.length),
      hasSeveral ? printWriter(facts) : printPlace(facts.at),
    ]),
  );
}

/** The one that it is held to, and how many others make it too. */
function scheduleOf({ schedules }: DatasetRow['facts']): string {
  const held = heldTo(schedules);
  const text = (held ?? schedules[0])?.schedule.schedule ?? '-';
  const others = new Set(schedules.flatMap(({ schedule }) => (schedule.enabled && held ? [schedule] : []))).size - 1;
  return others > 0 ? `${text} and ${others} more` : text;
}

/** The one that speaks for it first: of two repositories the second one would look for its own dataset in vain. */
function writersList(rows: readonly DatasetRow[]): string {
  const lines = rows.flatMap(({ urn, facts: { target, writers } }) => {
    if (!writers) return [];
    const { all, speaks } = writers;
    const others = all.map(printWriter).filter((writer) => writer !== speaks.value);
    return [[urn ?? target, speaks.value, `speaks for it: ${speaks.because}`], ...others.map((writer) => ['', writer, 'writes it too'])];
  });
  return lines.length === 0 ? '' : `Written by several:\n${table(['DATASET', 'WRITTEN AT', ''], lines)}`;
}

/** Writes and models that make no dataset, by the word for why. */
function setAside(repositories: readonly RepoFacts[]): string {
  const writes = repositories.flatMap((facts) => facts.writes.flatMap(({ whyNot }) => whyNot ?? []));
  const models = repositories.flatMap(({ dbt }) => dbt.flatMap((model) => whyNoData(model) ?? []));
  const lines = [
    ...(writes.length === 0 ? [] : [`${byWord(writes, 'write')}. --format json lists them, --explain FILE:LINE says why.`]),
    ...(models.length === 0 ? [] : [`${byWord(models, 'dbt model')}, which keep no data. --format json lists them.`]),
  ];
  return lines.map((line) => `Set aside, no datasets: ${line}`).join('\n');
}

/** `3 writes (2 temp, 1 test)`. */
function byWord(words: readonly string[], what: string): string {
  const each = [...new Set(words)].toSorted().map((word) => `${words.filter((one) => one === word).length} ${word}`);
  return `${counted(words.length, what)} (${each.join(', ')})`;
}

function unresolvedList(repositories: readonly RepoFacts[]): string {
  const unresolved = repositories.flatMap((facts) => {
    const prefix = repositories.length > 1 ? `${facts.repository}:` : '';
    return gapsIn(facts).open.map((row) => ({ ...row, file: `${prefix}${row.file}` }));
  });
  if (unresolved.length === 0) return '';
  const shown = unresolved.slice(0, SHOWN_UNRESOLVED).map((row) => [printPlace(row), row.reason, row.text]);
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
  'scan-fault',
]);

function isUnread({ reason }: Unresolved): boolean {
  return UNREAD.has(reason);
}

function counts(repositories: readonly RepoFacts[], rows: readonly DatasetRow[]): string {
  const sum = (of: (repository: RepoFacts) => number): number => repositories.reduce((total, repository) => total + of(repository), 0);
  const files = `${counted(
    sum(({ files: { seen } }) => seen),
    'file',
  )} seen, ${sum(({ files: { parsed } }) => parsed)} parsed, ${sum(({ files: { cached } }) => cached)} from the cache`;
  const unread = new Set(
    repositories.flatMap(({ repository, unresolved }) => unresolved.filter(isUnread).map(({ file }) => `${repository}:${file}`)),
  );
  const lost = unread.size === 0 ? '' : `; ${counted(unread.size, 'file')} could not be read, or not to the end`;
  return `${counted(rows.length, 'dataset')}, ${counted(
    sum(({ writes }) => writes.length),
    'write',
  )}, ${counted(
    sum(({ dbt }) => dbt.length),
    'dbt model',
  )}, ${counted(
    sum(({ reads }) => reads.length),
    'read',
  )}; ${files}${lost}`;
}
