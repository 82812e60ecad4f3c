/** The pages as a browser gets them: over HTTP, under a strict policy, with every form leading to an act. */
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../../src/stand-in/page/files.js';
import { actOf, backTo } from '../../../src/stand-in/page/form.js';
import { ageOf } from '../../../src/stand-in/page/marks.js';
import { pageRoutes } from '../../../src/stand-in/page/routes.js';
import { type Sample, sampleSource } from './sample.js';

type Served = { readonly url: string; readonly close: () => void };

function served(sample: Sample): Promise<Served> {
  return new Promise((resolve) => {
    const server = serve({ fetch: pageRoutes(sample.source).fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}

const sample = sampleSource();
let here: Served = { url: '', close: () => undefined };
beforeAll(async () => {
  here = await served(sample);
});
afterAll(() => here.close());

const PULL = '/ui/acme/jobs/pull/7';
const get = (path: string, headers: Record<string, string> = {}) => fetch(here.url + path, { headers, redirect: 'manual' });
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = { origin: here.url }) =>
  fetch(here.url + path, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });

const PAGES = ['/ui/acme', '/ui/acme/jobs', PULL, `${PULL}/files`, '/ui/acme/jobs/runs/31', '/ui/acme/jobs/blob/main/jobs/order%20s.py'];

describe('every page', () => {
  it.each(PAGES)('%s is whole, and brings its own policy', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const text = await response.text();
    expect(text.startsWith('<!doctype html>')).toBe(true);
    expect(text.trimEnd().endsWith('</html>')).toBe(true);
  });

  it.each(PAGES)('%s holds no script, no handler, no style in place and nothing from elsewhere', async (path) => {
    const text = await (await get(path)).text();
    expect(text).not.toMatch(/<script|javascript:|<[^>]+\s(on[a-z]+|style)=/i);
    const fetched = [...text.matchAll(/<(?:link|img|iframe|source|use|image)\b[^>]*(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
    expect(fetched).toEqual(['/ui/style.css', '/ui/icon.svg']);
  });

  it.each(PAGES)('%s closes what it opens', async (path) => {
    const text = await (await get(path)).text();
    for (const name of ['div', 'section', 'form', 'ul', 'li', 'details', 'article', 'table', 'a', 'textarea', 'button', 'svg'])
      expect(text.split(`</${name}>`).length, name).toBe(text.split(new RegExp(`<${name}[\\s>]`)).length);
  });

  it.each([
    ['/ui/nobody', 404],
    ['/ui/acme/nothing', 404],
    [`${PULL}8`, 404],
    ['/ui/acme/jobs/runs/32', 404],
    ['/ui/acme/jobs/blob/main/jobs/orders.py', 404],
    ['/ui/acme/jobs/blob/main', 404],
    ['/ui/acme/jobs/pull/x', 404],
    ['/ui', 302],
    ['/ui/', 302],
  ])('%s answers %i', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('the style sheet and the icon are there', async () => {
    expect((await get('/ui/style.css')).headers.get('content-type')).toContain('text/css');
    expect((await get('/ui/icon.svg')).headers.get('content-type')).toBe('image/svg+xml');
  });
});

describe('what is shown', () => {
  it.each([
    [
      '/ui/acme',
      [
        'acme/jobs#7 opened',
        '2 days ago',
        'aria-label="running"',
        'Merged and closed',
        'airport-analytics',
        '2026-11-28 20:00 UTC',
        '+48 h',
      ],
    ],
    [
      PULL,
      [
        'Onboard ds://gold/orders &lt;b&gt;',
        '<strong>by itself</strong>',
        'Merging is blocked',
        'bob requested changes',
        'Verified',
        'requested changes',
        'Hidden as outdated',
      ],
    ],
    [
      `${PULL}/files`,
      ['jobs/order.py → jobs/orders.py', '<td class="line">11</td>', 'owner_team: &lt;/textarea&gt;&lt;script&gt;', 'Edit this file'],
    ],
    [
      '/ui/acme/jobs/runs/31',
      [
        'Waits for the clock: 14 h left',
        '<td class="center">✕</td>',
        '<summary>Every condition</summary>',
        'CODEOWNERS names another &lt;team&gt;.',
        'Scan again',
      ],
    ],
    [
      '/ui/acme/jobs/blob/main/jobs/order%20s.py',
      [
        '<tr id="L2"><td class="line"><a href="#L2">2</a></td><td class="code">&lt;/td&gt;&lt;script&gt;',
        '<code>jobs/order s.py</code>',
        'The rest is not shown',
      ],
    ],
  ])('%s', async (path, words) => {
    const text = await (await get(path)).text();
    for (const word of words) expect(text).toContain(word);
  });

  it('without a clock to move there are no buttons for it, and asking is refused', async () => {
    const still = await served(sampleSource('', {}, false));
    const page = await (await fetch(`${still.url}${PULL}`)).text();
    const answer = await fetch(`${still.url}/ui/clock`, {
      method: 'POST',
      body: new URLSearchParams({ hours: '1' }),
      headers: { origin: still.url },
    });
    still.close();
    expect(page).not.toContain('+48 h');
    expect(page).toContain('No description provided.');
    expect(answer.status).toBe(400);
  });

  it('a merged pull request offers no more to do', async () => {
    const done = await served(
      sampleSource('x', {
        state: 'merged',
        closed: { at: '2026-11-28T19:00:00Z', by: 'alice' },
        merge: { canMerge: false, says: 'Merged', reasons: [], methods: ['merge'] },
      }),
    );
    const page = await (await fetch(`${done.url}${PULL}`)).text();
    done.close();
    expect(page).toContain('alice merged 1 commit');
    expect(page).not.toContain('Create a merge commit');
    expect(page).not.toContain('Say something');
  });
});

describe('what a person does', () => {
  it('acts as the person of the cookie, and goes back to the page', async () => {
    const as = await post('/ui/as', { login: 'bob', back: PULL });
    expect(as.headers.get('location')).toBe(PULL);
    const cookie = (as.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(as.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/i);
    const answer = await post(`${PULL}/act`, { kind: 'comment', body: 'one\r\ntwo' }, { origin: here.url, cookie });
    expect(answer.status).toBe(303);
    expect(sample.acts.at(-1)).toEqual({ login: 'bob', act: { kind: 'comment', body: 'one\ntwo' } });
    expect(await (await get(PULL, { cookie })).text()).toContain('<option selected>bob</option>');
  });

  it('a refusal is shown once', async () => {
    const answer = await post(`${PULL}/act`, { kind: 'merge', method: 'squash' });
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await get(PULL, { cookie });
    expect(await page.text()).toContain('At least 1 approving review is required.');
    expect(page.headers.get('set-cookie')).toContain('Max-Age=0');
  });

  it('nobody becomes a person who is not there', async () => {
    const answer = await post('/ui/as', { login: 'mallory', back: 'https://evil.test/' });
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('location')).toBe('/ui/');
  });

  it('a form of another site is refused', async () => {
    const before = sample.acts.length;
    const answer = await post(`${PULL}/act`, { kind: 'close' }, { origin: 'https://evil.test' });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('A program sends the Origin header')]);
    expect(sample.acts.length).toBe(before);
  });

  it('moves the clock', async () => {
    expect((await post('/ui/clock', { hours: '12', back: PULL })).headers.get('location')).toBe(PULL);
    expect(sample.moved).toEqual([12]);
    for (const hours of ['-1', 'x', '0', '999999', '']) expect((await post('/ui/clock', { hours })).status).toBe(400);
  });

  it('a form that makes no sense is refused', async () => {
    expect((await post(`${PULL}/act`, { kind: 'explode' })).status).toBe(400);
  });

  it('every button of the pages is an act', async () => {
    const pages = await Promise.all([PULL, `${PULL}/files`].map(async (path) => (await get(path)).text()));
    const kinds = pages.flatMap((text) => [...text.matchAll(/name="kind" value="([a-z-]+)"/g)].map(([, kind]) => kind ?? ''));
    expect(new Set(kinds).size).toBeGreaterThanOrEqual(12);
    const fields = { body: 'x', name: 'x', path: 'x', thread: 'x', line: '1', content: 'x', method: 'merge', onto: 'x' };
    for (const kind of kinds) expect(actOf({ ...fields, kind }), kind).toBeDefined();
  });
});

describe('small things', () => {
  it.each([
    [
      { kind: 'label', name: 'autopilot/hold' },
      { kind: 'label', name: 'autopilot/hold', isOn: true },
    ],
    [
      { kind: 'unlabel', name: 'autopilot/hold' },
      { kind: 'label', name: 'autopilot/hold', isOn: false },
    ],
    [
      { kind: 'approve', body: 'yes' },
      { kind: 'review', event: 'APPROVE', body: 'yes' },
    ],
    [
      { kind: 'unresolve', thread: 't' },
      { kind: 'resolve', thread: 't', isResolved: false },
    ],
    [
      { kind: 'tick', line: '12' },
      { kind: 'tick', line: 12 },
    ],
    [
      { kind: 'edit', path: 'a', content: 'x\r\ny', message: ' ', onto: 'c' },
      { kind: 'edit', path: 'a', content: 'x\ny', message: 'Update a', onto: 'c' },
    ],
    [{ kind: 'merge', method: 'squish' }, undefined],
    [{ kind: 'tick', line: '-1' }, undefined],
    [{ kind: 'edit', path: 'a', onto: 'c' }, undefined],
    [{ kind: 'edit', path: 'a', content: 'x' }, undefined],
    [{ kind: 'label' }, undefined],
    [{}, undefined],
  ])('the form %j is %j', (fields, act) => {
    expect(actOf(fields)).toEqual(act);
  });

  it.each([
    ['/ui/acme/jobs/pull/7', '/ui/acme/jobs/pull/7'],
    ['//evil.test', '/ui/'],
    ['/ui//evil.test', '/ui/'],
    ['/ui/\\evil.test', '/ui/'],
    ['https://evil.test/ui/', '/ui/'],
    [undefined, '/ui/'],
  ])('after a form that came from %s one goes to %s', (path, target) => {
    expect(backTo(path)).toBe(target);
  });

  it.each([
    ['2026-11-28T19:59:30Z', 'just now'],
    ['2026-11-28T19:59:00Z', '1 minute ago'],
    ['2026-11-27T20:00:00Z', '24 hours ago'],
    ['2026-11-26T20:00:00Z', '2 days ago'],
    ['2026-11-28T22:00:00Z', 'in 2 hours'],
  ])('%s was %s', (at, words) => {
    expect(ageOf(at, '2026-11-28T20:00:00Z')).toBe(words);
  });

  it('lines of a diff are counted on both sides, also where a line looks like a head', () => {
    const rows = rowsOf('@@ -3,2 +3,3 @@ x\n same\n--- old\n+++ new\n+b\n@@ -9 +10 @@\n-a\n\\ No newline at end of file');
    expect(rows.map(({ kind, old, now }) => `${kind} ${old}/${now}`)).toEqual([
      'hunk /',
      'same 3/3',
      'del 4/',
      'add /4',
      'add /5',
      'hunk /',
      'del 9/',
      'note /',
    ]);
  });
});
