/** The bytes of blobs, each checked against the SHA it was asked by. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';

const Blob = z.object({ content: z.string(), encoding: z.enum(['base64', 'utf-8']) });

export function blobSha(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

/** Undefined where the repository has no such blob. */
export async function readBlob(reader: Reader, place: Place, sha: string, size = 1_000_000): Promise<Buffer | undefined> {
  const target = {
    as: place.installation,
    route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    params: { ...routed(place), file_sha: sha },
    immutable: true,
    maxBytes: size * 2 + 65_536,
  };
  const blob = await reader.find(target, Blob);
  if (!blob) return undefined;
  const bytes = Buffer.from(blob.content, blob.encoding === 'base64' ? 'base64' : 'utf8');
  if (blobSha(bytes) === sha) return bytes;
  throw new ProblemError(
    {
      kind: 'world',
      what: `GitHub sent other bytes than those of ${sha} in ${place.name}.`,
      remedy: 'They are not used; it is asked again.',
    },
    { retry: true },
  );
}

/** GitHub cuts the text of larger blobs off. */
const TEXT_BYTES = 100_000;
const AT_ONCE = 50;
const BYTES_AT_ONCE = 2_000_000;
const Texts = z.object({ repository: z.record(z.string(), z.object({ text: z.string().nullish() }).nullable()) });

/** Small texts, fifty in one query; what is no text, or not quite the bytes of its SHA, is absent. */
export async function readTexts(
  reader: Reader,
  place: Place,
  blobs: readonly { readonly sha: string; readonly size: number }[],
): Promise<ReadonlyMap<string, Buffer>> {
  const texts = new Map<string, Buffer>();
  const small = new Map(blobs.filter(({ size }) => size <= TEXT_BYTES).map((blob) => [blob.sha, blob]));
  for (const group of groupsOf([...small.values()])) {
    const words = group.map((_, index) => `$b${index}: GitObjectID!`).join(', ');
    const parts = group.map((_, index) => `b${index}: object(oid: $b${index}) { ... on Blob { text } }`).join('\n    ');
    const document = `query ($owner: String!, $repo: String!, ${words}) {\n  repository(owner: $owner, name: $repo) {\n    ${parts}\n  }\n}`;
    const oids = Object.fromEntries(group.map(({ sha }, index) => [`b${index}`, sha]));
    const { data } = await reader.query(place.installation, document, { ...routed(place), ...oids });
    const found = Texts.safeParse(data).data?.repository ?? {};
    for (const [index, { sha }] of group.entries()) {
      const bytes = Buffer.from(found[`b${index}`]?.text ?? '');
      if (blobSha(bytes) === sha) texts.set(sha, bytes);
    }
  }
  return texts;
}

function groupsOf<T extends { readonly size: number }>(blobs: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let bytes = 0;
  for (const blob of blobs) {
    const last = groups.at(-1);
    bytes += blob.size;
    if (last && last.length < AT_ONCE && bytes <= BYTES_AT_ONCE) last.push(blob);
    else {
      groups.push([blob]);
      bytes = blob.size;
    }
  }
  return groups;
}
