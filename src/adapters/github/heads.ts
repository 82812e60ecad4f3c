/** Where default branches stand, a hundred repositories in one query. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { RepositoryRow } from '../../core/repo.js';
import type { Reader } from './client.js';
import { routed } from './place.js';

const AT_ONCE = 100;
const Head = z.object({
  databaseId: z.number(),
  defaultBranchRef: z.object({ target: z.object({ oid: z.string(), tree: z.object({ oid: z.string() }) }) }),
});
const SHOWN = '{ databaseId defaultBranchRef { target { oid ... on Commit { tree { oid } } } } }';
type Heads = ReadonlyMap<number, { readonly commit: string; readonly tree: string }>;

export async function readHeads(reader: Reader, rows: readonly RepositoryRow[]): Promise<Heads> {
  const heads = new Map<number, { readonly commit: string; readonly tree: string }>();
  for (const installation of new Set(rows.map((row) => row.installation))) {
    const members = rows.filter((row) => row.installation === installation);
    for (let at = 0; at < members.length; at += AT_ONCE) {
      for (const [id, head] of await ask(reader, installation, members.slice(at, at + AT_ONCE))) heads.set(id, head);
    }
  }
  return heads;
}

/** One that is empty, gone or renamed to another is absent; GitHub tells the rest beside the errors. What failed otherwise is asked again. */
async function ask(reader: Reader, installation: number, rows: readonly RepositoryRow[]): Promise<Heads> {
  const words = rows.map((_, index) => `$o${index}: String!, $n${index}: String!`).join(', ');
  const parts = rows.map((_, index) => `r${index}: repository(owner: $o${index}, name: $n${index}) ${SHOWN}`).join('\n  ');
  const variables = Object.fromEntries(
    rows.flatMap((row, index) => {
      const { owner, repo } = routed(row);
      return [
        [`o${index}`, owner],
        [`n${index}`, repo],
      ];
    }),
  );
  const { data, errors } = await reader.query(installation, `query (${words}) {\n  ${parts}\n}`, variables);
  const found = z.record(z.string(), z.unknown()).catch({}).parse(data);
  const heads = new Map<number, { readonly commit: string; readonly tree: string }>();
  for (const [index, row] of rows.entries()) {
    const head = Head.safeParse(found[`r${index}`]);
    if (!head.success || head.data.databaseId !== row.id) continue;
    const { oid, tree } = head.data.defaultBranchRef.target;
    heads.set(row.id, { commit: oid, tree: tree.oid });
  }
  const failed = errors.find(({ type }) => type === undefined || !ABSENT.includes(type));
  if (failed && heads.size < rows.length) throw unread(failed.message);
  return heads;
}

/** Where an absent one is told as an error. */
const ABSENT: readonly string[] = ['NOT_FOUND', 'FORBIDDEN'];

/** To take it for an empty repository would be to leave it out until its next push. */
function unread(because: string): ProblemError {
  const what = `GitHub did not say where default branches stand: ${because.replace(/\.$/, '')}.`;
  return new ProblemError({ kind: 'world', what, remedy: 'It is asked again.' }, { retry: true });
}
