/** §8.2 the first screen of a pull request: what happens, when, who, and how to stop it. */

import type { Autonomy } from '../src/core/decide/autonomy.js';
import { type MergeStrategy, mergeDueAt } from '../src/core/decide/merge.js';
import type { Decision } from '../src/core/evidence.js';
import { ACCEPTED_BRANCH, GATE_CHECK } from '../src/core/pull-request.js';
import { branchOf, type PullRequestInput } from './pull-request-input.js';
import { code, moment, ours, place, sentence } from './render/markdown.js';
import { wordsOf } from './rollback.js';

type ByPerson = Extract<MergeStrategy, { readonly kind: 'person' }>;
type ByClock = Extract<MergeStrategy, { readonly kind: 'auto' }>;

export function openingPart(input: PullRequestInput): string {
  const { merge, delivery, autonomy } = input;
  if (delivery.how === 'local') return localOpening(input);
  if (merge.value.kind === 'person') return byPerson(input, merge.value);
  return autonomy?.value.kind === 'never' ? neverAlone(input, merge.value, autonomy) : byClock(input, merge.value);
}

/** The date may move on, never back: the check says which one counts. */
function byClock(input: PullRequestInput, merge: ByClock): string {
  const when = moment(Date.parse(mergeDueAt(input.openedAt, merge)));
  return [
    `**Merges by itself, not before ${when}, unless somebody objects.** Nobody has to do anything. The check ${ours(GATE_CHECK)} shows the hour that counts now: a change or an objection starts the ${hours(merge)} anew.`,
    '',
    `- **To stop it:** comment ${stopOf(input)}. A review that asks for changes, any other comment or a commit on this branch stops it too.`,
    ownerLine(input, 'is asked to look; no approval is needed'),
    changesLine(input),
  ].join('\n');
}

/** The repository's own rules come first: we say so, and what would help. */
function neverAlone(input: PullRequestInput, merge: ByClock, { value, because }: Decision<Autonomy>): string {
  const helps = value.kind === 'never' ? value.helps : [];
  return [
    `**Waits for a person, because ${sentence(because)}.** Without that rule it would merge by itself after ${hours(merge)}.`,
    '',
    ...helps.map((help, index) => `- **${index === 0 ? 'To let it in:' : 'Or:'}** ${help}.`),
    `- **To stop it:** comment ${stopOf(input)}, or ask for changes; closing it declines it.`,
    ownerLine(input, 'is asked to look'),
    changesLine(input),
  ].join('\n');
}

function byPerson(input: PullRequestInput, merge: ByPerson): string {
  const { manifest, risk } = input;
  const asked = manifest.tier === 'TIER_3' ? ` You are asked because ${sentence(risk.because)}.` : '';
  return [
    `**Nothing happens until a person ${merge.stagingReport === 'required' ? 'merges it' : 'approves'}.** An answer is hoped for by ${moment(Date.parse(mergeDueAt(input.openedAt, merge)))} (${merge.slaBusinessDays} business days).${asked}`,
    '',
    ...(manifest.tier === 'TIER_1' ? stewardLines(input, merge) : [`- **If it is right:** approve it. ${onApproval(merge)}`]),
    `- **If it is not:** ask for changes, or comment ${stopOf(input)}; closing it declines it.`,
    ownerLine(input, 'is asked for the review'),
    changesLine(input),
  ].join('\n');
}

/** §6.2 a draft for a steward. What this version cannot bring is said where it decides something. */
function stewardLines({ manifest }: PullRequestInput, merge: ByPerson): readonly string[] {
  const bundle = ours('policy_bundle.yaml');
  const decide =
    merge.stagingReport === 'required'
      ? `whoever answers for the dataset merges it by hand, knowing that no staging run was made. Those come with a later version; until then ${ours(GATE_CHECK)} stays red and this App never merges it.`
      : `approve it. ${onApproval(merge)}`;
  return [
    '- **It is a draft for a steward.** Are the checks below what the readers of this dataset rely on?',
    `- **To change it:** edit ${bundle} on the branch ${code(branchOf(manifest.urn))}; rules about values are yours to add, under ${ours('contract_lite.invariants')}.`,
    `- **If it is right:** ${decide}`,
  ];
}

function onApproval({ onApproval: itself }: ByPerson): string {
  return itself
    ? 'The policy is then signed, and this App merges it.'
    : 'The policy is then signed, and whoever may merge here presses the button.';
}

function ownerLine({ manifest, facts, delivery }: PullRequestInput, does: string): string {
  const from = place(facts.owners.at, delivery.how === 'github' ? delivery.filesAt : undefined);
  return `- **Who:** ${code(manifest.owner_team)} owns it${from ? ` (${from})` : ''} and ${does}.`;
}

function changesLine({ documents }: PullRequestInput): string {
  const folder = documents.policy.path.split('/').slice(0, -1).join('/');
  return `- **What changes:** three files under ${code(folder)}. Your job’s code does not.`;
}

function stopOf({ delivery, manifest }: PullRequestInput): string {
  return ours(wordsOf(delivery, manifest.urn).stop);
}

function hours({ afterHours }: ByClock): string {
  return `${afterHours} hours`;
}

/** On a laptop there is a branch and no conversation. */
function localOpening(input: PullRequestInput): string {
  const { manifest, merge, risk, delivery, openedAt } = input;
  const words = wordsOf(delivery, manifest.urn);
  const unchanged = 'Your job’s code is not changed.';
  if (merge.value.kind === 'auto') {
    const when = moment(Date.parse(mergeDueAt(openedAt, merge.value)));
    return `**Merges by itself, not before ${when}, unless somebody objects.** ${ours(words.stop)} stops it; so does any commit on its branch. It goes into ${ours(ACCEPTED_BRANCH)}, never into a branch of yours. ${unchanged}`;
  }
  const asked = manifest.tier === 'TIER_3' ? ` You are asked because ${sentence(risk.because)}.` : '';
  const nothing = `**Nothing happens until a person approves.**${asked}`;
  const decide = `${ours(words.approve)} lets it go on; ${ours(words.stop)} ends it.`;
  const days = `An answer is hoped for within ${merge.value.slaBusinessDays} business days.`;
  if (manifest.tier !== 'TIER_1') return `${nothing} If the checks below are right, ${decide} ${days} ${unchanged}`;
  return [
    `${nothing} It is a draft for a steward, who is asked to`,
    '',
    '1. read the checks below: are they what the readers of this dataset rely on?',
    `2. change ${ours('policy_bundle.yaml')} on the branch ${code(branchOf(manifest.urn))} where they are not; rules about values are yours to add, under ${ours('contract_lite.invariants')}`,
    `3. decide: ${decide}`,
    '',
    `${days} ${unchanged}`,
  ].join('\n');
}
