/** §4.1 Facts of all files to rows: the one place where files meet. Joins to schedules, dbt and owners stand in `RepoParts`. */

import type { SourceRef } from '../src/core/evidence.js';
import type {
  Codeowners,
  DataSite,
  DbtModel,
  DeclaredTable,
  ReadSite,
  RepoFacts,
  Resolution,
  RuntimeFinding,
  Schedule,
  Unresolved,
  WriteSite,
} from '../src/core/facts.js';
import type { SiteExplanation } from '../src/core/origin.js';
import type { Runtime } from '../src/core/vocabulary.js';
import { readCdk } from './cdk/read.js';
import { certaintyOf, explainSite } from './explain.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE, type StartFacts, together } from './infrastructure/facts.js';
import { scriptRuns } from './infrastructure/runs.js';
import { type Changes, faultsOf, type Kept, perFile, valuesOf } from './kept.js';
import type { Call, PythonFacts } from './python/facts.js';
import { withCalled } from './runs/entries.js';
import { operatorStarts } from './runs/operators.js';
import type { Site } from './runtimes/site.js';
import { cellSites } from './runtimes/spark/sql.js';
import { decidedSites } from './sinks/decide.js';
import type { DecidedSite } from './sinks/decided-site.js';
import type { Linking } from './sinks/linking.js';
import { verdictOfCall, whyNotDataset } from './standing.js';
import { distinctTemplates } from './targets/combine.js';
import { withDefaults } from './targets/declared-arguments.js';
import { withJinja } from './targets/jinja-holes.js';
import { filledByRuns } from './targets/job-arguments.js';
import { isSpent, spend } from './targets/paid.js';
import { buildProgram, type Program, type ProgramOptions, placeIn, type Unit } from './targets/program.js';
import { runBy } from './targets/script-runs.js';
import { asTarget, printTemplate, resolutionOf, type Template } from './targets/template.js';
import { NO_TURNS, writeTurns } from './targets/turns.js';
import { type IsView, viewNames, viewsOf } from './views.js';
import { MAX_PLACES, type TargetWay } from './ways.js';

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

