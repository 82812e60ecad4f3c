/** The repository itself, its rules, its people, its properties. */
import { editRepository } from '../acts/repositories.js';
import { notFound, refusal } from '../errors.js';
import { type JsonObject, textsAt } from '../json.js';
import { oldRole, rolePermissions, teamJson, userJson } from '../render/accounts.js';
import { repoUrl } from '../render/links.js';
import { repositoryFullJson } from '../render/repository.js';
import { branchRulesJson, protectionJson, requiredChecksJson, requiredReviewsJson, rulesetJson, rulesetStubJson } from '../render/rules.js';
import { readOwners } from '../rules/codeowners.js';
import { protectionOf } from '../rules/requirements.js';
import type { Account, Ruleset } from '../state/accounts.js';
import type { Protection, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { canSee, NO_CONTENT, numberIn, ok, pageOf, type RepositoryCall, type Route, repoRoute } from './route.js';

const META = [{ metadata: 'read' }] as const;
const ADMIN = [{ administration: 'read' }] as const;

export const REPOSITORY_ROUTES: readonly Route[] = [
  repoRoute('GET', '', META, ({ world, repository, caller }) =>
    ok(repositoryFullJson(world, repository, caller.kind === 'person' ? world.roleOf(caller.account, repository) : 'none')),
  ),
  repoRoute('GET', '/branches/{branch+}/protection', ADMIN, (call) => {
    const { world, repository } = call;
    return ok(protectionJson(world, repository, branchOf(call), protectionIn(call)));
  }),
  repoRoute('GET', '/branches/{branch+}/protection/required_status_checks', ADMIN, (call) => {
    const protection = protectionIn(call);
    if (protection.checks === undefined) throw refusal(404, 'Required status checks not enabled');
    return ok(requiredChecksJson(repoUrl(call.world, call.repository, 'branches', branchOf(call), 'protection'), protection));
  }),
  repoRoute('GET', '/branches/{branch+}/protection/required_pull_request_reviews', ADMIN, (call) => {
    const protection = protectionIn(call);
    if (protection.reviews === undefined) throw notFound();
    return ok(requiredReviewsJson(call.world, repoUrl(call.world, call.repository, 'branches', branchOf(call), 'protection'), protection));
  }),
  repoRoute('GET', '/rules/branches/{branch+}', META, (call) =>
    pageOf(call, branchRulesJson(call.world, call.repository, branchOf(call)), (one) => one),
  ),
  repoRoute('GET', '/rulesets', META, (call) => pageOf(call, rulesetsOf(call), (one) => rulesetStubJson(call.world, call.repository, one))),
  repoRoute('GET', '/rulesets/{ruleset_id}', META, (call) => {
    const found = rulesetsOf(call).find(({ id }) => id === numberIn(call, 'ruleset_id'));
    if (found === undefined) throw notFound();
    return ok(rulesetJson(call.world, call.repository, found));
  }),
  repoRoute('GET', '/collaborators', META, (call) => {
    const { world, repository } = call;
    const all = [...world.accounts.values()].filter((one) => one.kind === 'User' && isCollaborator(world, repository, one));
    return pageOf(call, all, (one) => collaboratorJson(world, repository, one));
  }),
  repoRoute('GET', '/collaborators/{username}', META, (call) => {
    const account = accountIn(call);
    if (!isCollaborator(call.world, call.repository, account)) throw notFound();
    return NO_CONTENT;
  }),
  repoRoute('GET', '/collaborators/{username}/permission', META, (call) => {
    const { world, repository } = call;
    const account = accountIn(call);
    const role = world.roleOf(account, repository);
    return ok({ permission: oldRole(role), role_name: role, user: collaboratorJson(world, repository, account) });
  }),
  repoRoute('GET', '/codeowners/errors', [{ contents: 'read' }], async ({ world, repository, query }) => {
    const sha = await repository.git.resolve(query.get('ref') ?? repository.defaultBranch);
    const owners = sha === undefined ? undefined : await readOwners(world, repository, sha);
    if (owners === undefined) throw notFound();
    const message = (source: string, kind: string, line: number, column: number): string =>
      `${kind} on line ${line}: ${source === '' ? '' : source}\n\n  ${source}\n  ${' '.repeat(Math.max(0, column - 1))}^`;
    return ok({ errors: owners.errors.map((one) => ({ ...one, message: message(one.source, one.kind, one.line, one.column) })) });
  }),
  repoRoute('GET', '/teams', ADMIN, (call) => {
    const teams = [...(call.world.organisation(call.repository.owner.login)?.teams.values() ?? [])];
    const here = teams.filter((team) => team.repositories.has(call.repository.id));
    return pageOf(call, here, (team) => teamJson(call.world, team, team.repositories.get(call.repository.id) ?? 'read'));
  }),
  repoRoute('GET', '/properties/values', META, ({ repository }) =>
    ok([...repository.properties].map(([property_name, value]) => ({ property_name, value }))),
  ),
  repoRoute('GET', '/topics', META, ({ repository }) => ok({ names: repository.topics })),
  repoRoute('PUT', '/topics', [{ administration: 'write' }], ({ world, repository, actor, body }) => {
    const names = (textsAt(body, 'names') ?? []).map((name) => name.toLowerCase());
    editRepository(world, repository, actor, { topics: names });
    return ok({ names });
  }),
];

function branchOf({ repository, params }: RepositoryCall): string {
  const name = params.branch ?? '';
  if (!repository.git.refs.has(`refs/heads/${name}`)) throw refusal(404, 'Branch not found');
  return name;
}

function protectionIn(call: RepositoryCall): Protection {
  const protection = protectionOf(call.repository, branchOf(call));
  if (protection === undefined) throw refusal(404, 'Branch not protected');
  return protection;
}

function rulesetsOf({ world, repository, query }: RepositoryCall): readonly Ruleset[] {
  const inherited = query.get('includes_parents') === 'false' ? [] : (world.organisation(repository.owner.login)?.rulesets ?? []);
  return [...repository.rulesets, ...inherited];
}

function accountIn(call: RepositoryCall): Account {
  const account = call.world.account(call.params.username ?? '');
  if (account === undefined || !canSee(call, call.repository)) throw notFound();
  return account;
}

function isCollaborator(world: World, repository: Repository, account: Account): boolean {
  const role = world.roleOf(account, repository);
  const isMember = world.organisation(repository.owner.login)?.members.has(account.login) ?? false;
  return account.id === repository.owner.id || repository.roles.has(account.login) || (isMember && role !== 'none');
}

function collaboratorJson(world: World, repository: Repository, account: Account): JsonObject {
  const role = world.roleOf(account, repository);
  return { ...userJson(world, account), permissions: rolePermissions(role), role_name: role };
}
