/** Programs that scan as they are told, each in a process of its own: the compiled end of the child around a few lines. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { type PoolOptions, type ScanProcesses, scanProcesses } from '../../../src/adapters/scan-process/pool.js';
import type { RepoSource } from '../../../src/ports.js';

/** What a program says of itself is in the folder. */
export type Program = { readonly file: string; readonly folder: string; readonly said: (name: string) => string | undefined };

export function compiled(path: string): string {
  return pathToFileURL(resolve(`dist/src/${path}.js`)).href;
}

/** `body`: what it does with `source`; `said(name, text)` writes into the folder, `facts` are those of a repository without anything. */
export function programOf(body: string): Program {
  const folder = mkdtempSync(join(tmpdir(), 'autopilot-scans-'));
  const file = join(folder, 'scan.mjs');
  const lines = [
    `import { existsSync, renameSync, writeFileSync } from 'node:fs';`,
    `import { serveScans } from '${compiled('adapters/scan-process/child')}';`,
    'const [parent, residentMb, folder] = process.argv.slice(2);',
    'const said = (name, text) => {',
    '  writeFileSync(`$' + '{folder}/$' + '{name}.new`, String(text));',
    '  renameSync(`$' + '{folder}/$' + '{name}.new`, `$' + '{folder}/$' + '{name}`);',
    '};',
    'const scan = async (source) => {',
    '  const lists = { runtimes: [], writes: [], reads: [], dbt: [], schedules: [], unresolved: [], codeowners: { rules: [] } };',
    '  const facts = { repository: source.name, commit: source.commit, files: { seen: 0, parsed: 0, cached: 0 }, ...lists };',
    `  said('pid', process.pid);`,
    body,
    '  return facts;',
    '};',
    'serveScans({ parent: Number(parent), residentMb: Number(residentMb) }, scan);',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return undefined;
    }
  };
  return { file, folder, said: read };
}

/** Runs them as the bot does; a repository that was over a limit is not made to rest. */
export function scansWith({ file, folder }: Program, options: Partial<PoolOptions> = {}): ScanProcesses {
  const scans = scanProcesses({ file, words: [folder], warn: () => undefined, restMs: 0, ...options });
  onTestFinished(scans.close);
  return scans;
}

export function sourceOf(name: string, files: Readonly<Record<string, string>> = {}): RepoSource {
  const bytes = (path: string): Uint8Array => new TextEncoder().encode(files[path] ?? '');
  return {
    name,
    commit: 'c'.repeat(40),
    list: async () => Object.keys(files).map((path) => ({ path, sha: path, size: bytes(path).length })),
    read: async function* (entries) {
      for (const entry of entries) yield { ...entry, bytes: bytes(entry.path) };
    },
  };
}