/** `steps`: what the whole repository may cost; `infrastructure`: how its scripts are run, beside what its programs say about it. */
export function linkSites(
  files: ReadonlyMap<string, PythonFacts>,
  { infrastructure = NO_INFRASTRUCTURE, before, former, ...options }: LinkOptions = {},
): LinkedSites {
  const alone = buildProgram(files, options);
  const starts = perFile(alone, { before: before?.starts, former: formerOf(former, 'starts') }, (unit) => operatorStarts(alone, unit));
  const faults: Unresolved[] = [];
  const told = together([infrastructure, readCdk(alone, faults), { ...NO_INFRASTRUCTURE, starts: valuesOf(starts).flat() }]);
  const program = runBy(alone, withCalled(alone, scriptRuns(told)));
  const shared = { program, callers: new Map(), subclasses: new Map(), callees: new Map() };
  const found = perFile(program, { before: before?.found, former: formerOf(former, 'found') }, (unit) => foundIn(shared, unit));
  const unresolved = [...faults, ...faultsOf(starts), ...faultsOf(found), ...valuesOf(found).flatMap((one) => one.unresolved)];
  const isView = viewsOf(program, viewsByFile(found));
  const sorted = distinctRows(valuesOf(found).flatMap(({ rows }) => rows)).map((row) => (readsView(row, isView) ? asView(row) : row));
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
    unresolved,
    declared: sorted.flatMap((row) => row.declared ?? []),
    sinks: [...new Set(valuesOf(found).flatMap(({ sinks }) => sinks))].toSorted(),
    kept: { starts, found },
  };
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
  const cells = unit.facts.sql.flatMap(cellSites);
  return {
    rows: [
      ...decided.rows,
      ...cells.map((site) => rowOf(linking.program, { site, unit, line: site.line, endLine: site.endLine, via: [], hops: 0 })),
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

/** A read has no mode and no partitions. */
function asRead({ mode: _, partitionBy: __, ...read }: WriteSite): ReadSite {
  return read;
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

/** A read has no mode and no partitions: they are empty in its row and not printed. */
type Row = {
  readonly effect: 'write' | 'read';
  readonly site: WriteSite;
  readonly scope: number;
  readonly declared?: DeclaredTable;
  readonly ways?: readonly TargetWay[];
  readonly explained?: SiteExplanation;
  readonly text?: string | undefined;
};

function rowOf(program: Program, decided: DecidedSite): Row {
  const { site, unit, line, endLine, via, hops } = decided;
  const files = [unit.path, ...via.map(({ file }) => file)];
  const filled = filledByRuns(program, site.templates, files)
    .map(withDefaults)
    .map((template) => asTarget(withJinja(template)));
  const templates = distinctTemplates(filled);
  const standing = whyNotDataset({ effect: site.effect, format: site.format, templates, unit });
  const verdict = site.whyNot ? verdictOfCall(site.whyNot) : standing;
  const targets = templates.map(printTemplate).map(plainTarget);
  const resolution = worstOf(templates);
  const cell = unit.facts.cells?.[line - 1];
  const end = unit.facts.cells?.[endLine - 1];
  const certainty = certaintyOf(resolution, hops, targets.length);
  const places = [...via, ...templates.flatMap((template) => template.via)].map((place) => placeIn(program, place));
  const at = { file: unit.path, line: cell ? cell[0] : line };
  // A test's table is nobody's.
  const named = (text: Template | undefined): readonly string[] =>
    standing === undefined && text ? filledByRuns(program, [text], files).map(printTemplate).map(plainTarget) : [];
  return {
    effect: site.effect,
    text: decided.text,
    scope: scopeAt(unit, line),
    ...declaredIn(
      site,
      site.called ? { names: named(site.called), places: targets, at } : { names: targets, places: named(site.location), at },
    ),
    ...(filled.length > 1 || filled.some(({ turns }) => turns) ? { ways: filled.map((one) => wayOf(program, one, [at, ...via])) } : {}),
    site: {
      ...at,
      endLine: end ? end[0] : Math.max(line, endLine),
      ...(cell ? { cell: [cell[1], cell[2]] as const } : {}),
      api: site.api,
      format: site.format,
      targets: [...new Set(targets)],
      resolution,
      dataset: verdict === undefined,
      ...(verdict ? { whyNot: verdict.why } : {}),
      runtime: runtimeOf(site.runtime, unit),
      confidence: confidenceOf(certainty),
      via: [...new Map(places.map((ref) => [`${ref.file}:${ref.line}`, ref])).values()].slice(0, MAX_PLACES),
      mode: site.mode,
      partitionBy: site.partitionBy,
    },
    ...(program.explains ? { explained: explainSite(program, { decided, templates, targets, verdict, certainty }) } : {}),
  };
}

function wayOf(program: Program, template: Template, places: readonly SourceRef[]): TargetWay {
  const through = [...places, ...template.via].map((place) => placeIn(program, place));
  return { target: plainTarget(printTemplate(template)), turns: writeTurns(template.turns ?? NO_TURNS), through };
}

type Declaring = { readonly names: readonly string[]; readonly places: readonly string[]; readonly at: SourceRef };

/** Of several names, or several places, nobody knows which belongs to which. */
function declaredIn({ format, partitionBy }: Site, { names, places, at }: Declaring): Pick<Row, 'declared'> {
  const [name, location] = [names[0], places[0]];
  if (name === undefined || location === undefined || names.length > 1 || places.length > 1) return {};
  return { declared: { name, location, format, partitionBy, at } };
}

/** The innermost def or class around a line. */
function scopeAt(unit: Unit, line: number): number {
  return unit.facts.scopes.findLastIndex((scope) => scope.line <= line && scope.endLine >= line);
}

/** A file that is called like any other of its folder: the folder is what has a name. */
const NAMELESS_FILE = /(?<=[/}])(?:file|part(?:[-_]?\d+)?)\.(?:parquet|orc|avro)$/;

/** A path written for Windows is the same path. */
function plainTarget(target: string): string {
  const text = target.trim().replace(NAMELESS_FILE, '');
  return text.includes('\\') && !text.includes('/') ? text.replaceAll('\\', '/') : text;
}

/** Full only when every target is; none when no target says anything. */
function worstOf(templates: readonly Template[]): Resolution {
  const all = templates.map(resolutionOf);
  if (all.length === 0 || all.every((one) => one === 'none')) return 'none';
  return all.every((one) => one === 'full') ? 'full' : 'partial';
}

function confidenceOf({ base, forCalls, forTargets }: SiteExplanation['certainty']): number {
  return Math.round(Math.max(0.1, base - forCalls - forTargets) * 100) / 100;
}

/** Spark inside a Glue job is a Glue job. */
function runtimeOf(runtime: Runtime, unit: Unit): Runtime {
  const glue = unit.facts.imports.some((one) => one.module === 'awsglue' || one.module.startsWith('awsglue.'));
  return glue && runtime === 'spark' ? 'glue' : runtime;
}

/** In SQL a view hides the table of its name. `spark.table` may be what the view is made of. */
function readsView({ effect, site }: Row, isView: IsView): boolean {
  if (effect !== 'read' || !site.api.startsWith('spark.sql') || site.targets.length === 0) return false;
  const files = [site.file, ...site.via.map(({ file }) => file)];
  return site.targets.every((target) => isView(files, target));
}

function asView({ site, explained, ...row }: Row): Row {
  const verdict = verdictOfCall('temp');
  return { ...row, site: { ...site, dataset: false, whyNot: verdict.why }, ...(explained ? { explained: { ...explained, verdict } } : {}) };
}

function distinctRows(rows: readonly Row[]): Row[] {
  const seen = new Map<string, Row>();
  for (const row of rows) {
    const { file, line, targets, resolution } = row.site;
    // One function reading one place twice is one reader of it.
    const where = row.effect === 'read' && resolution !== 'none' && row.scope > 0 ? `in ${row.scope}` : `${line}`;
    const key = `${row.effect} ${file}:${where} ${targets.join(' ')}`;
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()].toSorted(
    (a, b) => compare(a.site.file, b.site.file) || a.site.line - b.site.line || compare(a.site.targets.join(), b.site.targets.join()),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function textAt(program: Program, site: DataSite): string {
  const unit = program.units.get(site.file);
  const lineOf = (line: number): number => placeIn(program, { file: site.file, line }).line;
  const isThere = ({ line, endLine, text }: Call): boolean =>
    text !== undefined && lineOf(line) <= site.line && lineOf(endLine) >= site.line;
  return unit?.facts.calls.find(isThere)?.text ?? site.api;
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
    unresolved: [...sites.unresolved, ...parts.unresolved].toSorted((a, b) => compare(a.file, b.file) || a.line - b.line),
    declared: [...sites.declared, ...parts.declared, ...sites.infrastructure.tables],
  };
}
