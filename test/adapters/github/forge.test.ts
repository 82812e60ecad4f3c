/** The forge over GitHub's API on the stand-in: as every forge, and what only GitHub has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forgeSuite } from '../../ports/forge-suite.js';
import { personCommit } from '../../ports/person-commit.js';
import { AT, BRANCH, FOLDER, LAKE, type Lake, openLake } from './lake.js';

/** A clone that a person works in. */
function cloneOf({ standIn }: Lake): string {
  const directory = mkdtempSync(join(tmpdir(), 'autopilot-clone-'));
  execFileSync('git', ['clone', '--quiet', '--bare', standIn.seed.repository(LAKE).git.directory, directory]);
  return directory;
}

describe('as every forge', () => {
  forgeSuite(async () => {
    const lake = await openLake({}, { 'job.py': 'print(1)\n' });
    const clone = cloneOf(lake);
    const base = (await lake.forge.head('main')) ?? '';
    return {
      forge: lake.forge,
      base,
      push: async (branch, files) => {
        const sha = personCommit(clone, branch, base, files);
        await lake.standIn.as('ben').code.pushFrom(LAKE, clone, branch, { force: true });
        return sha;
      },
      close: async () => {
        expect(lake.standIn.violations).toEqual([]);
        await lake.close();
        rmSync(clone, { recursive: true });
      },
    };
  });
});

