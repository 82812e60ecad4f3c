/** §14.2 Explained sites and the decisions about their datasets to `sf-explain/1`. */
import type { ExplainedModel, ExplainedSite, ExplainReport, ExplainStep } from '../src/core/artifacts/explain-report.js';
import type { DatasetRow, DbtModel, ReadSite, RepoFacts, WriteSite } from '../src/core/facts.js';
import type { Origin, SaidWord, SiteExplanation } from '../src/core/origin.js';
import { wordsOf } from './explain-words.js';

export type SiteWithExplanation = { readonly site: ReadSite | WriteSite; readonly explanation: SiteExplanation };
export type ExplainedPlace = {
  readonly file: string;
  readonly line: number;
  readonly sites: readonly SiteWithExplanation[];
  readonly model?: DbtModel;
};

export function explainReport(
  { commit }: RepoFacts,
  { file, line, sites, model }: ExplainedPlace,
  datasets: readonly DatasetRow[],
): ExplainReport {
  return {
    schema: 'sf-explain/1',
    commit,
    file,
    line,
    sites: sites.map((one) => siteOf(one, datasets)),
    ...(model ? { model: modelOf(model, datasets) } : {}),
  };
}

function modelOf(model: DbtModel, datasets: readonly DatasetRow[]): ExplainedModel {
  const { relation, materialized, dataset } = model;
  const made = datasets.filter(({ facts }) => facts.model === model).map(decidedOf);
  return { name: model.model, relation, relation_when: { ...model.relationWhen }, materialized, dataset, datasets: made };
}

function siteOf({ site, explanation }: SiteWithExplanation, datasets: readonly DatasetRow[]): ExplainedSite {
  const { effect, targets, said, calls } = explanation;
  return {
    effect,
    api: site.api,
    runtime: site.runtime,
    at: { file: site.file, line: site.line },
    calls: calls.map((at) => ({ ...at })),
    targets: targets.map(({ target, origin }) => ({ target, steps: origin ? stepsOf(origin) : [] })),
    resolution: site.resolution,
    format: wordOf(said, 'format', site.format, formatUnsaid(site)),
    ...('mode' in site ? { mode: wordOf(said, 'mode', site.mode === '' ? 'not said' : site.mode, modeUnsaid(site)) } : {}),
    partition_by: 'partitionBy' in site ? site.partitionBy.map((column) => columnOf(said, column)) : [],
    dataset: standingOf(site, explanation),
    confidence: { value: site.confidence, because: certaintyWords(site, explanation) },
    datasets: datasets.filter(({ facts }) => facts.writes.some((write) => write === site)).map(decidedOf),
  };
}

/** Beginning with the last step; what is only put together is shown by its parts. */
function stepsOf(origin: Origin): ExplainStep[] {
  return origin.how === 'joined' ? origin.from.map(stepOf) : [stepOf(origin)];
}

function stepOf(origin: Origin): ExplainStep {
  return {
    says: wordsOf(origin),
    value: origin.value,
    ...(origin.at ? { at: { ...origin.at } } : {}),
    ...(origin.how === 'hole' ? { unknown: origin.why ?? 'not-followed' } : {}),
    from: origin.from.flatMap((one) => (one.how === 'joined' ? one.from.map(stepOf) : [stepOf(one)])),
  };
}

type Word = ExplainedSite['format'];

function wordOf(said: readonly SaidWord[], about: 'format' | 'mode', value: string, unsaid: string): Word {
  const word = said.find((one) => one.about === about);
  if (!word) return { value, says: unsaid, from: [] };
  return { ...wordAt(word), value };
}

function wordAt({ value, at, origin, possible, byMaker }: SaidWord): Word {
  const says = possible
    ? `one of ${possible.join(', ')}: which one is known at run time only`
    : byMaker
      ? 'the place that makes the table says so'
      : 'the call here says so';
  return { value, says, at: { ...at }, from: origin ? stepsOf(origin) : [] };
}

function columnOf(said: readonly SaidWord[], column: string): Word {
  const word = said.find(({ about, value }) => about === 'partition_by' && value === column);
  return word ? wordAt(word) : { value: column, says: 'the options or the statement of the call say so', from: [] };
}

function formatUnsaid({ api, format }: ReadSite): string {
  if (format === 'table') return `${api} names a table of a catalog and no format of its own`;
  return `no format is named: it is what ${api} stands for`;
}

function modeUnsaid({ api, mode }: WriteSite): string {
  return mode === '' ? `${api} has no modes, or none is said` : `no mode is named: it is what ${api} does by itself`;
}

function standingOf({ dataset, whyNot, resolution }: ReadSite, { verdict, effect }: SiteExplanation): ExplainedSite['dataset'] {
  if (verdict) return { is: dataset, ...(whyNot === undefined ? {} : { why_not: whyNot }), because: verdict.because };
  const verb = effect === 'write' ? 'written' : 'read';
  const because =
    resolution === 'none'
      ? `nothing speaks against it, but nothing names it either: no dataset comes of it`
      : `data is ${verb}, and nothing speaks against a dataset`;
  return { is: dataset, because };
}

const BASES: Readonly<Record<ReadSite['resolution'], string>> = {
  full: 'for a target without holes',
  partial: 'for a target with holes',
  none: 'for a target that names nothing',
};

function certaintyWords({ resolution }: ReadSite, { certainty: { base, forCalls, forTargets } }: SiteExplanation): string {
  const less = [
    forCalls > 0 ? `less ${rounded(forCalls)} for the calls between` : '',
    forTargets > 0 ? `less ${rounded(forTargets)} for further targets` : '',
  ].filter((text) => text !== '');
  return [`${base} ${BASES[resolution]}`, ...less].join(', ');
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function decidedOf({ urn, facts, decisions }: DatasetRow): ExplainedSite['datasets'][number] {
  return {
    urn,
    location: facts.target,
    decisions: decisions.map(({ rule, value, because, at }) => ({ rule, value, because, ...(at ? { at } : {}) })),
  };
}
