/** §4.1 A decided site as the row that is printed: its targets with what runs give them, its standing, its places. */

import { printPlace, type SourceRef } from '../src/core/evidence.js';
import type { DataSite, DeclaredTable, ReadSite, Resolution, WriteSite } from '../src/core/facts.js';
import type { SiteExplanation } from '../src/core/origin.js';
import { withoutSecrets } from '../src/core/secrets.js';
import type { Runtime } from '../src/core/vocabulary.js';
import { certaintyOf, explainSite } from './explain.js';
import type { Call } from './python/facts.js';
import type { Site } from './runtimes/site.js';
import type { DecidedSite } from './sinks/decided-site.js';
import { verdictOfCall, whyNotDataset } from './standing.js';
import { distinctTemplates } from './targets/combine.js';
import { withDefaults } from './targets/declared-arguments.js';
import { filledByRuns } from './targets/job-arguments.js';
import { spend } from './targets/paid.js';
import { type Program, placeIn, type Unit } from './targets/program.js';
import { withJinja } from './templates/jinja-holes.js';
import { asTarget, MAX_VIA, printTemplate, resolutionOf, type Template } from './templates/template.js';
import { NO_TURNS, writeTurns } from './templates/turns.js';
import type { TargetWay } from './templates/ways.js';
import type { IsView } from './views.js';

/** A read has no mode and no partitions: they are empty in its row and not printed. */
export type Row = {
  readonly effect: 'write' | 'read';
  readonly site: WriteSite;
  /** The def or class around its line, and of a read in a helper the one around that. */
  readonly reader: string;
  readonly declared?: DeclaredTable;
  readonly ways?: readonly TargetWay[];
  readonly explained?: SiteExplanation;
  /** The database that was put before its name. */
  readonly within?: string;
  readonly text?: string | undefined;
};

export function rowOf(program: Program, decided: DecidedSite): Row {
  const { site, unit, line, endLine, via, hops } = decided;
  const files = [unit.path, ...via.map(({ file }) => file)];
  const filled = filledByRuns(program, site.templates, files, site.runs)
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
    standing === undefined && text ? filledByRuns(program, [text], files, site.runs).map(printTemplate).map(plainTarget) : [];
  return {
    effect: site.effect,
    text: decided.text,
    ...(site.within === undefined ? {} : { within: site.within }),
    reader: readerOf(program, decided),
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
      via: [...new Map(places.map((ref) => [printPlace(ref), ref])).values()].slice(0, MAX_VIA),
      mode: site.mode,
      partitionBy: site.partitionBy,
    },
    ...(program.explains ? { explained: explainSite(program, { decided, templates, targets, verdict, certainty }) } : {}),
  };
}

function wayOf(program: Program, template: Template, places: readonly SourceRef[]): TargetWay {
  const through = [...places, ...(template.madeAt ? [template.madeAt] : []), ...template.via].map((place) => placeIn(program, place));
  return { target: plainTarget(printTemplate(template)), turns: writeTurns(template.turns ?? NO_TURNS), through };
}

type Declaring = { readonly names: readonly string[]; readonly places: readonly string[]; readonly at: SourceRef };

/** Of several names, or several places, nobody knows which belongs to which. */
function declaredIn({ format, partitionBy }: Site, { names, places, at }: Declaring): Pick<Row, 'declared'> {
  const [name, location] = [names[0], places[0]];
  if (name === undefined || location === undefined || names.length > 1 || places.length > 1) return {};
  return { declared: { name, location, format, partitionBy, at } };
}

/** A read has no mode and no partitions. */
export function asRead({ mode: _, partitionBy: __, ...read }: WriteSite): ReadSite {
  return read;
}

/** Empty on the outermost level: there each line stands for itself. */
function readerOf(program: Program, { site, unit, line, via: [helper] }: DecidedSite): string {
  const own = scopeAt(unit, line);
  const inside = site.effect === 'read' && helper ? program.units.get(helper.file) : undefined;
  if (own <= 0) return '';
  if (!inside || !helper) return `${own}`;
  spend(program, inside.facts.scopes.length >> 4);
  return `${own} ${helper.file}:${scopeAt(inside, helper.line)}`;
}

