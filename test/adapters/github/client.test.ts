/** The client where GitHub, or somebody in between, behaves as no honest server does; the rest is tried against the stand-in. */
import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createClient } from '../../../src/adapters/github/client.js';

const API = 'https://github.acme.example/api/v3';
const HOST = 'https://github.acme.example';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const Repo = z.object({ name: z.string() });
const LAKE = { as: 7, route: 'GET /repos/{owner}/{repo}', params: { owner: 'acme', repo: 'lake' } };
const archive = { as: 7, route: 'GET /repos/{owner}/{repo}/tarball/{ref}', params: { owner: 'acme', repo: 'lake', ref: 'abc' } };

function client(timeoutMs = 2000) {
  return createClient({
    appId: 1,
    privateKey,
    apiUrl: API,
    archives: ['github.acme.example', 'codeload.github.acme.example'],
    clock: { now: () => new Date().toISOString() },
    timeoutMs,
  });
}

const github = (options: nock.Options = {}) => nock(HOST, options);
function tokens(...handedOut: readonly string[]) {
  for (const token of handedOut) {
    const body = { token, expires_at: new Date(Date.now() + 3_600_000).toISOString(), permissions: {}, repository_selection: 'all' };
    github().post('/api/v3/app/installations/7/access_tokens').reply(201, body);
  }
}

beforeEach(() => {
  nock.disableNetConnect();
});
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(left).toEqual([]);
});

describe('redirects', () => {
  test('a renamed repository is followed, with the token', async () => {
    tokens('one');
    github()
      .get('/api/v3/repos/acme/lake')
      .reply(301, {}, { location: `${API}/repositories/5` });
    github({ reqheaders: { authorization: 'token one' } })
      .get('/api/v3/repositories/5')
      .reply(200, { name: 'pond' });
    expect(await client().reader.get(LAKE, Repo)).toEqual({ name: 'pond' });
  });

  test.each([
    ['another host', 'https://evil.example/api/v3/repositories/5'],
    ['another path of the same host', `${HOST}/login`],
    ['another scheme', 'http://github.acme.example/api/v3/repositories/5'],
    ['where archives are served, for what is none', 'https://codeload.github.acme.example/x'],
  ])('to %s is refused, and nothing is sent there', async (_what, location) => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake').reply(302, {}, { location });
    await expect(client().reader.get(LAKE, Repo)).rejects.toThrow(/which we do not follow/);
  });

  test('round and round is refused', async () => {
    tokens('one');
    github()
      .get('/api/v3/repos/acme/lake')
      .reply(301, {}, { location: `${API}/repositories/5` });
    github()
      .get('/api/v3/repositories/5')
      .times(3)
      .reply(301, {}, { location: `${API}/repositories/5` });
    await expect(client().reader.get(LAKE, Repo)).rejects.toThrow(/which we do not follow/);
  });

  test('a write is sent on only where its method stays what it was', async () => {
    tokens('one');
    const { sender } = client();
    const write = { as: 7, route: 'POST /repos/{owner}/{repo}/labels', params: { owner: 'acme', repo: 'lake', name: 'a' } };
    github()
      .post('/api/v3/repos/acme/lake/labels')
      .reply(301, {}, { location: `${API}/repositories/5/labels` });
    expect(await sender.send(write)).toMatchObject({ unclear: expect.stringContaining('do not follow') });
    github()
      .post('/api/v3/repos/acme/lake/labels')
      .reply(307, {}, { location: `${API}/repositories/5/labels` });
    github().post('/api/v3/repositories/5/labels', { name: 'a' }).reply(201, { name: 'a' });
    expect(await sender.send(write)).toMatchObject({ ok: true, status: 201 });
  });

  test('an archive comes from the host for archives, which never sees our token', async () => {
    tokens('one');
    const codeload = nock('https://codeload.github.acme.example', { badheaders: ['authorization'] });
    github({ reqheaders: { authorization: 'token one' } })
      .get('/api/v3/repos/acme/lake/tarball/abc')
      .reply(302, '', { location: 'https://codeload.github.acme.example/t?token=x' });
    codeload.get('/t?token=x').reply(200, gzipSync('bytes'), { 'content-type': 'application/x-gzip' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client().reader.tarball(archive)) chunks.push(chunk);
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe('bytes');
  });

  test('an archive from anywhere else is refused', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake/tarball/abc').reply(302, '', { location: 'https://evil.example/t' });
    await expect(client().reader.tarball(archive)).rejects.toThrow(/do not follow/);
  });

  test('a next page elsewhere is refused', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake?per_page=100').reply(200, [], { link: '<https://evil.example/2>; rel="next"' });
    await expect(client().reader.list(LAKE, z.array(z.unknown()), 1000)).rejects.toThrow(/next page lies at https:\/\/evil\.example/);
  });
});

