/** §6.4, §8.2, §8.3, §10.1 rows of enrichment, risk, merge, regeneration and recovery. */
import { decideActiveGates, type RunningBundle } from '../../../src/core/decide/active-gates.js';
import { decideFirstLevel } from '../../../src/core/decide/enrichment.js';
import { decideMerge } from '../../../src/core/decide/merge.js';
import { decideNextLevel } from '../../../src/core/decide/next-level.js';
import { decideProposal, type ProposalFacts } from '../../../src/core/decide/proposal.js';
import { decideRecovery, type Failure } from '../../../src/core/decide/recovery.js';
import { decideRegeneration } from '../../../src/core/decide/regeneration.js';
import { type ChangeFacts, decideRisk } from '../../../src/core/decide/risk.js';
import { Settings } from '../../../src/core/settings.js';
import type { EnforcementModel, EnrichmentLevel, PiiPattern, Risk, Tier } from '../../../src/core/vocabulary.js';
import type { Row } from './row.js';

const settings = Settings.parse({});

export function bundle(enrichment_level: EnrichmentLevel, more: Partial<RunningBundle> = {}): RunningBundle {
  return {
    enrichment_level,
    schema: { mode: 'strict', registry: 'auto', baseline_fingerprint: 'sha256:ab', constraints: [] },
    contract_lite: { required_fields: ['order_id'], invariants: [] },
    pii: { detection: [], scan_columns: [] },
    freshness: { expected_update_by: '02:00 UTC daily', grace_period: '30m' },
    security: { validation_enabled: true },
    bootstrap: {
      progressive_schedule: {
        week_1: ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA'],
        week_2: ['G6_VOLUME'],
        week_3: ['G5_FRESHNESS'],
        week_4: ['G4_CONTRACT', 'G5_PII', 'DQ_CHECKS'],
      },
    },
    ...more,
  };
}
const full = bundle('full_contract', {
  volume: { min_rows_per_partition: 1, anomaly_lower_bound: 1, anomaly_upper_bound: 2 },
  contract_lite: { required_fields: ['order_id'], invariants: ['order_total > 0'], max_null_rates: { email: 0.1 } },
  pii: { detection: [{ pattern: 'EMAIL', action: 'tokenize' }], scan_columns: ['email'] },
});
const first = (says: string, tier: Tier, hasVolume: boolean, rule: string, value: string): Row => ({
  says,
  decide: () => decideFirstLevel(tier, hasVolume),
  rule,
  value,
});
type Next = readonly [
  says: string,
  tier: Tier,
  level: EnrichmentLevel,
  week: number,
  runs: number,
  onTime: number,
  rule: string,
  value: unknown,
];
const next = ([says, tier, level, week, realRuns, runsOnTime, rule, value]: Next): Row => ({
  says,
  decide: () => decideNextLevel({ tier, level, week, realRuns, runsOnTime }),
  rule,
  value,
});
const gates = (says: string, b: RunningBundle, now: string, rule: string, value: readonly string[]): Row => ({
  says,
  decide: () => decideActiveGates(b, '2026-02-15T00:00:00Z', now),
  rule,
  value,
});
const WEEK_1 = ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA'];

