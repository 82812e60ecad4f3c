/** A repository as a GraphQL object. */
import { pageUrl } from '../render/links.js';
import { readOwners } from '../rules/codeowners.js';
import { requirementsOf } from '../rules/requirements.js';
import { fullName, type Issue, isPull, type PullIssue, type Repository } from '../state/repositories.js';
import { accountNode, teamNode } from './accounts.js';
import { expressionNode, objectNode, refNode } from './commit.js';
import { issueNode, labelNode } from './issue.js';
import { type Arguments, connection, type Node, permit, type Reader, refuse, textArgument } from './node.js';
import { pullNode } from './pull.js';
import { protectionNode, rulesetNode } from './rules.js';

export function repositoryNode(reader: Reader, repository: Repository): Node {
  const { world } = reader;
  const { merge } = repository;
  const url = pageUrl(world, repository);
  const contents = <T>(read: () => T): T => {
    permit(reader, repository, { contents: 'read' });
    return read();
  };
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: () => accountNode(world, repository.owner),
    url,
    resourcePath: new URL(url).pathname,
    description: repository.description,
    homepageUrl: repository.homepage,
    visibility: repository.visibility.toUpperCase(),
    isPrivate: repository.visibility !== 'public',
    isArchived: repository.archived,
    archivedAt: null,
    isDisabled: repository.disabled,
    isLocked: false,
    lockReason: null,
    isFork: repository.parent !== undefined,
    isEmpty: repository.git.refs.size === 0,
    isTemplate: false,
    isMirror: false,
    isInOrganization: repository.owner.kind === 'Organization',
    parent: () => (repository.parent === undefined ? null : repositoryNode(reader, repository.parent)),
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    mergeCommitAllowed: merge.commit,
    squashMergeAllowed: merge.squash,
    rebaseMergeAllowed: merge.rebase,
    autoMergeAllowed: merge.auto,
    deleteBranchOnMerge: merge.deleteBranch,
    allowUpdateBranch: merge.updateBranch,
    viewerPermission: viewerPermission(reader),
    viewerCanAdminister: false,
    defaultBranchRef: () => contents(() => refNode(reader, repository, `refs/heads/${repository.defaultBranch}`)),
    ref: (args: Arguments) => contents(() => refNamed(reader, repository, textArgument(args, 'qualifiedName') ?? '')),
    refs: (args: Arguments) =>
      contents(() => {
        const prefix = textArgument(args, 'refPrefix') ?? 'refs/heads/';
        const names = [...repository.git.refs.keys()].filter((ref) => ref.startsWith(prefix)).sort();
        return connection(names, args, (ref) => refNode(reader, repository, ref));
      }),
    object: (args: Arguments) =>
      contents(() => {
        const oid = textArgument(args, 'oid');
        return oid === undefined
          ? expressionNode(reader, repository, textArgument(args, 'expression') ?? '')
          : objectNode(reader, repository, oid);
      }),
    ...peopleAndRules(reader, repository),
    ...discussions(reader, repository),
  };
}

function peopleAndRules(reader: Reader, repository: Repository): Node {
  const { world } = reader;
  const organisation = world.organisation(repository.owner.login);
  return {
    repositoryTopics: (args: Arguments) =>
      connection(repository.topics, args, (name) => ({ id: `RT_${name}`, url: '', topic: { id: `TO_${name}`, name } })),
    repositoryCustomPropertyValues: (args: Arguments) =>
      connection([...repository.properties], args, ([propertyName, value]) => ({ propertyName, value })),
    branchProtectionRules: (args: Arguments) => {
      permit(reader, repository, { administration: 'read' });
      return connection([...repository.protections.values()], args, (one) => protectionNode(world, repository, one));
    },
    rulesets: (args: Arguments) => {
      const all = [...repository.rulesets, ...(args.includeParents === false ? [] : (organisation?.rulesets ?? []))];
      return connection(all, args, (one) => rulesetNode(repository, one));
    },
    codeowners: async (args: Arguments) => {
      permit(reader, repository, { contents: 'read' });
      const sha = await repository.git.resolve(textArgument(args, 'refName') ?? repository.defaultBranch);
      const owners = sha === undefined ? undefined : await readOwners(world, repository, sha);
      if (owners === undefined) return null;
      return { errors: owners.errors.map((one) => ({ ...one, message: `${one.kind} on line ${one.line}`, suggestion: one.suggestion })) };
    },
    mergeQueue: (args: Arguments) => {
      const branch = textArgument(args, 'branch') ?? repository.defaultBranch;
      if (!requirementsOf(world, repository, branch).some(({ kind }) => kind === 'queue')) return null;
      const queued = world.pulls(repository).filter(({ pull }) => pull.queued !== undefined && pull.base.ref === branch);
      return {
        id: `MQ_${repository.id}_${branch}`,
        url: pageUrl(world, repository, 'queue', branch),
        entries: (inner: Arguments) =>
          connection(queued, inner, (one) => ({ id: one.pull.queued?.nodeId ?? '', pullRequest: pullNode(reader, repository, one) })),
      };
    },
    teams: (args: Arguments) => connection([...(organisation?.teams.values() ?? [])], args, (team) => teamNode(world, team)),
  };
}

