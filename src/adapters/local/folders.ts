/** Makes a folder and those above it, one by one from the nearest that is there: Node's own way never ends where the system makes none. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';

/** The topmost folder that was made, or undefined when all was there. `mode` as of chmod. */
export function makeFolder(path: string, mode = 0o777): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  // Says in the system's words what stands in the way.
  if (missing.length === 0 && !statSync(path).isDirectory()) mkdirSync(path);
  for (const folder of missing) makeOne(folder, mode);
  return missing[0];
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (cause) {
    // Another process was quicker.
    if (isCode(cause, 'EEXIST') && existsSync(folder) && statSync(folder).isDirectory()) return;
    if (!isCode(cause, 'ENOENT')) throw cause;
    const what = `${folder} cannot be made: there are no new folders in ${dirname(folder)}.`;
    throw new ProblemError({ kind: 'usage', what, remedy: 'Name a folder elsewhere.' }, { cause });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
