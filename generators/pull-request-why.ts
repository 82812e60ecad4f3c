/** §8.2 why each value is what it is: one line per decision, named after the field it decides, in the order of the documents. */
import type { Decision } from '../src/core/evidence.js';
import type { PullRequestInput } from './pull-request-input.js';
import { code, place, sentence } from './render/markdown.js';

const MAX_BECAUSE = 300;

/** The area of a rule id, and the field its decision fills; the order is the one they are read in. */
const FIELD_OF_AREA: ReadonlyMap<string, string> = new Map([
  ['urn', 'urn'],
  ['writer', 'written by'],
  ['owner', 'owner_team'],
  ['tier', 'tier'],
  ['runtime', 'runtime'],
  ['storage', 'storage'],
  ['orchestration', 'orchestration'],
  ['schedule', 'orchestration'],
  ['slo', 'slo.freshness'],
  ['enforcement', 'enforcement_model'],
  ['lineage', 'openlineage'],
  ['profiling', 'baseline'],
  ['enrichment', 'enrichment_level'],
  ['risk', 'risk'],
  ['merge', 'merge'],
]);
const ORDER = [...new Set(FIELD_OF_AREA.values())].flatMap((field) => (field === 'slo.freshness' ? [field, 'slo.volume'] : [field]));

export type WhyRow = Omit<Decision<unknown>, 'value'> & { readonly field: string };

/** What the manifest's evidence says, then decisions that it does not already hold. */
export function whyRows(input: PullRequestInput): readonly WhyRow[] {
  const written = (input.manifest.evidence ?? []).map(({ rule, because, source }) => ({
    rule,
    because,
    ...(source ? { at: source } : {}),
  }));
  const unique = new Map<string, WhyRow>();
  for (const { rule, because, at } of [...written, ...input.decisions, input.risk, input.merge]) {
    const key = JSON.stringify([rule.slice(0, MAX_BECAUSE), because.slice(0, MAX_BECAUSE)]);
    if (!unique.has(key)) unique.set(key, { field: fieldOf(rule), rule, because, ...(at ? { at } : {}) });
  }
  return [...unique.values()].toSorted((a, b) => rank(a) - rank(b));
}

export function whyLine({ field, rule, because, at }: WhyRow, { delivery }: PullRequestInput): string {
  const from = place(at, delivery.how === 'github' ? delivery.filesAt : undefined);
  return `- ${code(field, 60)}: ${sentence(because, MAX_BECAUSE)} (${code(rule)}${from ? `, ${from}` : ''})`;
}

function fieldOf(rule: string): string {
  if (rule.startsWith('slo/volume')) return 'slo.volume';
  const area = rule.split('/')[0] ?? rule;
  return FIELD_OF_AREA.get(area) ?? area;
}

function rank({ field }: WhyRow): number {
  const at = ORDER.indexOf(field);
  return at < 0 ? ORDER.length : at;
}
