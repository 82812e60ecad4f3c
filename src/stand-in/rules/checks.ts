/** The state of one commit: the latest run of each check and the latest status of each context. */
import type { CheckRun, CommitStatus, Repository, RequiredCheck } from '../state/repositories.js';
import type { World } from '../state/world.js';

export type Outcome = 'success' | 'pending' | 'failure' | 'error' | 'expected';
export type Context =
  | { readonly kind: 'run'; readonly name: string; readonly appId: number; readonly outcome: Outcome; readonly run: CheckRun }
  | {
      readonly kind: 'status';
      readonly name: string;
      readonly appId: number | undefined;
      readonly outcome: Outcome;
      readonly status: CommitStatus;
    };

export function contextsOf(world: World, repository: Repository, sha: string): readonly Context[] {
  const runs = new Map<string, CheckRun>();
  for (const run of world.runsOn(repository, sha)) runs.set(`${run.app.id} ${run.name}`, run);
  return [
    ...[...runs.values()].map((run) => ({ kind: 'run', name: run.name, appId: run.app.id, outcome: outcomeOf(run), run }) as const),
    ...latestStatuses(repository, sha).map(
      (status) => ({ kind: 'status', name: status.context, appId: status.app?.id, outcome: status.state, status }) as const,
    ),
  ];
}

/** Newest first is how they are kept; one per context. */
export function latestStatuses(repository: Repository, sha: string): readonly CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of repository.statuses.get(sha) ?? []) if (!latest.has(status.context)) latest.set(status.context, status);
  return [...latest.values()];
}

export function meets(context: Context, { context: name, appId }: RequiredCheck): boolean {
  return context.name === name && (appId === null || appId === -1 || context.appId === appId);
}

export function outcomeFor(contexts: readonly Context[], required: RequiredCheck): Outcome {
  const found = contexts.filter((context) => meets(context, required));
  return found.length === 0 ? 'expected' : worst(found.map(({ outcome }) => outcome));
}

/** The state of all together, as in `statusCheckRollup`; undefined when nothing reported. */
export function rollup(contexts: readonly Context[]): Outcome | undefined {
  return contexts.length === 0 ? undefined : worst(contexts.map(({ outcome }) => outcome));
}

function outcomeOf({ status, conclusion }: CheckRun): Outcome {
  if (status !== 'completed') return 'pending';
  return conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped' ? 'success' : 'failure';
}

function worst(outcomes: readonly Outcome[]): Outcome {
  const order: readonly Outcome[] = ['error', 'failure', 'expected', 'pending', 'success'];
  return order.find((one) => outcomes.includes(one)) ?? 'success';
}
