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
import { withoutSecrets } from '../src/core/secrets.js';
import { type CdkFacts, keptCdk, toldByCdk } from './cdk/read.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE, type StartFacts, together } from './infrastructure/facts.js';
import { scriptRuns } from './infrastructure/runs.js';
import { type Changes, cutFiles, faultsOf, holdsSince, type Kept, perFile, valuesOf } from './kept.js';
import type { PythonFacts } from './python/facts.js';
import { asRead, byPlace, distinctRows, type Row, rowOf, textAt, unlessView } from './rows.js';
import { withCalled } from './runs/entries.js';
import { type KnownStarts, operatorStarts } from './runs/operators.js';
import { withPrograms } from './runs/programs.js';
import { isSqlFile } from './runs/sql-files.js';
import { bareDecorators } from './runtimes/python/decorated.js';
import { currentDatabase } from './runtimes/spark/current-database.js';
import { cellSites } from './runtimes/spark/sql.js';
import { factoriesIn } from './schedules/factories.js';
import { decidedSites } from './sinks/decide.js';
import { type Linking, newLinking, type SharedLinking } from './sinks/linking.js';
import { withDeclaredFormats } from './table-formats.js';
import { newEvaluation } from './targets/evaluate.js';
import { isSpent, spend, stillHoldingIn } from './targets/paid.js';
import { buildProgram, type Program, type ProgramOptions, placeIn, type Unit } from './targets/program.js';
import { rememberFrom } from './targets/remembered.js';
import { runBy, runsOf } from './targets/script-runs.js';
import type { TargetWay } from './templates/ways.js';
import { viewNames, viewsOf } from './views.js';

/** What a link of the files found, file by file, and which other files it asks for. */
export type LinkedFiles = {
  readonly program: Program;
  /** What the repository's programs say about its jobs is with it. */
  readonly infrastructure: InfrastructureFacts;
  /** Functions and classes whose callers decide a target, or a schedule: files that call them are wanted too. */
  readonly sinks: readonly string[];
  readonly faults: readonly Unresolved[];
  /** For the next link of the same repository, in which more of its files are known. */
  readonly kept: KeptLink;
  readonly workings: Workings;
};

/** The rows of all files together. */
export type LinkedSites = LinkedFiles & {
  readonly writes: readonly WriteSite[];
  readonly reads: readonly ReadSite[];
  readonly unresolved: readonly Unresolved[];
  /** Tables that the code gives a place. */
  readonly declared: readonly DeclaredTable[];
  /** The ways of the targets of a write, where it has several or they belong to turns of loops. */
  readonly ways: ReadonlyMap<WriteSite, readonly TargetWay[]>;
  /** How each row came about; empty unless it was asked for. */
  readonly explained: ReadonlyMap<DataSite, SiteExplanation>;
};

export type KeptLink = { readonly starts: Kept<readonly StartFacts[]>; readonly cdk: Kept<CdkFacts>; readonly found: Kept<Found> };
/** What a link has worked out on its way, in smaller pieces than files: before its scripts were given anything, and then. */
export type Workings = { readonly alone: Program; readonly started: KnownStarts; readonly shared: SharedLinking };
/** A link of the same scan. */
export type LinkBefore = Pick<LinkedFiles, 'kept' | 'workings'>;

/** `former`: the link of the scan before that corresponds to this one, and what has changed since. */
export type LinkOptions = ProgramOptions & {
  readonly infrastructure?: InfrastructureFacts;
  readonly before?: LinkBefore | undefined;
  readonly former?: { readonly kept: KeptLink; readonly changes: Changes } | undefined;
};

const CUT_STARTS = 'following its names took too long: not all that it starts was looked at';

/** `steps`: what the whole repository may cost; `infrastructure`: how its scripts are run, beside what its programs say about it. */
export function linkFiles(
  files: ReadonlyMap<string, PythonFacts>,
  { infrastructure = NO_INFRASTRUCTURE, before, former, ...options }: LinkOptions = {},
): LinkedFiles {
  const alone = buildProgram(files, options);
  const started = startedSince(alone, before);
  const starts = perFile(alone, { before: before?.kept.starts, former: formerOf(former, 'starts') }, (unit) =>
    operatorStarts(alone, unit, started),
  );
  const cdk = keptCdk(alone, { before: before?.kept.cdk, former: formerOf(former, 'cdk') });
  const { facts: told, unresolved } = withPrograms(
    together([infrastructure, toldByCdk(cdk), { ...NO_INFRASTRUCTURE, starts: valuesOf(starts).flat() }]),
  );
  const faults = [...faultsOf(cdk), ...unresolved];
  const program = runBy(alone, withCalled(alone, scriptRuns(told, faults)));
  const shared = linkingSince(program, before);
  const found = perFile(program, { before: before?.kept.found, former: formerOf(former, 'found') }, (unit) => foundIn(shared, unit));
  return {
    program,
    infrastructure: told,
    sinks: [...new Set([...valuesOf(found).flatMap(({ sinks }) => sinks), ...factoriesOf(program)])].toSorted(),
    faults,
    kept: { starts, cdk, found },
    workings: { alone, started, shared },
  };
}

