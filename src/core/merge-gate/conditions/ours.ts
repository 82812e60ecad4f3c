/** §8.3 conditions 1 to 5: what our own records and the settings say, before anybody asks the forge. */
import { mergesItself } from '../../decide/merge.js';
import { AWAITING_MERGE_STATES } from '../../lifecycle.js';
import { MS_PER_DAY } from '../../numbers.js';
import { later } from '../../time.js';
import type { StandingSetback } from '../setbacks.js';
import { block, type Condition, given, listed, type Outcome, pass, recorded, unknown, wait } from './condition.js';
import type { Scene } from './scene.js';

export const OUR_CONDITIONS: readonly Condition[] = [
  {
    number: 1,
    id: 'switches/off',
    condition: 'No kill switch is on',
    passes: 'no switch of the fleet, the organisation, the repository or the dataset is on',
    blocks: 'any of them is on',
    judge: switchesOff,
  },
  {
    number: 1,
    id: 'switches/automatic',
    condition: 'Merging alone is allowed here',
    passes: '`merge.automatic` is true, or a person decides about this change',
    blocks: '`merge.automatic` is false and nobody was asked to approve',
    judge: automaticAllowed,
  },
  {
    number: 1,
    id: 'settings/read',
    condition: 'The repository’s settings on the base branch are understood',
    passes: '`.github/autopilot.yml` was read at the base branch as it stands now, or there is none',
    blocks: 'it holds something that is no setting',
    unknown: 'it could not be read',
    judge: settingsRead,
  },
  {
    number: 2,
    id: 'record/state',
    condition: 'The bootstrap waits for its merge',
    passes: 'it stands at POLICY_PENDING, POLICY_APPROVED or POLICY_SIGNED',
    blocks: 'it stands anywhere else, cancelled and rolled back among them',
    judge: stateAllowsMerge,
  },
  {
    number: 2,
    id: 'record/tier',
    condition: 'Only Tier-3 merges alone',
    passes: 'the dataset is Tier-3, or a person decides',
    blocks: 'it is Tier-1 or Tier-2, and the clock was to decide',
    judge: tierMayMergeAlone,
  },
  {
    number: 2,
    id: 'record/only-one',
    condition: 'One live bootstrap and one open pull request for this dataset',
    passes: 'exactly one of each',
    blocks: 'none, or more than one',
    judge: onlyOne,
  },
  {
    number: 3,
    id: 'proposal/level',
    condition: 'Only Contract-Lite of low risk merges alone',
    passes: 'level `contract_lite` and risk LOW, or a person decides',
    blocks: 'another level or a higher risk, and the clock was to decide',
    judge: lowRiskOnly,
  },
  {
    number: 3,
    id: 'proposal/no-model',
    condition: 'No language model proposed anything that merges alone',
    passes: 'the bundle’s `support` names no model’s rule, or a person decides',
    blocks: 'a model proposed a rule, and the clock was to decide',
    unknown: 'the bundle could not be read',
    judge: nothingFromAModel,
  },
  {
    number: 4,
    id: 'owner/known',
    condition: 'Somebody owns the dataset',
    passes: 'an owner was resolved, or a person decides',
    blocks: 'nobody is known who could object',
    judge: ownerKnown,
  },
  {
    number: 4,
    id: 'owner/told',
    condition: 'The owner was told',
    passes: 'the notice was delivered and names somebody, or a person decides',
    blocks: 'nobody was told: nobody had the chance to object',
    unknown: 'our record holds no pull request',
    judge: ownerTold,
  },
  {
    number: 5,
    id: 'pace/merges',
    condition: 'Not too many merges within an hour',
    passes:
      'fewer than `merge.per_hour` in the repository, the installation and for the owner, those under way and in a merge queue among them; or a person merges it',
    waits: 'one of the three is used up',
    unknown: 'a count is no count',
    judge: paceKept,
  },
  {
    number: 5,
    id: 'pace/setbacks',
    condition: 'The last merges did no harm',
    passes:
      'fewer than `merge.setbacks` of our merges were reverted, or made a check of the base branch fail, within 24 hours; or a person merges it',
    waits: 'so many did; it ends by itself, 24 hours after the harm was seen',
    unknown: 'the time of one could not be read',
    judge: fewSetbacks,
  },
];

function switchesOff({ ledger }: Scene): Outcome {
  return ledger.switches.length === 0 ? pass('none is on') : block(`switched off: ${ledger.switches.join(', ')}`);
}

/** `merge.automatic: false` takes the clock's word away, never a person's. */
function automaticAllowed({ ledger }: Scene): Outcome {
  if (ledger.merge.kind === 'person') return pass('a person decides about this change');
  return ledger.settings.merge.automatic ? pass('allowed') : block('the settings say that nothing merges alone (merge.automatic: false)');
}

