/** The Python side as a judge: an interpreter with the modules a test needs. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * `.python/<environment>/bin/python` if it was made, else the system's python3 when it has the modules.
 * On CI its absence is a failure; elsewhere the test says that this judge was left out.
 */
export function pythonWith(environment: string, modules: readonly string[]): string | undefined {
  const made = resolve('.python', environment, 'bin/python');
  const found = [made, 'python3'].find((python) => (python === 'python3' || existsSync(python)) && canImport(python, modules));
  if (found) return found;
  const missing = `no ${made} and no python3 with ${modules.join(', ')}`;
  if (process.env.CI === 'true') throw new Error(missing);
  console.warn(`LEFT OUT: ${missing}`);
  return undefined;
}

/** Runs a script with `input` on stdin and gives its stdout. */
export function runPython(python: string, script: string, input: string): string {
  return execFileSync(python, ['-c', script], { input, encoding: 'utf8', maxBuffer: 64_000_000 });
}

function canImport(python: string, modules: readonly string[]): boolean {
  try {
    execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
