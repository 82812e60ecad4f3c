/** Repositories, pull requests and checks of the world as rows of a page. */
import { type Context, contextsOf, type Outcome, rollup } from '../../rules/checks.js';
import { requirementsOf } from '../../rules/requirements.js';
import type { Account } from '../../state/accounts.js';
import { type CheckRun, fullName, type PullIssue, type Repository } from '../../state/repositories.js';
import type { World } from '../../state/world.js';
import type { CheckRow, LabelView, Person, PullRow, PullState, RepositoryRow, Verdict } from '../view.js';

const VERDICTS: Readonly<Record<Outcome, Verdict>> = {
  success: 'success',
  pending: 'pending',
  expected: 'pending',
  failure: 'failure',
  error: 'failure',
};

export function personOf({ login, kind }: Account): Person {
  return { login, isBot: kind === 'Bot' };
}

export function stateOf({ state, pull }: PullIssue): PullState {
  if (pull.merged !== undefined) return 'merged';
  if (state === 'closed') return 'closed';
  return pull.draft ? 'draft' : 'open';
}

export function labelsOf(repository: Repository, names: Iterable<string>): readonly LabelView[] {
  return [...names].map((name) => ({ name, color: repository.labels.get(name)?.color ?? 'ededed' }));
}

export function pullRow(world: World, repository: Repository, issue: PullIssue): PullRow {
  const outcome = rollup(contextsOf(world, repository, issue.pull.head.sha));
  return {
    repository: fullName(repository),
    number: issue.number,
    title: issue.title,
    author: personOf(issue.author),
    state: stateOf(issue),
    labels: labelsOf(repository, issue.labels),
    checks: outcome === undefined ? undefined : VERDICTS[outcome],
    createdAt: issue.createdAt,
    comments: issue.comments.length + issue.pull.threads.reduce((sum, { comments }) => sum + comments.length, 0),
  };
}

export function pullRows(world: World, repository: Repository): readonly PullRow[] {
  return world
    .pulls(repository)
    .map((issue) => pullRow(world, repository, issue))
    .reverse();
}

export function repositoryRow(world: World, repository: Repository): RepositoryRow {
  return {
    fullName: fullName(repository),
    description: repository.description ?? undefined,
    visibility: repository.visibility,
    isArchived: repository.archived,
    openPulls: world.pulls(repository).filter(({ state }) => state === 'open').length,
    pushedAt: repository.pushedAt,
  };
}

/** What has reported on the head, then what is required and has not. */
export function checkRows(world: World, repository: Repository, { pull }: PullIssue): readonly CheckRow[] {
  const contexts = contextsOf(world, repository, pull.head.sha);
  const required = requirementsOf(world, repository, pull.base.ref).flatMap((one) => (one.kind === 'checks' ? one.required : []));
  const names = new Set(required.map(({ context }) => context));
  const expected = [...names].filter((name) => !contexts.some((context) => context.name === name));
  return [
    ...contexts.map((context) => contextRow(context, names)),
    ...expected.map(
      (name) =>
        ({ id: undefined, name, by: 'Expected', verdict: 'pending', says: 'waiting for it to be reported', isRequired: true }) as const,
    ),
  ];
}

export function runRow(run: CheckRun, isRequired: boolean): CheckRow {
  const word = (run.conclusion ?? run.status).replaceAll('_', ' ');
  return {
    id: run.id,
    name: run.name,
    by: run.app.name,
    verdict: verdictOf(run),
    says: run.title === null ? word : `${word}: ${run.title}`,
    isRequired,
  };
}

function contextRow(context: Context, required: ReadonlySet<string>): CheckRow {
  const isRequired = required.has(context.name);
  if (context.kind === 'run') return runRow(context.run, isRequired);
  const { state, description, creator } = context.status;
  const says = description === null ? state : `${state}: ${description}`;
  return { id: undefined, name: context.name, by: creator.login, verdict: VERDICTS[context.outcome], says, isRequired };
}

function verdictOf({ status, conclusion }: CheckRun): Verdict {
  if (status !== 'completed') return 'pending';
  if (conclusion === 'success') return 'success';
  return conclusion === 'neutral' || conclusion === 'skipped' ? 'neutral' : 'failure';
}