/** The innermost def or class around a line. */
function scopeAt(unit: Unit, line: number): number {
  return unit.facts.scopes.findLastIndex((scope) => scope.line <= line && scope.endLine >= line);
}

/** A file that is called like any other of its folder: the folder is what has a name. */
const NAMELESS_FILE = /(?<=[/}])(?:file|part(?:[-_]?\d+)?)\.(?:parquet|orc|avro)$/;

/** A path written for Windows is the same path. */
function plainTarget(target: string): string {
  const text = withoutSecrets(target).trim().replace(NAMELESS_FILE, '');
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

/** A view lies in no database: the name is what the program says. */
function withoutDatabase(row: Row, isView: IsView): Row {
  const { effect, site, within } = row;
  if (effect !== 'read' || within === undefined) return row;
  const files = [site.file, ...site.via.map(({ file }) => file)];
  const plain = (target: string): string => {
    const name = target.startsWith(`${within}.`) ? target.slice(within.length + 1) : target;
    return isView(files, name) ? name : target;
  };
  return { ...row, site: { ...site, targets: site.targets.map(plain) } };
}

export function unlessView(found: Row, isView: IsView): Row {
  const whole = withoutDatabase(found, isView);
  if (!readsView(whole, isView)) return whole;
  const { site, explained, ...row } = whole;
  const verdict = verdictOfCall('temp');
  return { ...row, site: { ...site, dataset: false, whyNot: verdict.why }, ...(explained ? { explained: { ...explained, verdict } } : {}) };
}

/** In the order of their places. */
export function distinctRows(rows: readonly Row[]): Row[] {
  const seen = new Map<string, Row>();
  for (const row of rows) {
    const { file, line, targets, resolution } = row.site;
    // One function reading one place twice is one reader of it.
    const where = row.effect === 'read' && resolution !== 'none' && row.reader !== '' ? `in ${row.reader}` : `${line}`;
    const key = `${row.effect} ${file}:${where} ${targets.join(' ')}`;
    const known = seen.get(key);
    seen.set(key, known ? asOne(known, row) : row);
  }
  return [...seen.values()].toSorted((a, b) => byPlace(a.site, b.site) || compare(a.site.targets.join(), b.site.targets.join()));
}

/** Two rows of one place. */
function asOne(known: Row, row: Row): Row {
  return isMergeOver(row, known) ? inEitherFormat(mergedInto(row, known), known) : inEitherFormat(known, row);
}

/** Branches of one helper that take one place in two formats: nobody knows which of them it has. A table has that of its files. */
function inEitherFormat(row: Row, { site: { format } }: Row): Row {
  const isSame = format === row.site.format || format === 'table' || row.site.format === 'table';
  return isSame ? row : { ...row, site: { ...row.site, format: '{format}' } };
}

/** A helper that makes a table where it is missing and merges into it else: the merge says how it is kept. */
function isMergeOver({ effect, site }: Row, before: Row): boolean {
  return effect === 'write' && site.mode === 'merge' && before.site.mode !== 'merge';
}

/** How it is laid out says who makes it. */
function mergedInto(merge: Row, { site: { partitionBy } }: Row): Row {
  return merge.site.partitionBy.length > 0 ? merge : { ...merge, site: { ...merge.site, partitionBy } };
}

export function byPlace(a: SourceRef, b: SourceRef): number {
  return compare(a.file, b.file) || a.line - b.line;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What stands at the place of a site. */
export function textAt(program: Program, site: DataSite): string {
  const unit = program.units.get(site.file);
  const lineOf = (line: number): number => placeIn(program, { file: site.file, line }).line;
  const isThere = ({ line, endLine, text }: Call): boolean =>
    text !== undefined && lineOf(line) <= site.line && lineOf(endLine) >= site.line;
  return [...(unit?.facts.calls ?? [])].find(isThere)?.text ?? site.api;
}
