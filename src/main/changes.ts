/** Who fills the ports of `sf scan --changed-since`: the commit in common with the reference, and the folder as it stands. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Compared } from '../../generators/scan-changes.js';
import { scanReport } from '../../generators/scan-report.js';
import { openGitSource } from '../adapters/git/git-source.js';
import { git } from '../adapters/git/run.js';
import { sinceRef } from '../adapters/git/since.js';
import { isSkipped, openFolderSource } from '../adapters/local/folder-source.js';
import type { ChangesAsked } from '../cli/scan.js';
import { CRITICAL_FILE } from '../core/critical-datasets.js';
import type { RepoFacts } from '../core/facts.js';
import { scanTwice } from '../flows/changed-since.js';
import type { RepoSource } from '../ports.js';
import { completed, decideScanned, withPorts } from './scan.js';

export async function changesIn(
  { folder, ref, orgConfig }: ChangesAsked,
  home: string | undefined,
  warn: (line: string) => void,
): Promise<Compared> {
  const since = await sinceRef(folder, ref);
  const name = basename(resolve(folder)).replace(/\.git$/, '');
  const before = listing(await openGitSource(folder, since.commit, name), (path) => !isSkipped(path));
  const { own } = since;
  const after = own ? listing(await openFolderSource(folder), (path) => own.has(path)) : await openGitSource(folder, 'HEAD', name);

  const scans = await withPorts(home, warn, (ports) => scanTwice({ before, after: { ...after, name } }, since.renames, ports));
  const decided = (facts: RepoFacts, directory: string) => scanReport(facts, decideScanned([facts], orgConfig, [directory]));
  const was = await criticalThen(folder, since.commit);
  const is = own ? folder : await criticalThen(folder, after.commit ?? 'HEAD');
  try {
    // Asked for both at once, so that a catalog that changes meanwhile is no change of the code.
    const [then = scans.before, now = scans.after] = await completed([scans.before, scans.after], [was, is], orgConfig);
    return { ref, since: since.commit, before: decided(then, was), after: decided(now, is), files: scans.files };
  } finally {
    for (const made of [was, is]) if (made !== folder) rmSync(made, { recursive: true, force: true });
  }
}

/** A submodule or what tools installed is in one listing only; both leave it out. */
function listing(source: RepoSource, isWanted: (path: string) => boolean): RepoSource {
  return { ...source, list: async () => (await source.list()).filter(({ path }) => isWanted(path)) };
}

/** A folder with the repository's list of critical datasets as a commit holds it, so that it is read like any other. */
async function criticalThen(folder: string, commit: string): Promise<string> {
  const made = mkdtempSync(join(tmpdir(), 'sf-critical-'));
  const { code, stdout } = await git(folder, ['cat-file', 'blob', `${commit}:${CRITICAL_FILE}`]);
  if (code === 0) writeFileSync(join(made, CRITICAL_FILE), stdout);
  return made;
}
