import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPO, refused, type TestWorld, testWorld } from './world.js';

const NAME = 'lake/orders';
const ZERO = '0'.repeat(40);
let world: TestWorld;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(async () => {
  const { directory } = world.standIn.seed.repository(NAME).git;
  expect(execFileSync('git', ['-C', directory, 'fsck', '--full', '--strict'], { encoding: 'utf8' })).not.toMatch(/error|missing|bad/);
  expect(world.standIn.violations).toEqual([]);
  await world.close();
});

const head = (branch: string): string => world.standIn.seed.repository(NAME).git.refs.get(`refs/heads/${branch}`) ?? ZERO;
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', world.standIn.seed.repository(NAME).git.directory, ...args], { encoding: 'utf8' });

const COMMIT = `mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid signature { isValid wasSignedByGitHub } } ref { name } } }`;
const order = (expectedHeadOid: string, fileChanges: object) => ({
  input: {
    branch: { repositoryNameWithOwner: NAME, branchName: 'main' },
    message: { headline: 'Change', body: 'Because' },
    expectedHeadOid,
    fileChanges,
  },
});

describe('createCommitOnBranch', () => {
  it('commits additions and deletions, signed, on the head that is expected', async () => {
    const changes = {
      additions: [{ path: 'a/b/c.txt', contents: Buffer.from('c\n').toString('base64') }],
      deletions: [{ path: 'jobs/orders.py' }],
    };
    const answer = await world.bot.graphql(COMMIT, order(head('main'), changes));
    expect(answer).toMatchObject({
      createCommitOnBranch: { commit: { oid: head('main'), signature: { isValid: true, wasSignedByGitHub: true } }, ref: { name: 'main' } },
    });
    expect(git('ls-tree', '-r', '--name-only', 'main').split('\n')).toEqual(['.github/CODEOWNERS', 'README.md', 'a/b/c.txt', '']);
    expect(git('log', '-1', '--format=%an <%ae>|%cn|%B', 'main')).toMatch(
      /^autopilot\[bot\] <\d+\+autopilot\[bot\]@users\.noreply\.github\.com>\|GitHub\|Change\n\nBecause\n/,
    );
  });

  it('refuses an older head with STALE_DATA, and changes nothing', async () => {
    const old = head('main');
    await world.standIn.as('ben').code.push(NAME, 'main', { files: { x: 'x' } });
    const now = head('main');
    const error: unknown = await world.bot
      .graphql(COMMIT, order(old, { additions: [{ path: 'y', contents: '' }] }))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ errors: [{ type: 'STALE_DATA' }] });
    expect(head('main')).toBe(now);
  });
});

