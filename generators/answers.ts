/** §14.4 what is said back to a command: where a dataset stands, what its change waits for, and what to do about it. */
import type { BootstrapRecord } from '../src/core/artifacts/bootstrap-record.js';
import type { SourceRef } from '../src/core/evidence.js';
import type { Verdict } from '../src/core/merge-gate/verdict.js';
import { GATE_CHECK } from '../src/core/pull-request.js';
import type { BootstrapState } from '../src/core/vocabulary.js';
import { REMEDIES } from './gate-remedies.js';
import { tierWord } from './pull-request-input.js';
import { code, moment, text, withMoments } from './render/markdown.js';

/** What was found and is not started: where, and why. */
export type LeftOut = { readonly target: string; readonly at: SourceRef; readonly because: string };

/** One line a dataset, at most forty; what people wrote is bounded and escaped. */
export function statusAnswer(records: readonly BootstrapRecord[], leftOut: readonly LeftOut[] = []): string {
  if (records.length === 0 && leftOut.length === 0)
    return 'No dataset of this repository is known to me. A push to the default branch or `/autopilot rescan` looks again.';
  const shown = records.slice(0, MOST_ROWS).map(statusLine);
  const more = records.length - shown.length;
  const gate = records.some(({ current_step }) => current_step === 'POLICY_PENDING' || current_step === 'POLICY_SIGNED');
  return [
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
    ...(leftOut.length > 0 ? ['', 'Found, but not started:', '', ...leftOut.slice(0, MOST_ROWS).map(leftOutLine)] : []),
    ...(gate ? ['', `The check \`${GATE_CHECK}\` of a pull request shows every condition, and what to do about each that is open.`] : []),
  ].join('\n');
}

const MOST_ROWS = 40;
const MOST_REASON = 300;

/** What a state means for the one who asks; the reason follows. */
const STANDS: Readonly<Record<BootstrapState, string>> = {
  REGISTERED: 'was found; its data is profiled next',
  PROFILING_QUEUED: 'waits for a free place to profile its data',
  PROFILING: 'is being profiled',
  PROFILING_FAILED: 'could not be profiled; it is tried again',
  PROFILED: 'is profiled; its pull request is opened next',
  POLICY_PENDING: 'is proposed and not merged yet',
  POLICY_REJECTED: 'was rejected; it is drafted again',
  POLICY_APPROVED: 'is approved; its policy is signed next',
  POLICY_SIGNED: 'is signed; it waits to be merged',
  CERTIFYING: 'is merged; its certified view is made next',
  CERT_DEFERRED: 'is merged; its certified view waits for the first data',
  SIGNAL_READY: 'is signal-ready: merged, signed and certified',
  ESCALATED: 'needs a person',
  CANCELLED: 'was ended',
  ROLLING_BACK: 'is being taken back',
  ROLLED_BACK: 'was taken back',
};

function statusLine({ dataset_urn, current_step, tier, reason, pull_request: request }: BootstrapRecord): string {
  const where = request?.number === undefined ? '' : ` (#${request.number})`;
  const held =
    request?.hold && request.merged_as === undefined ? `held by ${text(request.hold.by)} since ${withMoments(request.hold.at)}` : undefined;
  const why = held ?? (reason === undefined ? undefined : text(withMoments(reason), MOST_REASON));
  return `- ${code(dataset_urn)} (${tierWord(tier)}) ${STANDS[current_step]}${where}${why === undefined ? '.' : `: ${why}.`}`;
}

function leftOutLine({ target, at, because }: LeftOut): string {
  return `- ${code(target, MOST_REASON)} in ${code(`${at.file}:${at.line}`, MOST_REASON)}: ${text(because, MOST_REASON)}.`;
}

/** Whom the answer is for, and to what: the one comment of ours is edited, and its reader must know which command it answers. */
export function answered(by: string, word: string, answer: string): string {
  return `${code(`/autopilot ${word}`)} of ${code(by)}:\n\n${answer}`;
}

/** What the person asks for after this is done and not answered. */
export function lastAnswer(again: string): string {
  return `*This is my last answer to you for now: until ${moment(Date.parse(again))} your commands are carried out in silence.*`;
}

/** §14.4 to a comment that says more than a command, or no word that is known: it stops the merge like every comment. */
export function objectionAnswer(word: string): string {
  if (word === 'hold')
    return 'What you wrote beside the word counts as an objection of its own. To go on it needs `/autopilot resume`, and `/autopilot proceed` as well, or that you take those words away.';
  return 'Your comment stands as an objection until it is answered with `/autopilot proceed`, deleted, or edited so that it says a command that I know and nothing else. Until then this pull request does not merge by itself.';
}

/** §8.3 what a hold came to. Only what is so is said: the forge's merge queue may have been faster, or keep it. */
export function holdAnswer(
  left: { readonly kind: 'left' | 'not-queued' | 'merged' } | { readonly kind: 'refused'; readonly because: string },
): string {
  const held = 'Nothing is signed or merged until somebody who may write says `/autopilot resume`.';
  switch (left.kind) {
    case 'not-queued':
      return `Held. ${held}`;
    case 'left':
      return `Held, and taken out of the merge queue. ${held}`;
    case 'merged':
      return `It is merged already, so that a hold cannot stop it. ${TAKE_BACK}`;
    case 'refused':
      return `Held, **but it still stands in the merge queue, which would merge it**: ${text(left.because, MOST_REASON)}. Whoever may write takes it out there, with the button *Remove from queue*; I try again.`;
  }
}

/** §8.3 what a resume does not end is named: whoever said it, and how that is answered. */
export function resumeAnswer(standing: readonly Verdict[]): string {
  const resumed = 'Resumed. The waiting time starts again from when you said that.';
  if (standing.length === 0) return resumed;
  const lines = standing.map(({ id, seen }) => {
    const remedy = REMEDIES[id];
    return `- ${text(withMoments(seen), MOST_REASON)}${remedy === undefined ? '' : `. *To do:* ${remedy}`}`;
  });
  return ['The hold is lifted, **and it still does not go on**:', '', ...lines].join('\n');
}

const TAKE_BACK = 'To take it back: the button *Revert* of this pull request.';

export type AfterMerge = {
  readonly urn: string;
  readonly because: string;
  readonly owners: readonly string[];
  /** The commit that the base branch took; absent where it is not known which. */
  readonly merge?: string;
};

/** §8.3 on a pull request that was merged and should perhaps not have been: to its owners, with what each of them can do. */
export function afterMergeWords({ urn, because, owners, merge }: AfterMerge): string {
  const names = owners.flatMap((name) => /^@?([\w.-]+(?:\/[\w.-]+)?)$/.exec(name)?.[1] ?? []).map((name) => `@${name}`);
  const git = merge === undefined ? '' : `, or ${code(`git revert -m 1 ${merge}`)} (without ${code('-m 1')} where it was squashed)`;
  return [
    `${names.length > 0 ? `${names.join(' ')}: ` : ''}**please look at this.** ${code(urn)}: ${text(withMoments(because), MOST_REASON)}.`,
    '',
    `- It shall not stay: the button *Revert* of this pull request${git}.`,
    `- It is fine as it is: whoever runs this App says ${code(`sf bootstrap retry --urn ${urn}`)}.`,
    '',
    'Until then nothing more is done for this dataset.',
  ].join('\n');
}