export const enrichmentRows: readonly Row[] = [
  first('Tier-1', 'TIER_1', true, 'enrichment/tier-1-draft', 'full_contract'),
  first('Tier-2', 'TIER_2', true, 'enrichment/tier-2-first', 'volume_baseline'),
  first('Tier-2 without any row count', 'TIER_2', false, 'enrichment/tier-2-no-volume', 'contract_lite'),
  first('Tier-3', 'TIER_3', true, 'enrichment/tier-3-first', 'contract_lite'),
  ...(
    [
      ['week 2 without evidence', 'TIER_3', 'contract_lite', 2, 6, 6, 'enrichment/volume-waits', undefined],
      ['evidence in week 1', 'TIER_3', 'contract_lite', 1, 7, 7, 'enrichment/volume-waits', undefined],
      ['week 2, seven runs', 'TIER_3', 'contract_lite', 2, 7, 0, 'enrichment/volume', { level: 'volume_baseline', by: 'resign' }],
      [
        'the same by a pull request',
        'TIER_2',
        'contract_lite',
        2,
        7,
        0,
        'enrichment/volume',
        { level: 'volume_baseline', by: 'pull_request' },
      ],
      ['week 3, late runs', 'TIER_3', 'volume_baseline', 3, 20, 6, 'enrichment/freshness-waits', undefined],
      ['week 3, schedule kept', 'TIER_3', 'volume_baseline', 3, 20, 7, 'enrichment/freshness', { level: 'freshness_slo', by: 'resign' }],
      ['Tier-3 ends there', 'TIER_3', 'freshness_slo', 9, 60, 60, 'enrichment/tier-3-complete', undefined],
      ['Tier-2 in week 3', 'TIER_2', 'freshness_slo', 3, 20, 20, 'enrichment/contract-waits', undefined],
      ['Tier-2 in week 4', 'TIER_2', 'freshness_slo', 4, 20, 20, 'enrichment/contract', { level: 'full_contract', by: 'pull_request' }],
      ['week 5', 'TIER_2', 'full_contract', 5, 40, 40, 'enrichment/advanced-waits', undefined],
      ['week 6', 'TIER_2', 'full_contract', 6, 40, 40, 'enrichment/advanced', { level: 'advanced', by: 'pull_request' }],
      ['the last', 'TIER_1', 'advanced', 60, 400, 400, 'enrichment/complete', undefined],
    ] satisfies readonly Next[]
  ).map(next),
  gates('week 1', full, '2026-02-15T00:00:00Z', 'enrichment/active-gates', WEEK_1),
  gates('the last second of week 1', full, '2026-02-21T23:59:59Z', 'enrichment/active-gates', WEEK_1),
  gates('week 2', full, '2026-02-22T00:00:00Z', 'enrichment/active-gates', [...WEEK_1, 'G6_VOLUME']),
  gates('week 3', full, '2026-03-01T00:00:00Z', 'enrichment/active-gates', [...WEEK_1, 'G5_FRESHNESS', 'G6_VOLUME']),
  gates('week 4', full, '2026-03-08T00:00:00Z', 'enrichment/active-gates', [
    ...WEEK_1,
    'G4_CONTRACT',
    'G5_FRESHNESS',
    'G5_PII',
    'G6_VOLUME',
    'DQ_CHECKS',
  ]),
  gates('week 4 with nothing more in the bundle', bundle('contract_lite'), '2026-03-08T00:00:00Z', 'enrichment/active-gates', WEEK_1),
  gates('switched off', { ...full, security: { validation_enabled: false } }, '2026-03-08T00:00:00Z', 'enrichment/switched-off', []),
];

type Change = readonly [
  says: string,
  level: EnrichmentLevel,
  model: EnforcementModel,
  edits: number,
  llm: boolean,
  rule: string,
  value: Risk,
];
export const riskRows: readonly Row[] = (
  [
    ['Contract-Lite only', 'contract_lite', 'post_write', 0, false, 'risk/contract-lite', 'LOW'],
    ['a volume band', 'volume_baseline', 'post_write', 0, false, 'risk/statistics', 'MEDIUM'],
    ['a freshness rule', 'freshness_slo', 'post_write', 0, false, 'risk/statistics', 'MEDIUM'],
    ['full contracts', 'full_contract', 'post_write', 0, false, 'risk/full-contract', 'MEDIUM'],
    ['a rule of a language model', 'contract_lite', 'post_write', 0, true, 'risk/llm', 'MEDIUM'],
    ['a write path is changed', 'contract_lite', 'post_write', 1, false, 'risk/code-edit', 'HIGH'],
    ['the SDK in the job', 'contract_lite', 'inline_sdk', 0, false, 'risk/inline', 'HIGH'],
  ] satisfies readonly Change[]
).map(
  ([says, level, model, codeEdits, hasLlmRules, rule, value]): Row => ({
    says,
    decide: () => decideRisk({ level, model, codeEdits, hasLlmRules }),
    rule,
    value,
  }),
);