describe('updateRefs', () => {
  const UPDATE = `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;
  const update = (...refUpdates: readonly object[]) =>
    world.bot.graphql(UPDATE, { input: { repositoryId: world.standIn.seed.repository(NAME).nodeId, refUpdates } });

  it('moves, makes and removes references together', async () => {
    const first = head('main');
    const second = await world.standIn.as('ben').code.push(NAME, 'fix', { files: { x: 'x' } });
    await update(
      { name: 'refs/heads/main', beforeOid: first, afterOid: second },
      { name: 'refs/heads/new', beforeOid: ZERO, afterOid: first },
      { name: 'refs/heads/fix', beforeOid: second, afterOid: ZERO },
    );
    expect([head('main'), head('new'), head('fix')]).toEqual([second, first, ZERO]);
  });

  it.each([
    [
      'one of them is not where it is expected',
      (first: string, second: string) => [
        { name: 'refs/heads/new', beforeOid: ZERO, afterOid: first },
        { name: 'refs/heads/fix', beforeOid: first, afterOid: second },
      ],
    ],
    [
      'one of them exists',
      (first: string) => [
        { name: 'refs/heads/new', beforeOid: ZERO, afterOid: first },
        { name: 'refs/heads/fix', beforeOid: ZERO, afterOid: first },
      ],
    ],
    [
      'one of them would go back',
      (first: string) => [
        { name: 'refs/heads/new', afterOid: first },
        { name: 'refs/heads/fix', afterOid: first },
      ],
    ],
  ])('does none of them when %s', async (_why, updates) => {
    const first = head('main');
    const second = await world.standIn.as('ben').code.push(NAME, 'fix', { files: { x: 'x' } });
    await expect(update(...updates(first, second))).rejects.toThrow();
    expect([head('new'), head('fix')]).toEqual([ZERO, second]);
  });
});

describe('trees, commits, references over REST', () => {
  it('removes a file with a null SHA and its folder with it', async () => {
    const { data: tree } = await world.bot.request('POST /repos/{owner}/{repo}/git/trees', {
      ...REPO,
      base_tree: head('main'),
      tree: [{ path: 'jobs/orders.py', mode: '100644', type: 'blob', sha: null }],
    });
    expect(git('ls-tree', '-r', '--name-only', tree.sha).split('\n')).toEqual(['.github/CODEOWNERS', 'README.md', '']);
  });

  it.each(['a/../b', '/a', 'a//b', '.git/config'])('refuses the path %s', async (path) => {
    const call = world.bot.request('POST /repos/{owner}/{repo}/git/trees', {
      ...REPO,
      base_tree: head('main'),
      tree: [{ path, mode: '100644', type: 'blob', content: '' }],
    });
    expect((await refused(call)).status).toBe(422);
  });

  it('signs only commits that name nobody', async () => {
    const parts = { ...REPO, message: 'm', tree: git('rev-parse', 'main^{tree}').trim(), parents: [head('main')] };
    const { data: ours } = await world.bot.request('POST /repos/{owner}/{repo}/git/commits', parts);
    const { data: theirs } = await world.bot.request('POST /repos/{owner}/{repo}/git/commits', {
      ...parts,
      author: { name: 'Ben', email: 'ben@example.com' },
    });
    expect([ours.verification.verified, theirs.verification.verified, theirs.verification.reason]).toEqual([true, false, 'unsigned']);
  });

  it('reads references with slashes, and lists those that begin alike', async () => {
    await world.standIn.as('ben').code.createBranch(NAME, 'a/b/c');
    await world.standIn.as('ben').code.createBranch(NAME, 'a/b/d');
    expect((await world.bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...REPO, ref: 'heads/a/b/c' })).data.ref).toBe(
      'refs/heads/a/b/c',
    );
    expect((await world.bot.request('GET /repos/lake/orders/git/ref/heads/a/b/c')).data.object.sha).toBe(head('main'));
    const { data: alike } = await world.bot.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', { ...REPO, ref: 'heads/a/b' });
    expect(alike.map(({ ref }) => ref)).toEqual(['refs/heads/a/b/c', 'refs/heads/a/b/d']);
    const inside = world.bot.request('POST /repos/{owner}/{repo}/git/refs', { ...REPO, ref: 'refs/heads/a/b', sha: head('main') });
    expect((await refused(inside)).status).toBe(422);
  });

  it('cuts long trees short when the knob says so', async () => {
    world.standIn.knobs.treeEntries = 2;
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      ...REPO,
      tree_sha: 'main',
      recursive: '1',
    });
    expect([data.tree.length, data.truncated]).toEqual([2, true]);
  });

  it('hands out the archive behind a link', async () => {
    const { data, url } = await world.bot.request('GET /repos/{owner}/{repo}/tarball/{ref}', { ...REPO, ref: 'main' });
    expect(url).toContain('/_archive/');
    const names: string[] = [];
    const parser = list({ onReadEntry: (entry) => names.push(entry.path.replace(/^[^/]+\//, '')) });
    if (!(data instanceof ArrayBuffer)) throw new Error('No bytes.');
    await new Promise<void>((resolve) => parser.on('end', () => resolve()).end(Buffer.from(data)));
    expect(names.filter((name) => !name.endsWith('/') && name !== '').sort()).toEqual([
      '.github/CODEOWNERS',
      'README.md',
      'jobs/orders.py',
    ]);
  });

  it('compares over a moved base, and gives raw bytes when asked', async () => {
    await world.standIn.as('ben').code.push(NAME, 'fix', { files: { 'jobs/orders.py': 'print(2)\n' } });
    await world.standIn.as('cleo').code.push(NAME, 'main', { files: { other: 'x\n' } });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/compare/{basehead}', { ...REPO, basehead: 'main...fix' });
    expect([
      data.status,
      data.ahead_by,
      data.behind_by,
      data.files?.map(({ filename, status, patch }) => [filename, status, patch]),
    ]).toEqual(['diverged', 1, 1, [['jobs/orders.py', 'modified', '@@ -1 +1 @@\n-print(1)\n+print(2)']]]);
    const raw = await world.bot.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...REPO,
      path: 'jobs/orders.py',
      ref: 'fix',
      headers: { accept: 'application/vnd.github.raw+json' },
    });
    expect(raw.data).toBe('print(2)\n');
  });
});

it('takes over the history of a git directory on this disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'clone-'));
  const run = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { encoding: 'utf8' });
  run('init', '-q', '-b', 'main');
  writeFileSync(join(directory, 'a.txt'), 'a\n');
  run('add', '.');
  run('commit', '-qm', 'One');
  run('gc', '-q');
  await world.standIn.seed.repo('lake/copied', { from: directory });
  const { data } = await world.bot.request('GET /repos/lake/copied/commits');
  expect(data.map(({ sha, commit }: { sha: string; commit: { message: string } }) => [sha, commit.message])).toEqual([
    [run('rev-parse', 'HEAD').trim(), 'One'],
  ]);
  writeFileSync(join(directory, 'a.txt'), 'b\n');
  run('commit', '-qam', 'Two');
  expect(await world.standIn.as('anna').code.pushFrom('lake/copied', directory, 'main')).toBe(run('rev-parse', 'HEAD').trim());
  rmSync(directory, { recursive: true });
});
