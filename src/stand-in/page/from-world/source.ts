/** The world of the stand-in as the source of its pages. */
import { requestRun } from '../../acts/checks.js';
import { ApiError } from '../../errors.js';
import { isList, textAt } from '../../json.js';
import type { Account } from '../../state/accounts.js';
import { type CheckRun, isPull, type PullIssue, type Repository } from '../../state/repositories.js';
import type { World } from '../../state/world.js';
import type { OrganisationView, PageSource, PullPlace } from '../view.js';
import { carryOut } from './act.js';
import { blobView } from './blob.js';
import { checkView } from './check.js';
import { fileViews, pullView } from './pull.js';
import { personOf, pullRows, repositoryRow } from './rows.js';

/** `moveClock` is absent where the clock is the machine's own. */
export function worldSource(world: World, moveClock?: (hours: number) => Promise<void>): PageSource {
  return {
    now: () => world.now(),
    people: () => people(world).map(personOf),
    owners: () => [
      ...new Set(
        [...world.organisations.values()]
          .map(({ account }) => account.login)
          .concat([...world.repositories.values()].map(({ owner }) => owner.login)),
      ),
    ],
    organisation: async (login) => organisationView(world, login),
    pulls: async (owner, repo) => {
      const repository = world.repository(owner, repo);
      return repository === undefined ? undefined : pullRows(world, repository);
    },
    pull: async (place) => {
      const found = pullAt(world, place);
      return found && pullView(world, found.repository, found.issue);
    },
    files: async (place) => {
      const found = pullAt(world, place);
      return found === undefined ? [] : fileViews(found.repository, found.issue);
    },
    blob: async (owner, repo, place) => {
      const repository = world.repository(owner, repo);
      return repository && blobView(repository, place);
    },
    check: async (owner, repo, id) => {
      const found = runAt(world, owner, repo, id);
      return found && checkView(world, found.repository, found.run);
    },
    act: async (login, place, act) => {
      const found = pullAt(world, place);
      const account = world.account(login);
      if (found === undefined || account === undefined) return 'There is no such pull request, or no such person.';
      return refusedOr(() => carryOut(world, found.repository, found.issue, account, act));
    },
    rerun: async (login, owner, repo, id, action) => {
      const found = runAt(world, owner, repo, id);
      const account = world.account(login);
      if (found === undefined || account === undefined) return 'There is no such check, or no such person.';
      const { repository, run } = found;
      if (!world.may(account, repository, 'write')) return `This needs the role write; ${login} has ${world.roleOf(account, repository)}.`;
      return refusedOr(() =>
        requestRun(world, repository, { kind: 'person', account }, run, action === undefined ? 'rerequested' : 'requested_action', action),
      );
    },
    ...(moveClock === undefined ? {} : { moveClock }),
  };
}

/** Members come first: who opens the pages is one of them, not a stranger. */
function people(world: World): readonly Account[] {
  const members = new Set([...world.organisations.values()].flatMap((one) => [...one.members.keys()]));
  const all = [...world.accounts.values()].filter(({ kind }) => kind === 'User');
  return [...all.filter(({ login }) => members.has(login)), ...all.filter(({ login }) => !members.has(login))];
}

function organisationView(world: World, login: string): OrganisationView | undefined {
  const organisation = world.organisation(login);
  const repositories = [...world.repositories.values()].filter(({ owner }) => owner.login.toLowerCase() === login.toLowerCase());
  const account = organisation?.account ?? world.account(login);
  if (account === undefined || (organisation === undefined && repositories.length === 0)) return undefined;
  const members = [...(organisation?.members.keys() ?? [])].flatMap((name) => world.account(name) ?? []);
  return {
    login: account.login,
    isOrganisation: organisation !== undefined,
    repositories: repositories.map((one) => repositoryRow(world, one)),
    pulls: repositories.flatMap((one) => pullRows(world, one)).toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt)),
    teams: [...(organisation?.teams.values() ?? [])].map(({ slug, members: in_ }) => ({ slug, members: [...in_.keys()] })),
    members: members.map(personOf),
    apps: [...world.installations.values()].filter((one) => one.account.id === account.id).map(({ app }) => app.name),
  };
}

function pullAt(
  world: World,
  { owner, repo, number }: PullPlace,
): { readonly repository: Repository; readonly issue: PullIssue } | undefined {
  const repository = world.repository(owner, repo);
  const issue = repository?.issues.get(number);
  return repository !== undefined && isPull(issue) ? { repository, issue } : undefined;
}

function runAt(
  world: World,
  owner: string,
  repo: string,
  id: number,
): { readonly repository: Repository; readonly run: CheckRun } | undefined {
  const repository = world.repository(owner, repo);
  const run = repository?.suites.flatMap(({ runs }) => runs).find((one) => one.id === id);
  return repository === undefined || run === undefined ? undefined : { repository, run };
}

/** GitHub's own words of refusal; anything else is a fault of the stand-in and is not hidden. */
async function refusedOr(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const errors = error.body.errors;
    const details = isList(errors) ? errors.flatMap((one) => textAt(one, 'message') ?? textAt(one, 'code') ?? []) : [];
    return [error.message, ...details].join(' ');
  }
}