/** Settings are read at the base branch of this very snapshot: an older reading could miss a lock. */
function settingsRead({ snapshot, ledger }: Scene): Outcome {
  return given(snapshot.config, '.github/autopilot.yml of the base branch', (text) => {
    if (ledger.settingsProblem !== undefined) return block(`.github/autopilot.yml is not understood: ${ledger.settingsProblem}`);
    return pass(text === undefined ? 'the repository has no settings of its own' : 'read at the base branch');
  });
}

function stateAllowsMerge({ ledger }: Scene): Outcome {
  const state = ledger.record.current_step;
  return AWAITING_MERGE_STATES.includes(state) ? pass(state) : block(`the bootstrap stands at ${state}`);
}

function tierMayMergeAlone({ ledger }: Scene): Outcome {
  const { tier } = ledger.record;
  if (ledger.merge.kind === 'person') return pass(`${tier}, and a person decides`);
  return tier === 'TIER_3' ? pass(tier) : block(`${tier} never merges alone`);
}

function onlyOne({ ledger }: Scene): Outcome {
  const { bootstraps, pullRequests } = ledger.sameUrn;
  const seen = `bootstraps: ${bootstraps}, open pull requests: ${pullRequests}`;
  return bootstraps === 1 && pullRequests === 1 ? pass(seen) : block(seen);
}

function lowRiskOnly({ ledger }: Scene): Outcome {
  const seen = `level ${ledger.level}, risk ${ledger.risk}`;
  if (ledger.merge.kind === 'person') return pass(`${seen}, and a person decides`);
  return ledger.level === 'contract_lite' && ledger.risk === 'LOW' ? pass(seen) : block(`${seen}: that never merges alone`);
}

/** By what the proposal itself says: whatever drafted it, this is what would come into force. */
function nothingFromAModel({ ledger, bundle }: Scene): Outcome {
  if (ledger.merge.kind === 'person') return pass('a person decides');
  if (bundle.kind !== 'read') return unknown(bundle.because);
  const rule = bundle.bundle.support?.find(({ origin }) => origin === 'llm');
  return rule ? block(`a language model proposed ${rule.rule}`) : pass('every rule comes from the data');
}

function ownerKnown({ ledger }: Scene): Outcome {
  if (ledger.merge.kind === 'person') return pass('a person decides');
  return ledger.ownerKnown ? pass('an owner was resolved') : block('no owner is known, so nobody could object');
}

function ownerTold(scene: Scene): Outcome {
  if (scene.ledger.merge.kind === 'person') return pass('a person decides');
  return recorded(scene, ({ notified }) =>
    notified && notified.who.length > 0
      ? pass(`${notified.who.join(', ')} at ${notified.at}`)
      : block('nobody was told about it, so nobody had the chance to object'),
  );
}

/** A limit of ours on what we do; somebody who presses the button keeps their own pace. */
function paceKept({ ledger }: Scene): Outcome {
  if (!mergesItself(ledger.merge)) return pass('a person merges it');
  const { mergesLastHour: merged, settings } = ledger;
  const most = settings.merge.per_hour;
  const limits = [
    ['the repository', merged.repository, most.repository],
    ['the installation', merged.installation, most.installation],
    ['the owner', merged.owner, most.owner],
  ] as const;
  const seen = limits.map(([who, count, limit]) => `${who} ${count} of ${limit}`).join(', ');
  if (!limits.every(([, count]) => isCount(count))) return unknown(`merges within the last hour: ${seen}`);
  return limits.every(([, count, limit]) => count < limit) ? pass(seen) : wait(`merges within the last hour: ${seen}`);
}

/** Which merge, when, and how it ends: by itself after 24 hours, unless it goes on; a person may merge meanwhile. */
function fewSetbacks({ ledger }: Scene): Outcome {
  if (!mergesItself(ledger.merge)) return pass('a person merges it');
  const { setbacks } = ledger;
  const most = ledger.settings.merge.setbacks;
  if (setbacks.some(({ at }) => Number.isNaN(Date.parse(at)))) return unknown('the time of a setback could not be read');
  if (setbacks.length === 0) return pass('no merge of ours did harm within 24 hours');
  const seen = `${setbacks.length} of ${most} within 24 hours: ${listed(setbacks.toReversed().map(harm), 2)}`;
  const decisive = setbacks[setbacks.length - most];
  if (!decisive) return pass(seen);
  const until = later(decisive.at, MS_PER_DAY);
  return wait(`nothing merges alone before ${until}, a person may. Merges that did harm: ${seen}`, until);
}

function harm({ kind, urn, repository = '', number, commit, check = 'a check', at }: StandingSetback): string {
  const merge = number === undefined ? urn : `${repository}#${number} (${urn})`;
  const by = commit.slice(0, 12);
  return kind === 'reverted' ? `${merge} reverted by ${by}, seen at ${at}` : `${merge}, then ${check} failed on ${by}, seen at ${at}`;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
