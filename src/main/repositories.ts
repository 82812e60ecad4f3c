/** Opens local git repositories at their HEAD and scans what is committed there. */
import { basename } from 'node:path';
import { openGitSource } from '../adapters/git/git-source.js';
import { git } from '../adapters/git/run.js';
import type { RepoFacts } from '../core/facts.js';
import { ProblemError } from '../core/problem.js';
import { requireOwnRepository } from './own-repository.js';
import { scanSources, withCriticalList } from './scan.js';

export type ScannedRepository = { readonly name: string; readonly directory: string; readonly facts: RepoFacts };

/** Refuses a folder that is no repository or has no commit: a branch needs something to begin at. */
export async function scanRepositories(
  directories: readonly string[],
  home: string,
  warn: (line: string) => void,
): Promise<readonly ScannedRepository[]> {
  const named: { readonly name: string; readonly directory: string }[] = [];
  for (const directory of directories) {
    await requireCommit(directory);
    named.push({ name: uniqueName(await nameOf(directory), named), directory });
  }
  const sources = await Promise.all(named.map(({ name, directory }) => openGitSource(directory, 'HEAD', name)));
  const scanned = await scanSources(sources, home, warn);
  return named.flatMap((each, index) => {
    const facts = scanned[index];
    return facts ? [{ ...each, facts: withCriticalList(facts, each.directory, warn) }] : [];
  });
}

export async function requireCommit(directory: string): Promise<void> {
  const head = await git(directory, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  // 128: there is no repository to ask; 1: there is no such commit.
  if (head.code > 1) {
    throw new ProblemError({
      kind: 'usage',
      what: `${directory} is not a git repository.`,
      remedy: 'Name the folder of a repository, or run `git init` and commit there.',
    });
  }
  await requireOwnRepository(directory);
  if (head.code === 0) return;
  // HEAD names a commit, and the commit is not there.
  if ((await git(directory, ['rev-parse', '--verify', '--quiet', 'HEAD'])).code === 0)
    throw new ProblemError({ kind: 'world', what: `The newest commit of ${directory} cannot be read.`, remedy: 'Run `git fsck` there.' });
  throw new ProblemError({ kind: 'usage', what: `${directory} has no commit yet.`, remedy: 'Commit the jobs there first.' });
}

/** `owner/name` as the remote says, else what the folder is called. */
async function nameOf(directory: string): Promise<string> {
  const remote = await git(directory, ['config', '--local', '--get', 'remote.origin.url']);
  const url = remote.code === 0 ? remote.stdout.toString('utf8').trim() : '';
  const match = /[:/]([A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+?)(?:\.git)?\/?$/.exec(url);
  return match?.[1] && /^(?:https?:|ssh:|git@)/.test(url) ? match[1] : basename(directory).replace(/\.git$/, '');
}

function uniqueName(name: string, taken: readonly { readonly name: string }[]): string {
  if (!taken.some((each) => each.name === name)) return name;
  return uniqueName(`${name}-${taken.length + 1}`, taken);
}
