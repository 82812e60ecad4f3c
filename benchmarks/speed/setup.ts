/** What the benchmark of the scan needs beside the repository: the tree that is scanned, as a folder and as commits, and its peers. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const HERE = join(ROOT, 'benchmarks/speed');

export function beside(file: string): string {
  return join(HERE, file);
}

/** Loud on standard error: downloads take a while. */
export function run(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, [...args], { cwd, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The program of a peer, or undefined where it could not be had. */
export type Peers = {
  readonly python: string;
  readonly ripgrep: string | undefined;
  readonly semgrep: string | undefined;
  readonly astGrep: string | undefined;
};

const AST_GREP = '@ast-grep/cli@0.51.1';

/** Pinned versions; those in Python by `requirements-*.txt` beside this file, in environments of their own. */
export function installPeers(folder: string): Peers {
  const npm = join(folder, 'npm');
  const bare = ['--no-audit', '--no-fund', '--silent'];
  return {
    python: 'python3',
    ripgrep: peer(join(ROOT, '.python/ripgrep/bin/rg'), () => run('bash', ['scripts/setup-python.sh', 'ripgrep'], ROOT)),
    semgrep: peer(join(ROOT, '.python/semgrep/bin/semgrep'), () => run('bash', ['scripts/setup-python.sh', 'semgrep'], ROOT)),
    astGrep: peer(join(npm, 'node_modules/.bin/ast-grep'), () => {
      mkdirSync(npm, { recursive: true });
      writeFileSync(join(npm, 'package.json'), '{}');
      run('npm', ['install', ...bare, AST_GREP], npm);
    }),
  };
}

/** A peer that cannot be had is a row that says so; the others are measured all the same. */
function peer(program: string, install: () => void): string | undefined {
  if (existsSync(program)) return program;
  try {
    install();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  return existsSync(program) ? program : undefined;
}

/** The source distributions of `tree.txt`, committed once so that commits can be scanned too. */
export function makeTree(folder: string): string {
  const tree = join(folder, 'tree');
  run('python3', [beside('fetch.py'), beside('tree.txt'), tree]);
  // Without one of its own semgrep leaves out folders of tests, which everybody else reads.
  writeFileSync(join(tree, '.semgrepignore'), '');
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
