/** §4 to §10 docs/decision-tables.md: each decider run over its whole grid, so that a changed rule is a changed row. */

import { type ApprovalInput, decideApproval } from '../../src/core/decide/approval.js';
import { decideEnforcement } from '../../src/core/decide/enforcement.js';
import { decideFirstLevel } from '../../src/core/decide/enrichment.js';
import { decideMerge } from '../../src/core/decide/merge.js';
import { decideNextLevel } from '../../src/core/decide/next-level.js';
import { decideConfidence, decideEngine, decideProfiling } from '../../src/core/decide/profiling.js';
import { decideRecovery, type Failure } from '../../src/core/decide/recovery.js';
import { decideRefinement } from '../../src/core/decide/refinement.js';
import { decideRegeneration } from '../../src/core/decide/regeneration.js';
import { decideRisk } from '../../src/core/decide/risk.js';
import { decideSlo } from '../../src/core/decide/slo.js';
import { decideSyntheticVolume } from '../../src/core/decide/synthetic-baseline.js';
import { decideTier } from '../../src/core/decide/tier.js';
import type { Decision } from '../../src/core/evidence.js';
import * as numbers from '../../src/core/numbers.js';
import { DEFAULT_SETTINGS as settings } from '../../src/core/settings.js';
import { ENFORCEMENT_MODELS, ENRICHMENT_LEVELS, RISKS, RUNTIMES, TIERS } from '../../src/core/vocabulary.js';
import { code, type Page, page, table } from '../page-markdown.js';

type Cell = string | number | boolean;
type Entry = { readonly given: readonly Cell[]; readonly decision: Decision<unknown> };

export function pages(): readonly Page[] {
  return [
    page(
      'docs/decision-tables.md',
      'Decision tables',
      'Made by running each decision over its grid with the default settings. What is decided from free text (urn, owner, storage) is in `test/core/decide`.',
      ...[tiers(), enforcement(), slos(), profiling(), engines(), confidences(), synthetic(), refinement(), firstLevels(), nextLevels()],
      ...[risks(), findings(), merges(), approvals(), regeneration(), recovery()],
    ),
  ];
}

function section(title: string, given: readonly string[], entries: readonly Entry[]): string {
  const rows = entries.map(({ given: cells, decision }) => [
    ...cells.map(said),
    shown(decision.value),
    code(decision.rule),
    decision.because,
  ]);
  return `## ${title}\n\n${table([...given, 'decision', 'rule', 'because'], rows)}`;
}

const said = (cell: Cell) => (typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell));

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value !== 'object' || value === null) return code(String(value));
  return Object.entries(value)
    .map(([key, each]) => `${key}: ${typeof each === 'object' ? JSON.stringify(each) : String(each)}`)
    .join(', ');
}

const NO_YES = [false, true] as const;

function tiers(): string {
  const above = settings.tiers.tier_2_above_consumers;
  const grid = NO_YES.flatMap((listed) => [0, 1, above, above + 1].map((count) => ({ listed, count })));
  const entries = grid.map(({ listed, count }) => ({
    given: [listed, count],
    decision: decideTier(
      {
        urn: 'ds://sales/orders',
        critical: new Set(listed ? ['ds://sales/orders'] : []),
        consumers: Array.from({ length: count }, (_, index) => `reader-${index}`),
      },
      settings,
    ),
  }));
  return section('Tier (§4.3)', ['listed as critical', 'consumers'], entries);
}

function enforcement(): string {
  const grid = TIERS.flatMap((tier) => RUNTIMES.flatMap((runtime) => NO_YES.map((modifiable) => ({ tier, runtime, modifiable }))));
  const entries = grid.map((facts) => ({ given: [facts.tier, facts.runtime, facts.modifiable], decision: decideEnforcement(facts) }));
  return section('Enforcement model (§4.5)', ['tier', 'runtime', 'job can be changed'], entries);
}

function slos(): string {
  const schedules = ['', '0 2 * * *', '0 * * * *', '0 2 * * 1-5', '0 2 * * 1', '0 2 1 * *'];
  const entries = TIERS.flatMap((tier) =>
    schedules.map((schedule) => {
      const { value, ...reason } = decideSlo(tier, schedule === '' ? undefined : { schedule, timezone: 'UTC' }, settings);
      return { given: [tier, schedule === '' ? 'unknown' : schedule], decision: { ...reason, value: value.freshness } };
    }),
  );
  return section('Freshness (§4.4)', ['tier', 'schedule'], entries);
}

function profiling(): string {
  const entries = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((count) => {
    const partitions = Array.from({ length: count }, (_, index) => {
      const day = `2026-02-0${index + 1}`;
      return { partition: `dt=${day}`, day, files: [], bytes: 0, rows: 1000 };
    });
    const { value, ...reason } = decideProfiling({
      location: 's3://lake/gold/orders/',
      exists: count > 0,
      format: 'parquet',
      partitionBy: ['dt'],
      partitions,
    });
    return { given: [count], decision: { ...reason, value: `${value.kind}, ${value.partitions.length} partitions` } };
  });
  return section('Profiling (§5.2)', ['days of data'], entries);
}