const found = (says: string, more: Pick<ChangeFacts, 'fired' | 'untreated'>, rule: string, value: Risk, because: string): Row => ({
  says,
  decide: () => decideRisk({ level: 'contract_lite', model: 'post_write', codeEdits: 0, hasLlmRules: false, ...more }),
  rule,
  value,
  because,
});
export const riskOfFindingsRows: readonly Row[] = [
  found('its own days break it', { fired: { fired: 5, asked: 6 } }, 'risk/backtest', 'MEDIUM', '5 of the 6 partitions'),
  found('one day in five is a good share', { fired: { fired: 1, asked: 5 } }, 'risk/backtest', 'MEDIUM', '1 of the 5 partitions'),
  found('one old day in seven is not', { fired: { fired: 1, asked: 7 } }, 'risk/contract-lite', 'LOW', 'fingerprint'),
  found('no day was asked', { fired: { fired: 0, asked: 0 } }, 'risk/contract-lite', 'LOW', 'fingerprint'),
  found('SSN that nothing treats', { untreated: ['SSN'] }, 'risk/personal-data', 'MEDIUM', 'SSN'),
  found('two patterns that nothing treats', { untreated: ['ADDRESS', 'EMAIL'] }, 'risk/personal-data', 'MEDIUM', 'ADDRESS and EMAIL'),
  found('EMAIL alone stays as it is', { untreated: ['EMAIL'] }, 'risk/contract-lite', 'LOW', 'fingerprint'),
  found(
    'both: the broken days are named first',
    { fired: { fired: 6, asked: 7 }, untreated: ['SSN'] },
    'risk/backtest',
    'MEDIUM',
    '6 of the 7',
  ),
];

const propose = (says: string, tier: Tier, seen: ProposalFacts['baseline'], value: readonly [Risk, string]): Row => ({
  says,
  decide: () => {
    const { risk, merge } = decideProposal({ tier, model: 'post_write', baseline: seen }, settings);
    return { ...risk, value: [risk.value, merge.rule] };
  },
  rule:
    value[0] === 'LOW'
      ? 'risk/contract-lite'
      : tier === 'TIER_3'
        ? seen.pii_scan.columns_with_pii.length > 0
          ? 'risk/personal-data'
          : 'risk/backtest'
        : 'risk/statistics',
  value,
});
const seen = (leftOut: readonly string[], patterns: Readonly<Record<string, PiiPattern>> = {}): ProposalFacts['baseline'] => ({
  volume: undefined,
  profiling_metadata: {
    partitions_sampled: 7 - leftOut.length,
    left_out: leftOut.map((reason, index) => ({ partition: `dt=2026-11-0${index + 1}`, reason })),
  },
  pii_scan: {
    columns_with_pii: Object.keys(patterns),
    pii_patterns_detected: Object.fromEntries(Object.entries(patterns).map(([column, pattern]) => [column, { pattern, confidence: 0.9 }])),
  },
});
const OTHER = 'another schema than the newest partition: lacks "x"';
export const proposalRows: readonly Row[] = [
  propose('six of seven days had another schema: a person is asked', 'TIER_3', seen(Array.from({ length: 6 }, () => OTHER)), [
    'MEDIUM',
    'merge/tier-3-risk',
  ]),
  propose('days that could not be read say nothing about the schema', 'TIER_3', seen(['unreadable', 'unreadable']), [
    'LOW',
    'merge/tier-3-auto',
  ]),
  propose('two columns of one pattern are one pattern', 'TIER_3', seen([], { email: 'EMAIL', cc: 'EMAIL' }), ['LOW', 'merge/tier-3-auto']),
  propose('mail and phone: a person is asked', 'TIER_3', seen([], { email: 'EMAIL', phone: 'PHONE' }), ['MEDIUM', 'merge/tier-3-risk']),
];

