/** Names move: whether a repository's name still means the repository that we recorded, by the id that stays. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Clock } from '../../ports.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';

const Facts = z.object({ id: z.number(), node_id: z.string() });
export type Identify = (place: Place) => Promise<z.infer<typeof Facts>>;

const TRUSTED_MS = 10 * 60_000;

/** Asked again after ten minutes, mostly for free by its ETag. */
export function createIdentify(reader: Reader, clock: Clock): Identify {
  const known = new Map<string, { readonly at: number; readonly facts: z.infer<typeof Facts> }>();
  return async (place) => {
    const key = `${place.installation}/${place.name}`;
    const now = Date.parse(clock.now());
    const standing = known.get(key);
    if (standing && standing.facts.id === place.id && now - standing.at < TRUSTED_MS) return standing.facts;
    const facts = await reader.get({ as: place.installation, route: 'GET /repos/{owner}/{repo}', params: routed(place) }, Facts);
    if (facts.id !== place.id) {
      throw new ProblemError({
        kind: 'world',
        what: `${place.name} is another repository now (${facts.id} instead of ${place.id}).`,
        remedy: 'The next look at the installation finds it under its new name.',
      });
    }
    known.set(key, { at: now, facts });
    return facts;
  };
}
