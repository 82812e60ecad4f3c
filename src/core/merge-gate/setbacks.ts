/** §8.3 what became of the base branch after a merge of ours: whether the merge was taken back, or made its checks fail. */
import type { Setback } from '../artifacts/bootstrap-record.js';
import { MERGE_CHECKS_WATCHED_MS, MS_PER_DAY } from '../numbers.js';
import type { BranchRules, Reading, SnapshotCheck } from './snapshot.js';

/** The base branch as it stands now, seen from one merge. */
export type Aftermath = {
  readonly head: string;
  /** What came after the merge, oldest first, as far as the forge lists it. */
  readonly commits: readonly { readonly sha: string; readonly message: string }[];
  /** Git's name of what the dataset's folder holds; absent: there is no such folder. */
  readonly folder: { readonly before?: string; readonly merged?: string; readonly now?: string };
  /** On the commit before the merge, on the merge, and on the head. */
  readonly checks: Readonly<Record<'before' | 'merged' | 'now', Reading<readonly SnapshotCheck[]>>>;
  readonly rules: Reading<BranchRules>;
};

export type OurMerge = { readonly sha: string; readonly at: string; readonly repository: string; readonly number: number };

/** At most one of each kind. What could not be read is looked at again and says nothing yet. */
export function decideSetbacks(aftermath: Aftermath, merge: OurMerge, now: string): readonly Setback[] {
  const reverted = revertOf(aftermath, merge);
  const red = Date.parse(now) - Date.parse(merge.at) < MERGE_CHECKS_WATCHED_MS ? redOf(aftermath, merge) : undefined;
  return [reverted, red].flatMap((each) => (each ? [{ ...each, at: now, merge: merge.sha }] : []));
}

type Found = Omit<Setback, 'at' | 'merge'>;

/** Somebody's commit says so, in the words that git and the forge write, or the folder holds again what it held before. */
function revertOf({ head, commits, folder }: Aftermath, merge: OurMerge): Found | undefined {
  const said = commits.find(({ message }) => namesAsReverted(message, merge));
  if (said) return { kind: 'reverted', commit: said.sha };
  const isBack = folder.now === folder.before && folder.now !== folder.merged;
  return isBack ? { kind: 'reverted', commit: head } : undefined;
}

function namesAsReverted(message: string, { sha, repository, number }: OurMerge): boolean {
  const commits = [...message.matchAll(/\bThis reverts commit ([0-9a-f]{7,64})\b/gi)];
  const pulls = [...message.matchAll(/^Reverts ([\w.-]+\/[\w.-]+)?#(\d+)\s*$/gim)];
  return (
    commits.some(([, named = '']) => sha.startsWith(named.toLowerCase())) ||
    pulls.some(([, where, named]) => Number(named) === number && (where ?? repository).toLowerCase() === repository.toLowerCase())
  );
}

const RED: readonly string[] = ['failure', 'error', 'timed_out', 'startup_failure'];

/**
 * Red on the merge and not red on the commit before it. Where nothing gave the merge a verdict (checks that run only on the
 * newest commit), the head's stands for it. Where the rules can be read and name checks, those alone count, else all but our own.
 */
function redOf({ head, checks, rules }: Aftermath, merge: OurMerge): Found | undefined {
  if (!checks.merged.ok || !checks.before.ok) return undefined;
  const required = rules.ok ? rules.value.requiredChecks : [];
  const counting = (all: readonly SnapshotCheck[]) =>
    all.filter(
      ({ ours, name, appId }) =>
        !ours &&
        (required.length === 0 || required.some((each) => each.name === name && (each.appId === undefined || each.appId === appId))),
    );
  const before = counting(checks.before.value).filter(isRed);
  const onMerge = counting(checks.merged.value);
  // Something still runs on the merge: its own word is waited for.
  if (onMerge.some(({ conclusion }) => conclusion === undefined) && !onMerge.some(isRed)) return undefined;
  const isJudged = onMerge.some(hasVerdict);
  if (!isJudged && !checks.now.ok) return undefined;
  const judged = isJudged ? onMerge : checks.now.ok ? counting(checks.now.value) : [];
  const red = judged.find((check) => isRed(check) && !before.some(({ name, appId }) => name === check.name && appId === check.appId));
  return red ? { kind: 'red', commit: isJudged ? merge.sha : head, check: red.name } : undefined;
}

function isRed({ conclusion = '' }: SnapshotCheck): boolean {
  return RED.includes(conclusion);
}

/** Cancelled, skipped and the like say nothing about the code. */
function hasVerdict(check: SnapshotCheck): boolean {
  return check.conclusion === 'success' || isRed(check);
}

/** A setback that still counts, with the merge that it is about, as a reader knows it. */
export type StandingSetback = Setback & { readonly urn: string; readonly number?: number; readonly repository?: string };

/** One for each merge that did harm within a day, oldest first: what was red and then taken back is one harm, counted from its latest. */
export function standingSetbacks(all: readonly StandingSetback[], now: string): readonly StandingSetback[] {
  // A time that cannot be read counts: the gate says that it could not be.
  const recent = all.filter(({ at }) => !(Date.parse(now) - Date.parse(at) >= MS_PER_DAY));
  const latest = recent.filter(
    (each, index) =>
      !recent.some(
        (other, at) => at !== index && other.merge === each.merge && (other.at > each.at || (other.at === each.at && at > index)),
      ),
  );
  return [...latest].sort((a, b) => a.at.localeCompare(b.at));
}
