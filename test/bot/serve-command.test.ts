/** §14.5 `sf serve` as it is called: options, secrets of the environment, and its end. */
import { describe, expect, test } from 'vitest';
import { type ServeRequest, serveCommand } from '../../src/cli/serve.js';
import type { Compose } from '../../src/main/serve.js';
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
