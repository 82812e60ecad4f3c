/** §8.3 what the check `autopilot/gate` shows: first what happens, when, and who can stop it and how; then every condition. */
import { type MergeStrategy, mergesItself } from '../src/core/decide/merge.js';
import type { ConditionName } from '../src/core/merge-gate/conditions/names.js';
import { OBJECTION_CONDITIONS } from '../src/core/merge-gate/conditions/objections.js';
import { CONDITIONS } from '../src/core/merge-gate/evaluate.js';
import type { GateDecision, GatePhase, Verdict, VerdictState } from '../src/core/merge-gate/verdict.js';
import type { FileEdit, GateReport } from '../src/core/pull-request.js';
import { REMEDIES } from './gate-remedies.js';
import { moment, ours, table, text, withMoments } from './render/markdown.js';

export type GateReportContext = {
  readonly now: string;
  readonly phase: GatePhase;
  readonly merge: MergeStrategy;
  /** The words that stop it where the reader stands, such as `/autopilot hold`. */
  readonly stop: string;
  /** The policy bundle as the head holds it: what concerns a line of it is shown there. */
  readonly bundle?: FileEdit;
};

const STATE_WORDS: Readonly<Record<VerdictState, string>> = { pass: 'holds', wait: 'waits', block: 'stops it', unknown: 'not known' };
/** What somebody has to act on comes first. */
const ORDER: readonly VerdictState[] = ['block', 'unknown', 'wait', 'pass'];
const MAX_TITLE = 200;
const MAX_SEEN = 180;

export function gateReport(verdicts: readonly Verdict[], decision: GateDecision, context: GateReportContext): GateReport {
  const open = verdicts.filter((verdict) => verdict.state !== 'pass' && !comesLater(verdict, context.phase));
  const report = {
    title: plain(titleOf(open, decision, context), MAX_TITLE),
    summary: [
      whatNext(open, decision, context),
      openPart(open, decisiveOf(open, decision), verdicts.length),
      everyCondition(verdicts, open.length),
    ].join('\n\n'),
    text: explanation(context.now),
    annotations: annotationsOf(open, context.bundle),
  };
  const conclusion = conclusionOf(open, decision);
  return conclusion === undefined ? report : { ...report, conclusion };
}

function comesLater({ id }: Verdict, phase: GatePhase): boolean {
  return phase === 'sign' && CONDITIONS.some((condition) => condition.id === id && condition.afterSigning === true);
}

/** The verdict that the decision rests on. An approval that is not there yet is no news while somebody objects. */
function decisiveOf(open: readonly Verdict[], decision: GateDecision): Verdict | undefined {
  const decisive = open.find(({ seen }) => seen === decision.because);
  return isPending(decisive) ? (open.find(objects) ?? decisive) : decisive;
}

/** Somebody said so: only a person's act ends it. */
function objects({ id, state }: Verdict): boolean {
  return state === 'block' && OBJECTIONS.has(id);
}

/** The waiting time is what decides, and nothing but what ends by itself is beside it. */
function clockOf(open: readonly Verdict[], decision: GateDecision): string | undefined {
  const decisive = decisiveOf(open, decision);
  return decision.kind === 'wait' && decisive?.id === 'clock/due' && decisive.state === 'wait' ? decisive.until : undefined;
}

function titleOf(open: readonly Verdict[], decision: GateDecision, { merge, phase }: GateReportContext): string {
  const { because } = decision;
  switch (decision.kind) {
    case 'go':
      if (phase === 'sign') return 'Everything holds that must; it is signed next';
      return mergesItself(merge) ? 'Everything holds; this App merges it' : 'Everything holds; a person may merge it';
    case 'rebuild':
      return `Made again on top of the base branch: ${because}`;
    case 'restore-words':
      return `Title and description are put back: ${because}`;
    case 'inputs-changed':
      return `Proposed again: ${because}`;
    case 'schema-changed':
      return `Profiled again: ${because}`;
    case 'wait':
      return waitTitle(open, decision);
  }
}

