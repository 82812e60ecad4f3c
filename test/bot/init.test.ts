/** §14.5 `sf init` against a stand-in of the forge: the page, the way back, what is kept, and who else may try. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createApp, manifestOf } from '../../src/bot/app-manifest.js';
import { commandLine } from '../../src/main/command-line.js';
import { initActions } from '../../src/main/init.js';
import { folder, PRIVATE_KEY } from './scene.js';

const APP = {
  id: 4711,
  slug: 'acme-autopilot',
  html_url: 'https://github.example/apps/acme-autopilot',
  pem: PRIVATE_KEY,
  webhook_secret: '0123456789abcdef0123456789abcdef01234567',
  client_secret: 'not-kept-by-us-0123456789',
};
const CODE = 'a180b1a3d263c81bc6441d7b990bae27d4c10679';
const appYml = readFileSync('app.yml', 'utf8');

type Forge = { readonly url: string; readonly asked: string[]; readonly close: () => void };
const open: Forge[] = [];
afterEach(() => {
  for (const forge of open.splice(0)) forge.close();
});

/** Takes a code once, as the forge does. */
async function standIn(status = 201): Promise<Forge> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    response.writeHead(asked.length === 1 ? status : 404, { 'content-type': 'application/json' }).end(JSON.stringify(APP));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const forge = { url: `http://127.0.0.1:${address.port}`, asked, close: () => void server.close() };
  open.push(forge);
  return forge;
}

type Console = { readonly said: string[]; readonly console: { out(text: string): void; err(text: string): void; interactive: false } };
function listening(): Console {
  const said: string[] = [];
  return { said, console: { out: (text) => void said.push(text), err: (text) => void said.push(text), interactive: false } };
}

/** What a browser does with the page: the form's address and its manifest. */
function formOf(html: string): { readonly action: URL; readonly manifest: unknown } {
  const plain = (text: string) => text.replace(/&#(\d+);/g, (_, sign) => String.fromCharCode(Number(sign)));
  const action = /<form action="([^"]*)" method="post">/.exec(html)?.[1] ?? '';
  const manifest = /name="manifest" value="([^"]*)"/.exec(html)?.[1] ?? '';
  return { action: new URL(plain(action)), manifest: JSON.parse(plain(manifest)) };
}

const Sent = z.looseObject({
  redirect_url: z.string(),
  url: z.string(),
  name: z.string(),
  hook_attributes: z.object({ url: z.string() }),
  default_events: z.array(z.string()),
});

async function pageAt(said: readonly string[]): Promise<string> {
  await expect.poll(() => said.join('')).toMatch(/Open http:/);
  return /Open (http:\S+)/.exec(said.join(''))?.[1] ?? '';
}

const AT = ['--url', 'https://a.example'];
const REQUEST = { org: 'acme & co', url: 'https://autopilot.acme.example', webUrl: 'https://github.example', port: 0 };

describe('the whole way', () => {
  test('the browser posts the manifest, comes back, and the App is kept where only its owner reads', async () => {
    const forge = await standIn();
    const home = folder();
    const { said, console } = listening();
    const ended = initActions({ console, defaultHome: () => home }).create({ ...REQUEST, name: 'Acme Autopilot', apiUrl: forge.url });
    const page = await pageAt(said);
    const shown = await fetch(page);
    const html = await shown.text();
    const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(shown.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
    const { action, manifest } = formOf(html);
    expect(action.origin + action.pathname).toBe('https://github.example/organizations/acme%20%26%20co/settings/apps/new');
    const sent = Sent.parse(manifest);
    expect(sent).toMatchObject({
      name: 'Acme Autopilot',
      url: 'https://autopilot.acme.example',
      hook_attributes: { url: 'https://autopilot.acme.example/api/github/webhooks' },
      redirect_url: `${page}created`,
      public: false,
    });
    const back = await fetch(`${sent.redirect_url}?code=${CODE}&state=${action.searchParams.get('state')}`);
    expect(back.status).toBe(200);
    expect(await ended).toBe(0);

    expect(forge.asked).toEqual([`POST /app-manifests/${CODE}/conversions`]);
    const files = ['private-key.pem', 'webhook-secret', 'app.json'].map((name) => join(home, 'app', name));
    expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(['600', '600', '600']);
    expect((statSync(join(home, 'app')).mode & 0o777).toString(8)).toBe('700');
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual([
      PRIVATE_KEY,
      `${APP.webhook_secret}\n`,
      `${JSON.stringify({ id: 4711, slug: 'acme-autopilot', url: APP.html_url }, null, 2)}\n`,
    ]);
    expect(said.join('')).toContain('export GITHUB_APP_ID=4711');
    expect(said.join('')).toMatch(/^ {3}sf serve .*--data \/mnt\/lake --org-config org\.yml$/m);
    expect(said.join('')).not.toMatch(/PRIVATE KEY-----|0123456789abcdef/);
  });

  test('a second App in the same folder is refused before anything is created', async () => {
    const forge = await standIn();
    const home = folder();
    const { said, console } = listening();
    const first = initActions({ console, defaultHome: () => home }).create({ ...REQUEST, apiUrl: forge.url });
    const { action } = formOf(await (await fetch(await pageAt(said))).text());
    await fetch(`${await pageAt(said)}created?code=${CODE}&state=${action.searchParams.get('state')}`);
    await first;
    await expect(initActions({ console, defaultHome: () => home }).create({ ...REQUEST, apiUrl: forge.url })).rejects.toThrow(
      /holds the key of an App already/,
    );
  });

  test('a home where nothing can be kept is refused before an App is made', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const { said, console } = listening();
    await expect(
      initActions({ console, defaultHome: folder }).create({ ...REQUEST, home: file, apiUrl: 'http://127.0.0.1:1' }),
    ).rejects.toThrow('ENOTDIR');
    expect(said).toEqual([]);
  });

  test.each([
    ['a code that the forge does not take', 422, /answered 422 to the code/],
    ['a forge that answers something else', 200, /lacks/],
  ])('%s', async (_, status, says) => {
    const forge = await standIn(status);
    const { said, console } = listening();
    const convert = status === 200 ? { convert: async () => ({ id: 1 }) } : {};
    const ended = initActions({ console, defaultHome: folder, ...convert }).create({ ...REQUEST, apiUrl: forge.url });
    const refused = expect(ended).rejects.toThrow(says);
    const { action } = formOf(await (await fetch(await pageAt(said))).text());
    await fetch(`${await pageAt(said)}created?code=${CODE}&state=${action.searchParams.get('state')}`);
    await refused;
  });
});