function engines(): string {
  const [spark, sample] = [numbers.SPARK_FROM_ROWS_PER_DAY, numbers.SAMPLE_FROM_ROWS_PER_DAY];
  const grid = [spark - 1, spark, sample, sample + 1].flatMap((rows) => NO_YES.map((isLocal) => ({ rows, isLocal })));
  const entries = grid.map(({ rows, isLocal }) => ({ given: [rows, isLocal], decision: decideEngine(rows, isLocal) }));
  return section('Profiling engine (§5.3)', ['rows a day', 'data on this machine'], entries);
}

function confidences(): string {
  const rows = [0, numbers.MEDIUM_CONFIDENCE_ROWS, numbers.HIGH_CONFIDENCE_ROWS].flatMap((least) =>
    least === 0 ? [] : [least - 1, least],
  );
  const grid = (['full', 'provisional', 'synthetic'] as const).flatMap((kind) => rows.map((count) => ({ kind, count })));
  const days = { full: numbers.PARTITIONS_PROFILED, provisional: numbers.SYNTHETIC_BELOW_DAYS, synthetic: 1 };
  const entries = grid.map(({ kind, count }) => ({
    given: [kind, days[kind], count],
    decision: decideConfidence({ kind, partitions: days[kind], rows: count }),
  }));
  return section('Confidence (§5.2)', ['plan', 'days kept', 'rows read'], entries);
}

function synthetic(): string {
  const few = numbers.DOMAIN_PEERS - 1;
  const grid = TIERS.flatMap((tier) =>
    [0, numbers.SYNTHETIC_BELOW_DAYS - 1].flatMap((days) =>
      [
        [0, 0],
        [few, 1],
        [few + 1, 0],
      ].map(([near = 0, far = 0]) => ({ tier, days, near, far })),
    ),
  );
  const entries = grid.map(({ tier, days, near, far }) => {
    const peers = [...Array(near + far).keys()].map((index) => ({
      urn: `ds://${index < near ? 'sales' : 'hr'}/t${index}`,
      tier,
      avgRows: 1000 * (index + 1),
    }));
    const { value, ...reason } = decideSyntheticVolume({ urn: 'ds://sales/new', tier, daysOfHistory: days }, peers, settings);
    const volume = value.volume ? `median ${value.volume.median}` : 'no volume';
    return { given: [tier, days, near, far], decision: { ...reason, value: `${volume}, alarms ${value.alerting}` } };
  });
  return section('Borrowed volume (§5.5)', ['tier', 'days of history', 'peers of its tier in its domain', 'and elsewhere'], entries);
}

function refinement(): string {
  const runs = [0, numbers.REFINE_AFTER_RUNS - 1, numbers.REFINE_AFTER_RUNS];
  const grid = (['full', 'provisional', 'synthetic'] as const).flatMap((kind) => runs.map((realRuns) => ({ kind, realRuns })));
  const entries = grid.map((facts) => ({ given: [facts.kind, facts.realRuns], decision: decideRefinement(facts) }));
  return section('Refinement (§5.5)', ['baseline', 'real runs'], entries);
}

function firstLevels(): string {
  const grid = TIERS.flatMap((tier) => NO_YES.map((hasVolume) => ({ tier, hasVolume })));
  const entries = grid.map(({ tier, hasVolume }) => ({ given: [tier, hasVolume], decision: decideFirstLevel(tier, hasVolume) }));
  return section('First policy level (§6.2)', ['tier', 'rows were counted'], entries);
}

function nextLevels(): string {
  const seen = [numbers.REFINE_AFTER_RUNS - 1, numbers.REFINE_AFTER_RUNS, numbers.ADVANCED_AFTER_RUNS];
  const grid = TIERS.flatMap((tier) =>
    ENRICHMENT_LEVELS.flatMap((level) => [1, 2, 3, 4, 6].flatMap((week) => seen.map((runs) => ({ tier, level, week, runs })))),
  );
  const entries = grid.map(({ tier, level, week, runs }) => ({
    given: [tier, level, week, runs],
    decision: decideNextLevel({ tier, level, week, realRuns: runs, runsOnTime: runs }),
  }));
  return section('Next policy level (§6.4)', ['tier', 'level', 'week', 'real runs, all on time'], entries);
}

function risks(): string {
  const grid = ENFORCEMENT_MODELS.flatMap((model) =>
    ENRICHMENT_LEVELS.flatMap((level) =>
      [0, 1].flatMap((codeEdits) => NO_YES.map((hasLlmRules) => ({ model, level, codeEdits, hasLlmRules }))),
    ),
  );
  const entries = grid.map((facts) => ({
    given: [facts.model, facts.level, facts.codeEdits, facts.hasLlmRules],
    decision: decideRisk(facts),
  }));
  return section('Risk (§8.2)', ['model', 'level', 'code files edited', 'rule of a language model'], entries);
}

