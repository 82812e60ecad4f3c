/** §14.1 `sf scan DIR --explain FILE:LINE`: how the targets of a read or write came about, in plain words or as `sf-explain/1`. */
import { explainReport } from '../../generators/explain-report.js';
import type { ExplainedModel, ExplainedSite, ExplainReport, ExplainStep } from '../core/artifacts/explain-report.js';
import { printPlace, type SourceRef } from '../core/evidence.js';
import type { DatasetRow, Unresolved } from '../core/facts.js';
import { ProblemError } from '../core/problem.js';
import type { Explained } from '../flows/explain-scan.js';
import { gapsIn } from './gaps.js';
import { aligned, plain } from './output.js';

/** `FILE:LINE`, the file from the root of the folder. */
export function parsePlace(text: string): SourceRef {
  const match = /^(?:\.\/+)*(.+):([1-9]\d{0,8})$/.exec(text);
  if (match?.[1] && match[2]) return { file: match[1], line: Number(match[2]) };
  throw new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(text)} is no place in a file.`,
    remedy: 'Write it like jobs/orders.py:12, the file from the root of the folder.',
  });
}

/** Nothing at the place is an answer too: no, and where something is. */
export function explained({ facts, sites, nearest, isAbsent }: Explained, place: SourceRef, rows: readonly DatasetRow[]): ExplainReport {
  if (sites.length > 0) return explainReport(facts, { ...place, sites }, rows);
  if (isAbsent)
    throw new ProblemError({
      kind: 'usage',
      what: `${facts.repository} has no file ${place.file}.`,
      remedy: 'Name it from the root of the folder, as `sf scan` shows it.',
    });
  const model = facts.dbt.find(({ file }) => file === place.file);
  if (model) return explainReport(facts, { ...place, sites, model }, rows);
  const { open, aside } = gapsIn(facts);
  const here = open.filter(({ file }) => file === place.file).map((row) => gapLine(row, row.reason));
  const set = aside.filter(({ row }) => row.file === place.file).map(({ row, why }) => gapLine(row, why));
  const listed = (what: string, rows: readonly string[]): string => (rows.length > 0 ? `${what}: ${rows.slice(0, 3).join('; ')}.` : '');
  const known =
    nearest.length > 0 ? `The nearest lines of that file where something is: ${nearest.map(({ line }) => line).join(', ')}.` : '';
  throw new ProblemError({
    kind: 'no',
    what: `Nothing that is read or written was found at ${printPlace(place)}.`,
    remedy:
      [known, listed('What was not understood there', here), listed('What was set aside there', set)]
        .filter((text) => text !== '')
        .join(' ') || 'Nothing in that file reads or writes data, as far as it is understood.',
  });
}

function gapLine({ line, text }: Unresolved, why: string): string {
  return `line ${line}: ${why} (${text.slice(0, 120)})`;
}

export function printExplanation({ sites, file, line, model }: ExplainReport): string {
  if (model) return `${printModel(model, file)}\n`;
  const shown = sites.slice(0, SHOWN_SITES).map((site) => printSite(site, { file, line }));
  return `${[...shown, ...more(sites.slice(SHOWN_SITES))].join('\n\n')}\n`;
}

/** What dbt itself makes of a name is not taken apart; which of two owners it is, and why, stands among the decisions. */
function printModel({ name, relation, relation_when, materialized, dataset, datasets }: ExplainedModel, file: string): string {
  const rows = [
    ['relation', relation, 'by its name, its project and its configuration, whatever the target'],
    ...Object.entries(relation_when).map(([condition, when]) => ['', when, `where ${condition}`]),
    [
      'dataset',
      dataset ? 'yes' : 'no',
      dataset ? `it is materialized as ${materialized}` : `${materialized}, disabled or an analysis: it keeps no data of its own`,
    ],
  ];
  return [plain(`${file} is the dbt model ${name}`), '', aligned(rows), ...datasets.map(printDataset)].join('\n');
}

/** A helper may be called from everywhere. */
const SHOWN_SITES = 8;
const SHOWN_TARGETS = 8;
const SHOWN_VALUE = 72;
/** Deeper steps repeat what those above them say, in smaller pieces. */
const SHOWN_DEPTH = 12;

/** The others by their places, each once, as far as a line of them is read. */
function more(sites: readonly ExplainedSite[]): readonly string[] {
  if (sites.length === 0) return [];
  const places = [...new Set(sites.map(({ at }) => printPlace(at)))];
  const named = `${places.slice(0, SHOWN_SITES).join(', ')}${places.length > SHOWN_SITES ? ', …' : ''}`;
  return [plain(`… and ${sites.length} more decided elsewhere: ${named} (--format json has all)`)];
}

function printSite(site: ExplainedSite, asked: SourceRef): string {
  const elsewhere = site.at.file !== asked.file || site.at.line !== asked.line;
  const head = `${printPlace(site.at)}  ${site.effect === 'write' ? 'writes' : 'reads'} by ${site.api} (${site.runtime})`;
  const calls =
    site.calls.length === 0 ? [] : [`  The dataset is decided here, for the call at ${site.calls.map(printPlace).join(', called at ')}.`];
  const from = elsewhere && site.calls.length > 0 ? [`  ${printPlace(asked)} is on its way.`] : [];
  const hidden = site.targets.length - SHOWN_TARGETS;
  return [
    plain(head),
    ...calls.map(plain),
    ...from.map(plain),
    '',
    ...(site.targets.length === 0 ? ['target: none is named in the call'] : []),
    ...site.targets.slice(0, SHOWN_TARGETS).flatMap(printTarget),
    ...(hidden > 0 ? [`… and ${hidden} more targets (--format json shows all)`, ''] : []),
    aligned(words(site)),
    ...site.datasets.map(printDataset),
  ].join('\n');
}

function printTarget({ target, steps }: ExplainedSite['targets'][number]): string[] {
  const rows = steps.flatMap((step) => stepRows(step, 1));
  return [`target  ${plain(target)}`, ...(rows.length > 0 ? [aligned(rows)] : []), ''];
}

/** What one of several steps gives stands below it, further in; a step that changes nothing has no value of its own. */
function stepRows(step: ExplainStep, depth: number, above?: string): string[][] {
  const value = step.value === above ? '' : short(step.value);
  const own = [`${'  '.repeat(depth)}${value === '' ? '=' : value}`, step.says, step.at ? printPlace(step.at) : ''];
  if (depth >= SHOWN_DEPTH) return [own];
  return [own, ...step.from.flatMap((one) => stepRows(one, depth + (step.from.length > 1 || value !== '' ? 1 : 0), step.value))];
}

function words(site: ExplainedSite): string[][] {
  const word = (name: string, { value, says, at, from }: ExplainedSite['format']): string[] => {
    const through = from.flatMap(placedWords).join('; ');
    return [name, value, `${says}${through === '' ? '' : `: ${through}`}`, at ? printPlace(at) : ''];
  };
  return [
    word('format', site.format),
    ...(site.mode ? [word('mode', site.mode)] : []),
    ...site.partition_by.map((column) => word('partition', column)),
    ['dataset', standing(site), site.dataset.because, ''],
    ['confidence', String(site.confidence.value), site.confidence.because, ''],
  ];
}

/** A step without a place of its own has that of what it was made from. */
function placedWords({ says, at, from }: ExplainStep): readonly string[] {
  return at ? [`${says} (${printPlace(at)})`] : [says, ...from.slice(0, 1).flatMap(placedWords)];
}

function standing({ dataset, resolution }: ExplainedSite): string {
  if (!dataset.is) return `no: ${dataset.why_not ?? 'not known'}`;
  return resolution === 'none' ? 'unnamed' : 'yes';
}

function printDataset({ urn, location, decisions }: ExplainedSite['datasets'][number]): string {
  const rows = decisions.map(({ rule, because, at }) => [`  ${rule}`, `${because}${at ? ` (${printPlace(at)})` : ''}`]);
  return `\n${plain(`${urn ?? 'no urn'}  at ${location}`)}\n${aligned(rows)}`;
}

function short(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_VALUE ? `${line.slice(0, SHOWN_VALUE)}…` : line;
}
