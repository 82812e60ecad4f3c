/** Check runs, check suites and commit statuses as the REST API shows them. */
import type { JsonObject } from '../json.js';
import { contextsOf, rollup } from '../rules/checks.js';
import type { CheckRun, CheckSuite, CommitStatus, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { appJson, userJson } from './accounts.js';
import { commitAt } from './commit.js';
import { apiUrl, pageUrl, repoUrl } from './links.js';
import { pullStubJson } from './pull.js';
import { repositoryJson } from './repository.js';

export function checkRunJson(world: World, repository: Repository, run: CheckRun): JsonObject {
  const url = repoUrl(world, repository, 'check-runs', run.id);
  const page = pageUrl(world, repository, 'runs', run.id);
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    head_sha: run.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appJson(world, run.app),
    pull_requests: pullsOf(world, repository, run.headSha),
  };
}

export function suiteState(suite: CheckSuite): { readonly status: string; readonly conclusion: string | null } {
  if (suite.runs.length === 0) return { status: 'queued', conclusion: null };
  const open = suite.runs.find(({ status }) => status !== 'completed');
  if (open !== undefined) return { status: open.status === 'queued' ? 'queued' : 'in_progress', conclusion: null };
  const words = suite.runs.map(({ conclusion }) => conclusion ?? 'neutral');
  const order = ['failure', 'startup_failure', 'timed_out', 'cancelled', 'action_required', 'stale', 'success', 'neutral', 'skipped'];
  return { status: 'completed', conclusion: order.find((one) => words.some((word) => word === one)) ?? 'neutral' };
}

/** As webhooks show it. */
export async function suiteHookJson(world: World, repository: Repository, suite: CheckSuite): Promise<JsonObject> {
  const url = repoUrl(world, repository, 'check-suites', suite.id);
  const commit = await commitAt(repository, suite.headSha);
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(suite),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsOf(world, repository, suite.headSha),
    app: appJson(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: suite.runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
  };
}

export async function suiteJson(world: World, repository: Repository, suite: CheckSuite): Promise<JsonObject> {
  return { ...(await suiteHookJson(world, repository, suite)), repository: repositoryJson(world, repository) };
}

export function statusJson(world: World, repository: Repository, status: CommitStatus): JsonObject {
  return {
    url: repoUrl(world, repository, 'statuses', status.sha),
    avatar_url: apiUrl(world, 'avatars', 'u', status.creator.id),
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export function statusWithCreatorJson(world: World, repository: Repository, status: CommitStatus): JsonObject {
  return { ...statusJson(world, repository, status), creator: userJson(world, status.creator) };
}

export function combinedStatusJson(world: World, repository: Repository, sha: string): JsonObject {
  const contexts = contextsOf(world, repository, sha).filter((one) => one.kind === 'status');
  const state = rollup(contexts) ?? 'pending';
  return {
    state: state === 'error' ? 'failure' : state,
    statuses: contexts.map(({ status }) => statusJson(world, repository, status)),
    sha,
    total_count: contexts.length,
    repository: repositoryJson(world, repository),
    commit_url: repoUrl(world, repository, 'commits', sha),
    url: repoUrl(world, repository, 'commits', sha, 'status'),
  };
}

/** The open pull requests from this repository whose head is this commit; forks are not named. */
export function pullsOf(world: World, repository: Repository, sha: string): readonly JsonObject[] {
  return world
    .pulls(repository)
    .filter(({ state, pull }) => state === 'open' && pull.head.sha === sha && pull.head.repository.id === repository.id)
    .map((issue) => pullStubJson(world, repository, issue));
}
