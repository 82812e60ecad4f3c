/** What the App is installed on, as the stand-in shows it, and sources of its repositories. */
import { createServer } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileEntry, RepositoryRow, SourceFile } from '../../../src/core/repo.js';
import type { RepoSource } from '../../../src/ports.js';
import { AT, LAKE, type Lake, openLake } from './lake.js';

let lake: Lake;
beforeEach(async () => {
  lake = await openLake();
});
afterEach(async () => {
  expect(lake.standIn.violations).toEqual([]);
  await lake.close();
});

describe('what is there', () => {
  test('installations, and which is suspended', async () => {
    const id = lake.row.installation;
    expect(await lake.github.host.installations()).toEqual([{ id, account: 'acme', state: 'active' }]);
    lake.standIn.as('ada').settings.suspendInstallation('autopilot', 'acme');
    expect(await lake.github.host.installations()).toEqual([{ id, account: 'acme', state: 'suspended' }]);
  });

  test('every repository, with what it is', async () => {
    for (const name of ['r0', 'r1', 'r2']) await lake.standIn.seed.repo(`acme/${name}`);
    await lake.standIn.seed.repo('acme/fork', { forkOf: LAKE, visibility: 'public' });
    await lake.standIn.as('ada').settings.archive('acme/r0');
    const rows = await lake.github.host.repositories(lake.row.installation);
    expect(rows).toHaveLength(5);
    expect(rows.filter(({ name }) => ['acme/fork', 'acme/r0', LAKE].includes(name))).toEqual([
      lake.row,
      expect.objectContaining({ name: 'acme/r0', state: 'archived' }),
      expect.objectContaining({ name: 'acme/fork', state: 'fork', isPrivate: false }),
    ]);
  });

  test('heads of many in few queries; what cannot be read is absent', async () => {
    const { id: empty } = await lake.standIn.seed.repo('acme/empty');
    const gone = Array.from({ length: 120 }, (_, index) => ({ ...lake.row, id: 10_000 + index, name: `acme/gone${index}` }));
    const rows: readonly RepositoryRow[] = [...gone, { ...lake.row, id: empty, name: 'acme/empty' }, { ...lake.row, id: 98 }, lake.row];
    const heads = await lake.github.host.heads(rows);
    const head = { commit: await lake.forge.head('main'), tree: expect.stringMatching(/^[0-9a-f]{40}$/) };
    expect([...heads]).toEqual([[lake.row.id, head]]);
    expect(lake.standIn.calls.filter(({ path }) => path === '/graphql')).toHaveLength(2);
  });

  test('a failure beside the heads is no empty repository', async () => {
    const failure = { kind: 'graphql-error', type: 'SERVICE_UNAVAILABLE', message: 'Something went wrong.' } as const;
    lake.standIn.faults.next({ path: '/graphql' }, { ...failure, withoutData: true });
    await expect(lake.github.host.heads([lake.row])).rejects.toMatchObject({ retry: true });
    lake.standIn.faults.next({ path: '/graphql' }, failure);
    expect((await lake.github.host.heads([lake.row])).size).toBe(1);
  });

  test('deliveries that never arrived, and one that did after all; each can be asked for again', async () => {
    const answers = { status: 500, seen: 0 };
    const hook = createServer((_request, response) => {
      answers.seen += 1;
      response.writeHead(answers.status).end();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const address = hook.address();
    const app = lake.standIn.world.apps.get(lake.appId);
    if (!app || typeof address !== 'object' || !address) throw new Error('no app, or no hook');
    app.webhook = { url: `http://127.0.0.1:${address.port}/`, secret: 's3cret', contentType: 'json' };
    await lake.standIn.as('ben').code.push(LAKE, 'main', { files: { 'a.txt': 'a' } });
    await lake.standIn.deliveries.settled();
    const failed = await lake.github.host.failedDeliveries('2026-03-01T00:00:00Z');
    expect(failed).toEqual([{ id: expect.any(String), guid: expect.any(String), at: AT }]);
    expect(await lake.github.host.failedDeliveries('2026-03-03T00:00:00Z')).toEqual([]);

    answers.status = 202;
    await lake.github.host.redeliver(failed[0]?.id ?? '');
    await lake.standIn.deliveries.settled();
    expect([answers.seen, lake.operations]).toEqual([2, ['redeliver']]);
    expect(await lake.github.host.failedDeliveries('2026-03-01T00:00:00Z')).toEqual([]);
    await new Promise((resolve) => hook.close(resolve));
  });

  test('a renamed repository is read under its new name', async () => {
    await lake.standIn.as('ada').settings.rename(LAKE, 'pond');
    expect((await lake.github.host.repositories(lake.row.installation)).map(({ id, name }) => [id, name])).toEqual([
      [lake.row.id, 'acme/pond'],
    ]);
    expect((await lake.github.host.heads([lake.row])).has(lake.row.id)).toBe(true);
  });

  test.each([
    ['ada', 'admin'],
    ['ben', 'write'],
    ['cleo', 'maintain'],
    ['nobody', undefined],
  ])('%s is %s', async (login, role) => {
    expect(await lake.github.host.role(lake.row.id, login)).toBe(role);
  });

  test('the rules of the default branch, or that they could not be read', async () => {
    await lake.standIn.as('ada').settings.protect(LAKE, 'main', { reviews: { count: 2 } });
    expect(await lake.github.host.rules(lake.row)).toMatchObject({ ok: true, value: { approvals: 2 } });
    lake.standIn.faults.next({ path: /\/protection$/ }, { kind: 'status', status: 403, message: 'no' });
    expect(await lake.github.host.rules(lake.row)).toMatchObject({ ok: false });
  });
});

describe('a source', () => {
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`src/d${index % 7}/f${index}.py`, `print(${index})\n`]));
  const open = async () => lake.github.host.source(lake.row, (await lake.forge.head('main')) ?? '');
  const push = (files: Readonly<Record<string, string | Uint8Array>>) => lake.standIn.as('ben').code.push(LAKE, 'main', { files });
  const read = async (files: readonly FileEntry[]) => bytesOf((await open()).read(files));
  async function bytesOf(files: AsyncIterable<SourceFile>): Promise<readonly (readonly [string, string])[]> {
    const found: [string, string][] = [];
    for await (const { path, bytes } of files) found.push([path, Buffer.from(bytes).toString('latin1')]);
    return found;
  }
  const operations = () =>
    lake.standIn.calls.map(({ operation }) => operation).filter((operation) => /blobs|tarball|object/.test(operation));

  test('lists the files of a commit as git does', async () => {
    await push({ 'a b/ü.sql': 'select 1\n' });
    const files = await (await open()).list();
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['.github/autopilot.yml', 10],
      ['README.md', 7],
      ['a b/ü.sql', 9],
      ['jobs/orders.py', 9],
    ]);
  });

  test('reads a few in one query, in the order asked for, whatever their bytes', async () => {
    await push({
      'latin.py': Buffer.from('# \xe9\n', 'latin1'),
      'empty.py': '',
      'large.sql': 'x'.repeat(150_000),
      'bin.parquet': Buffer.from([0, 255, 1]),
    });
    const wanted = (await (await open()).list()).filter(({ path }) => !path.startsWith('.')).toReversed();
    expect((await read(wanted)).map(([path, text]) => [path, text.length])).toEqual([
      ['latin.py', 4],
      ['large.sql', 150_000],
      ['jobs/orders.py', 9],
      ['empty.py', 0],
      ['bin.parquet', 3],
      ['README.md', 7],
    ]);
    expect(operations().filter((operation) => operation.includes('tarball'))).toEqual([]);
  });

  test('reads many from one archive, in the order asked for', async () => {
    await push({ ...many, 'img/x.bin': Buffer.alloc(1000, 255) });
    const wanted = (await (await open()).list()).filter(({ path }) => path.startsWith('src/')).toReversed();
    const found = await read(wanted);
    expect(found.map(([path]) => path)).toEqual(wanted.map(({ path }) => path));
    expect(Object.fromEntries(found)).toEqual(many);
    expect(operations().some((operation) => operation.includes('blobs'))).toBe(false);
    expect(operations().some((operation) => operation.includes('tarball'))).toBe(true);
  });

  test('what git leaves out of archives, or changes in them, is read all the same, as it is', async () => {
    await push({
      ...many,
      '.gitattributes': 'secret.py export-ignore\nstamp.py export-subst\n',
      'secret.py': 'hidden\n',
      'stamp.py': 'v = "$Format:%H$"\n',
    });
    const wanted = (await (await open()).list()).filter(({ path }) => path.endsWith('.py'));
    const found = Object.fromEntries(await read(wanted));
    expect([found['secret.py'], found['stamp.py'], Object.keys(found).length]).toEqual(['hidden\n', 'v = "$Format:%H$"\n', 133]);
  });

  const forging =
    (matches: RegExp, forge: (body: Buffer) => Uint8Array) => async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const answer = await fetch(input, init);
      return matches.test(String(input)) ? new Response(Buffer.from(forge(Buffer.from(await answer.arrayBuffer()))), answer) : answer;
    };
  const jobs = async (source: RepoSource) => (await source.list()).filter(({ path }) => path.endsWith('.py'));

  test('bytes that are not those of their SHA are refused', async () => {
    const forged = forging(/graphql|git\/blobs/, (body) =>
      Buffer.from(body.toString().replaceAll('print(1)', 'print(2)').replaceAll('cHJpbnQoMSkK', 'cHJpbnQoMikK')),
    );
    const source = await lake.again({ fetch: forged }).github.host.source(lake.row, (await lake.forge.head('main')) ?? '');
    await expect(bytesOf(source.read(await jobs(source)))).rejects.toThrow(/other bytes/);
  });

  test('of an archive too, whose file is then asked for by itself', async () => {
    await push(many);
    const forged = forging(/_archive/, (body) =>
      gzipSync(Buffer.from(gunzipSync(body).toString('latin1').replaceAll('print(77)', 'print(66)'), 'latin1')),
    );
    const source = await lake.again({ fetch: forged }).github.host.source(lake.row, (await lake.forge.head('main')) ?? '');
    expect(Object.fromEntries(await bytesOf(source.read(await jobs(source))))).toEqual({ ...many, 'jobs/orders.py': 'print(1)\n' });
  });

  test('a listing that GitHub cuts off is walked', async () => {
    await push(many);
    const whole = await (await open()).list();
    lake.standIn.knobs.treeEntries = 20;
    const { github } = lake.again({});
    expect(await (await github.host.source(lake.row, (await lake.forge.head('main')) ?? '')).list()).toEqual(whole);
  });

  test('asked again, an unchanged commit costs no call', async () => {
    const commit = (await lake.forge.head('main')) ?? '';
    const list = async () => (await lake.github.host.source(lake.row, commit)).list();
    await list();
    const before = lake.standIn.calls.length;
    await list();
    expect(lake.standIn.calls).toHaveLength(before);
  });
});
