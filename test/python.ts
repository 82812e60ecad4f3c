/** Python programs that judge what we write: where their environments are, and what is left out without them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

export type Python = { readonly executable: string } | { readonly leftOut: string };

/**
 * The interpreter of `.python/<name>`, made by `npm run setup:python`. Without it the tests that need it are left out,
 * which is said before the run; where CI is set, leaving out is a failure.
 */
export function python(name: string): Python {
  const executable = resolve('.python', name, 'bin', 'python');
  if (existsSync(resolve('.python', name, '.made-from')) && existsSync(executable)) return { executable };
  const leftOut = `Python part "${name}" is left out: run \`npm run setup:python\` to make .python/${name}.`;
  if (process.env.CI) throw new Error(leftOut);
  return { leftOut };
}

export function pythonParts(): readonly string[] {
  return readdirSync('test/python').flatMap((file) => /^requirements-(.+)\.txt$/.exec(file)?.[1] ?? []);
}

/** The interpreter, or undefined where the part is left out: for `test.skipIf`. */
export function pythonWith(name: string): string | undefined {
  const found = python(name);
  return 'executable' in found ? found.executable : undefined;
}

/** Runs a script with `input` on stdin and gives its stdout. */
export function runPython(executable: string, script: string, input: string): string {
  return execFileSync(executable, ['-c', script], { input, encoding: 'utf8', maxBuffer: 64_000_000 });
}
