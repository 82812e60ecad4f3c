/** §8.3 rows of conditions 1 to 5. */
import type { StandingSetback } from '../../../src/core/merge-gate/setbacks.js';
import {
  all,
  approved,
  approvedToBeMergedByHand,
  forgotten,
  ledger,
  merging,
  noted,
  OPENED,
  ok,
  proposing,
  record,
  snapshot,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const switches = rowsAbout('switches/off');
const automatic = rowsAbout('switches/automatic');
const settings = rowsAbout('settings/read');
const state = rowsAbout('record/state');
const tier = rowsAbout('record/tier');
const onlyOne = rowsAbout('record/only-one');
const level = rowsAbout('proposal/level');
const model = rowsAbout('proposal/no-model');
const owner = rowsAbout('owner/known');
const told = rowsAbout('owner/told');
const pace = rowsAbout('pace/merges');
const setbacks = rowsAbout('pace/setbacks');
const harm = (index: number, check?: string): StandingSetback => ({
  kind: check === undefined ? 'reverted' : 'red',
  at: `2026-11-26T0${4 + index}:00:00Z`,
  merge: String(index).repeat(40),
  commit: String(index).repeat(40),
  ...(check === undefined ? {} : { check }),
  urn: `ds://gold/t${index}`,
  repository: 'acme/lake',
  number: index,
});
const fromAModel = (text: string) => text.replace('origin: heuristic', 'origin: llm');

export const ourRows: readonly Row[] = [
  switches('pass', 'no switch is on', (gate) => gate),
  switches('block', 'the organisation’s switch is on', ledger({ switches: ['organisation acme, by ana'] }), { seen: 'organisation acme' }),
  automatic('pass', 'nothing merges alone, but a person approved', all(approved, merging({ automatic: false }))),
  automatic('block', 'nothing merges alone, and nobody was to approve', merging({ automatic: false }), { seen: 'merge.automatic' }),
  settings('pass', 'the repository has settings of its own', snapshot({ config: ok('merge: {}') }), { seen: 'read at the base branch' }),
  settings('block', 'the repository’s settings hold a typing mistake', ledger({ settingsProblem: 'mrege is no setting' }), {
    seen: 'mrege',
  }),
  settings('unknown', 'the repository’s settings could not be read', snapshot({ config: unread }), { seen: '403' }),
  state('pass', 'it waits for its approval', record({ current_step: 'POLICY_PENDING' })),
  state('pass', 'it is approved', record({ current_step: 'POLICY_APPROVED' })),
  state('block', 'it was cancelled', record({ current_step: 'CANCELLED' }), { seen: 'CANCELLED' }),
  state('block', 'it was rolled back', record({ current_step: 'ROLLED_BACK' })),
  state('block', 'it was rejected and is drafted again', record({ current_step: 'POLICY_REJECTED' })),
  tier('pass', 'a Tier-2 dataset that a person approved', all(approved, record({ tier: 'TIER_2' })), {
    also: { 'signature/valid': 'block' },
  }),
  tier('block', 'it became Tier-2 while the clock ran', record({ tier: 'TIER_2' }), { also: { 'signature/valid': 'block' } }),
  onlyOne('pass', 'one of each', (gate) => gate),
  onlyOne('block', 'two open pull requests for one dataset', ledger({ sameUrn: { bootstraps: 1, pullRequests: 2 } }), { seen: '2' }),
  onlyOne('block', 'a second live bootstrap', ledger({ sameUrn: { bootstraps: 2, pullRequests: 1 } })),
  onlyOne('block', 'no open pull request is known', ledger({ sameUrn: { bootstraps: 1, pullRequests: 0 } })),
  level('pass', 'another level that a person approved', all(approved, ledger({ level: 'volume_baseline', risk: 'HIGH' }))),
  level('block', 'a volume band never merges alone', ledger({ level: 'volume_baseline' }), { seen: 'volume_baseline' }),
  level('block', 'a risk that is not low never merges alone', ledger({ risk: 'MEDIUM' }), { seen: 'MEDIUM' }),
  model('pass', 'a model’s rule that a person approved', all(proposing(fromAModel), approved)),
  model('block', 'the bundle names a model’s rule', proposing(fromAModel), { seen: 'proposed schema' }),
  model('unknown', 'the bundle was not read', snapshot({ changes: unread }), {
    seen: '403',
    also: {
      'content/paths': 'unknown',
      'content/modes': 'unknown',
      'content/digest': 'unknown',
      'bundle/valid': 'unknown',
      'bundle/level': 'unknown',
      'bundle/in-force': 'unknown',
      'signature/valid': 'unknown',
      'schema/bundle': 'unknown',
    },
  }),
  owner('pass', 'without an owner, but approved by a person', all(approved, ledger({ ownerKnown: false }))),
  owner('block', 'nobody owns it', ledger({ ownerKnown: false })),
  told('pass', 'nobody was told, but a person approved', all(approved, forgotten('notified'))),
  told('block', 'nobody was told', forgotten('notified')),
  told('block', 'the notice went to nobody', noted({ notified: { at: OPENED, who: [] } })),
  told(
    'unknown',
    'our record lost its pull request',
    (gate) => {
      const { pull_request: _lost, ...rest } = gate.ledger.record;
      return ledger({ record: rest })(gate);
    },
    {
      seen: 'no pull request',
      also: {
        'pull-request/known': 'unknown',
        'pull-request/base': 'unknown',
        'head/recorded': 'unknown',
        'commits/ours': 'unknown',
        'content/tree': 'unknown',
        'hold/queue': 'unknown',
        'content/digest': 'unknown',
        'clock/due': 'unknown',
        'hold/command': 'unknown',
        'words/intact': 'unknown',
      },
    },
  ),
  pace('pass', 'nine merges in the repository within the hour', ledger({ mergesLastHour: { repository: 9, installation: 59, owner: 19 } })),
  pace(
    'pass',
    'the hour is used up, but a person merges it',
    all(approvedToBeMergedByHand, ledger({ mergesLastHour: { repository: 10, installation: 60, owner: 20 } })),
  ),
  pace(
    'wait',
    'ten merges in the repository within the hour',
    ledger({ mergesLastHour: { repository: 10, installation: 10, owner: 10 } }),
    { seen: '10 of 10' },
  ),
  pace('wait', 'the installation’s hour is used up', ledger({ mergesLastHour: { repository: 0, installation: 60, owner: 0 } })),
  pace(
    'wait',
    'the owner’s hour is used up, also for approved ones',
    all(approved, ledger({ mergesLastHour: { repository: 0, installation: 0, owner: 20 } })),
  ),
  pace('unknown', 'the count went wrong', ledger({ mergesLastHour: { repository: Number.NaN, installation: 0, owner: 0 } })),
  setbacks('pass', 'one merge did harm', ledger({ setbacks: [harm(1)] }), { seen: '1 of 2' }),
  setbacks('pass', 'two did, but a person merges it', all(approvedToBeMergedByHand, ledger({ setbacks: [harm(1), harm(2)] }))),
  setbacks('wait', 'two were taken back within a day: it says which, when, and how it ends', ledger({ setbacks: [harm(1), harm(2)] }), {
    seen: 'before 2026-11-27T05:00:00Z, a person may. Merges that did harm: 2 of 2 within 24 hours: acme/lake#2 (ds://gold/t2) reverted by 222222222222, seen at 2026-11-26T06:00:00Z',
  }),
  setbacks('wait', 'a check of the base branch failed after two', ledger({ setbacks: [harm(1, 'ci / test'), harm(2, 'ci / test')] }), {
    seen: 'acme/lake#1 (ds://gold/t1), then ci / test failed on 111111111111',
  }),
  setbacks('wait', 'three did: it ends when one of them counts no longer', ledger({ setbacks: [harm(1), harm(2), harm(3)] }), {
    seen: 'before 2026-11-27T06:00:00Z',
  }),
  setbacks('wait', 'one is enough where the settings say so', all(merging({ setbacks: 1 }), ledger({ setbacks: [harm(1)] }))),
  setbacks('unknown', 'the time of one went wrong', ledger({ setbacks: [{ ...harm(1), at: 'soon' }] })),
];
