/** The commits of a sequence in a real repository, written in one stream; and each of them as a source that asks git once for each blob. */
import { openGitSource } from '../../src/adapters/git/git-source.js';
import { gitText } from '../../src/adapters/git/run.js';
import type { FileEntry, SourceFile } from '../../src/core/repo.js';
import type { RepoSource } from '../../src/ports.js';
import type { Step } from './sequence.js';

/** The commits, in order. */
export async function writeCommits(folder: string, steps: readonly Step[]): Promise<readonly string[]> {
  await gitText(folder, ['init', '--quiet', '--bare', '.']);
  const stream = steps.map(({ files }, index) => {
    const head = `commit refs/heads/main\ncommitter a <a@b> ${1_700_000_000 + index} +0000\n${data('a step')}deleteall\n`;
    return head + [...files].map(([path, { text, mode }]) => `M ${mode} inline ${JSON.stringify(path)}\n${data(text)}`).join('');
  });
  await gitText(folder, ['fast-import', '--quiet'], { input: `${stream.join('')}done\n` });
  const log = await gitText(folder, ['rev-list', '--reverse', 'main']);
  return log.trim().split('\n');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

export async function sourceAt(folder: string, commit: string, blobs: Map<string, Uint8Array>): Promise<RepoSource> {
  const source = await openGitSource(folder, commit, 'repository');
  const entries = await source.list();
  for await (const { sha, bytes } of source.read(entries.filter((entry) => !blobs.has(entry.sha)))) blobs.set(sha, Uint8Array.from(bytes));
  return { ...source, list: async () => entries, read: (files) => remembered(files, blobs) };
}

async function* remembered(files: readonly FileEntry[], blobs: ReadonlyMap<string, Uint8Array>): AsyncGenerator<SourceFile> {
  for (const file of files) {
    const bytes = blobs.get(file.sha);
    if (bytes) yield { ...file, bytes };
  }
}
