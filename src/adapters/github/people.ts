/** Who somebody is on GitHub and what they may do in a repository, asked for each person once. */
import * as z from 'zod';
import { type Actor, type Person, type Reading, ROLES, type Role } from '../../core/merge-gate/snapshot.js';
import { refused, understood } from './answers.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';
import { reading, untold } from './reading.js';

export const ACTOR = `__typename login
  ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId } ... on Organization { databaseId }`;

const Node = z.object({ __typename: z.string(), login: z.string(), databaseId: z.number().nullish() }).nullish();
/** GitHub gives no actor where the account was deleted. */
export const ActorNode = Node.transform((node): Actor => {
  if (!node) return { login: 'ghost', isBot: false };
  const isBot = node.__typename === 'Bot';
  const login = isBot && !node.login.endsWith('[bot]') ? `${node.login}[bot]` : node.login;
  return { login, isBot, ...(node.databaseId ? { id: node.databaseId } : {}) };
});

const Permission = z.object({
  permission: z.string(),
  role_name: z.string().optional(),
  user: z.object({ id: z.number() }).nullable(),
});
/** Asked one by one: more people than that on one pull request are no quiet merge. */
const PEOPLE = 60;

/** Undefined where GitHub knows nobody of that name. A custom role counts as the role it is made from. */
export async function readRole(
  reader: Reader,
  place: Place,
  login: string,
): Promise<{ readonly role: Role; readonly id?: number } | undefined> {
  const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
  const target = { as: place.installation, route, params: { ...routed(place), username: login } };
  const reply = await reader.ask(target);
  if (!reply.ok) {
    if (reply.status === 404) return undefined;
    throw refused(target, reply);
  }
  const { permission, role_name: name, user } = understood(target, Permission, reply.data);
  const role = ROLES.find((one) => one === name) ?? ROLES.find((one) => one === permission);
  if (role === undefined) throw untold(`GitHub calls the role of ${login} in ${place.name} "${name ?? permission}".`);
  return { role, ...(user ? { id: user.id } : {}) };
}

/** Every actor with their role. Bots and deleted accounts hold none and are not asked for. */
export async function peopleOf(reader: Reader, place: Place, actors: readonly Actor[]): Promise<(actor: Actor) => Person> {
  const humans = new Map(actors.filter((actor) => !actor.isBot && actor.id !== undefined).map((actor) => [actor.id, actor]));
  const asked = [...humans.values()].slice(0, PEOPLE);
  const roles = new Map<number | undefined, Reading<Role>>();
  await Promise.all(asked.map(async (actor) => roles.set(actor.id, await reading(() => roleOf(reader, place, actor)))));
  return (actor) => {
    if (actor.isBot || actor.id === undefined) return { ...actor, role: { ok: true, value: 'none' } };
    return { ...actor, role: roles.get(actor.id) ?? { ok: false, because: `more than ${PEOPLE} people take part` } };
  };
}

async function roleOf(reader: Reader, place: Place, actor: Actor): Promise<Role> {
  const found = await readRole(reader, place, actor.login);
  // A login can be given up and taken by somebody else.
  if (!found || found.id !== actor.id) throw untold(`${actor.login} is another account now than when they took part.`);
  return found.role;
}