function findings(): string {
  const fired = [
    { fired: 0, asked: 7 },
    { fired: 1, asked: 7 },
    { fired: 1, asked: 5 },
    { fired: 6, asked: 7 },
  ];
  const untreated = [[], ['EMAIL'], ['SSN'], ['EMAIL', 'PHONE']] as const;
  const entries = fired.flatMap((days) =>
    untreated.map((patterns) => ({
      given: [`${days.fired} of ${days.asked}`, patterns.join(', ') || 'none'],
      decision: decideRisk({
        level: 'contract_lite',
        model: 'post_write',
        codeEdits: 0,
        hasLlmRules: false,
        fired: days,
        untreated: patterns,
      }),
    })),
  );
  return section(
    'Risk of what was found, at Contract-Lite (§8.2)',
    ['would have fired on its own days', 'personal data, untreated'],
    entries,
  );
}

const OPENED = '2026-02-15T10:00:00Z';
const AUTO = { kind: 'auto', afterHours: numbers.AUTO_MERGE_AFTER_HOURS } as const;
const PERSON = { kind: 'person', slaBusinessDays: 10, stagingReport: 'none', onApproval: false } as const;
const MOMENTS = [
  ['at once', OPENED],
  ['after 48 hours', '2026-02-17T10:00:00Z'],
  ['after 30 days', '2026-03-17T10:00:00Z'],
] as const;

/** Who merges, what happened to the branch, which content was approved, and when it is looked at. */
function approvals(): string {
  const branches = [
    ['as written', { branchExists: true, headIsOurs: true }],
    ['pushed to by a person', { branchExists: true, headIsOurs: false }],
    ['deleted', { branchExists: false, headIsOurs: false }],
  ] as const;
  const approved = [
    ['none', []],
    ['of this content', [{ by: 'ada', at: OPENED, judged_digest: 'sha256:now' }]],
    ['of an earlier one', [{ by: 'ada', at: OPENED, judged_digest: 'sha256:before' }]],
  ] as const;
  const entries = [AUTO, PERSON].flatMap((merge) =>
    branches.flatMap(([branch, head]) =>
      approved.flatMap(([approval, given]) =>
        MOMENTS.map(([when, now]) => {
          const input: ApprovalInput = { merge, openedAt: OPENED, now, judgedDigest: 'sha256:now', approvals: given, ...head };
          return { given: [merge.kind === 'auto' ? 'the clock' : 'a person', branch, approval, when], decision: decideApproval(input) };
        }),
      ),
    ),
  );
  return section('Approval (§8.3)', ['merged by', 'branch', 'approval', 'looked at'], entries);
}

function merges(): string {
  const grid = TIERS.flatMap((tier) => RISKS.flatMap((risk) => NO_YES.map((hasLlmRules) => ({ tier, risk, hasLlmRules }))));
  const entries = grid.map((facts) => ({ given: [facts.tier, facts.risk, facts.hasLlmRules], decision: decideMerge(facts, settings) }));
  return section('Merge (§8.3)', ['tier', 'risk', 'rule of a language model'], entries);
}

function regeneration(): string {
  const entries = [1, 2, 3].map((attempts) => ({ given: [attempts], decision: decideRegeneration(attempts) }));
  return section('Rejected drafts (§10.1)', ['drafts rejected'], entries);
}

function recovery(): string {
  const failures: readonly (readonly [string, Failure])[] = [
    ['profiling ran out of memory', { kind: 'profiling-oom', wasSampled: false }],
    ['and again on the sample', { kind: 'profiling-oom', wasSampled: true }],
    ['profiling failed', { kind: 'profiling-error', retries: 0 }],
    ['and its retries are used up', { kind: 'profiling-error', retries: numbers.PROFILING_RETRIES }],
    ['no history at all', { kind: 'no-history' }],
    ['a first draft is rejected', { kind: 'policy-rejected', attempts: 1 }],
    ['the last draft is rejected', { kind: 'policy-rejected', attempts: numbers.POLICY_ATTEMPTS }],
    ['gold does not exist yet', { kind: 'gold-missing' }],
    ['the schema changed', { kind: 'schema-changed', rounds: 0 }],
    ['and will not settle', { kind: 'schema-changed', rounds: numbers.PROFILE_ROUNDS }],
    ['the dataset is decommissioned', { kind: 'decommissioned' }],
    ['a second bootstrap is started', { kind: 'concurrent', standing: 'boot-2026-02-15-001' }],
  ];
  const entries = failures.map(([says, failure]) => ({ given: [says], decision: decideRecovery(failure) }));
  return section('Recovery (§10.1)', ['failure'], entries);
}
