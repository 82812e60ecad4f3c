/** Each push opens a check suite for every app that may write checks, and asks that app to fill it. */
import { suiteHookJson } from '../render/check.js';
import type { Actor, App } from '../state/accounts.js';
import type { CheckSuite, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { emit } from '../webhooks/emit.js';

export async function openSuites(
  world: World,
  repository: Repository,
  actor: Actor,
  { branch, before, after }: { readonly branch: string; readonly before: string | undefined; readonly after: string },
): Promise<void> {
  for (const installation of world.installations.values()) {
    if (installation.permissions.checks !== 'write' || !world.covers(installation, repository)) continue;
    const { app } = installation;
    if (repository.suites.some((suite) => suite.app.id === app.id && suite.headSha === after)) continue;
    const suite = newSuite(world, repository, app, after, { branch, before });
    if (!installation.events.includes('check_suite')) continue;
    const body = { check_suite: await suiteHookJson(world, repository, suite) };
    emit(world, repository, { event: 'check_suite', action: 'requested', sender: actor.account, body, appId: app.id });
  }
}

export function suiteOf(world: World, repository: Repository, app: App, sha: string): CheckSuite {
  return repository.suites.find((suite) => suite.app.id === app.id && suite.headSha === sha) ?? newSuite(world, repository, app, sha, {});
}

function newSuite(
  world: World,
  repository: Repository,
  app: App,
  headSha: string,
  { branch, before }: { readonly branch?: string; readonly before?: string | undefined },
): CheckSuite {
  const on =
    branch ??
    [...repository.git.refs].find(([ref, sha]) => sha === headSha && ref.startsWith('refs/heads/'))?.[0].slice('refs/heads/'.length);
  const now = world.now();
  const suite: CheckSuite = {
    ...world.identity('CS'),
    app,
    headSha,
    headBranch: on ?? null,
    before: before ?? null,
    createdAt: now,
    updatedAt: now,
    runs: [],
  };
  repository.suites.push(suite);
  return suite;
}
