/** §4.1 Facts of all files to rows: the one place where files meet. Joins to schedules, dbt and owners stand in `RepoParts`. */

import { printPlace } from '../src/core/evidence.js';
import type {
  Codeowners,
  DataSite,
  DbtModel,
  DeclaredTable,
  ReadSite,
  RepoFacts,
  RuntimeFinding,
  Schedule,
  Unresolved,
  WriteSite,
} from '../src/core/facts.js';
import type { SiteExplanation } from '../src/core/origin.js';
import { readCdk } from './cdk/read.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE, type StartFacts, together } from './infrastructure/facts.js';
import { scriptRuns } from './infrastructure/runs.js';
import { type Changes, cutFiles, faultsOf, type Kept, perFile, valuesOf } from './kept.js';
import type { PythonFacts } from './python/facts.js';
import { asRead, byPlace, distinctRows, type Row, rowOf, textAt, unlessView } from './rows.js';
import { withCalled } from './runs/entries.js';
import { operatorStarts } from './runs/operators.js';
import { withPrograms } from './runs/programs.js';
import { isSqlFile } from './runs/sql-files.js';
import { cellSites } from './runtimes/spark/sql.js';
import { decidedSites } from './sinks/decide.js';
import type { Linking } from './sinks/linking.js';
import { isSpent, spend } from './targets/paid.js';
import { buildProgram, type Program, type ProgramOptions, placeIn, type Unit } from './targets/program.js';
import { runBy, runsOf } from './targets/script-runs.js';
import { viewNames, viewsOf } from './views.js';
import type { TargetWay } from './ways.js';

export type LinkedSites = {
  readonly program: Program;
  /** What the repository's programs say about its jobs is with it. */
  readonly infrastructure: InfrastructureFacts;
  readonly writes: readonly WriteSite[];
  readonly reads: readonly ReadSite[];
  readonly unresolved: readonly Unresolved[];
  /** Tables that the code gives a place. */
  readonly declared: readonly DeclaredTable[];
  /** Functions and classes whose callers decide a target: files that call them are wanted too. */
  readonly sinks: readonly string[];
  /** The ways of the targets of a write, where it has several or they belong to turns of loops. */
  readonly ways: ReadonlyMap<WriteSite, readonly TargetWay[]>;
  /** How each row came about; empty unless it was asked for. */
  readonly explained: ReadonlyMap<DataSite, SiteExplanation>;
  /** For the next link of the same repository, in which more of its files are known. */
  readonly kept: KeptLink;
};

export type KeptLink = { readonly starts: Kept<readonly StartFacts[]>; readonly found: Kept<Found> };

/** `former`: the link of the scan before that corresponds to this one, and what has changed since. */
export type LinkOptions = ProgramOptions & {
  readonly infrastructure?: InfrastructureFacts;
  readonly before?: KeptLink | undefined;
  readonly former?: { readonly kept: KeptLink; readonly changes: Changes } | undefined;
};

const CUT_STARTS = 'following its names took too long: not all that it starts was looked at';

/** `steps`: what the whole repository may cost; `infrastructure`: how its scripts are run, beside what its programs say about it. */
export function linkSites(
  files: ReadonlyMap<string, PythonFacts>,
  { infrastructure = NO_INFRASTRUCTURE, before, former, ...options }: LinkOptions = {},
): LinkedSites {
  const alone = buildProgram(files, options);
  const starts = perFile(alone, { before: before?.starts, former: formerOf(former, 'starts') }, (unit) => operatorStarts(alone, unit));
  const faults: Unresolved[] = [];
  const told = withPrograms(together([infrastructure, readCdk(alone, faults), { ...NO_INFRASTRUCTURE, starts: valuesOf(starts).flat() }]));
  const program = runBy(alone, withCalled(alone, scriptRuns(told)));
  const shared = { program, callers: new Map(), subclasses: new Map(), callees: new Map() };
  const found = perFile(program, { before: before?.found, former: formerOf(former, 'found') }, (unit) => foundIn(shared, unit));
  const cut = cutFiles(starts).map((file): Unresolved => ({ file, line: 1, reason: 'parse-timeout', text: CUT_STARTS }));
  const unresolved = [...faults, ...faultsOf(starts), ...cut, ...faultsOf(found), ...valuesOf(found).flatMap((one) => one.unresolved)];
  const isView = viewsOf(program, viewsByFile(found));
  const sorted = distinctRows(valuesOf(found).flatMap(({ rows }) => rows)).map((row) => unlessView(row, isView));
  const known = statementsOf(program);
  for (const { site, text = textAt(program, site) } of sorted)
    if (site.resolution === 'none') unresolved.push({ file: site.file, line: site.line, reason: 'dynamic-target', text });
  const explained = new Map<DataSite, SiteExplanation>();
  const kept = <T extends DataSite>(row: Row, site: T): T => {
    if (row.explained) explained.set(site, row.explained);
    return site;
  };
  return {
    program,
    infrastructure: told,
    explained,
    ways: new Map(sorted.flatMap(({ effect, site, ways }) => (effect === 'write' && ways ? [[site, ways] as const] : []))),
    writes: sorted.filter((row) => row.effect === 'write').map((row) => kept(row, row.site)),
    reads: sorted.filter((row) => row.effect === 'read').map((row) => kept(row, asRead(row.site))),
    unresolved: unresolved.filter((row) => row.reason !== 'dynamic-sql' || !known.has(printPlace(row))),
    declared: sorted.flatMap((row) => row.declared ?? []),
    sinks: [...new Set(valuesOf(found).flatMap(({ sinks }) => sinks))].toSorted(),
    kept: { starts, found },
  };
}

