/** §8.3, §14.4 rows of how fast pull requests are opened, of whether a repository lets anything merge alone, and of who is answered. */
import type { BootstrapRecord } from '../../../src/core/artifacts/bootstrap-record.js';
import { type AnswerInput, decideAnswer } from '../../../src/core/decide/answer.js';
import { decideAutonomy } from '../../../src/core/decide/autonomy.js';
import { decidePace } from '../../../src/core/decide/pace.js';
import type { BranchRules } from '../../../src/core/merge-gate/snapshot.js';
import type { DatasetUrn } from '../../../src/core/urn.js';
import type { BootstrapState } from '../../../src/core/vocabulary.js';
import type { Row } from './row.js';

const NOW = '2026-02-15T12:00:00Z';
const SHA = 'a'.repeat(40);
const PACE = { open_per_repository: 3, per_repository_and_hour: 2, content_per_hour: 250, answers_per_person_and_hour: 10 };

function record(urn: DatasetUrn, current_step: BootstrapState, number?: number, opened_at = '2026-02-15T08:00:00Z'): BootstrapRecord {
  const digest = 'sha256:x';
  return {
    dataset_urn: urn,
    bootstrap_id: 'boot-2026-02-15-001',
    tier: 'TIER_3',
    current_step,
    started_at: '2026-02-15T08:00:00Z',
    steps: {
      registration: { status: 'COMPLETED' },
      profiling: { status: 'COMPLETED' },
      policy_config: { status: 'NOT_STARTED' },
      certification_init: { status: 'NOT_STARTED' },
    },
    enforcement_model: 'post_write',
    runtime_detected: 'spark',
    repository_id: 1,
    ...(number === undefined
      ? {}
      : {
          pull_request: {
            branch: 'autopilot/gold/x',
            head: SHA,
            tree: SHA,
            base_sha: SHA,
            written: [SHA],
            judged_digest: digest,
            inputs_digest: digest,
            opened_at,
            content_changed_at: opened_at,
            approvals: [],
            number,
          },
        }),
  };
}

const self = record('ds://gold/orders', 'PROFILED');

function pace(says: string, neighbours: readonly BootstrapRecord[], rule: string, value: unknown, because = '', own = self): Row {
  return { says, decide: () => decidePace([...neighbours, own], own, PACE, NOW), rule, value, because };
}

const open = (count: number, at?: string): readonly BootstrapRecord[] =>
  Array.from({ length: count }, (_, index) => record(`ds://gold/n${index}`, 'POLICY_PENDING', index + 1, at));

export const paceRows: readonly Row[] = [
  pace('nothing is open', [], 'pace/free', { kind: 'go' }, '0 of at most 3'),
  pace('two of three are open', open(2), 'pace/free', { kind: 'go' }, '2 of at most 3'),
  pace('three of three are open', open(3), 'pace/open', { kind: 'wait', until: '2026-02-15T13:00:00Z' }, '3 pull requests are open'),
  pace(
    'merged ones are not open',
    open(3).map((each) => ({ ...each, current_step: 'SIGNAL_READY' as const })),
    'pace/free',
    { kind: 'go' },
  ),
  pace(
    'merged ones that are profiled again are not open',
    open(3).flatMap(({ pull_request, ...each }) =>
      pull_request ? [{ ...each, current_step: 'PROFILING' as const, pull_request: { ...pull_request, merged_as: SHA } }] : [],
    ),
    'pace/free',
    { kind: 'go' },
  ),
  ...(['PROFILING_QUEUED', 'PROFILED', 'POLICY_REJECTED'] as const).map((state) =>
    pace(
      `those that are made again are open meanwhile: ${state}`,
      open(3).map((each) => ({ ...each, current_step: state })),
      'pace/open',
      { kind: 'wait', until: '2026-02-15T13:00:00Z' },
    ),
  ),
  pace(
    'those that were given up hold up nobody for ever',
    open(3).map((each) => ({ ...each, current_step: 'ESCALATED' as const })),
    'pace/free',
    { kind: 'go' },
  ),
  pace(
    'two were opened within the hour: the next when the older of them is an hour old',
    [record('ds://gold/a', 'POLICY_PENDING', 1, '2026-02-15T11:30:00Z'), record('ds://gold/b', 'SIGNAL_READY', 2, '2026-02-15T11:40:00Z')],
    'pace/hourly',
    { kind: 'wait', until: '2026-02-15T12:30:00Z' },
    '2 pull requests were opened',
  ),
  pace('what was opened an hour ago to the second counts no more', open(2, '2026-02-15T11:00:00Z'), 'pace/free', { kind: 'go' }),
  pace(
    'one that is open already is brought up to date',
    open(3),
    'pace/open-already',
    { kind: 'go' },
    '',
    record('ds://gold/orders', 'PROFILED', 9),
  ),
];