describe('bounds', () => {
  test('an answer larger than asked for is not read', async () => {
    tokens('one');
    github()
      .get('/api/v3/repos/acme/lake')
      .reply(200, { name: 'x'.repeat(5000) });
    await expect(client().reader.get({ ...LAKE, maxBytes: 4000 }, Repo)).rejects.toThrow(/larger than 4000 bytes/);
  });

  test('an answer that does not come is given up', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake').delay(5000).reply(200, { name: 'lake' });
    await expect(client(50).reader.get(LAKE, Repo)).rejects.toMatchObject({ retry: true });
    nock.abortPendingRequests();
  });

  test('what is no JSON is a fault that may pass', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake').reply(200, '<html>maintenance</html>', { 'content-type': 'text/html' });
    await expect(client().reader.get(LAKE, Repo)).rejects.toMatchObject({ retry: true });
  });
});

describe('tokens', () => {
  test('one is asked for, kept, and renewed once where GitHub no longer takes it', async () => {
    tokens('one', 'two');
    const { reader } = client();
    const get = (token: string, status: number) =>
      github({ reqheaders: { authorization: `token ${token}` } })
        .get('/api/v3/repos/acme/lake')
        .reply(status, { name: 'lake', message: 'Bad credentials' });
    get('one', 200);
    get('one', 401);
    get('two', 200);
    expect([await reader.get(LAKE, Repo), await reader.get(LAKE, Repo)]).toEqual([{ name: 'lake' }, { name: 'lake' }]);
  });

  test('a key that is none is told without being shown', async () => {
    const broken = createClient({
      appId: 1,
      privateKey: 'hunter2hunter2',
      apiUrl: API,
      archives: [],
      clock: { now: () => '2026-02-15T10:00:00Z' },
    });
    const failed = await broken.reader.get({ as: 'app', route: 'GET /app' }, z.unknown()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ problem: { kind: 'usage' } });
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('hunter2');
  });

  test('no error carries one', async () => {
    tokens('ghs_secret');
    github().get('/api/v3/repos/acme/lake').reply(500, { message: 'no' });
    const failed = await client()
      .reader.get(LAKE, Repo)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('ghs_secret');
  });
});

test('a server of one’s own is asked for GraphQL beside its REST', async () => {
  tokens('one');
  github()
    .post('/api/graphql', { query: 'query { a }', variables: {} })
    .reply(200, { data: { a: 1 } });
  expect(await client().reader.query(7, 'query { a }', {})).toEqual({ data: { a: 1 }, errors: [] });
});

test('pages are read to the end, or to where it is enough', async () => {
  tokens('one');
  const pages = ['', '&page=2', '&page=3'].map((query) => `/api/v3/repos/acme/lake?per_page=100${query}`);
  const serve = (count: number) => {
    for (const [index, path] of pages.slice(0, count).entries()) {
      const next = pages[index + 1];
      github()
        .get(path)
        .reply(200, [index], next ? { link: `<${HOST}${next}>; rel="next"` } : {});
    }
  };
  const { reader } = client();
  serve(3);
  expect(await reader.list(LAKE, z.array(z.number()), 10)).toEqual({ items: [0, 1, 2], complete: true });
  serve(2);
  expect(await reader.list(LAKE, z.array(z.number()), 2)).toEqual({ items: [0, 1], complete: false });
  serve(2);
  expect((await reader.list(LAKE, z.array(z.number()), 10, (page) => page.includes(1))).items).toEqual([0, 1]);
});

test('a reader sends neither writes nor mutations', async () => {
  const { reader } = client();
  await expect(reader.ask({ ...LAKE, route: 'DELETE /repos/{owner}/{repo}' })).rejects.toThrow(/no reading/);
  await expect(reader.query(7, 'mutation { a }', {})).rejects.toThrow(/queries only/);
});

describe('what was asked before', () => {
  test('costs nothing where it stands', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake').reply(200, { name: 'lake' }, { etag: 'W/"a"' });
    github({ reqheaders: { 'if-none-match': 'W/"a"' } })
      .get('/api/v3/repos/acme/lake')
      .reply(304);
    const { reader } = client();
    expect([await reader.get(LAKE, Repo), await reader.get(LAKE, Repo)]).toEqual([{ name: 'lake' }, { name: 'lake' }]);
  });

  test('is not asked again where a SHA is its address', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake').reply(200, { name: 'lake' });
    const { reader } = client();
    const target = { ...LAKE, immutable: true };
    expect([await reader.get(target, Repo), await reader.get(target, Repo)]).toEqual([{ name: 'lake' }, { name: 'lake' }]);
  });

  test('is not shown to another installation', async () => {
    tokens('one');
    github().get('/api/v3/repos/acme/lake').reply(200, { name: 'lake' }, { etag: 'W/"a"' });
    const { reader } = client();
    await reader.get(LAKE, Repo);
    github()
      .post('/api/v3/app/installations/8/access_tokens')
      .reply(201, { token: 'b', expires_at: new Date(Date.now() + 3e6).toISOString(), permissions: {} });
    github({ badheaders: ['if-none-match'] })
      .get('/api/v3/repos/acme/lake')
      .reply(404, { message: 'Not Found' });
    expect(await reader.find({ ...LAKE, as: 8 }, Repo)).toBeUndefined();
  });
});