function discussions(reader: Reader, repository: Repository): Node {
  const { world } = reader;
  return {
    label: (args: Arguments) => {
      const label = [...repository.labels.values()].find(({ name }) => name.toLowerCase() === textArgument(args, 'name')?.toLowerCase());
      return label === undefined ? null : labelNode(label);
    },
    labels: (args: Arguments) => connection([...repository.labels.values()], args, labelNode),
    pullRequest: ({ number }: Arguments) => {
      permit(reader, repository, { pull_requests: 'read' });
      const issue = typeof number === 'number' ? repository.issues.get(number) : undefined;
      if (!isPull(issue)) throw refuse('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${String(number)}.`);
      return pullNode(reader, repository, issue);
    },
    pullRequests: (args: Arguments) => {
      permit(reader, repository, { pull_requests: 'read' });
      return connection(chosen(world.pulls(repository), args), args, (one) => pullNode(reader, repository, one));
    },
    issue: ({ number }: Arguments) => {
      permit(reader, repository, { issues: 'read' });
      const issue = typeof number === 'number' ? repository.issues.get(number) : undefined;
      if (issue === undefined || isPull(issue))
        throw refuse('NOT_FOUND', `Could not resolve to an Issue with the number of ${String(number)}.`);
      return issueNode(reader, repository, issue);
    },
    issues: (args: Arguments) => {
      permit(reader, repository, { issues: 'read' });
      const { states } = args;
      const all = [...repository.issues.values()].filter(
        (one: Issue) => !isPull(one) && (!Array.isArray(states) || states.includes(one.state.toUpperCase())),
      );
      return connection(all, args, (one) => issueNode(reader, repository, one));
    },
  };
}

function chosen(all: readonly PullIssue[], args: Arguments): readonly PullIssue[] {
  const { states, labels } = args;
  const head = textArgument(args, 'headRefName');
  const base = textArgument(args, 'baseRefName');
  const stateOf = ({ state, pull }: PullIssue): string => (pull.merged === undefined ? state.toUpperCase() : 'MERGED');
  const found = all
    .filter((one) => !Array.isArray(states) || states.includes(stateOf(one)))
    .filter(({ pull }) => (head === undefined || pull.head.ref === head) && (base === undefined || pull.base.ref === base))
    .filter((one) => !Array.isArray(labels) || labels.some((name: unknown) => typeof name === 'string' && one.labels.has(name)));
  const { orderBy } = args;
  const direction: unknown = typeof orderBy === 'object' && orderBy !== null && 'direction' in orderBy ? orderBy.direction : 'ASC';
  return direction === 'DESC' ? found.toReversed() : found;
}

function refNamed(reader: Reader, repository: Repository, name: string): Node | null {
  const full = [name, `refs/heads/${name}`, `refs/tags/${name}`].find((ref) => repository.git.refs.has(ref));
  return full === undefined ? null : refNode(reader, repository, full);
}

function viewerPermission({ call }: Reader): string | null {
  if (call.caller.kind !== 'installation') return null;
  const level = call.caller.permissions.contents;
  return level === 'write' ? 'WRITE' : 'READ';
}
