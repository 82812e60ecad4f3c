/** §14.5 what somebody may try at the webhook address, a row each: the answer, and that nothing was stored. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInbox } from '../../src/adapters/local/inbox.js';
import { openStore } from '../../src/adapters/local/store.js';
import { createIntake, type IntakeOptions, laneOf, type Received, WEBHOOK_PATH } from '../../src/bot/intake.js';
import type { Inbox } from '../../src/ports.js';
import { folder, headersOf, movedClock, OLD_SECRET, post, SECRET, signed } from './scene.js';

type Made = {
  readonly server: Server;
  readonly url: string;
  readonly inbox: Inbox;
  readonly received: Received[];
  readonly texts: () => readonly unknown[];
};

async function make(changed: Partial<IntakeOptions> = {}): Promise<Made> {
  const store = openStore(folder());
  const inbox = createInbox(store);
  const received: Received[] = [];
  const intake = createIntake({
    inbox,
    clock: movedClock(),
    secrets: [SECRET, OLD_SECRET],
    received: (how) => void received.push(how),
    ...changed,
  });
  const server = createServer((request, response) => void intake(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const texts = () => store.database.prepare('SELECT guid, event, action, lane, payload FROM inbox').all();
  return { server, url: `http://127.0.0.1:${address.port}`, inbox, received, texts };
}

/** Bytes as they are written here, and what comes back until the other side closes. */
async function raw(url: string, bytes: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.write(bytes);
  await closed(socket);
  return answer;
}

