/** `npm run golden`: writes everything that is generated, and says what changed. CI runs it and allows no difference. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Page } from './page.js';

const PageModule = z.object({ pages: z.function({ input: [], output: z.unknown() }) });
const Pages = z.array(z.strictObject({ path: z.string().min(1), content: z.string() }));

/** Where generated files live; casebooks and expected files are rewritten by their tests. */
const FOLDERS = ['docs', 'schemas', 'analyzers', 'generators', 'fixtures', 'test', 'infra'];

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function digests(): ReadonlyMap<string, string> {
  const files = FOLDERS.flatMap(filesBelow);
  return new Map(files.map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]));
}

/** Modules are found by their source: a compiled module whose source is gone writes nothing. */
async function allPages(): Promise<readonly Page[]> {
  const modules = readdirSync('scripts/pages').filter((name) => name.endsWith('.ts'));
  const pages: Page[] = [];
  for (const name of modules.sort()) {
    const module = PageModule.parse(await import(new URL(`pages/${name.replace(/\.ts$/, '.js')}`, import.meta.url).href));
    pages.push(...Pages.parse(await module.pages()));
  }
  const twice = pages.find((page, index) => pages.findIndex(({ path }) => path === page.path) !== index);
  if (twice) throw new Error(`two pages write ${twice.path}`);
  return pages;
}

function write({ path, content }: Page): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A file that says at its beginning that it is generated, and that no page writes any more. */
function removeOrphans(pages: readonly Page[]): void {
  const written = new Set(pages.map(({ path }) => path));
  const orphans = [...filesBelow('docs'), ...filesBelow('schemas')].filter((file) => !written.has(file) && saysItIsGenerated(file));
  for (const file of orphans) rmSync(file);
}

function saysItIsGenerated(file: string): boolean {
  return /Generated\b.{0,8}\bnpm run golden/.test(readFileSync(file, 'utf8').slice(0, 500));
}

/** Tests that compare with files beside them rewrite those files when GOLDEN=1. */
function rewriteExpectations(): number {
  const tests = filesBelow('test').filter((file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('env.GOLDEN'));
  if (tests.length === 0) return 0;
  const run = spawnSync('npx', ['vitest', 'run', ...tests], {
    env: { ...process.env, GOLDEN: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return run.status ?? 1;
}

function printChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  const added = [...after.keys()].filter((file) => !before.has(file)).map((file) => `new      ${file}`);
  const changed = [...after]
    .filter(([file, digest]) => before.has(file) && before.get(file) !== digest)
    .map(([file]) => `changed  ${file}`);
  const removed = [...before.keys()].filter((file) => !after.has(file)).map((file) => `removed  ${file}`);
  const lines = [...added, ...changed, ...removed];
  console.log(lines.length === 0 ? 'Everything generated was up to date.' : lines.join('\n'));
}

const before = digests();
const pages = await allPages();
for (const page of pages) write(page);
removeOrphans(pages);
const status = rewriteExpectations();
printChanges(before, digests());
process.exitCode = status;
