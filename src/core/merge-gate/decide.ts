/** §8.3 what follows from all verdicts together. */
import { LOOK_AGAIN_MS, MS_PER_DAY } from '../numbers.js';
import { instant, later } from '../time.js';
import type { ConditionName } from './conditions/names.js';
import { CONDITIONS } from './evaluate.js';
import type { GateDecision, GatePhase, Verdict } from './verdict.js';

/** Switched off, ended, not open, not ours, or pushed to by others: while one of them does not hold, nothing may be touched. */
const TOUCHING: ReadonlySet<string> = new Set<ConditionName>([
  'switches/off',
  'switches/automatic',
  'settings/read',
  'record/state',
  'record/tier',
  'record/only-one',
  'forge/installation',
  'repository/same',
  'repository/open',
  'pull-request/open',
  'pull-request/unlocked',
  'pull-request/ours',
  'pull-request/known',
  'pull-request/no-fork',
  'pull-request/base',
  'head/recorded',
  'commits/ours',
  'commits/verified',
]);
/** What a commit of ours on top of the base settles. */
const SETTLED_BY_REBUILD: ReadonlySet<string> = new Set<ConditionName>(['merge/mergeable', 'merge/state', 'merge/up-to-date']);
/** Checks run again on the new head, and a right to pass by is judged again. */
const FRESH_AFTER_REBUILD: ReadonlySet<string> = new Set<ConditionName>([
  'checks/required',
  'checks/others',
  'checks/any',
  'rules/no-bypass',
  'rules/known',
]);
/** The forge computes these in the background, and people need not read about it. */
const COMPUTED: ReadonlySet<string> = new Set<ConditionName>(['merge/mergeable', 'merge/state']);

const SAID_FIRST: Readonly<Record<string, number>> = { 'pull-request/open': -2, 'hold/command': -1 } satisfies Partial<
  Record<ConditionName, number>
>;

export function decideGate(verdicts: readonly Verdict[], phase: GatePhase, now: string): GateDecision {
  const open = openVerdicts(verdicts, phase);
  if (open.length === 0) {
    return { kind: 'go', because: phase === 'sign' ? 'everything holds that must hold before the gateway signs' : 'everything holds' };
  }
  const act = actOf(
    open,
    verdicts.some(({ adopted }) => adopted === true),
  );
  if (act) return act;
  const [decisive] = [...open].sort((a, b) => weight(a, now) - weight(b, now));
  return { kind: 'wait', until: lookAgainAt(open, now), because: decisive?.seen ?? 'something is not known' };
}

/** Everything that does not pass; a condition without a verdict is not known. */
function openVerdicts(verdicts: readonly Verdict[], phase: GatePhase): readonly Verdict[] {
  const asked = CONDITIONS.filter(({ afterSigning }) => phase === 'merge' || afterSigning !== true);
  return asked.flatMap(({ id, condition }): readonly Verdict[] => {
    const own = verdicts.filter((verdict) => verdict.id === id);
    if (own.length === 0) return [{ id, condition, state: 'unknown', seen: `nobody judged whether ${condition}` }];
    return own.filter(({ state }) => state !== 'pass');
  });
}

/**
 * One thing to do, where there is one. A proposal that no longer follows from data or code is made again whatever people
 * think of it; words are put back at once; a rebuild is worth its push only when nothing else stands in the way.
 * A branch that is a person's by now is not touched, nor are its words.
 */
function actOf(open: readonly Verdict[], isTheirs: boolean): GateDecision | undefined {
  // A push would take it out of the merge queue again.
  if (open.some(({ id }) => TOUCHING.has(id) || id === 'merge/queue')) return undefined;
  const blocked = (id: ConditionName) => open.find((verdict) => verdict.id === id && verdict.state === 'block');
  const words = blocked('words/intact');
  const schema = blocked('schema/unchanged');
  const inputs = blocked('base/inputs');
  if (schema && !isTheirs) return { kind: 'schema-changed', because: schema.seen };
  if (inputs && !isTheirs) return { kind: 'inputs-changed', because: inputs.seen };
  if (words) return { kind: 'restore-words', because: words.seen };
  const rebuild = open.find(({ id, state }) => SETTLED_BY_REBUILD.has(id) && state === 'block');
  const others = open.filter(({ id }) => !SETTLED_BY_REBUILD.has(id) && !FRESH_AFTER_REBUILD.has(id));
  return rebuild && others.length === 0 && !isTheirs ? { kind: 'rebuild', because: rebuild.seen } : undefined;
}

/** Behind its base or in conflict with it: in a merge queue that is the queue's to settle. */
export function isSettledByRebuild(id: string): boolean {
  return SETTLED_BY_REBUILD.has(id);
}

/** What is over, then what somebody said in so many words; what else only somebody's act ends comes next, then what cannot be seen, then the clock, then what ends by itself. */
function weight({ id, state, until }: Verdict, now: string): number {
  if (state === 'block') return SAID_FIRST[id] ?? 0;
  if (state === 'unknown') return COMPUTED.has(id) ? 3 : 1;
  return until !== undefined && Date.parse(until) > Date.parse(now) ? 2 : 4;
}

/**
 * What is unknown is looked at soon. Otherwise nothing can go before the last time that is known, so that is when it is
 * worth looking; a day at most where somebody has to act, so that an event that was missed costs a day.
 */
function lookAgainAt(open: readonly Verdict[], now: string): string {
  const soon = later(now, LOOK_AGAIN_MS);
  if (open.some(({ state }) => state === 'unknown')) return soon;
  const last = Math.max(...open.map(({ until }) => Date.parse(until ?? now)));
  const known = last > Date.parse(now) ? instant(last) : undefined;
  if (!open.some(({ state }) => state === 'block')) return known ?? soon;
  const tomorrow = later(now, MS_PER_DAY);
  return known !== undefined && last < Date.parse(tomorrow) ? known : tomorrow;
}
