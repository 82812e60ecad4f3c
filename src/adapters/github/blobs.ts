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
