/** One comment of ours per topic: known by a mark in its text *and* by our bot's number, for anybody can copy a mark. */
import * as z from 'zod';
import type { Urgent } from '../../ports.js';
import { refused } from './answers.js';
import type { Reader } from './client.js';
import type { Gateway, Outcome } from './gateway.js';
import { type Place, routed } from './place.js';
import { BODY_LENGTH } from './redact.js';
import { comment, editComment } from './talk-writes.js';

const Comment = z.object({
  id: z.union([z.number(), z.bigint()]).transform(Number),
  body: z.string().nullish(),
  user: z.object({ id: z.number() }).nullable(),
});
type Comment = z.infer<typeof Comment>;
const ITEMS = 3000;

export type Saying = Urgent & { readonly issue: number; readonly topic: string; readonly text: string };

type Parts = { readonly reader: Reader; readonly gateway: Gateway; readonly botId: number };

export async function say(parts: Parts, place: Place, saying: Saying): Promise<void> {
  const outcome = await trySay(parts, place, saying);
  if (!outcome.done) throw refused({ route: `a comment on ${place.name}#${saying.issue}` }, outcome);
}

/** A refusal is a value here: the conversation may be locked, and there may be more to do than to speak. */
export async function trySay(
  { reader, gateway, botId }: Parts,
  place: Place,
  { issue, topic, text, ...how }: Saying,
): Promise<Outcome<number>> {
  const mark = `<!-- autopilot:${topic.toLowerCase().replace(/[^a-z0-9/.]+/g, '-')} -->`;
  // The mark stands first: what is cut off a long text is its end.
  const body = gateway.redaction.clean(`${mark}\n${text}`, BODY_LENGTH);
  const find = () => findComment(reader, place, { issue, mark, botId });
  const standing = await find();
  if (standing?.body?.replaceAll('\r\n', '\n').trim() === body.trim()) return { done: true, value: standing.id };
  const write = standing ? editComment(place, standing.id, body) : comment(place, issue, body, async () => (await find())?.id);
  return gateway.perform({ ...write, ...how });
}

/** The first one: were there ever two, the older is the one that people answered. */
async function findComment(
  reader: Reader,
  place: Place,
  { issue, mark, botId }: { readonly issue: number; readonly mark: string; readonly botId: number },
): Promise<Comment | undefined> {
  const params = { ...routed(place), issue_number: issue };
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const { items } = await reader.list({ as: place.installation, route, params }, z.array(Comment), ITEMS);
  return items.find(({ body, user }) => user?.id === botId && (body ?? '').startsWith(mark));
}