/** However it ends: whoever is cut off while writing sees an error first. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('error', () => undefined).once('close', () => resolve()));
}

const rawPost = (headers: Readonly<Record<string, string>>, body: string | Buffer = ''): Buffer => {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${WEBHOOK_PATH} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
};

const GUID = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
const TEXT = '{"action":"opened","repository":{"id":7},"installation":{"id":1}}';
const PULL = { event: 'pull_request', guid: GUID, text: TEXT };

let made: Made;
beforeAll(async () => {
  made = await make({ largest: 1_000_000 });
});
afterAll(() => made.server.close());

describe('refused, and nothing is stored', () => {
  const rows: readonly (readonly [says: string, changed: Readonly<Record<string, string>>, text: string, status: number, word: string])[] =
    [
      ['no signature', { 'x-hub-signature-256': '' }, TEXT, 401, 'no-signature'],
      ['a signature of another secret', { 'x-hub-signature-256': signed(TEXT, 'another-secret-0123456789') }, TEXT, 401, 'signature'],
      ['a signature of other bytes', { 'x-hub-signature-256': signed(`${TEXT} `) }, TEXT, 401, 'signature'],
      ['an old kind of signature', { 'x-hub-signature-256': '', 'x-hub-signature': `sha1=${'0'.repeat(40)}` }, TEXT, 401, 'no-signature'],
      ['a signature with a tail', { 'x-hub-signature-256': `${signed(TEXT)}00` }, TEXT, 401, 'no-signature'],
      ['the word that Probot takes where no secret is set', { 'x-hub-signature-256': signed(TEXT, 'development') }, TEXT, 401, 'signature'],
      ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, `payload=${encodeURIComponent(TEXT)}`, 415, 'content-type'],
      ['no content type', { 'content-type': 'text/plain' }, TEXT, 415, 'content-type'],
      ['no delivery id', { 'x-github-delivery': '' }, TEXT, 400, 'headers'],
      ['a delivery id with a path', { 'x-github-delivery': '../../etc/passwd' }, TEXT, 400, 'headers'],
      ['a delivery id as our timers write it', { 'x-github-delivery': 'sweep/2026-02-15T10:11:00Z/look/7' }, TEXT, 400, 'headers'],
      ['a very long delivery id', { 'x-github-delivery': 'a'.repeat(65) }, TEXT, 400, 'headers'],
      ['no event', { 'x-github-event': '' }, TEXT, 400, 'headers'],
      ['an event with an action in it', { 'x-github-event': 'issues.opened' }, TEXT, 400, 'headers'],
      ['two events', { 'x-github-event': 'push, installation' }, TEXT, 400, 'headers'],
      ['no JSON', {}, '{"action":', 400, 'json'],
      ['JSON that is no object', {}, '[1,2,3]', 400, 'json'],
      ['a number', {}, '5', 400, 'json'],
      ['a body that is larger than it may be', {}, JSON.stringify({ a: 'x'.repeat(1_000_001) }), 413, 'too-large'],
    ];

  test.each(rows)('%s', async (_, changed, text, status, word) => {
    expect(await post(made.url, { ...PULL, text }, changed)).toEqual({ status, said: `{"status":"${word}"}\n` });
    expect(made.texts()).toEqual([]);
  });

  test('no body', async () => {
    const answer = await raw(made.url, rawPost({ ...headersOf(PULL), 'content-length': '0', connection: 'close' }));
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('the method %s', async (method) => {
    const response = await fetch(`${made.url}${WEBHOOK_PATH}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('an announced body that is too large, before a byte of it came; the connection ends', async () => {
    const answer = await raw(made.url, rawPost({ ...headersOf(PULL), 'content-length': '1000000000' }));
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*connection: close/i);
    expect(made.texts()).toEqual([]);
  });

  test('a body that announces nothing and never ends: refused at the cap, and the connection ends', async () => {
    const block = randomBytes(64 * 1024);
    const socket = connect(Number(new URL(made.url).port), '127.0.0.1');
    socket.write(rawPost({ ...headersOf(PULL), 'transfer-encoding': 'chunked' }));
    const send = (): void => {
      if (socket.destroyed) return;
      socket.write(`${block.length.toString(16)}\r\n`);
      socket.write(block);
      socket.write('\r\n', () => setImmediate(send));
    };
    send();
    // Whoever still writes sees the connection end before the answer: 413 is what the server says of it.
    await closed(socket);
    expect(made.received.at(-1)).toEqual({ status: 413, outcome: 'too-large' });
  });

  test('a body that stops half-way', async () => {
    const slow = await make({ bodyWithinMs: 20 });
    const answer = await raw(slow.url, rawPost({ ...headersOf(PULL), 'content-length': '100' }, TEXT.slice(0, 10)));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(slow.texts()).toEqual([]);
    slow.server.close();
  });

  test('a sender that goes away half-way is noticed', async () => {
    const gone = await make();
    const socket = connect(Number(new URL(gone.url).port), '127.0.0.1');
    socket.write(rawPost({ ...headersOf(PULL), 'content-length': '100' }, TEXT.slice(0, 10)), () => socket.destroy());
    await expect.poll(() => gone.received).toEqual([{ status: 400, outcome: 'gone' }]);
    expect(gone.texts()).toEqual([]);
    gone.server.close();
  });

  test('bodies that never end: one address fills half a room at most, all of them only the one for large bodies', async () => {
    const { url, server } = await make({ room: { small: 1_000_000, large: 400_000 } });
    const text = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
    const heads = (address: string, bytes: number) => ({
      ...headersOf({ ...PULL, text: text(bytes) }),
      'x-forwarded-for': `198.51.100.1, ${address}`,
      'content-length': String(bytes),
    });
    const held: Socket[] = [];
    const hold = (address: string): void => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(rawPost(heads(address, 190_000), text(180_000)));
      held.push(socket);
    };
    const from = (address: string, bytes: number): Promise<string> =>
      raw(url, rawPost({ ...heads(address, bytes), connection: 'close' }, text(bytes)));

    hold('203.0.113.1');
    await expect.poll(() => from('203.0.113.1', 100_000)).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: \d+/);
    expect(await from('203.0.113.2', 100_000)).toMatch(/^HTTP\/1.1 202 /);
    hold('203.0.113.2');
    await expect.poll(() => from('203.0.113.3', 100_000)).toMatch(/^HTTP\/1.1 503 /);
    for (const address of ['203.0.113.1', '203.0.113.3']) expect(await from(address, 65_000)).toMatch(/^HTTP\/1.1 202 /);
    for (const socket of held) socket.destroy();
    await expect.poll(() => from('203.0.113.3', 100_000)).toMatch(/^HTTP\/1.1 202 /);
    server.close();
  });

  test.each([
    ['a line break in the event', 'x-github-event: push\r\nx-github-event: installation'],
    ['a bare carriage return in the event', 'x-github-event: push\rx-evil: 1'],
    ['a null byte in the event', 'x-github-event: pu\u0000sh'],
  ])('%s', async (_, line) => {
    const { 'x-github-event': __, ...others } = headersOf(PULL);
    const bytes = rawPost({ ...others, 'content-length': String(TEXT.length), connection: 'close' }, TEXT).toString();
    const answer = await raw(made.url, bytes.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`));
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(made.texts()).toEqual([]);
  });

  test('a delivery that the store cannot keep: 503, so that the forge counts it as failed', async () => {
    const store = openStore(folder());
    const broken = await make({ inbox: createInbox(store) });
    store.close();
    expect(await post(broken.url, PULL)).toEqual({ status: 503, said: '{"status":"store"}\n' });
    broken.server.close();
  });

  test.each([[['']], [['short']], [[SECRET, 'short']]])('it does not start with the secrets %j', ([first = '', ...rest]) => {
    expect(() => createIntake({ inbox: made.inbox, clock: movedClock(), secrets: [first, ...rest], received: () => undefined })).toThrow(
      /missing or shorter than 16/,
    );
  });
});

describe('accepted', () => {
  test('the present secret and the one before it', async () => {
    expect(await post(made.url, { ...PULL, guid: 'present' })).toEqual({ status: 202, said: '{"status":"new"}\n' });
    const old = await post(made.url, { ...PULL, guid: 'old' }, { 'x-hub-signature-256': signed(TEXT, OLD_SECRET) });
    expect(old).toEqual({ status: 202, said: '{"status":"new"}\n' });
  });

  test('a delivery that is known is answered as well, and stored once', async () => {
    const before = made.texts().length;
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(made.url, { ...PULL, guid: 'again' })));
    expect(answers.map(({ status, said }) => `${status} ${said.trim()}`).toSorted()).toEqual([
      '202 {"status":"known"}',
      '202 {"status":"known"}',
      '202 {"status":"known"}',
      '202 {"status":"new"}',
    ]);
    expect(made.texts().length).toBe(before + 1);
  });

  test('JSON of great depth: stored as it came', async () => {
    const text = `{"repository":{"id":7},"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect((await post(made.url, { ...PULL, guid: 'deep', text })).status).toBe(202);
  });

  test('text beyond ASCII and a foreign key __proto__ are kept byte for byte', async () => {
    const text = '{"action":"opened","title":"Grüße \\u0000 \u{1F600}","__proto__":{"polluted":true},"repository":{"id":8}}';
    expect((await post(made.url, { ...PULL, guid: 'unicode', text })).status).toBe(202);
    expect(made.texts().at(-1)).toEqual({ guid: 'unicode', event: 'pull_request', action: 'opened', lane: '8', payload: text });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('an action or a repository of the wrong kind is left out, not believed', async () => {
    const text = '{"action":{"$ne":1},"repository":{"id":"7; DROP TABLE inbox"},"installation":{"id":3}}';
    expect((await post(made.url, { ...PULL, guid: 'odd', text })).status).toBe(202);
    expect(made.texts().at(-1)).toMatchObject({ action: null, lane: 'installation/3' });
  });

  test('what is told of a delivery holds nothing of its text', async () => {
    await post(made.url, { ...PULL, guid: 'told', text: '{"action":"opened","title":"a title","repository":{"id":7}}' });
    expect(made.received.at(-1)).toEqual({ status: 202, outcome: 'new', guid: 'told', event: 'pull_request', action: 'opened', lane: '7' });
  });
});

test('a lane is a repository, else an installation, else the App', () => {
  expect(laneOf({ repository: { id: 7 }, installation: { id: 1 } })).toBe('7');
  expect(laneOf({ installation: { id: 1 } })).toBe('installation/1');
  expect(laneOf({ repository: null })).toBe('app');
});
