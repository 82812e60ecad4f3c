/** Repositories made to deceive: what git says is not believed, what is too large is not read, and both are named. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isBlob } from '../../src/adapters/git/blob-id.js';
import { createGitForge } from '../../src/adapters/git/forge.js';
import { openGitSource, readBlobs } from '../../src/adapters/git/git-source.js';
import { git, gitText } from '../../src/adapters/git/run.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE } from '../../src/adapters/local/facts-cache.js';
import { openFolderSource } from '../../src/adapters/local/folder-source.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { pythonReader } from '../../src/adapters/tree-sitter/read-python.js';
import type { RepoFacts } from '../../src/core/facts.js';
import { scanRepository } from '../../src/flows/scan-repo.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import { requireCommit } from '../../src/main/repositories.js';
import type { RepoSource } from '../../src/ports.js';

const WRITE = 'df.write.parquet("s3://shop/orders")\n';

function repository(
  files: Readonly<Record<string, string>> = { 'jobs/orders.py': WRITE, 'jobs/late.py': 'df.write.parquet("s3://shop/late")\n' },
) {
  const directory = mkdtempSync(join(tmpdir(), 'hostile-git-'));
  const run = (...args: string[]): string =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { encoding: 'utf8' }).trim();
  run('init', '--quiet', '--initial-branch=main');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  run('add', '.');
  run('commit', '--quiet', '-m', 'first');
  const objectOf = (sha: string): string => join(directory, '.git/objects', sha.slice(0, 2), sha.slice(2));
  return { directory, run, objectOf };
}

async function scan(source: RepoSource): Promise<RepoFacts> {
  const { read, close } = pythonReader();
  const facts = await scanRepository(source, {
    facts: NO_CACHE,
    readPython: read,
    openJinja,
    parseHcl: openHcl(),
    readTypeScript: openTypeScript(),
  });
  await close();
  return facts;
}
const problems = ({ unresolved }: RepoFacts) => unresolved.map(({ file, reason }) => `${file} ${reason}`);

describe('objects of a repository', () => {
  it('that are not what their name stands for are unreadable files', async () => {
    const { directory, run, objectOf } = repository();
    const sha = run('rev-parse', 'HEAD:jobs/orders.py');
    const forged = 'df.write.parquet("s3://evil/orders")\n';
    chmodSync(objectOf(sha), 0o600);
    writeFileSync(objectOf(sha), deflateSync(Buffer.from(`blob ${forged.length}\0${forged}`)));
    expect(run('cat-file', 'blob', sha)).toContain('evil');
    const facts = await scan(await openGitSource(directory));
    expect(facts.writes.flatMap(({ targets }) => targets)).toEqual(['s3://shop/late']);
    expect(problems(facts)).toEqual(['jobs/orders.py unreadable-file']);
    const forge = createGitForge({ repository: 'acme/lake', directory });
    await expect(forge.readFolder(run('rev-parse', 'HEAD'), 'jobs')).rejects.toThrow(/not what its name/);
  });

  it('that are missing are unreadable files, and the next one is itself', async () => {
    const { directory, run, objectOf } = repository();
    rmSync(objectOf(run('rev-parse', 'HEAD:jobs/late.py')), { force: true });
    const facts = await scan(await openGitSource(directory));
    expect(facts.writes.flatMap(({ targets }) => targets)).toEqual(['s3://shop/orders']);
    expect(problems(facts)).toEqual(['jobs/late.py unreadable-file']);
  });

  it('that are commits are passed over: what they say is not the next file', async () => {
    const { directory, run } = repository();
    const sha = run('rev-parse', 'HEAD:jobs/orders.py');
    run('commit', '--quiet', '--allow-empty', '-m', `${sha} blob 4\nevil\n${sha} blob 4\nevil`);
    const entries = [
      { path: 'module', sha: run('rev-parse', 'HEAD'), size: 0 },
      { path: 'jobs/orders.py', sha, size: 0 },
    ];
    const found: string[] = [];
    for await (const { path, bytes } of readBlobs(directory, entries)) found.push(`${path} ${Buffer.from(bytes).toString('utf8')}`);
    expect(found).toEqual([`jobs/orders.py ${WRITE}`]);
  });

  it('that are too large are named, and not read', async () => {
    const { directory, run } = repository({
      'jobs/orders.py': WRITE,
      'jobs/huge.py': `x = 1\n${'#'.repeat(3_000_000)}\n`,
      'requirements.txt': '#'.repeat(2_500_000),
    });
    const source = await openGitSource(directory);
    const read: string[] = [];
    const watched: RepoSource = {
      ...source,
      read: (files) => {
        read.push(...files.map(({ path }) => path));
        return source.read(files);
      },
    };
    const facts = await scan(watched);
    expect(problems(facts)).toEqual(['jobs/huge.py too-large', 'requirements.txt too-large']);
    expect(read.filter((path) => path !== 'jobs/orders.py')).toEqual([]);
    expect(problems(await scan(await openFolderSource(directory)))).toEqual(problems(facts));
    await expect(git(directory, ['cat-file', 'blob', run('rev-parse', 'HEAD:jobs/huge.py')], { maxBytes: 1_000_000 })).rejects.toThrow(
      /was stopped/,
    );
  });

  it('are known by either hash', () => {
    expect(isBlob('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', new Uint8Array())).toBe(true);
    expect(isBlob('473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813', new Uint8Array())).toBe(true);
    expect(isBlob('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', new Uint8Array([1]))).toBe(false);
  });
});

describe('a folder', () => {
  it('names files that changed since they were listed', async () => {
    const { directory } = repository();
    const source = await openFolderSource(directory);
    const listing = await source.list();
    writeFileSync(join(directory, 'jobs/orders.py'), 'df.write.parquet("s3://evil/orders")\n');
    const facts = await scan({ ...source, list: async () => listing });
    expect(problems(facts)).toEqual(['jobs/orders.py unreadable-file']);
  });
});

describe('git', () => {
  it('starts no helper that the repository asks for, even where the repository allows it', async () => {
    const { directory, run, objectOf } = repository();
    const mark = join(directory, 'mark');
    run('config', 'protocol.allow', 'always');
    run('config', 'protocol.ext.allow', 'always');
    run('config', 'extensions.partialClone', 'origin');
    run('config', 'core.repositoryFormatVersion', '1');
    run('config', 'remote.origin.url', `ext::touch ${mark}`);
    run('config', 'remote.origin.promisor', 'true');
    const lost = run('rev-parse', 'HEAD:jobs/late.py');
    rmSync(objectOf(lost), { force: true });
    await git(directory, ['cat-file', 'blob', lost]);
    const fetched = await git(directory, ['fetch', 'origin']);
    expect(fetched.code).not.toBe(0);
    expect(existsSync(mark)).toBe(false);
  });
});

describe('a repository to write to', () => {
  it('is the folder itself, or a work tree that its repository knows', async () => {
    const { directory, run } = repository();
    await expect(requireCommit(directory)).resolves.toBeUndefined();
    const tree = `${directory}-tree`;
    run('worktree', 'add', '--quiet', tree, '-b', 'side');
    await expect(requireCommit(tree)).resolves.toBeUndefined();
    const bare = `${directory}.git`;
    run('clone', '--quiet', '--bare', directory, bare);
    await expect(requireCommit(bare)).resolves.toBeUndefined();
  });

  it.each([
    ['a .git file names', (mine: string, other: string) => writeFileSync(join(mine, '.git'), `gitdir: ${join(other, '.git')}\n`)],
    ['.git is a link to', (mine: string, other: string) => symlinkSync(join(other, '.git'), join(mine, '.git'))],
    [
      'commondir names',
      (mine: string, other: string) => {
        renameSync(join(mine, '.git.off'), join(mine, '.git'));
        writeFileSync(join(mine, '.git/commondir'), join(other, '.git'));
      },
    ],
    [
      'refs are a link to',
      (mine: string, other: string) => {
        renameSync(join(mine, '.git.off'), join(mine, '.git'));
        rmSync(join(mine, '.git/refs'), { recursive: true });
        symlinkSync(join(other, '.git/refs'), join(mine, '.git/refs'));
      },
    ],
  ])('is not the other one that %s', async (_, redirect) => {
    const mine = repository().directory;
    const other = repository().directory;
    renameSync(join(mine, '.git'), join(mine, '.git.off'));
    redirect(mine, other);
    await expect(requireCommit(mine)).rejects.toThrow(/another repository/);
    expect(await gitText(other, ['rev-parse', '--verify', 'HEAD'])).toMatch(/^[0-9a-f]{40}$/);
  });
});
