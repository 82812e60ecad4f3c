/** Runs the dependency rule (`.dependency-cruiser.cjs`) and asserts that every source file was seen. Exit 1 when it is broken. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type IViolation } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

const FOLDERS = ['src', 'analyzers', 'generators', 'scripts', 'benchmarks', 'test'];

export type DependencyReport = { readonly files: number; readonly unseen: readonly string[]; readonly violations: readonly string[] };

/** TypeScript files below the source folders of `root`, paths from there. */
export function sourceFiles(root: string): readonly string[] {
  const present = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && FOLDERS.includes(entry.name));
  return present
    .flatMap(({ name }) => readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((path) => `${name}/${path}`))
    .filter((path) => path.endsWith('.ts') || path.endsWith('.tsx'))
    .sort();
}

/** A cruiser that reads nothing finds nothing: what it did not see is reported as well as what it minded. */
export async function checkDependencies(root: string): Promise<DependencyReport> {
  const files = sourceFiles(root);
  const options = await extractOptions(join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise([...files], { ...options, baseDir: root });
  if (typeof output === 'string') throw new Error(`the cruiser answered with text: ${output.slice(0, 200)}`);
  const seen = new Set(output.modules.map((module) => module.source));
  return {
    files: files.length,
    unseen: files.filter((file) => !seen.has(file)),
    violations: output.summary.violations.map(printViolation),
  };
}

function printViolation({ rule, from, to, cycle }: IViolation): string {
  const way = cycle ? cycle.map((step) => step.name).join(' -> ') : to;
  return `${rule.name}: ${from} -> ${way}`;
}

async function main(): Promise<void> {
  const { files, unseen, violations } = await checkDependencies(process.cwd());
  for (const violation of violations) console.error(violation);
  for (const file of unseen) console.error(`not seen by the cruiser: ${file}`);
  console.log(`${files} source files, ${unseen.length} unseen, ${violations.length} violations of the dependency rule`);
  if (files === 0 || unseen.length > 0 || violations.length > 0) process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
