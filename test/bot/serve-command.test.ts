/** §14.5 `sf serve` as it is called: options, secrets of the environment, and its end. */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type ServeRequest, serveCommand } from '../../src/cli/serve.js';
import { composeBot } from '../../src/main/compose-bot.js';
import { readCredentials } from '../../src/main/credentials.js';
import { createServerLog } from '../../src/main/log.js';
import { type Compose, serve } from '../../src/main/serve.js';
import { serveAction } from '../../src/main/serve-command.js';
import { folder, PRIVATE_KEY, SECRET, SELF } from './scene.js';

const never = async (): Promise<string> => 'never asked';
const compose: Compose = async () => ({
  self: SELF,
  handlers: { 'sync-installation': never, scan: never, follow: never, look: never, reopen: never, command: never },
  host: { failedDeliveries: async () => [], redeliver: async () => undefined, installations: async () => [] },
});
const ENV = { GITHUB_APP_ID: '4711', GITHUB_PRIVATE_KEY: PRIVATE_KEY, GITHUB_WEBHOOK_SECRET: SECRET };

/** What the command would start with these words, or what it says of them. */
async function called(...words: readonly string[]): Promise<ServeRequest | string> {
  const seen: ServeRequest[] = [];
  const errors: string[] = [];
  const action = async (request: ServeRequest): Promise<number> => {
    seen.push(request);
    return 0;
  };
  const command = serveCommand(
    async () => action,
    () => undefined,
  )
    .exitOverride()
    .configureOutput({ writeErr: (text) => void errors.push(text), writeOut: () => undefined });
  await command.parseAsync([...words], { from: 'user' }).catch(() => undefined);
  return seen[0] ?? errors.join('');
}

describe('options', () => {
  test('loopback, and the forge everybody knows, unless something else is asked for', async () => {
    expect(await called()).toEqual({ port: 3000, host: '127.0.0.1', apiUrl: 'https://api.github.com' });
    expect(
      await called(
        '--port',
        '0',
        '--host',
        '0.0.0.0',
        '--api-url',
        'https://ghe.acme.example/api/v3/',
        '--home',
        'h',
        '--data',
        'd',
        '--org-config',
        'o.yml',
      ),
    ).toEqual({
      port: 0,
      host: '0.0.0.0',
      apiUrl: 'https://ghe.acme.example/api/v3',
      home: 'h',
      data: 'd',
      orgConfig: 'o.yml',
    });
  });

  test.each([
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', 'http'],
    ['--api-url', 'http://ghe.acme.example/api/v3'],
    ['--api-url', 'https://me:secret@ghe.acme.example/api/v3'],
    ['--api-url', 'ftp://ghe.acme.example'],
    ['--secret', SECRET],
  ])('%s %s is refused', async (...words) => {
    expect(await called(...words)).toMatch(/^error: /);
  });
});

test('it serves until it is asked to end, and says where', async () => {
  const said: string[] = [];
  let end = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    end = resolve;
  });
  const console = { out: (text: string) => void said.push(text), err: () => undefined, interactive: false };
  const ended = serveAction({ console, compose, env: ENV, defaultHome: folder, asked })({
    port: 0,
    host: '127.0.0.1',
    apiUrl: 'http://127.0.0.1:1',
  });
  await expect.poll(() => said.join('')).toMatch(/^sf: serving on http:\/\/127\.0\.0\.1:\d+\n$/);
  const url = said.join('').trim().split(' ').at(-1) ?? '';
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  end();
  expect(await ended).toBe(0);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('without a secret it opens no port and makes no folder', async () => {
  const { GITHUB_WEBHOOK_SECRET: _, ...without } = ENV;
  const homes: string[] = [];
  const defaultHome = (): string => {
    homes.push('asked');
    return folder();
  };
  const console = { out: () => undefined, err: () => undefined, interactive: false };
  const action = serveAction({ console, compose, env: without, defaultHome, asked: Promise.resolve() });
  await expect(action({ port: 0, host: '127.0.0.1', apiUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({ problem: { kind: 'usage' } });
  expect(homes).toEqual([]);
});

describe('a start that is refused says why, and what to do', () => {
  const console = { out: () => undefined, err: () => undefined, interactive: false };
  const WHERE = { port: 0, host: '127.0.0.1', apiUrl: 'http://127.0.0.1:1' };
  const started = (request: Partial<ServeRequest>, how: Compose = compose): Promise<number> =>
    serveAction({ console, compose: how, env: ENV, defaultHome: folder, asked: Promise.resolve() })({ ...WHERE, ...request });

  test('a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(started({ port })).rejects.toMatchObject({
      problem: {
        kind: 'world',
        what: `Port ${port} on 127.0.0.1 is taken.`,
        remedy: 'End what listens there, or name another port with --port; 0 takes any that is free.',
      },
    });
    other.close();
  });

  test.each(['203.0.113.9', 'no.such.host.invalid'])('%s, which is no address of this machine', async (host) => {
    await expect(started({ host })).rejects.toMatchObject({ problem: { kind: 'world', what: `${host} is no address of this machine.` } });
  });

  test.each(['none', 'file'])('a data folder that is a %s: nothing is made', async (kind) => {
    const place = folder();
    writeFileSync(join(place, 'file'), '');
    const home = join(place, 'home');
    await expect(started({ home, data: join(place, kind) })).rejects.toThrow(`${join(place, kind)} is not a folder. Name the folder that`);
    expect(existsSync(home)).toBe(false);
  });

  test('settings that are none: nothing is made', async () => {
    const home = join(folder(), 'home');
    await expect(started({ home, orgConfig: '/nonexistent/org.yml' })).rejects.toThrow('/nonexistent/org.yml is no file that can be read');
    expect(existsSync(home)).toBe(false);
  });

  test('a forge that does not answer: nobody is there to try again', { timeout: 60_000 }, async () => {
    await expect(started({ data: folder() }, composeBot())).rejects.toMatchObject({
      problem: { kind: 'world', remedy: 'The server has not started: check the network and --api-url, and start it again.' },
    });
  });

  test('an address that is no API of a forge: what it should be is said', { timeout: 60_000 }, async () => {
    const web = createWebServer((_request, response) => void response.writeHead(404).end('<h1>Not here</h1>'));
    await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    const apiUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    await expect(started({ data: folder(), apiUrl }, composeBot())).rejects.toThrow(
      /404.*--api-url does not lead to an API of GitHub\. It is https:\/\/api/s,
    );
    web.close();
  });

  test('it says that it listens when all of that holds, not before', async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const options = (home: string) => ({
      ...WHERE,
      home,
      credentials: readCredentials(ENV),
      clock: { now: () => '2026-02-15T10:00:00Z' },
      log: createServerLog(sink),
      byItself: false,
    });
    await expect(serve(options(folder()), () => Promise.reject(new Error('another App')))).rejects.toThrow('another App');
    expect(lines.join('')).not.toContain('listening');
    const serving = await serve(options(folder()), compose);
    expect(lines.join('')).toContain('listening');
    await serving.stop();
  });
});
