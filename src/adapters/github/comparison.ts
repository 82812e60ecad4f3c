/** How two commits stand to each other. */
import * as z from 'zod';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';

const Comparison = z.object({
  status: z.enum(['ahead', 'behind', 'diverged', 'identical']),
  merge_base_commit: z.object({ sha: z.string(), commit: z.object({ tree: z.object({ sha: z.string() }) }) }),
});

type Compared = { readonly status: z.infer<typeof Comparison>['status']; readonly base: string; readonly tree: string };

/** How `to` stands to `from`, and where both last met; undefined where their histories never did. */
export async function compareCommits(reader: Reader, place: Place, from: string, to: string): Promise<Compared | undefined> {
  const target = {
    as: place.installation,
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    params: { ...routed(place), basehead: `${from}...${to}`, per_page: 1, page: 2 },
  };
  const found = await reader.find(target, Comparison);
  if (!found) return undefined;
  const { sha, commit: base } = found.merge_base_commit;
  return { status: found.status, base: sha, tree: base.tree.sha };
}
