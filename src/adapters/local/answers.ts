/** Which commands were answered within the last hour, and whose they were, in the store. */
import * as z from 'zod';
import { MS_PER_HOUR } from '../../core/numbers.js';
import { later } from '../../core/time.js';
import type { Answers } from '../../ports.js';
import type { Store } from './store.js';

const Answered = z.array(z.object({ at: z.string() }));

export function createAnswers(store: Store): Answers {
  const { database } = store;
  const within = database.prepare('SELECT at FROM answer WHERE installation = ? AND person = ? AND at > ? AND command <> ? ORDER BY at');
  const forget = database.prepare('DELETE FROM answer WHERE installation = ? AND at <= ?');
  const note = database.prepare('INSERT INTO answer (installation, person, command, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  return {
    given: async ({ installation, person, command }, now) =>
      Answered.parse(within.all(installation, person, later(now, -MS_PER_HOUR), command)).map(({ at }) => at),
    note: async ({ installation, person, command }, now) =>
      store.write(`answer to ${command}`, () => {
        forget.run(installation, later(now, -MS_PER_HOUR));
        note.run(installation, person, command, now);
      }),
  };
}
