/** Who we are on GitHub: the App, and the bot user that its installations act as. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Reader } from './client.js';
import type { As } from './limits.js';

export type AppIdentity = { readonly id: number; readonly slug: string; readonly botId: number };

const App = z.object({ id: z.number(), slug: z.string() });
const Installation = z.object({ id: z.number(), suspended_at: z.string().nullish() });
const User = z.object({ id: z.number(), type: z.string() });

/** Asked once; a failure is not remembered. */
export function createAppIdentity(reader: Reader): () => Promise<AppIdentity> {
  const kept: { identity?: Promise<AppIdentity> } = {};
  return () => {
    kept.identity ??= ask(reader).catch((error: unknown) => {
      delete kept.identity;
      throw error;
    });
    return kept.identity;
  };
}

async function ask(reader: Reader): Promise<AppIdentity> {
  const { id, slug } = await reader.get({ as: 'app', route: 'GET /app' }, App);
  // The App's own key opens no user pages: an installation asks, or nobody in particular where there is none yet.
  const { items } = await reader.list({ as: 'app', route: 'GET /app/installations' }, z.array(Installation), 100);
  const as: As = items.find(({ suspended_at: since }) => !since)?.id ?? 'nobody';
  const bot = await reader.find({ as, route: 'GET /users/{username}', params: { username: `${slug}[bot]` } }, User);
  if (bot?.type === 'Bot') return { id, slug, botId: bot.id };
  throw new ProblemError(
    { kind: 'world', what: `GitHub knows no bot user ${slug}[bot].`, remedy: 'Install the App on an organisation and try again.' },
    { retry: true },
  );
}
