import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EMPTY_TREE } from '../../src/stand-in/git/objects.js';
import { GitRepository } from '../../src/stand-in/git/repository.js';
import { ancestry, changedPaths, linearBetween, linearMergeBase, plainMerge } from '../../src/stand-in/git/walk.js';

let directory: string;
let repository: GitRepository;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'walk-'));
  repository = await GitRepository.create(directory, 'main');
});
afterAll(() => rmSync(directory, { recursive: true }));

const WHO = { name: 'Ada', email: 'ada@example.com', date: '2026-01-01T00:00:00Z' };
const git = (...args: readonly string[]): string => execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim();
const tryGit = (...args: readonly string[]): string | undefined => {
  try {
    return git(...args);
  } catch {
    return undefined;
  }
};

type Files = Readonly<Record<string, string>>;
const files: fc.Arbitrary<Files> = fc.dictionary(
  fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/f', 'g/h'),
  fc.constantFrom('1\n', '2\n', '3\n'),
  { maxKeys: 6, noNullPrototype: true },
);

async function treeOf(wanted: Files): Promise<string> {
  const changes = Object.entries(wanted).map(([path, text]) => ({
    path,
    mode: '100644',
    sha: repository.objects.write('blob', Buffer.from(text)),
  }));
  return (await repository.changeTree(EMPTY_TREE, changes)) ?? EMPTY_TREE;
}

function commit(tree: string, ...parents: readonly string[]): string {
  return repository.objects.writeCommit({ tree, parents, author: WHO, committer: WHO, message: 'm' });
}

it('merges trees as git does, or leaves it to git', async () => {
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(files, files, files, async (base, ours, theirs) => {
      const trees = [await treeOf(base), await treeOf(ours), await treeOf(theirs)] as const;
      const plain = await plainMerge(repository.objects, ...trees);
      if (plain === undefined) return;
      decided += 1;
      const root = commit(trees[0]);
      expect(tryGit('merge-tree', '--write-tree', commit(trees[1], root), commit(trees[2], root))).toBe(plain);
    }),
    { numRuns: 150, seed: 7 },
  );
  expect(decided).toBeGreaterThan(10);
});

it('finds the paths git finds', async () => {
  await fc.assert(
    fc.asyncProperty(files, files, async (before, after) => {
      const [one, other] = [await treeOf(before), await treeOf(after)];
      const letters = { added: 'A', removed: 'D', modified: 'M' } as const;
      const found = (await changedPaths(repository.objects, one, other)).map(([path, status]) => `${letters[status]}\t${path}`);
      repository.objects.write('tree', Buffer.alloc(0));
      expect(found.toSorted()).toEqual(
        git('diff-tree', '-r', '--no-renames', '--name-status', one, other).split('\n').filter(Boolean).toSorted(),
      );
    }),
    { numRuns: 60, seed: 7 },
  );
});

it('knows ancestors, merge bases and ranges as git does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.option(fc.nat(), { freq: 4 })), { minLength: 1, maxLength: 12 }), async (shape) => {
      const made = [commit(await treeOf({ a: '1\n' }))];
      for (const [at, [first, second]] of shape.entries()) {
        const parents = [made[first % made.length], ...(second === null ? [] : [made[second % made.length]])].filter(
          (one) => one !== undefined,
        );
        made.push(commit(await treeOf({ a: `${at}\n`, b: `${made.length}\n` }), ...new Set(parents)));
      }
      const [one, other] = [made.at(-1) ?? '', made[Math.floor(made.length / 2)] ?? ''];
      expect(ancestry(repository.objects, other, one)).toBe(tryGit('merge-base', '--is-ancestor', other, one) !== undefined);
      const base = linearMergeBase(repository.objects, one, other);
      if (base !== undefined) expect(base).toBe(git('merge-base', one, other));
      const range = linearBetween(repository.objects, other, one);
      if (range !== undefined) expect(range).toEqual(git('rev-list', '--reverse', `${other}..${one}`).split('\n').filter(Boolean));
    }),
    { numRuns: 60, seed: 7 },
  );
});
