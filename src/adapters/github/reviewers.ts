/** Who is asked to look at a pull request: names as CODEOWNERS writes them, each once, as far as GitHub takes them. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Reader } from './client.js';
import type { Gateway } from './gateway.js';
import { type Place, routed } from './place.js';
import { requestReviewers } from './pull-writes.js';
import type { Pull } from './pulls.js';

export type Asked = { readonly name: string } & ({ readonly team: string } | { readonly login: string });

const ITEMS = 2000;
const MOST = 15;
const Event = z.object({
  event: z.string().optional(),
  requested_reviewer: z.object({ login: z.string() }).nullish(),
  requested_team: z.object({ slug: z.string() }).nullish(),
});

/** `@acme/data-platform` is a team of acme, `@ada` and `ada` are people; an e-mail address and another owner's team cannot be asked. */
export function reviewerNames(names: readonly string[], owner: string): readonly Asked[] {
  const asked = new Map<string, Asked>();
  for (const name of names) {
    const [, org, word] = /^@?(?:([A-Za-z0-9-]+)\/)?([A-Za-z0-9_.-]+)$/.exec(name.trim()) ?? [];
    if (word === undefined || (org !== undefined && org.toLowerCase() !== owner.toLowerCase())) continue;
    const key = `${org === undefined ? '' : '/'}${word.toLowerCase()}`;
    asked.set(key, org === undefined ? { name, login: word } : { name, team: word.toLowerCase() });
  }
  return [...asked.values()].slice(0, MOST);
}

/** Who has been asked when it returns; somebody who was asked before is not asked again, whatever became of it. */
export async function askReviewers(
  { reader, gateway }: { readonly reader: Reader; readonly gateway: Gateway },
  place: Place,
  pull: Pull,
  { names, isNew }: { readonly names: readonly string[]; readonly isNew: boolean },
): Promise<readonly string[]> {
  const wanted = reviewerNames(names, routed(place).owner);
  if (wanted.length === 0) return [];
  const before = isNew ? new Set<string>() : await askedBefore(reader, place, pull);
  const open = wanted.filter((one) => !before.has(keyOf(one)));
  const taken = await ask(gateway, place, pull.number, open);
  return wanted.filter((one) => before.has(keyOf(one)) || taken.includes(one)).map(({ name }) => name);
}

/** All in one request; where GitHub does not know one of them, each by itself. */
async function ask(gateway: Gateway, place: Place, number: number, who: readonly Asked[]): Promise<readonly Asked[]> {
  if (who.length === 0) return [];
  const reviewers = who.flatMap((one) => ('login' in one ? [one.login] : []));
  const teams = who.flatMap((one) => ('team' in one ? [one.team] : []));
  const outcome = await gateway.perform(requestReviewers(place, number, { reviewers, team_reviewers: teams }));
  if (outcome.done) return who;
  if (who.length === 1) return [];
  const taken: Asked[] = [];
  for (const one of who) taken.push(...(await ask(gateway, place, number, [one])));
  return taken;
}

async function askedBefore(reader: Reader, place: Place, pull: Pull): Promise<ReadonlySet<string>> {
  const params = { ...routed(place), issue_number: pull.number };
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline';
  const { items, complete } = await reader.list({ as: place.installation, route, params }, z.array(Event), ITEMS);
  if (!complete) {
    throw new ProblemError({
      kind: 'no',
      what: `${place.name}#${pull.number} has more than ${ITEMS} events.`,
      remedy: 'Close it, and it is proposed afresh.',
    });
  }
  const requests = items.filter(({ event }) => event === 'review_requested');
  return new Set([
    ...requests.flatMap(({ requested_team: team }) => (team ? [`/${team.slug.toLowerCase()}`] : [])),
    ...requests.flatMap(({ requested_reviewer: person }) => (person ? [person.login.toLowerCase()] : [])),
  ]);
}

function keyOf(one: Asked): string {
  return 'team' in one ? `/${one.team}` : one.login.toLowerCase();
}