function waitTitle(open: readonly Verdict[], decision: GateDecision): string {
  const due = clockOf(open, decision);
  if (due !== undefined) return `Merges by itself on ${moment(Date.parse(due))}`;
  const decisive = decisiveOf(open, decision);
  const words = decisive?.seen ?? decision.because;
  if (isPending(decisive) && lacksStaging(open)) return 'Waits for a person to merge it: there is no staging report';
  if (decisive?.id === 'pull-request/open' || decisive?.id.startsWith('hold/')) {
    const said = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
    if (decisive.id !== 'hold/command') return said;
    const other = open.find((verdict) => objects(verdict) && verdict !== decisive);
    return other ? `${said}; /autopilot resume is not enough: ${other.seen}` : `${said}: /autopilot resume lets it go on`;
  }
  if (isPending(decisive)) return `Waits for an approval: ${words}`;
  return decisive?.state === 'block' ? `Stopped: ${words}` : `Waits for: ${words}`;
}

/** What follows without the reader, and what the reader can do about it. The title stands above it. */
function whatNext(open: readonly Verdict[], decision: GateDecision, { merge, stop, phase }: GateReportContext): string {
  const stops = `**To stop it:** comment ${ours(stop)}; a review that asks for changes, an open conversation, any other comment, a hold label or a commit on the branch stops it too.`;
  const decisive = decisiveOf(open, decision);
  if (decision.kind === 'go' && phase === 'merge') {
    return mergesItself(merge)
      ? `**Nobody has to do anything.** To take it back once it is merged: the button *Revert*, or ${ours('git revert -m 1')} of the merge.`
      : `**Whoever may merge here presses the button when they like.** ${stops}`;
  }
  if (decision.kind !== 'wait') return `**Nobody has to do anything.** ${stops}`;
  if (decisive?.id === 'pull-request/open') return 'Nothing more happens here.';
  if (clockOf(open, decision) !== undefined) return `**Nobody has to do anything.** ${stops}`;
  if (isPending(decisive) && lacksStaging(open))
    return `**Nothing happens until a person merges it by hand.** This App never does: that needs a staging report, and staging runs come with a later version. ${stops}`;
  if (isPending(decisive))
    return `**Nothing happens until a person with write approves exactly what is here**; ${afterApproval(merge)}. ${stops}`;
  if (decisive?.id === 'hold/command')
    return `**Nothing happens until somebody with write says ${ours('/autopilot resume')}**; then what else is open below decides.`;
  if (decisive?.state === 'block') return '**Nothing happens until somebody acts on it.** It is looked at again when they do.';
  return `**It is looked at again by itself**, by ${moment(Date.parse(decision.until))} at the latest. ${stops}`;
}

function afterApproval(merge: MergeStrategy): string {
  if (merge.kind === 'auto') return 'then it merges by itself, once its waiting time is over';
  return mergesItself(merge) ? 'then it merges by itself' : 'then a person may merge it';
}

function lacksStaging(open: readonly Verdict[]): boolean {
  return open.some(({ id, state }) => id === 'approval/staging' && state === 'block');
}

/** An approval that is not there yet. */
function isPending(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && PENDING.has(verdict.id);
}