/** Asked for as those are who call a helper that writes. */
function factoriesOf({ units }: Program): readonly string[] {
  return [...units.values()].flatMap((unit) => {
    const known = FACTORIES.get(unit) ?? factoriesIn(unit);
    FACTORIES.set(unit, known);
    return known;
  });
}
const FACTORIES = new WeakMap<Unit, readonly string[]>();

/** The last link of a scan: what its files have found, as rows in the order of their places. */
export function rowsOf(linked: LinkedFiles): LinkedSites {
  const {
    program,
    faults,
    kept: { starts, found },
  } = linked;
  const cut = cutFiles(starts).map((file): Unresolved => ({ file, line: 1, reason: 'parse-timeout', text: CUT_STARTS }));
  const unresolved = [...faults, ...faultsOf(starts), ...cut, ...faultsOf(found), ...valuesOf(found).flatMap((one) => one.unresolved)];
  const isView = viewsOf(program, viewsByFile(found));
  const sorted = withDeclaredFormats(distinctRows(valuesOf(found).flatMap(({ rows }) => rows)).map((row) => unlessView(row, isView)));
  const known = statementsOf(program);
  for (const { site, text = textAt(program, site) } of sorted)
    if (site.resolution === 'none') unresolved.push({ file: site.file, line: site.line, reason: 'dynamic-target', text });
  const explained = new Map<DataSite, SiteExplanation>();
  const told = <T extends DataSite>(row: Row, site: T): T => {
    if (row.explained) explained.set(site, row.explained);
    return site;
  };
  return {
    ...linked,
    explained,
    ways: new Map(sorted.flatMap(({ effect, site, ways }) => (effect === 'write' && ways ? [[site, ways] as const] : []))),
    writes: sorted.filter((row) => row.effect === 'write').map((row) => told(row, row.site)),
    reads: sorted.filter((row) => row.effect === 'read').map((row) => told(row, asRead(row.site))),
    unresolved: unresolved.filter((row) => row.reason !== 'dynamic-sql' || !known.has(printPlace(row))),
    declared: sorted.flatMap((row) => row.declared ?? []),
  };
}

/** Files of which no more become known. */
export function linkSites(files: ReadonlyMap<string, PythonFacts>, options: LinkOptions = {}): LinkedSites {
  return rowsOf(linkFiles(files, options));
}

function startedSince(alone: Program, before: LinkBefore | undefined): KnownStarts {
  if (!before) return new Map();
  const { kept, workings } = before;
  const holds = holdsSince(alone, kept.starts);
  rememberFrom(alone, workings.alone, holds);
  return stillHoldingIn(workings.started, holds);
}

function linkingSince(program: Program, before: LinkBefore | undefined): SharedLinking {
  if (!before) return newLinking(program);
  const { kept, workings } = before;
  const holds = holdsSince(program, kept.found);
  rememberFrom(program, workings.shared.program, holds);
  return newLinking(program, { shared: workings.shared, holds });
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

function foundIn(shared: SharedLinking, unit: Unit): Found {
  const linking: Linking = { ...shared, sinks: new Set(), leftOut: new Map() };
  const decided = decidedIn(linking, unit);
  // A file of SQL is run by somebody.
  const runs = isSqlFile(unit.path) ? runsOf(linking.program, unit.path) : [];
  const via = runs.flatMap(({ at }) => at);
  const cells = unit.facts.sql.flatMap((cell) => {
    const place = { unit, scope: 0, block: 0, pos: -1, line: cell.line };
    return cellSites(cell, { tables: runs[0]?.tables, current: currentDatabase(newEvaluation(linking.program), place) });
  });
  return {
    rows: [
      ...decided.rows,
      ...[...bareDecorators(linking.program, unit), ...cells].map((site) =>
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
    const call = unit.facts.calls.at(index);
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
    schedules: parts.schedules.map(shownSchedule),
    codeowners: parts.codeowners,
    unresolved: [...sites.unresolved, ...parts.unresolved].map((row) => ({ ...row, text: withoutSecrets(row.text) })).toSorted(byPlace),
    declared: [...sites.declared, ...parts.declared, ...sites.infrastructure.tables].map(shownTable),
  };
}

/** What is no cron stands as it is written. */
function shownSchedule(one: Schedule): Schedule {
  const shown = (text: string | null): string | null => text && withoutSecrets(text);
  return { ...one, schedule: shown(one.schedule), scheduleAsWritten: shown(one.scheduleAsWritten) };
}

function shownTable(one: DeclaredTable): DeclaredTable {
  return { ...one, location: withoutSecrets(one.location) };
}
