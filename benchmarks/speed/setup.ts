/** What the benchmark of the scan needs beside the repository: the tree that is scanned, as a folder and as commits, and its peers. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = join(import.meta.dirname, '../../../benchmarks/speed');

export function beside(file: string): string {
  return join(HERE, file);
}

/** Loud on standard error: downloads take a while. */
export function run(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, [...args], { cwd, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] });
}

export type Peers = { readonly python: string; readonly ripgrep: string; readonly semgrep: string; readonly astGrep: string };

/** The pinned versions of `peers.txt`, in an environment of their own. */
export function installPeers(folder: string): Peers {
  const wanted = readFileSync(beside('peers.txt'), 'utf8').trim().split('\n');
  const of = (kind: string): string[] => wanted.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const bin = join(folder, 'python/bin');
  if (!existsSync(join(bin, 'semgrep'))) {
    run('python3', ['-m', 'venv', join(folder, 'python')]);
    run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', ...of('pip').map((line) => line.replace(' ', '=='))]);
  }
  const astGrep = join(folder, 'npm/node_modules/.bin/ast-grep');
  if (!existsSync(astGrep)) {
    mkdirSync(join(folder, 'npm'), { recursive: true });
    writeFileSync(join(folder, 'npm/package.json'), '{}');
    run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--silent', ...of('npm').map((line) => line.replace(/ (?=[\d.]+$)/, '@'))],
      join(folder, 'npm'),
    );
  }
  return { python: 'python3', ripgrep: join(bin, 'rg'), semgrep: join(bin, 'semgrep'), astGrep };
}

/** The source distributions of `tree.txt`, committed once so that commits can be scanned too. */
export function makeTree(folder: string): string {
  const tree = join(folder, 'tree');
  run('python3', [beside('fetch.py'), beside('tree.txt'), tree]);
  if (!existsSync(join(tree, '.git'))) {
    run('git', ['init', '--quiet'], tree);
    commit(tree, 'first');
  }
  return tree;
}

/** Everything as it stands, whatever the ignore files of the distributions say. */
export function commit(tree: string, message: string): void {
  run('git', ['add', '--all', '--force'], tree);
  run('git', ['-c', 'user.name=benchmark', '-c', 'user.email=benchmark@localhost', 'commit', '--quiet', '-m', message], tree);
}
