/** Check runs, statuses and their rollup as GraphQL objects. */

import { textAt } from '../json.js';
import { checkRunJson, suiteState } from '../render/check.js';
import { pageUrl, repoUrl } from '../render/links.js';
import { type Context, contextsOf, meets, rollup } from '../rules/checks.js';
import { requirementsOf } from '../rules/requirements.js';
import type { CheckRun, CheckSuite, CommitStatus, Repository } from '../state/repositories.js';
import { nodeIdOf } from '../state/world.js';
import { accountNode, appNode } from './accounts.js';
import { type Arguments, connection, type Node, type Reader } from './node.js';

export function rollupNode(reader: Reader, repository: Repository, sha: string): Node | null {
  const contexts = contextsOf(reader.world, repository, sha);
  const state = rollup(contexts);
  if (state === undefined) return null;
  return {
    __typename: 'StatusCheckRollup',
    id: nodeIdOf('SCR', `${repository.id}:${sha}`),
    state: state.toUpperCase(),
    commit: () => reader.make.commitAt(repository, sha),
    contexts: (args: Arguments) =>
      connection(contexts, args, (context) => contextNode(reader, repository, context), {
        checkRunCount: contexts.filter(({ kind }) => kind === 'run').length,
        statusContextCount: contexts.filter(({ kind }) => kind === 'status').length,
      }),
  };
}

export function statusNode(reader: Reader, repository: Repository, sha: string): Node {
  const contexts = contextsOf(reader.world, repository, sha).filter((one) => one.kind === 'status');
  return {
    __typename: 'Status',
    id: nodeIdOf('S', `${repository.id}:${sha}`),
    state: (rollup(contexts) ?? 'pending').toUpperCase(),
    contexts: () => contexts.map(({ status }) => statusContextNode(reader, repository, status)),
  };
}

export function suiteNode(reader: Reader, repository: Repository, suite: CheckSuite): Node {
  const { status, conclusion } = suiteState(suite);
  return {
    __typename: 'CheckSuite',
    id: suite.nodeId,
    databaseId: suite.id,
    app: () => appNode(reader.world, suite.app),
    status: status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
    createdAt: suite.createdAt,
    updatedAt: suite.updatedAt,
    branch: null,
    workflowRun: null,
    url: pageUrl(reader.world, repository, 'commit', suite.headSha, `checks?check_suite_id=${suite.id}`),
    commit: () => reader.make.commitAt(repository, suite.headSha),
    checkRuns: (args: Arguments) => connection(suite.runs, args, (run) => runNode(reader, repository, run)),
  };
}

export function runNode(reader: Reader, repository: Repository, run: CheckRun): Node {
  const json = checkRunJson(reader.world, repository, run);
  return {
    __typename: 'CheckRun',
    id: run.nodeId,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: textAt(json, 'details_url'),
    url: textAt(json, 'html_url'),
    permalink: textAt(json, 'html_url'),
    externalId: run.externalId,
    title: run.title,
    summary: run.summary,
    text: run.text,
    checkSuite: () => suiteNode(reader, repository, run.suite),
    isRequired: (args: Arguments) =>
      isRequired(reader, repository, { kind: 'run', name: run.name, appId: run.app.id, outcome: 'success', run }, args),
  };
}

function contextNode(reader: Reader, repository: Repository, context: Context): Node {
  return context.kind === 'run' ? runNode(reader, repository, context.run) : statusContextNode(reader, repository, context.status);
}

function statusContextNode(reader: Reader, repository: Repository, status: CommitStatus): Node {
  const context: Context = { kind: 'status', name: status.context, appId: status.app?.id, outcome: status.state, status };
  return {
    __typename: 'StatusContext',
    id: status.nodeId,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: () => accountNode(reader.world, status.creator),
    avatarUrl: () => repoUrl(reader.world, repository),
    isRequired: (args: Arguments) => isRequired(reader, repository, context, args),
  };
}

/** Required by the rules of the base of this pull request. */
function isRequired(reader: Reader, repository: Repository, context: Context, args: Arguments): boolean {
  const pull = reader.world
    .pulls(repository)
    .find((one) => one.number === args.pullRequestNumber || one.pull.nodeId === args.pullRequestId);
  if (pull === undefined) return false;
  return requirementsOf(reader.world, repository, pull.pull.base.ref).some(
    (one) => one.kind === 'checks' && one.required.some((required) => meets(context, required)),
  );
}