describe('refused, and nothing is exchanged', () => {
  const rows: readonly (readonly [
    says: string,
    path: (state: string) => string,
    host: string | undefined,
    method: string,
    status: number,
  ])[] = [
    ['a way back without the state', () => `/created?code=${CODE}`, undefined, 'GET', 403],
    ['another state', (state) => `/created?code=${CODE}&state=${state.slice(1)}x`, undefined, 'GET', 403],
    ['a code with a path in it', (state) => `/created?code=../../user&state=${state}`, undefined, 'GET', 403],
    ['no code', (state) => `/created?state=${state}`, undefined, 'GET', 403],
    ['another name for this machine', () => '/', 'evil.example', 'GET', 403],
    ['a post', (state) => `/created?code=${CODE}&state=${state}`, undefined, 'POST', 403],
    ['another page', () => '/.env', undefined, 'GET', 404],
  ];

  test.each(rows)('%s', async (_, path, host, method, status) => {
    const codes: string[] = [];
    const stop = new AbortController();
    const opened: string[] = [];
    const convert = async (code: string): Promise<unknown> => codes.push(code);
    const ended = createApp({ ...REQUEST, appYml, convert, open: (url) => void opened.push(url), signal: stop.signal });
    const refused = expect(ended).rejects.toThrow(/No App was created/);
    await expect.poll(() => opened.length).toBe(1);
    const [page = ''] = opened;
    const { action } = formOf(await (await fetch(page)).text());
    const call = request(`${page.slice(0, -1)}${path(action.searchParams.get('state') ?? '')}`, {
      method,
      ...(host ? { headers: { host } } : {}),
    });
    const [response] = await once(call.end(), 'response');
    expect(response.statusCode).toBe(status);
    stop.abort();
    await refused;
    expect(codes).toEqual([]);
  });
});

describe('the manifest', () => {
  test('names no address of its own, and asks for nothing that app.yml does not give a reason for', () => {
    const manifest = Sent.parse(JSON.parse(manifestOf(appYml, { url: 'https://a.example' })));
    expect(manifest.url).toBe('https://a.example');
    const permissions = appYml.slice(appYml.indexOf('default_permissions:'), appYml.indexOf('default_events:')).split('\n');
    const asked = permissions.flatMap((line, index) =>
      /^ {2}[a-z_]+: (read|write)$/.test(line) ? [[line.trim(), permissions[index - 1]]] : [],
    );
    expect(asked.map(([permission]) => permission)).toEqual([
      'metadata: read',
      'contents: write',
      'pull_requests: write',
      'checks: write',
      'statuses: read',
      'issues: write',
      'administration: read',
      'members: read',
    ]);
    for (const [, above] of asked) expect(above).toMatch(/^ {2}# [A-Z]/);
  });

  test('is printed without anything being done', async () => {
    const { said, console } = listening();
    expect(await commandLine(['init', '--print-manifest', '--url', 'https://a.example/'], console)).toBe(0);
    expect(JSON.parse(said.join(''))).toMatchObject({
      url: 'https://a.example',
      hook_attributes: { url: 'https://a.example/api/github/webhooks' },
    });
  });

  test.each([
    [['init'], /has to be told where webhooks go/],
    [['init', '--url', 'http://a.example'], /Only https, but for this machine\. Write it like https:\/\/autopilot\.acme\.example\./],
    [['init', '--url', 'https://a.example/autopilot'], /It has a path\. The path of the webhooks is put behind it\./],
    [['init', '--url', 'https://a.example#x'], /Write it like https:\/\/autopilot\.acme\.example\./],
    [['init', '--url', 'not an address'], /Write it like https:\/\/autopilot\.acme\.example\./],
    [['init', ...AT, '--web-url', 'ghe.example'], /Write it like https:\/\/HOST\.\n/],
    [['init', ...AT, '--web-url', 'https://ghe.example/api/v3'], /It has a path\. .* Write it like https:\/\/HOST\.\n/],
    [['init', ...AT, '--api-url', 'http://ghe.example/api/v3'], /Write it like https:\/\/HOST\/api\/v3\./],
    [['init', ...AT, '--org', 'acme & co'], /Write its login/],
    [['init', ...AT, '--org', 'acme--co'], /Write its login/],
    [['init', ...AT, '--org', 'a'.repeat(40)], /Write its login/],
    [['init', ...AT, '--name', 'n'.repeat(35)], /1 to 34 characters; this one has 35/],
    [['init', ...AT, '--name', ' '], /1 to 34 characters; this one has 0/],
  ])('%j is a wrong call', async (args, says) => {
    const { said, console } = listening();
    expect(await commandLine(args, console)).toBe(2);
    expect(said.join('')).toMatch(says);
  });
});