/** Where files of SQL are run that were read: what these say is no riddle of the place. */
function statementsOf({ runs }: Program): ReadonlySet<string> {
  const files = [...runs].flatMap(([path, all]) => (isSqlFile(path) ? all : []));
  return new Set(files.flatMap(({ at }) => at.map(printPlace)));
}

function formerOf<K extends keyof KeptLink>(
  former: LinkOptions['former'],
  of: K,
): { readonly kept: KeptLink[K]; readonly changes: Changes } | undefined {
  return former && { kept: former.kept[of], changes: former.changes };
}

/** The rows of one file, what was not understood in it, and the names of functions and classes whose callers decide a target of it. */
export type Found = {
  readonly rows: readonly Row[];
  readonly unresolved: readonly Unresolved[];
  readonly sinks: readonly string[];
  /** Of data that it gives a name for the time of the job. */
  readonly views: readonly string[];
};

function foundIn(shared: Omit<Linking, 'sinks' | 'leftOut'>, unit: Unit): Found {
  const linking: Linking = { ...shared, sinks: new Set(), leftOut: new Map() };
  const decided = decidedIn(linking, unit);
  // A file of SQL is run by somebody.
  const runs = isSqlFile(unit.path) ? runsOf(linking.program, unit.path) : [];
  const via = runs.flatMap(({ at }) => at);
  const cells = unit.facts.sql.flatMap((cell) => cellSites(cell, runs[0]?.tables));
  return {
    rows: [
      ...decided.rows,
      ...cells.map((site) =>
        rowOf(linking.program, { site, unit, line: site.line, endLine: Math.max(site.line, site.endLine), via, hops: 0 }),
      ),
    ],
    unresolved: [
      ...[...(decided.unfinished ? [decided.unfinished] : []), ...linking.leftOut.values()].map((row) => ({
        ...row,
        ...placeIn(linking.program, row),
      })),
      ...unit.facts.flaws.map((flaw) => ({ file: unit.path, ...flaw })),
    ],
    sinks: [...linking.sinks],
    views: viewNames(linking.program, unit),
  };
}

function viewsByFile({ files }: KeptLink['found']): ReadonlyMap<string, readonly string[]> {
  return new Map([...files].flatMap(([path, { value }]) => ('fault' in value ? [] : [[path, value.value.views] as const])));
}

type DecidedIn = { readonly rows: readonly Row[]; readonly unfinished?: Unresolved };

/** The sites of one file, up to the call at which it had cost too much. */
function decidedIn(linking: Linking, unit: Unit): DecidedIn {
  const rows: Row[] = [];
  const { sites } = unit.facts.index;
  for (const index of sites) {
    const call = unit.facts.calls[index];
    if (!call) continue;
    const decided = decidedSites(linking, unit, call);
    // A row asks about the scopes and imports of its file once more.
    spend(linking.program, decided.length * ((unit.facts.scopes.length + unit.facts.imports.length) >> 4));
    if (isSpent(linking.program)) {
      const text = 'following its names took too long: this write or read and those below it were not looked at';
      return { rows, unfinished: { file: unit.path, line: call.line, reason: 'parse-timeout', text } };
    }
    rows.push(...decided.map((one) => rowOf(linking.program, one)));
  }
  return { rows };
}

/** What the other readers say about the repository. */
export type RepoParts = {
  readonly repository: string;
  readonly commit: string | null;
  readonly files: RepoFacts['files'];
  readonly runtimes: readonly RuntimeFinding[];
  readonly dbt: readonly DbtModel[];
  readonly schedules: readonly Schedule[];
  readonly codeowners: Codeowners;
  readonly unresolved: readonly Unresolved[];
  /** By files of DDL. */
  readonly declared: readonly DeclaredTable[];
};

export function linkRepository(sites: LinkedSites, parts: RepoParts): RepoFacts {
  return {
    repository: parts.repository,
    commit: parts.commit,
    files: parts.files,
    runtimes: parts.runtimes,
    writes: sites.writes,
    reads: sites.reads,
    dbt: parts.dbt,
    schedules: parts.schedules,
    codeowners: parts.codeowners,
    unresolved: [...sites.unresolved, ...parts.unresolved].toSorted(byPlace),
    declared: [...sites.declared, ...parts.declared, ...sites.infrastructure.tables],
  };
}
