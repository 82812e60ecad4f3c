/** Every connection of a pull request, paged to its end. */
import * as z from 'zod';
import type { Reading } from '../../core/merge-gate/snapshot.js';
import { understood } from './answers.js';
import type { Reader } from './client.js';
import type { Place } from './place.js';
import { reading, untold } from './reading.js';
import { type CONNECTIONS, type Connection, furtherPages, Page, type PullRequestNode } from './snapshot-document.js';

export type Pages = Readonly<Record<Connection, Reading<readonly unknown[]>>>;

/** Beyond a thousand of anything nobody merges quietly. */
const PAGES = 10;

export async function readPages(reader: Reader, place: Place, pull: PullRequestNode, errors: string[]): Promise<Pages> {
  const read = (name: Connection) => reading(() => readOn(reader, place, { pull, name, errors }));
  const [labels, commits, reviews, reviewThreads, comments, timelineItems] = await Promise.all([
    read('labels'),
    read('commits'),
    read('reviews'),
    read('reviewThreads'),
    read('comments'),
    read('timelineItems'),
  ]);
  return { labels, commits, reviews, reviewThreads, comments, timelineItems } satisfies Record<(typeof CONNECTIONS)[number], unknown>;
}

async function readOn(
  reader: Reader,
  place: Place,
  { pull, name, errors }: { readonly pull: PullRequestNode; readonly name: Connection; readonly errors: string[] },
): Promise<readonly unknown[]> {
  const first = pull[name];
  if (!first) throw untold(`GitHub did not show the ${name} of the pull request.`);
  const nodes = [...first.nodes];
  const Further = z.object({ node: z.object({ [name]: Page }).transform((node) => node[name]) });
  let info = first.pageInfo;
  for (let page = 1; info.hasNextPage; page += 1) {
    if (page === PAGES) throw untold(`The pull request has more than ${PAGES * 100} ${name}.`);
    const answer = await reader.query(place.installation, furtherPages(name), { pull: pull.id, after: info.endCursor });
    errors.push(...answer.errors.map(({ message }) => message));
    const { node } = understood({ route: `the ${name} of a pull request` }, Further, answer.data);
    if (!node) throw untold(`GitHub did not show all ${name} of the pull request.`);
    nodes.push(...node.nodes);
    info = node.pageInfo;
  }
  return nodes;
}