const rules: BranchRules = {
  requiredChecks: [],
  upToDate: false,
  approvals: 0,
  codeOwnerApproval: false,
  dropsApprovals: false,
  lastPushApproval: false,
  conversations: false,
  signatures: false,
  linearHistory: false,
  mergeQueue: false,
  closedToUs: false,
  unmodelled: [],
  bypass: false,
};

function autonomy(says: string, change: Partial<BranchRules>, rule: string, kind: string, because = ''): Row {
  const decide = () => {
    const decision = decideAutonomy({ ok: true, value: { ...rules, ...change } }, 'main', 'merge');
    return { ...decision, value: decision.value.kind };
  };
  return { says, decide, rule, value: kind, because };
}

export const autonomyRows: readonly Row[] = [
  autonomy('no rule asks for a person', {}, 'autonomy/alone', 'alone'),
  autonomy(
    'required checks are no person',
    { requiredChecks: [{ name: 'ci' }], upToDate: true, signatures: true },
    'autonomy/alone',
    'alone',
  ),
  autonomy('one review', { approvals: 1 }, 'autonomy/review-required', 'never', 'an approving review'),
  autonomy('two reviews', { approvals: 2 }, 'autonomy/review-required', 'never', '2 approving reviews'),
  autonomy('a code owner', { codeOwnerApproval: true }, 'autonomy/review-required', 'never', 'of a code owner'),
  autonomy('only some may merge', { closedToUs: true }, 'autonomy/restricted', 'never', 'only some'),
  autonomy('a linear history takes no merge commit', { linearHistory: true }, 'autonomy/method', 'never', 'merge'),
  autonomy('the rules leave other methods only', { methods: ['squash'] }, 'autonomy/method', 'never'),
  {
    says: 'the App could pass by the rule, and does not',
    decide: () => {
      const decision = decideAutonomy({ ok: true, value: { ...rules, approvals: 1, bypass: true } }, 'main', 'merge');
      return { ...decision, value: decision.value.kind };
    },
    rule: 'autonomy/review-required',
    value: 'never',
  },
  {
    says: 'the rules could not be read',
    decide: () => decideAutonomy({ ok: false, because: 'HTTP 403' }, 'main', 'merge'),
    rule: 'autonomy/unread',
    value: { kind: 'unknown' },
    because: 'HTTP 403',
  },
];

function answer(says: string, asked: Partial<AnswerInput>, rule: string, value: boolean, because?: string): Row {
  const asking = { role: 'write', isPrivate: true, answered: 0, perHour: 10, ...asked } as const;
  return { says, decide: () => decideAnswer(asking), rule, value, ...(because === undefined ? {} : { because }) };
}

const PASSER_BY = { role: 'read', isPrivate: false } as const;
export const answerRows: readonly Row[] = [
  answer('who may write is answered', {}, 'answer/free', true),
  answer('the ninth time within the hour, too', { answered: 8 }, 'answer/free', true),
  answer('the tenth time as the last one', { answered: 9 }, 'answer/last', true),
  answer('and then no more', { answered: 10 }, 'answer/spent', false, '10 times within the hour'),
  answer('on a public repository no less', { isPrivate: false, answered: 8 }, 'answer/free', true),
  answer('a reader of a private repository is a colleague', { role: 'read', answered: 8 }, 'answer/free', true),
  answer('a passer-by of a public one is told once', PASSER_BY, 'answer/last', true),
  answer('and not again within the hour', { ...PASSER_BY, answered: 1 }, 'answer/passer-by', false, 'once an hour'),
  answer('who may only triage there is one as well', { ...PASSER_BY, role: 'triage', answered: 1 }, 'answer/passer-by', false),
  answer('who has no role is told nothing', { role: 'none' }, 'answer/no-role', false),
  answer('a setting of none silences everybody', { role: 'admin', perHour: 0 }, 'answer/spent', false),
];
