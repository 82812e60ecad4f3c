/** A P-256 key in a file signs policies. One folder is one gateway: `signing-key.json` and `retired/<kid>.json`. */

import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { PublicKey } from '../../core/signing/keys.js';
import type { Signer } from '../../ports.js';
import { makeFolder } from './folders.js';
import { type DurableObserver, UNOBSERVED } from './store.js';

const KEY_FILE = 'signing-key.json';
const RETIRED = 'retired';
/** How temporary files of first keys begin. */
const FIRST = '.first-';

const PrivateKey = PublicKey.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
type PrivateKey = z.infer<typeof PrivateKey>;

/** Opens the folder's key, or makes one; two processes that start together end with the same one. */
export async function localSigner(folder: string, observe: DurableObserver = UNOBSERVED): Promise<Signer> {
  const key = await openKey(folder, observe);
  const signing = await importJWK(bare(key), 'ES256');
  return {
    sign: async (statement) =>
      new CompactSign(new TextEncoder().encode(statement)).setProtectedHeader({ alg: 'ES256', kid: key.kid }).sign(signing),
    keys: async () => ({ keys: await publishedKeys(folder, key) }),
  };
}

/** The public keys of a folder that has a signing key; looking makes none. */
export async function localKeys(folder: string): Promise<{ readonly keys: readonly PublicKey[] }> {
  const key = await readKey(join(folder, KEY_FILE));
  if (key) return { keys: await publishedKeys(folder, key) };
  throw new ProblemError({
    kind: 'usage',
    what: `There is no signing key in ${folder}.`,
    remedy: 'Name the --home of a bootstrap; `sf bootstrap run` makes the key.',
  });
}

/** A new signing key. The old public key stays published until no live bundle carries its id. */
export async function rotateLocalKey(folder: string): Promise<{ readonly from: string; readonly to: string }> {
  const old = await openKey(folder);
  makeFolder(join(folder, RETIRED), 0o700);
  await replaceFile(join(folder, RETIRED), `${old.kid}.json`, JSON.stringify(publicPart(old)));
  // Killed here, the old key is both current and retired: the key set names it once.
  const key = await makeKey();
  await replaceFile(folder, KEY_FILE, JSON.stringify(key));
  return { from: old.kid, to: key.kid };
}

async function openKey(folder: string, observe: DurableObserver = UNOBSERVED): Promise<PrivateKey> {
  makeFolder(folder, 0o700);
  const path = join(folder, KEY_FILE);
  const key = (await readKey(path)) ?? (await makeFirstKey(folder, path, observe));
  // Keys of processes that died, or came second: nothing was ever signed with them.
  const abandoned = (await readdir(folder)).filter((name) => name.startsWith(FIRST));
  for (const name of abandoned) await rm(join(folder, name), { force: true });
  return key;
}

async function makeFirstKey(folder: string, path: string, observe: DurableObserver): Promise<PrivateKey> {
  const temporary = await writeTemporary(folder, JSON.stringify(await makeKey()), FIRST);
  observe('before', `file ${path}`);
  try {
    // A link is there whole or not at all, and never replaces what another process put there first.
    await link(temporary, path);
  } catch (error) {
    // Cleared away already: by whoever was first.
    if (!isCode(error, 'EEXIST') && !isCode(error, 'ENOENT')) throw cannot(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  observe('after', `file ${path}`);
  const key = await readKey(path);
  if (!key) throw cannot(path, undefined);
  return key;
}

async function readKey(path: string): Promise<PrivateKey | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw cannot(path, error);
  }
  if (((await stat(path)).mode & 0o077) !== 0)
    throw new ProblemError({
      kind: 'usage',
      what: `Others can read the signing key ${path}.`,
      remedy: `Run chmod 600 ${path}, and rotate the key if somebody may have read it.`,
    });
  const key = PrivateKey.safeParse(jsonOf(text));
  if (!key.success || (await calculateJwkThumbprint(bare(key.data))) !== key.data.kid)
    throw new ProblemError({
      kind: 'usage',
      what: `${path} is no P-256 signing key.`,
      remedy: 'Restore it from a copy, or move it away to have a new key made.',
    });
  return key.data;
}

async function makeKey(): Promise<PrivateKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return PrivateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'ES256' });
}

async function publishedKeys(folder: string, current: PrivateKey): Promise<readonly PublicKey[]> {
  const names = await readdir(join(folder, RETIRED)).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw cannot(folder, error);
  });
  const retired: PublicKey[] = [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    const key = PublicKey.safeParse(jsonOf(await readFile(join(folder, RETIRED, name), 'utf8')));
    if (!key.success)
      throw new ProblemError({ kind: 'usage', what: `${name} among the retired keys is no public key.`, remedy: 'Restore or remove it.' });
    if (key.data.kid !== current.kid) retired.push(key.data);
  }
  return [publicPart(current), ...retired];
}

/** The members RFC 7638 and the import ask for. */
function bare({ kty, crv, x, y, d }: PrivateKey) {
  return { kty, crv, x, y, d };
}

function publicPart({ kty, crv, x, y, kid }: PrivateKey): PublicKey {
  return { kty, crv, x, y, kid, use: 'sig', alg: 'ES256' };
}

async function replaceFile(folder: string, name: string, content: string): Promise<void> {
  await rename(await writeTemporary(folder, content), join(folder, name));
  await syncFolder(folder);
}

async function writeTemporary(folder: string, content: string, begins = '.'): Promise<string> {
  const path = join(folder, `${begins}${randomUUID()}.tmp`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return path;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function cannot(path: string, cause: unknown): ProblemError {
  return new ProblemError(
    { kind: 'world', what: `The signing key ${path} cannot be read or made.`, remedy: 'Check the folder and its permissions.' },
    { cause },
  );
}
