/** The pages over a whole stand-in: what the bot did through the API is shown, and what a person clicks reaches the app as a webhook. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPO, type TestWorld, testWorld } from '../world.js';

const PATH = 'signal_factory/lake/orders/dataset.yaml';
const BODY = [
  '**Merges by itself.**',
  '',
  '| | from |',
  '|:--|:--|',
  '| Owner | `CODEOWNERS:1` |',
  '',
  '- [ ] hold',
  '',
  '<!-- hidden -->',
].join('\n');
const moved: number[] = [];

let world: TestWorld;
let number = 0;
let run = 0;
beforeAll(async () => {
  world = await testWorld({ moveClock: async (hours) => void moved.push(hours) });
  const { bot } = world;
  const { data: main } = await bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...REPO, ref: 'heads/main' });
  const tree = [{ path: PATH, mode: '100644', type: 'blob', content: 'urn: lake.orders\nowner_team: lake\n' }] as const;
  const base = main.object.sha;
  const { data: made } = await bot.request('POST /repos/{owner}/{repo}/git/trees', { ...REPO, base_tree: base, tree: [...tree] });
  const commit = { ...REPO, message: 'Add a dataset', tree: made.sha, parents: [base] };
  const { sha } = (await bot.request('POST /repos/{owner}/{repo}/git/commits', commit)).data;
  await bot.request('POST /repos/{owner}/{repo}/git/refs', { ...REPO, ref: 'refs/heads/autopilot/orders', sha });
  const proposal = { ...REPO, title: 'Onboard <orders>', head: 'autopilot/orders', base: 'main', body: BODY };
  number = Number((await bot.request('POST /repos/{owner}/{repo}/pulls', proposal)).data.number);
  await bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...REPO, issue_number: number, labels: ['autopilot'] });
  const annotation = { path: PATH, start_line: 2, end_line: 2, annotation_level: 'warning', message: 'Another team' } as const;
  const output = { title: '2 of 3 hold', summary: '| a |\n|--|\n| `b` |', text: 'more', annotations: [annotation] };
  const gate = { ...REPO, name: 'autopilot/gate', head_sha: sha, status: 'in_progress', output } as const;
  run = Number((await bot.request('POST /repos/{owner}/{repo}/check-runs', gate)).data.id);
});
afterAll(() => world.close());

const pull = () => `/ui/lake/orders/pull/${number}`;
async function page(path: string): Promise<string> {
  const response = await fetch(world.standIn.url + path);
  expect(response.status, path).toBe(200);
  return response.text();
}
/** As that person; what the page then says was refused, or undefined. */
async function click(login: string, path: string, fields: Record<string, string>): Promise<string | undefined> {
  const origin = world.standIn.url;
  const headers = { origin, cookie: `standin_person=${login}` };
  const response = await fetch(origin + path, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
  expect(response.status).toBe(303);
  const refused = /standin_refused=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
  return refused === undefined ? undefined : decodeURIComponent(refused);
}
const act = (login: string, fields: Record<string, string>) => click(login, `${pull()}/act`, fields);
async function lastHeard(): Promise<unknown> {
  return (await world.heard()).at(-1);
}

describe('pages of a whole stand-in', () => {
  it('the organisation lists its open pull request with its label and check', async () => {
    const text = await page('/ui/lake');
    for (const words of ['Onboard &lt;orders&gt;', 'lake/orders#1', 'autopilot', 'aria-label="running"', 'Repositories', 'cleo'])
      expect(text).toContain(words);
  });

  it('the pull request shows its body, its commit, its check and its events', async () => {
    const text = await page(pull());
    for (const words of [
      '<strong>Merges by itself.</strong>',
      '<code>CODEOWNERS:1</code>',
      'Add a dataset',
      'Verified',
      'in progress: 2 of 3 hold',
      'added the label autopilot',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('hidden -->');
  });

  it('the files tab shows what git says', async () => {
    const text = await page(`${pull()}/files`);
    expect(text).toContain('<td class="code">+owner_team: lake</td>');
    expect(text).toContain('+2');
  });

  it('a file has a page with its lines, by commit and by branch, and the address of GitHub leads there', async () => {
    const { data: branch } = await world.bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...REPO, ref: 'heads/autopilot/orders' });
    for (const ref of [branch.object.sha, 'autopilot/orders']) {
      const response = await fetch(`${world.standIn.url}/lake/orders/blob/${ref}/${PATH}#L2`, { redirect: 'manual' });
      expect(response.headers.get('location')).toBe(`/ui/lake/orders/blob/${ref}/${PATH}`);
      const text = await page(`/ui/lake/orders/blob/${ref}/${PATH}`);
      expect(text).toContain('<tr id="L2"><td class="line"><a href="#L2">2</a></td><td class="code">owner_team: lake</td>');
      expect(text).not.toContain('id="L3"');
    }
  });

  it.each(['nothing/x.py', 'main', 'main/nothing.py', `main/${PATH}`, 'autopilot/orders/signal_factory', 'main/..%2f..%2fHEAD'])(
    'there is no file at %s',
    async (place) => {
      const response = await fetch(`${world.standIn.url}/ui/lake/orders/blob/${place}`);
      expect(response.status).toBe(404);
    },
  );

  it('a long file is cut and a binary one only named', async () => {
    const { bot } = world;
    const long = Array.from({ length: 5002 }, (_, index) => `line ${index + 1}`).join('\n');
    const { data: blob } = await bot.request('POST /repos/{owner}/{repo}/git/blobs', { ...REPO, content: 'AAEC', encoding: 'base64' });
    const tree = [
      { path: 'long.txt', mode: '100644', type: 'blob', content: long },
      { path: 'raw.bin', mode: '100644', type: 'blob', sha: blob.sha },
    ] as const;
    const { data: made } = await bot.request('POST /repos/{owner}/{repo}/git/trees', { ...REPO, tree: [...tree] });
    const commit = { ...REPO, message: 'Long', tree: made.sha, parents: [] };
    const { sha } = (await bot.request('POST /repos/{owner}/{repo}/git/commits', commit)).data;
    const text = await page(`/ui/lake/orders/blob/${sha}/long.txt`);
    expect(text).toContain('id="L5000"');
    expect(text).not.toContain('id="L5001"');
    expect(text).toContain('The rest is not shown');
    expect(await page(`/ui/lake/orders/blob/${sha}/raw.bin`)).toContain('3 bytes that are no text');
  });

  it('the root is the pages for a browser, and the API for everybody else', async () => {
    const root = (accept: string) => fetch(`${world.standIn.url}/`, { headers: { accept }, redirect: 'manual' });
    expect((await root('text/html,application/xhtml+xml,*/*;q=0.8')).headers.get('location')).toBe('/ui/');
    expect((await root('application/vnd.github+json')).status).toBe(200);
  });

  it('the check has a page of its own, and the addresses of the API lead to the pages', async () => {
    const text = await page(`/ui/lake/orders/runs/${run}`);
    for (const words of ['2 of 3 hold', '<td><code>b</code></td>', 'Another team', `${PATH}:2`]) expect(text).toContain(words);
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...REPO, pull_number: number });
    const response = await fetch(data.html_url, { redirect: 'manual' });
    expect(response.headers.get('location')).toBe(pull());
  });

  it.each([
    ['a comment', 'ben', { kind: 'comment', body: '/autopilot explain' }, 'issue_comment.created', '/autopilot explain'],
    ['a label', 'ben', { kind: 'label', name: 'autopilot/hold' }, 'pull_request.labeled', 'added the label autopilot/hold'],
    [
      'a label taken off',
      'ben',
      { kind: 'unlabel', name: 'autopilot/hold' },
      'pull_request.unlabeled',
      'took off the label autopilot/hold',
    ],
    ['a ticked box', 'cleo', { kind: 'tick', line: '6' }, 'pull_request.edited', 'aria-label="ticked"'],
    [
      'a request for changes',
      'ben',
      { kind: 'request-changes', body: 'Wrong owner' },
      'pull_request_review.submitted',
      'requested changes',
    ],
    ['an approval', 'ben', { kind: 'approve', body: '' }, 'pull_request_review.submitted', 'approved these changes'],
    [
      'a comment on a line',
      'cleo',
      { kind: 'line-comment', path: PATH, line: '2', body: 'Who?' },
      'pull_request_review_comment.created',
      `${PATH}:2`,
    ],
    ['closing', 'cleo', { kind: 'close' }, 'pull_request.closed', 'closed this'],
    ['reopening', 'cleo', { kind: 'reopen' }, 'pull_request.reopened', 'reopened this'],
  ])('%s reaches the app and is shown', async (_, login, fields, event, words) => {
    expect(await act(login, fields)).toBeUndefined();
    expect(await lastHeard()).toBe(event);
    expect(await page(pull())).toContain(words);
  });

  it('what happened within one second of the clock stands in the order it happened', async () => {
    const text = await page(pull());
    const words = [
      'Add a dataset',
      'added the label autopilot/hold',
      'took off the label',
      'requested changes',
      'approved these',
      'Who?',
      'closed this',
      'reopened this',
    ];
    const places = words.map((word) => text.indexOf(word));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  it('one begins as a member, and a merge that nothing forbids names what speaks against it', async () => {
    const text = await page(pull());
    expect(text).toContain('<option selected>anna</option>');
    expect(text).toContain('No rule stands against merging');
    expect(text).toContain('<li>autopilot/gate: pending</li>');
  });

  it('who was asked for a review is listed', async () => {
    await world.bot.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
      ...REPO,
      pull_number: number,
      reviewers: ['cleo'],
    });
    const text = await page(pull());
    expect(text).toContain('asked cleo for a review');
    expect(text).toMatch(/title="requested">●<\/span> cleo/);
    expect(text).toMatch(/title="approved">✓<\/span> ben/);
  });

  it('a thread is answered and resolved', async () => {
    const thread = /name="thread" value="([^"]+)"/.exec(await page(pull()))?.[1] ?? '';
    expect(await act('ben', { kind: 'reply', thread, body: 'Ours.' })).toBeUndefined();
    expect(await act('ben', { kind: 'resolve', thread })).toBeUndefined();
    expect(await lastHeard()).toBe('pull_request_review_thread.resolved');
    const text = await page(pull());
    expect(text).toContain('resolved by ben');
    expect(text).toContain('<p>Ours.</p>');
  });

  it('an edit is a commit of the person on the branch; an edit of an older state is refused', async () => {
    const before = /name="onto" value="([0-9a-f]{40})"/.exec(await page(`${pull()}/files`))?.[1] ?? '';
    const edit = {
      kind: 'edit',
      path: PATH,
      content: 'urn: lake.orders\r\nowner_team: billing\r\n',
      message: 'The owner is billing',
      onto: before,
    };
    expect(await act('ben', edit)).toBeUndefined();
    expect(await world.heard()).toEqual(expect.arrayContaining(['push', 'pull_request.synchronize']));
    const text = await page(`${pull()}/files`);
    expect(text).toContain('+owner_team: billing</td>');
    expect(text).toContain('<tr class="add"><td class="line"></td><td class="line">2</td>');
    expect(await act('ben', edit)).toContain('The branch has moved to');
    expect(await act('ben', { ...edit, onto: /name="onto" value="([0-9a-f]{40})"/.exec(text)?.[1] ?? '' })).toContain(
      'Nothing was changed',
    );
  });

  it('the buttons of a check reach its app', async () => {
    expect(await click('ben', `/ui/lake/orders/runs/${run}/rerun`, { action: '' })).toBeUndefined();
    expect(await lastHeard()).toBe('check_run.rerequested');
    expect(await click('rita', `/ui/lake/orders/runs/${run}/rerun`, { action: '' })).toContain('This needs the role write');
  });

  it.each([
    ['a reader may not merge', 'rita', { kind: 'merge', method: 'squash' }, 'this needs write'],
    ['an empty comment', 'ben', { kind: 'comment', body: ' ' }, 'missing_field'],
    ['a box that is not there', 'ben', { kind: 'tick', line: '0' }, 'there is no box on that line'],
    ['a thread that is not there', 'ben', { kind: 'reply', thread: 'PRRT_none', body: 'x' }, 'This thread is gone'],
    ['a path that leaves the folder', 'ben', { kind: 'edit', path: '../x', content: 'x', onto: '' }, 'The branch has moved'],
  ])('%s is refused in words', async (_, login, fields, words) => {
    expect(await act(login, fields)).toContain(words);
  });

  it('the clock is moved', async () => {
    expect(await click('ben', '/ui/clock', { hours: '48' })).toBeUndefined();
    expect(moved).toEqual([48]);
  });

  it('a merge is shown, and offers no more to do', async () => {
    expect(await act('ben', { kind: 'merge', method: 'squash' })).toBeUndefined();
    expect(await world.heard()).toContain('pull_request.closed');
    const text = await page(pull());
    for (const words of ['ben merged 2 commits', 'merged this as', '(squash)']) expect(text).toContain(words);
    expect(text).not.toContain('value="merge"');
  });

  it('looking at pages is no call of the API', () => {
    expect(world.standIn.calls.filter(({ path }) => path.startsWith('/ui'))).toEqual([]);
    expect(world.standIn.violations).toEqual([]);
  });
});