const person = (slaBusinessDays: number, stagingReport: string) => ({ kind: 'person', slaBusinessDays, stagingReport, onApproval: false });
type Merge = readonly [says: string, tier: Tier, risk: Risk, llm: boolean, rule: string, value: unknown];
export const mergeRows: readonly Row[] = (
  [
    ['Tier-3 LOW', 'TIER_3', 'LOW', false, 'merge/tier-3-auto', { kind: 'auto', afterHours: 48 }],
    ['Tier-3 LOW with a rule of a language model', 'TIER_3', 'LOW', true, 'merge/tier-3-llm', person(10, 'none')],
    ['Tier-3 MEDIUM', 'TIER_3', 'MEDIUM', false, 'merge/tier-3-risk', person(10, 'none')],
    ['Tier-3 HIGH', 'TIER_3', 'HIGH', false, 'merge/tier-3-risk', person(10, 'none')],
    ['Tier-2', 'TIER_2', 'LOW', false, 'merge/tier-2-review', person(10, 'attached')],
    ['Tier-1', 'TIER_1', 'LOW', false, 'merge/tier-1-review', person(5, 'required')],
  ] satisfies readonly Merge[]
).map(
  ([says, tier, risk, hasLlmRules, rule, value]): Row => ({
    says,
    decide: () => decideMerge({ tier, risk, hasLlmRules }, settings),
    rule,
    value,
  }),
);

const fail = (says: string, failure: Failure, rule: string, value: unknown, because?: string): Row => ({
  says,
  decide: () => decideRecovery(failure),
  rule,
  value,
  ...(because ? { because } : {}),
});
export const recoveryRows: readonly Row[] = [
  fail('out of memory', { kind: 'profiling-oom', wasSampled: false }, 'recovery/oom-sample', { do: 'retry', sampleFraction: 0.1 }, '10 %'),
  fail('out of memory on the sample', { kind: 'profiling-oom', wasSampled: true }, 'recovery/oom-synthetic', { do: 'synthetic' }),
  fail('no history', { kind: 'no-history' }, 'recovery/no-history', { do: 'synthetic' }, '7 runs'),
  fail(
    'a first rejection',
    { kind: 'policy-rejected', attempts: 1 },
    'recovery/policy-rejected',
    { do: 'advance', event: 'rejected' },
    'draft 2',
  ),
  fail('gold is missing', { kind: 'gold-missing' }, 'recovery/gold-missing', { do: 'advance', event: 'gold-missing' }),
  fail(
    'the schema changed',
    { kind: 'schema-changed', rounds: 0 },
    'recovery/schema-changed',
    { do: 'advance', event: 'schema-changed' },
    'round 1 of 3',
  ),
  fail('and changed again', { kind: 'schema-changed', rounds: 3 }, 'recovery/schema-unsettled', { do: 'advance', event: 'gave-up' }),
  fail('decommissioned', { kind: 'decommissioned' }, 'recovery/decommissioned', { do: 'advance', event: 'cancelled' }),
  fail(
    'a second attempt',
    { kind: 'concurrent', standing: 'boot-2026-02-15-001' },
    'recovery/concurrent',
    { do: 'refuse' },
    'boot-2026-02-15-001',
  ),
  fail(
    'profiling failed',
    { kind: 'profiling-error', retries: 2 },
    'recovery/profiling-retry',
    { do: 'retry', sampleFraction: 1 },
    '3 of 3',
  ),
  fail(
    'four runs failed',
    { kind: 'profiling-error', retries: 3 },
    'recovery/profiling-used-up',
    { do: 'advance', event: 'gave-up' },
    '4 times',
  ),
  ...(
    [
      ['the first draft rejected', 1, 'regeneration/again', 'regenerate'],
      ['the second', 2, 'regeneration/again', 'regenerate'],
      ['the third', 3, 'regeneration/used-up', 'escalate'],
    ] as const
  ).map(([says, attempts, rule, value]): Row => ({ says, decide: () => decideRegeneration(attempts), rule, value })),
];
