/** Check runs and commit statuses are set, and apps hear of them. */
import { invalid, notFound, unprocessable } from '../errors.js';
import { checkRunJson, suiteHookJson } from '../render/check.js';
import { commitAt, commitJson } from '../render/commit.js';
import type { Actor, App } from '../state/accounts.js';
import {
  type Annotation,
  type CheckConclusion,
  type CheckRun,
  type CheckStatus,
  type CommitStatus,
  fullName,
  type Repository,
  type StatusState,
} from '../state/repositories.js';
import { appOf, type World } from '../state/world.js';
import { emit } from '../webhooks/emit.js';
import { suiteOf } from './suites.js';

const LONGEST_TEXT = 65_535;
const MOST_ANNOTATIONS = 50;

export type RunChange = {
  readonly name?: string | undefined;
  readonly status?: CheckStatus | undefined;
  readonly conclusion?: CheckConclusion | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  readonly detailsUrl?: string | undefined;
  readonly externalId?: string | undefined;
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly text?: string | undefined;
  readonly annotations?: readonly Annotation[] | undefined;
};

export async function createRun(
  world: World,
  repository: Repository,
  actor: Actor,
  app: App,
  sha: string,
  change: RunChange & { readonly name: string },
): Promise<CheckRun> {
  if ((await repository.git.objects.commit(sha)) === undefined) throw unprocessable(`No commit found for SHA: ${sha}`);
  const suite = suiteOf(world, repository, app, sha);
  const run: CheckRun = {
    ...world.identity('CR'),
    app,
    suite,
    name: change.name,
    headSha: sha,
    status: 'queued',
    conclusion: null,
    startedAt: change.startedAt ?? world.now(),
    completedAt: null,
    detailsUrl: null,
    externalId: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  apply(world, run, change);
  suite.runs.push(run);
  suite.updatedAt = world.now();
  await tellRun(world, repository, actor, run, 'created');
  return run;
}

export async function updateRun(world: World, repository: Repository, actor: Actor, run: CheckRun, change: RunChange): Promise<void> {
  const was = run.status;
  apply(world, run, change);
  run.suite.updatedAt = world.now();
  if (run.status === 'completed' && was !== 'completed') await tellRun(world, repository, actor, run, 'completed');
}

export function runAt(repository: Repository, id: number): CheckRun {
  const run = repository.suites.flatMap((suite) => suite.runs).find((one) => one.id === id);
  if (run === undefined) throw notFound();
  return run;
}

/** What the buttons of a check page do. */
export async function requestRun(
  world: World,
  repository: Repository,
  actor: Actor,
  run: CheckRun,
  action: 'rerequested' | 'requested_action',
  identifier?: string,
): Promise<void> {
  const more = identifier === undefined ? {} : { requested_action: { identifier } };
  const body = { check_run: await runWithSuite(world, repository, run), ...more };
  emit(world, repository, { event: 'check_run', action, sender: actor.account, body, appId: run.app.id });
}

export type StatusChange = {
  readonly state: StatusState;
  readonly context?: string | undefined;
  readonly description?: string | null | undefined;
  readonly targetUrl?: string | null | undefined;
};

export async function setStatus(
  world: World,
  repository: Repository,
  actor: Actor,
  sha: string,
  change: StatusChange,
): Promise<CommitStatus> {
  const commit = await repository.git.objects.commit(sha);
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${sha}`);
  const status: CommitStatus = {
    ...world.identity('SC'),
    sha,
    state: change.state,
    context: change.context ?? 'default',
    description: change.description ?? null,
    targetUrl: change.targetUrl ?? null,
    creator: actor.account,
    app: appOf(actor),
    createdAt: world.now(),
  };
  repository.statuses.set(sha, [status, ...(repository.statuses.get(sha) ?? [])]);
  const branches = [...repository.git.refs]
    .filter(([ref, head]) => head === sha && ref.startsWith('refs/heads/'))
    .map(([ref]) => ({
      name: ref.slice('refs/heads/'.length),
      commit: { sha, url: `${world.url}/repos/${fullName(repository)}/commits/${sha}` },
      protected: false,
    }));
  emit(world, repository, {
    event: 'status',
    sender: actor.account,
    body: {
      id: status.id,
      sha,
      name: fullName(repository),
      avatar_url: `${world.url}/avatars/u/${actor.account.id}`,
      target_url: status.targetUrl,
      context: status.context,
      description: status.description,
      state: status.state,
      commit: commitJson(world, repository, await commitAt(repository, sha)),
      branches,
      created_at: status.createdAt,
      updated_at: status.createdAt,
    },
  });
  return status;
}

function apply(world: World, run: CheckRun, change: RunChange): void {
  if ((change.annotations?.length ?? 0) > MOST_ANNOTATIONS)
    throw unprocessable(
      `Invalid request.\n\nNo more than ${MOST_ANNOTATIONS} items are allowed; ${change.annotations?.length ?? 0} were supplied.`,
    );
  for (const [field, text] of [
    ['summary', change.summary],
    ['text', change.text],
  ] as const) {
    if ((text?.length ?? 0) > LONGEST_TEXT)
      throw invalid({ resource: 'CheckRun', field, code: 'custom', message: `${field} exceeds a maximum bytesize of ${LONGEST_TEXT}` });
  }
  if (change.status === 'completed' && change.conclusion === undefined && run.conclusion === null) {
    throw unprocessable('Invalid request.\n\nMissing required key "conclusion" for a completed check run.');
  }
  run.name = change.name ?? run.name;
  run.status = change.conclusion === undefined ? (change.status ?? run.status) : 'completed';
  // Opened again: what it once found out no longer holds.
  run.conclusion = run.status === 'completed' ? (change.conclusion ?? run.conclusion) : null;
  run.startedAt = change.startedAt ?? run.startedAt;
  run.completedAt = run.status === 'completed' ? (change.completedAt ?? run.completedAt ?? world.now()) : null;
  run.detailsUrl = change.detailsUrl ?? run.detailsUrl;
  run.externalId = change.externalId ?? run.externalId;
  run.title = change.title ?? run.title;
  run.summary = change.summary ?? run.summary;
  run.text = change.text ?? run.text;
  run.annotations.push(...(change.annotations ?? []));
}

async function tellRun(world: World, repository: Repository, actor: Actor, run: CheckRun, action: 'created' | 'completed'): Promise<void> {
  emit(world, repository, {
    event: 'check_run',
    action,
    sender: actor.account,
    body: { check_run: await runWithSuite(world, repository, run) },
  });
  const isDone = run.suite.runs.every(({ status }) => status === 'completed');
  if (action === 'completed' && isDone) {
    emit(world, repository, {
      event: 'check_suite',
      action: 'completed',
      sender: actor.account,
      body: { check_suite: await suiteHookJson(world, repository, run.suite) },
    });
  }
}

async function runWithSuite(world: World, repository: Repository, run: CheckRun): Promise<ReturnType<typeof checkRunJson>> {
  const {
    head_commit: _commit,
    latest_check_runs_count: _count,
    check_runs_url: _url,
    ...suite
  } = await suiteHookJson(world, repository, run.suite);
  return { ...checkRunJson(world, repository, run), check_suite: suite };
}