describe('on GitHub', () => {
  let lake: Lake;
  let base: string;
  beforeEach(async () => {
    lake = await openLake();
    base = (await lake.forge.head('main')) ?? '';
  });
  afterEach(async () => {
    expect(lake.standIn.violations).toEqual([]);
    await lake.close();
  });
  const file = (content: string) => [{ path: `${FOLDER}/dataset.yaml`, content }];
  const commit = (content: string, parent = base) => lake.forge.commit(parent, file(content), 'Make it observable\n', AT);
  const push = (branch: string) => lake.standIn.as('ben').code.push(LAKE, branch, { files: { 'note.txt': 'mine' } });

  test('a branch with one commit is three writes, signed, and git finds it sound', async () => {
    const { answer, operations } = await lake.during(async () => {
      const made = await commit('urn: x\n');
      await lake.forge.point(BRANCH, made.sha, undefined);
      return made;
    });
    expect(operations).toEqual(['create-tree', 'create-commit', 'create-ref']);
    const { git, verified } = lake.standIn.seed.repository(LAKE);
    expect(verified.has(answer.sha)).toBe(true);
    execFileSync('git', ['-C', git.directory, 'fsck', '--strict']);
    expect(execFileSync('git', ['-C', git.directory, 'show', `${answer.sha}:${FOLDER}/dataset.yaml`], { encoding: 'utf8' })).toBe(
      'urn: x\n',
    );
  });

  test('a commit that GitHub does not sign is refused, or taken where that was said', async () => {
    const unsigned = async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const answer = await fetch(input, init);
      if (init?.method !== 'POST' || !String(input).endsWith('/git/commits')) return answer;
      return new Response((await answer.text()).replace('"verified":true', '"verified":false'), answer);
    };
    const strict = lake.again({ fetch: unsigned }).github.forge(lake.row);
    await expect(strict.commit(base, file('x'), 'm\n', AT)).rejects.toThrow(/did not sign the commit/);
    const lenient = lake.again({ fetch: unsigned, allowUnverified: true }).github.forge(lake.row);
    expect(await lenient.commit(base, file('x'), 'm\n', AT)).toMatchObject({ sha: expect.stringMatching(/^[0-9a-f]{40}$/) });
  });

  test('a file with a token is not written', async () => {
    await expect(commit(`token: ghs_${'a1'.repeat(18)}\n`)).rejects.toThrow(/holds a token/);
    expect(lake.standIn.calls.filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual([]);
  });

  test('a push in the moment before ours wins, forward and aside', async () => {
    const first = await commit('1');
    await lake.forge.point(BRANCH, first.sha, undefined);
    const forward = await commit('2', first.sha);
    lake.standIn.faults.next({ operation: 'PATCH /repos/{owner}/{repo}/git/refs' }, { kind: 'first', act: () => push(BRANCH) });
    const lost = await lake.forge.point(BRANCH, forward.sha, first.sha);
    expect(lost).toEqual({ done: false, head: await lake.forge.head(BRANCH) });

    const standing = await lake.forge.head(BRANCH);
    const aside = await commit('3');
    lake.standIn.faults.next({ operation: 'updateRefs' }, { kind: 'first', act: () => push(BRANCH) });
    expect(await lake.forge.point(BRANCH, aside.sha, standing)).toMatchObject({ done: false });
    expect(await lake.forge.head(BRANCH)).not.toBe(aside.sha);
  });

  test('a branch that appears in the moment before ours stays', async () => {
    const { sha } = await commit('1');
    lake.standIn.faults.next({ operation: 'POST /repos/{owner}/{repo}/git/refs' }, { kind: 'first', act: () => push(BRANCH) });
    expect(await lake.forge.point(BRANCH, sha, undefined)).toEqual({ done: false, head: await lake.forge.head(BRANCH) });
  });

  test.each([
    ['502 though it was done', { kind: 'done-but-status', status: 502 }, 1],
    ['a reset though it was done', { kind: 'reset', afterDoing: true }, 1],
    ['502 and nothing done', { kind: 'status', status: 502 }, 2],
  ] as const)('%s: the branch stands at our commit, sent as often as needed', async (_what, effect, sent) => {
    const { sha } = await commit('1');
    lake.standIn.faults.next({ operation: 'POST /repos/{owner}/{repo}/git/refs' }, effect);
    expect(await lake.forge.point(BRANCH, sha, undefined)).toEqual({ done: true });
    expect(await lake.forge.head(BRANCH)).toBe(sha);
    expect(lake.standIn.calls.filter(({ operation }) => operation === 'POST /repos/{owner}/{repo}/git/refs')).toHaveLength(sent);
  });

  test('a rule that forbids it is told, not retried', async () => {
    await lake.standIn.as('ada').settings.setRuleset(LAKE, { name: 'names', include: ['~ALL'], rules: [{ type: 'creation' }] });
    const { sha } = await commit('1');
    await expect(lake.forge.point(BRANCH, sha, undefined)).rejects.toThrow(/refused to move/);
  });

  test('a repository that is too large for one listing is walked', async () => {
    const clone = cloneOf(lake);
    const theirs = personCommit(
      clone,
      'people/many',
      base,
      Array.from({ length: 30 }, (_, index) => ({ path: `d${index % 5}/e/${index}.py`, content: `${index}` })),
    );
    await lake.standIn.as('ben').code.pushFrom(LAKE, clone, 'people/many');
    rmSync(clone, { recursive: true });
    lake.standIn.knobs.treeEntries = 9;
    expect(await lake.forge.changed(base, theirs)).toHaveLength(30);
  });

  test('a folder with more files than a dataset has is not read, and of a large file only its SHA', async () => {
    const clone = cloneOf(lake);
    const at = (name: string) => `${FOLDER}/${name}`;
    const large = personCommit(clone, 'people/large', base, [{ path: at('a.bin'), content: 'x'.repeat(1_000_001) }]);
    const many = personCommit(
      clone,
      'people/crowd',
      base,
      Array.from({ length: 301 }, (_, index) => ({ path: at(`${index}.yaml`), content: `${index}` })),
    );
    await lake.standIn.as('ben').code.pushFrom(LAKE, clone, 'people/large');
    await lake.standIn.as('ben').code.pushFrom(LAKE, clone, 'people/crowd');
    rmSync(clone, { recursive: true });
    const before = lake.standIn.calls.length;
    expect(await lake.forge.readFolder(large, FOLDER)).toEqual([{ path: at('a.bin'), content: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
    await expect(lake.forge.readFolder(many, FOLDER)).rejects.toThrow(/signal_factory\/gold\/orders in acme\/lake holds 301 files/);
    expect(lake.standIn.calls.slice(before).filter(({ path }) => path.includes('/git/blobs/'))).toEqual([]);
  });

  test('a repository that took the name of ours is not written to', async () => {
    await lake.standIn.as('ada').settings.rename(LAKE, 'pond');
    expect(await lake.forge.head('main')).toBe(base);
    const before = await commit('1');
    expect(before.sha).toMatch(/^[0-9a-f]{40}$/);
    await lake.standIn.seed.repo(LAKE, { files: { 'a.txt': 'a' } });
    await expect(lake.again({}).github.forge(lake.row).commit(base, file('2'), 'm\n', AT)).rejects.toThrow();
    expect(lake.standIn.seed.repository(LAKE).git.objects).toBeDefined();
  });

  test('what is gone is no empty branch', async () => {
    await lake.standIn.as('ada').settings.deleteRepository(LAKE);
    await expect(lake.again({}).github.forge(lake.row).head('main')).rejects.toThrow(/404/);
  });
});
