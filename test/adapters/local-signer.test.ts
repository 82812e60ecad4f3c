import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { calculateJwkThumbprint } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localKeys, localSigner, rotateLocalKey } from '../../src/adapters/local/signer.js';
import { ProblemError } from '../../src/core/problem.js';
import { checkWith, KeySet } from '../../src/core/signing/keys.js';
import { printStatement } from '../../src/core/signing/statement.js';
import { openStatement } from '../../src/core/signing/verify.js';
import { statementFor, UNSIGNED_TEXT } from '../signing/signed-orders.js';

const STATEMENT = printStatement(statementFor(UNSIGNED_TEXT));
let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'signer-')), 'keys');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const open = async (jws: string) => openStatement(jws, checkWith(KeySet.parse(await (await localSigner(folder)).keys())));

describe('localSigner', () => {
  it('signs what its published keys verify', async () => {
    const jws = await (await localSigner(folder)).sign(STATEMENT);
    expect(await open(jws)).toEqual({ ok: true, kid: expect.any(String), statement: statementFor(UNSIGNED_TEXT) });
    expect(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).toBe(STATEMENT);
  });

  it('keeps one private key, readable by its owner alone, and publishes no private part', async () => {
    const signer = await localSigner(folder);
    expect(await readdir(folder)).toEqual(['signing-key.json']);
    expect((await stat(join(folder, 'signing-key.json'))).mode & 0o777).toBe(0o600);
    const { keys } = KeySet.parse(await signer.keys());
    expect(keys).toHaveLength(1);
    for (const { kty, crv, x, y, kid } of keys) expect(kid).toBe(await calculateJwkThumbprint({ kty, crv, x, y }));
    expect(await (await localSigner(folder)).keys()).toEqual({ keys });
  });

  it('prints the keys of a folder that has one, the retired ones as well, and makes none by looking', async () => {
    await expect(localKeys(folder)).rejects.toThrow(/no signing key/);
    await expect(readdir(folder)).rejects.toThrow(/ENOENT/);
    const signer = await localSigner(folder);
    expect(await localKeys(folder)).toEqual(await signer.keys());
    await rotateLocalKey(folder);
    expect((await localKeys(folder)).keys).toHaveLength(2);
  });

  it('gives one key to many that start at once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const shared = join(folder, String(round));
      // Started one after the other, so that some read while others still write.
      const starts = Array.from({ length: 24 }, (_, index) => setTimeout(index).then(() => localSigner(shared)));
      const kids = await Promise.all((await Promise.all(starts)).map(async (signer) => KeySet.parse(await signer.keys()).keys[0]?.kid));
      expect(new Set(kids).size).toBe(1);
      expect(await readdir(shared)).toEqual(['signing-key.json']);
    }
  });

  it('survives processes that are killed while they make the key', async () => {
    // The built file, as `npm test` makes it: a process of its own cannot load TypeScript.
    const program = `const { localSigner } = await import(${JSON.stringify(resolve('dist/src/adapters/local/signer.js'))});
      const { keys } = await (await localSigner(${JSON.stringify(folder)})).keys();
      console.log(keys[0].kid);`;
    const runs = Array.from({ length: 8 }, async (_, index) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
      });
      const timer = index % 2 === 0 ? globalThis.setTimeout(() => child.kill('SIGKILL'), 150 + index * 40) : undefined;
      const [code] = await once(child, 'close');
      clearTimeout(timer);
      return { killed: index % 2 === 0, code, kid: out.trim() };
    });
    const finished = (await Promise.all(runs)).filter(({ killed }) => !killed);
    const kid = KeySet.parse(await (await localSigner(folder)).keys()).keys[0]?.kid;
    expect(finished.map((run) => [run.code, run.kid])).toEqual(finished.map(() => [0, kid]));
    expect(finished).toHaveLength(4);
    expect((await open(await (await localSigner(folder)).sign(STATEMENT))).ok).toBe(true);
  });

  it('starts again after a crash between writing and linking', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '.first-0000.tmp'), '{"kty":"EC","crv"', { mode: 0o600 });
    const jws = await (await localSigner(folder)).sign(STATEMENT);
    expect((await open(jws)).ok).toBe(true);
    // A key that nobody will use does not lie about for ever.
    expect(await readdir(folder)).toEqual(['signing-key.json']);
  });

  it('tells before and after the key is there', async () => {
    const seen: string[] = [];
    const path = join(folder, 'signing-key.json');
    const observe = (phase: string, effect: string) => void seen.push(`${phase} ${effect} ${existsSync(path)}`);
    await localSigner(folder, observe);
    await localSigner(folder, observe);
    expect(seen).toEqual([`before file ${path} false`, `after file ${path} true`]);
  });

  it('still verifies, after a rotation, what the old key signed', async () => {
    const before = await (await localSigner(folder)).sign(STATEMENT);
    const { from, to } = await rotateLocalKey(folder);
    const after = await (await localSigner(folder)).sign(STATEMENT);
    expect([await open(before), await open(after)]).toMatchObject([
      { ok: true, kid: from },
      { ok: true, kid: to },
    ]);
    const text = await readFile(join(folder, 'retired', `${from}.json`), 'utf8');
    expect(Object.keys(JSON.parse(text)).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('names a key once that a crash left both current and retired', async () => {
    const key = KeySet.parse(await (await localSigner(folder)).keys()).keys[0];
    await mkdir(join(folder, 'retired'));
    await writeFile(join(folder, 'retired', `${key?.kid}.json`), JSON.stringify(key));
    expect(KeySet.parse(await (await localSigner(folder)).keys()).keys).toEqual([key]);
  });

  it.each([
    ['a key that others can read', async () => chmod(join(folder, 'signing-key.json'), 0o644), /Others can read/],
    ['half a key', async () => writeFile(join(folder, 'signing-key.json'), '{"kty":"EC"'), /no P-256 signing key/],
    [
      'a key under another id',
      async () =>
        writeFile(
          join(folder, 'signing-key.json'),
          (await readFile(join(folder, 'signing-key.json'), 'utf8')).replace(/"kid":"..../, '"kid":"AAAA'),
        ),
      /no P-256/,
    ],
  ])('refuses %s', async (_, spoil, expected) => {
    await localSigner(folder);
    await spoil();
    await expect(localSigner(folder)).rejects.toThrow(ProblemError);
    await expect(localSigner(folder)).rejects.toThrow(expected);
  });
});
