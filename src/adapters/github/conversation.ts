/** What people say to us in comments, and the one comment per topic that we say back. */
import * as z from 'zod';
import type { Person } from '../../core/merge-gate/snapshot.js';
import { ProblemError } from '../../core/problem.js';
import type { RepositoryRow } from '../../core/repo.js';
import type { Conversation, Installations } from '../../ports.js';
import { refused } from './answers.js';
import type { AppIdentity } from './app.js';
import type { Reader } from './client.js';
import type { Gateway } from './gateway.js';
import { peopleOf } from './people.js';
import { routed } from './place.js';
import { say } from './sticky.js';
import { react } from './talk-writes.js';

export type ConversationParts = {
  readonly reader: Reader;
  readonly gateway: Gateway;
  readonly app: () => Promise<AppIdentity>;
  readonly repositories: Pick<Installations, 'repository'>;
};

const Comment = z.object({
  id: z.union([z.number(), z.bigint()]).transform(Number),
  body: z.string().nullish(),
  created_at: z.string(),
  user: z.object({ id: z.number(), login: z.string(), type: z.string() }).nullable(),
});

export function createConversation(parts: ConversationParts): Conversation {
  const { reader, gateway } = parts;
  return {
    comment: async (repository, id) => {
      const row = await rowOf(parts, repository);
      const route = 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}';
      const found = await reader.find({ as: row.installation, route, params: { ...routed(row), comment_id: id } }, Comment);
      if (!found) return undefined;
      return { comment: found.id, by: await authorOf(reader, row, found), at: found.created_at, text: found.body ?? '' };
    },
    react: async ({ repository, comment, ...how }, reaction) => {
      const row = await rowOf(parts, repository);
      const outcome = await gateway.perform({ ...react(row, comment, reaction), ...(how.urgent ? { urgent: true } : {}) });
      // A comment that was deleted meanwhile needs no sign.
      if (!outcome.done && outcome.status !== 404) throw refused({ route: `a reaction in ${row.name}` }, outcome);
    },
    say: async ({ repository, issue, urgent }, topic, text) => {
      const row = await rowOf(parts, repository);
      const { botId } = await parts.app();
      await say({ reader, gateway, botId }, row, { issue, topic, text, ...(urgent ? { urgent } : {}) });
    },
  };
}

async function authorOf(reader: Reader, row: RepositoryRow, { user }: z.infer<typeof Comment>): Promise<Person> {
  const actor = user ? { id: user.id, login: user.login, isBot: user.type === 'Bot' } : { login: 'ghost', isBot: false };
  return (await peopleOf(reader, row, [actor]))(actor);
}

async function rowOf({ repositories }: ConversationParts, id: number): Promise<RepositoryRow> {
  const row = await repositories.repository(id);
  if (row) return row;
  const what = `The repository ${id} is not among those that the App was installed on.`;
  throw new ProblemError({ kind: 'world', what, remedy: 'Install the App there; it is found with the next look at the installation.' });
}