/** What the title is about stands first. */
function openPart(open: readonly Verdict[], decisive: Verdict | undefined, all: number): string {
  if (open.length === 0) return `Nothing is open: all ${all} conditions hold.`;
  const lines = [...open]
    .sort((a, b) => Number(b === decisive) - Number(a === decisive) || ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
    .map((verdict) => `- ${verdict.condition}: **${STATE_WORDS[verdict.state]}**, ${shown(verdict.seen)}${remedyOf(verdict)}`);
  return [`What is open, ${open.length} of ${all} conditions:`, '', ...lines].join('\n');
}

/** What runs needs nobody; what stops, or never began, may. */
function remedyOf({ id, state, until }: Verdict): string {
  const remedy = REMEDIES[id];
  return remedy === undefined || state === 'unknown' || until !== undefined ? '' : `. *To do:* ${remedy}`;
}

/** The whole table is evidence and not news: who wants it opens it. */
function everyCondition(verdicts: readonly Verdict[], open: number): string {
  const words = open === 0 ? 'all hold' : `${verdicts.length - open} hold or come later, ${open} open`;
  return `<details><summary>Every condition (${words})</summary>\n\n${conditionTable(verdicts)}\n\n</details>`;
}

function conditionTable(verdicts: readonly Verdict[]): string {
  return table(
    ['', 'condition', 'state', 'seen', 'until'],
    verdicts.map((verdict) => [
      String(CONDITIONS.find(({ id }) => id === verdict.id)?.number ?? ''),
      verdict.condition,
      STATE_WORDS[verdict.state],
      shown(verdict.seen),
      verdict.until === undefined ? '' : moment(Date.parse(verdict.until)),
    ]),
  );
}

/** Apart from the summary, so that looking again without a change changes no more than this. */
function explanation(now: string): string {
  return [
    `Looked at on ${moment(Date.parse(now))}. Everything is read anew each time; nothing is taken from an event.`,
    '',
    '- *holds*: it was seen to be so.',
    '- *waits*: time, or something that runs, will decide.',
    '- *stops it*: only somebody’s act can change it.',
    '- *not known*: it could not be seen, which counts as no; it is asked again soon.',
  ].join('\n');
}

function shown(seen: string): string {
  return text(withMoments(seen), MAX_SEEN);
}

/** For places that show no Markdown: one line, nothing that turns or hides text. */
function plain(words: string, max: number): string {
  const line = withMoments(words)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : line;
}

/** Approvals that are not there yet are no fault of anybody. */
const PENDING: ReadonlySet<string> = new Set<ConditionName>(['approval/given', 'reviews/decision']);
const OBJECTIONS: ReadonlySet<string> = new Set(OBJECTION_CONDITIONS.map(({ id }) => id).filter((id) => !PENDING.has(id)));
/** Not ours, not what we wrote, or not signed for. */
const WRONG: ReadonlySet<string> = new Set<ConditionName>([
  'pull-request/ours',
  'pull-request/known',
  'pull-request/no-fork',
  'pull-request/base',
  'content/tree',
  'content/paths',
  'content/modes',
  'content/digest',
  'bundle/valid',
  'bundle/level',
  'bundle/in-force',
  'signature/valid',
]);

function conclusionOf(open: readonly Verdict[], decision: GateDecision): GateReport['conclusion'] {
  if (decision.kind === 'go') return 'success';
  if (decision.kind !== 'wait') return undefined;
  const blocks = open.filter(({ id, state }) => state === 'block' && !PENDING.has(id));
  if (blocks.length === 0) return undefined;
  if (blocks.some(({ id }) => id === 'pull-request/open')) return 'neutral';
  return blocks.some(({ id }) => WRONG.has(id)) ? 'failure' : 'action_required';
}

/** Which line of the bundle a condition is about. */
const LINES: Readonly<Partial<Record<string, RegExp>>> = {
  'bundle/valid': /^/,
  'bundle/level': /^enrichment_level:/m,
  'bundle/in-force': /^ +validation_enabled:/m,
  'signature/valid': /^ +signature:/m,
  'schema/unchanged': /^ +baseline_fingerprint:/m,
  'schema/bundle': /^ +baseline_fingerprint:/m,
  'proposal/level': /^enrichment_level:/m,
  'proposal/no-model': /^.*\borigin: llm\b/m,
} satisfies Partial<Record<ConditionName, RegExp>>;

/** Only what stops it or cannot be seen: a line that is in order needs no word. */
function annotationsOf(open: readonly Verdict[], bundle: FileEdit | undefined): GateReport['annotations'] {
  if (!bundle) return [];
  return open.flatMap(({ id, condition, state, seen }): GateReport['annotations'] => {
    const pattern = LINES[id];
    if (!pattern || state === 'wait') return [];
    const at = pattern.exec(bundle.content)?.index ?? 0;
    const line = bundle.content.slice(0, at).split('\n').length;
    const level = state === 'block' ? 'failure' : 'warning';
    return [{ path: bundle.path, line, level, message: plain(`${condition}: ${seen}`, MAX_TITLE) }];
  });
}
