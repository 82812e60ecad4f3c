/** Pull requests as GitHub shows them, and which of them is ours: by the bot's number and the repository of the head, never by words. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';

export const Pull = z.object({
  number: z.number(),
  node_id: z.string(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullable(),
  user: z.object({ id: z.number(), login: z.string() }).nullable(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ id: z.number() }).nullable() }),
  base: z.object({ ref: z.string() }),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  labels: z.array(z.object({ name: z.string() })),
  requested_reviewers: z.array(z.object({ login: z.string() })).nullish(),
  requested_teams: z.array(z.object({ slug: z.string() })).nullish(),
});
export type Pull = z.infer<typeof Pull>;
const ITEMS = 300;

export function readPull(reader: Reader, place: Place, number: number): Promise<Pull | undefined> {
  const params = { ...routed(place), pull_number: number };
  return reader.find({ as: place.installation, route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}', params }, Pull);
}

/** The newest pull request of ours from that branch, open ones first; a closed one only where `state` asks for it. */
export async function findPull(
  reader: Reader,
  place: Place,
  branch: string,
  { botId, state }: { readonly botId: number; readonly state: 'open' | 'all' },
): Promise<Pull | undefined> {
  const { owner } = routed(place);
  const params = { ...routed(place), head: `${owner}:${branch}`, state };
  const { items } = await reader.list({ as: place.installation, route: 'GET /repos/{owner}/{repo}/pulls', params }, z.array(Pull), ITEMS);
  const ours = items.filter((pull) => isOurs(pull, place, botId) && pull.head.ref === branch);
  return ours.find((pull) => pull.state === 'open') ?? ours.sort((a, b) => b.number - a.number)[0];
}

export function isOurs(pull: Pull, place: Place, botId: number): boolean {
  // The repository of a head is gone once its fork is; ours is never a fork.
  return pull.user?.id === botId && pull.head.repo?.id === place.id;
}

/** The pull request by its number, or by its branch where there is none yet. */
export async function ourPull(
  reader: Reader,
  place: Place,
  at: { readonly branch: string; readonly number: number | undefined },
  botId: number,
): Promise<Pull | undefined> {
  if (at.number === undefined) return findPull(reader, place, at.branch, { botId, state: 'all' });
  const pull = await readPull(reader, place, at.number);
  if (!pull || (isOurs(pull, place, botId) && pull.head.ref === at.branch)) return pull;
  throw new ProblemError({
    kind: 'no',
    what: `${place.name}#${at.number} is not a pull request of this App from ${at.branch}.`,
    remedy: 'It is left alone. Look who opened it.',
  });
}
