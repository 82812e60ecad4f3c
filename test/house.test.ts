/** The rules of the house that no other tool keeps: the dependency rule sees its violations, names, forbidden text, the lock file. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDependencies } from '../scripts/check-dependencies.js';
import { lockEntry, missingBinaries, readLock } from '../scripts/complete-lock.js';
import { projectFiles } from './project-files.js';

/** Sources that keep the rule, so that a planted import has something to meet. */
const KEPT: Readonly<Record<string, string>> = {
  'src/core/urn.ts': `import * as z from 'zod';\nexport const Urn = z.string();\n`,
  'src/ports.ts': `import type { Urn } from './core/urn.js';\nexport type Ports = { readonly read: (urn: typeof Urn) => void };\n`,
  'src/adapters/git/run.ts': `import { spawn } from 'node:child_process';\nexport const start = spawn;\n`,
  'src/adapters/git/repository.ts': `import { start } from './run.js';\nexport const repository = start;\n`,
  'src/adapters/folder/repository.ts': `import { start } from '../git/run.js';\nexport const folder = start;\n`,
  'src/adapters/local/sqlite.ts': `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nexport const open = () => require('node:sqlite');\n`,
  'src/flows/register.ts': `import type { Ports } from '../ports.js';\nexport const register = (ports: Ports) => ports;\n`,
  'src/main/sf.ts': `import { repository } from '../adapters/git/repository.js';\nexport const sf = repository;\n`,
  'analyzers/link.ts': `import { Urn } from '../src/core/urn.js';\nexport const link = Urn;\n`,
  'analyzers/pairs.ts': `export const pairs = 1;\n`,
  'analyzers/python/facts.ts': `import { pairs } from '../pairs.js';\nexport const facts = pairs;\n`,
  'analyzers/syntax/tree.ts': `import { facts } from '../python/facts.js';\nexport const tree = facts;\n`,
  'analyzers/targets/values.ts': `import { facts } from '../python/facts.js';\nexport const values = facts;\n`,
  'analyzers/runtimes/spark/writes.ts': `export const writes = 1;\n`,
  'analyzers/runtimes/index.ts': `import { writes } from './spark/writes.js';\nexport const runtimes = [writes];\n`,
  'generators/manifest.ts': `export const manifest = 1;\n`,
  'generators/render/yaml.ts': `import { stringify } from 'yaml';\nexport const yaml = stringify;\n`,
  'scripts/golden.ts': `import { manifest } from '../generators/manifest.js';\nexport const golden = manifest;\n`,
  'benchmarks/scan.ts': `export const scan = 1;\n`,
  'test/urn.test.ts': `import { Urn } from '../src/core/urn.js';\nexport const tested = Urn;\n`,
};

/** What is planted, and the rule that has to mind it. */
const PLANTED: readonly (readonly [what: string, file: string, text: string, rule: string])[] = [
  ['core reads the disk', 'src/core/disk.ts', `import 'node:fs';`, 'core-is-pure'],
  ['core hashes outside fingerprint and signing', 'src/core/hash.ts', `import 'node:crypto';`, 'core-is-pure'],
  ['core parses YAML outside signing', 'src/core/text.ts', `import 'yaml';`, 'core-is-pure'],
  ['core imports a port', 'src/core/port.ts', `import type { Ports } from '../ports.js';\nexport type P = Ports;`, 'core-is-pure'],
  ['signing reads the disk', 'src/core/signing/keys.ts', `import 'node:fs';`, 'core-signing'],
  ['an analyzer imports a generator', 'analyzers/read.ts', `import '../generators/manifest.js';`, 'analyzers-are-pure'],
  ['an analyzer uses a built-in', 'analyzers/path.ts', `import 'node:path';`, 'analyzers-are-pure'],
  ['a generator imports an analyzer', 'generators/report.ts', `import '../analyzers/link.js';`, 'generators-are-pure'],
  ['a generator prints YAML by itself', 'generators/bundle.ts', `import 'yaml';`, 'generators-are-pure'],
  ['the facts of a file know values', 'analyzers/python/values.ts', `import '../targets/values.js';`, 'facts-of-one-file'],
  ['the facts of a file know its tree', 'analyzers/python/tree.ts', `import '../syntax/tree.js';`, 'facts-of-one-file'],
  ['the tree of a file knows values', 'analyzers/syntax/values.ts', `import '../targets/values.js';`, 'tree-of-one-file'],
  ['two runtimes meet', 'analyzers/runtimes/dask/writes.ts', `import '../spark/writes.js';`, 'two-runtimes-never-meet'],
  ['a runtime knows the parser', 'analyzers/runtimes/dask/node.ts', `import 'web-tree-sitter';`, 'vendor-tree-sitter'],
  ['two adapters meet', 'src/adapters/folder/lake.ts', `import '../git/repository.js';`, 'two-adapters-never-meet'],
  ['an adapter imports a flow', 'src/adapters/folder/flow.ts', `import '../../flows/register.js';`, 'adapters-fill-ports'],
  ['a flow imports an adapter', 'src/flows/scan.ts', `import '../adapters/git/repository.js';`, 'only-main-imports-adapters'],
  ['a flow reads the disk', 'src/flows/read.ts', `import 'node:fs';`, 'flows-reach-the-world-through-ports'],
  ['the command line imports an adapter', 'src/cli/scan.ts', `import '../adapters/git/run.js';`, 'only-main-imports-adapters'],
  ['a vendor outside its adapter', 'src/adapters/folder/duck.ts', `import '@duckdb/node-api';`, 'vendor-duckdb'],
  ['SQLite beside its one file', 'src/adapters/local/records.ts', `import '@photostructure/sqlite';`, 'vendor-sqlite'],
  ['Node’s own SQLite beside its one file', 'src/adapters/local/queue.ts', `import 'node:sqlite';`, 'vendor-node-sqlite'],
  ['somebody imports main', 'src/cli/again.ts', `import '../main/sf.js';`, 'main-is-imported-by-nobody'],
  ['a script imports a flow', 'scripts/pages/flow.ts', `import '../../src/flows/register.js';`, 'scripts'],
  ['shipped code imports a script', 'generators/tool.ts', `import '../scripts/golden.js';`, 'shipped-code-knows-no-tools'],
  ['shipped code needs a development package', 'src/main/property.ts', `import 'fast-check';`, 'shipped-code-needs-shipped-packages'],
  ['a test imports a benchmark', 'test/scan.test.ts', `import '../benchmarks/scan.js';`, 'nothing-imports-benchmarks'],
  ['a benchmark imports a test', 'benchmarks/tested.ts', `import '../test/urn.test.js';`, 'nothing-imports-tests'],
  ['an import leads nowhere', 'generators/lost.ts', `import './nowhere.js';`, 'resolvable'],
  [
    'two files import each other’s types',
    'src/core/cycle.ts',
    `import type { B } from './cycle-back.js';\nexport type A = B | 1;`,
    'no-cycle',
  ],
];
const OTHER_HALF = ['src/core/cycle-back.ts', `import type { A } from './cycle.js';\nexport type B = A | 2;\n`] as const;

function plant(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function newHouse(): string {
  const root = mkdtempSync(join(tmpdir(), 'house-'));
  for (const file of ['.dependency-cruiser.cjs', 'package.json']) cpSync(file, join(root, file));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  for (const [file, text] of Object.entries(KEPT)) plant(root, file, text);
  return root;
}

describe('the dependency rule', () => {
  const kept = newHouse();
  const broken = newHouse();
  const overlooked = newHouse();
  const found: string[] = [];
  beforeAll(async () => {
    for (const [, file, text] of PLANTED) plant(broken, file, `${text}\n`);
    plant(broken, ...OTHER_HALF);
    found.push(...(await checkDependencies(broken)).violations);
  });
  afterAll(() => {
    for (const root of [kept, broken, overlooked]) rmSync(root, { recursive: true });
  });

  test('is content with a house that keeps it, and saw all of it', async () => {
    expect(await checkDependencies(kept)).toEqual({ files: Object.keys(KEPT).length, unseen: [], violations: [] });
  });

  test.each(PLANTED)('minds when %s', (_what, file, _text, rule) => {
    expect(found.filter((violation) => violation.startsWith(`${rule}: `) && violation.includes(file))).not.toEqual([]);
  });

  test('minds nothing in the files that keep it', () => {
    const innocent = Object.keys(KEPT).filter((file) => found.some((violation) => violation.includes(`: ${file} -> `)));
    expect(innocent).toEqual([]);
  });

  test('says so when the cruiser does not look', async () => {
    const config = join(overlooked, '.dependency-cruiser.cjs');
    writeFileSync(config, `${readFileSync(config, 'utf8')}\nmodule.exports.options.exclude = { path: '^analyzers/link' };\n`);
    expect((await checkDependencies(overlooked)).unseen).toEqual(['analyzers/link.ts']);
  });
});

const files = projectFiles();
const sources = files.filter((file) => /^(src|analyzers|generators|scripts|benchmarks|test)\/.*\.tsx?$/.test(file));
const self = 'test/house.test.ts';

function placesOf(pattern: RegExp, among: readonly string[]): readonly string[] {
  return among
    .filter((file) => file !== self)
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
    );
}

test('the sources were found', () => {
  expect(sources.length).toBeGreaterThan(20);
});

test('no file is a drawer', () => {
  const drawers = /^(utils?|helpers?|common|misc|base|managers?|services?|types)\.tsx?$/;
  expect(sources.filter((file) => drawers.test(basename(file)))).toEqual([]);
});

test('every source file but a test opens with a comment that says what it is', () => {
  const written = sources.filter((file) => !file.startsWith('test/'));
  expect(written.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test.each([
  ['a snapshot', /toMatch(Inline)?Snapshot/],
  ['a mock', /\bvi\.(mock|fn|spyOn|doMock)\b/],
  ['any', /\bas any\b|<any[>,]|: any(\[\])?([;,)=]| =|$)/],
  ['a switched-off or lonely test', /\b(test|it|describe)\.(skip|only|todo|fails)\b/],
  ['a note to do it later', /\b(TODO|FIXME|XXX)\b/],
])('no source holds %s', (_what, pattern) => {
  expect(placesOf(pattern, sources)).toEqual([]);
});

/** A file at the root of the scanner puts rooms together, and is told apart from them by the map. */
test('no room of the scanner knows one that knows it, also not through others', () => {
  const known = new Map<string, Set<string>>();
  for (const file of sources) {
    const [, room] = /^analyzers\/([^/]+)\//.exec(file) ?? [];
    if (room === undefined) continue;
    for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      const [, other] = /^analyzers\/([^/]+)\//.exec(join(dirname(file), to)) ?? [];
      if (other !== undefined && other !== room) known.set(room, (known.get(room) ?? new Set<string>()).add(other));
    }
  }
  expect(known.size).toBeGreaterThan(12);
  const open = new Set([...known].flatMap(([room, others]) => [room, ...others]));
  for (let before = 0; before !== open.size; ) {
    before = open.size;
    for (const room of [...open]) if (![...(known.get(room) ?? [])].some((other) => open.has(other))) open.delete(room);
  }
  expect([...open]).toEqual([]);
});

test('pure folders hold no class, no module state, no clock and no environment', () => {
  const pure = sources.filter((file) => /^(src\/core|analyzers|generators)\//.test(file));
  const impure = /^(export )?let |\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|^\s*(export )?async /;
  expect(placesOf(impure, pure)).toEqual([]);
  // A parser has a place in its text, and its parts call each other across files: decision 0014.
  const mayHoldClass = (file: string): boolean => file === 'src/core/problem.ts' || file.startsWith('analyzers/syntax/parse/');
  const holding = pure.filter((file) => !mayHoldClass(file));
  expect(placesOf(/^(export )?(abstract )?class /, holding)).toEqual([]);
});

test('nothing names a folder of somebody’s machine', () => {
  const written = files.filter(
    (file) => /\.(ts|tsx|cjs|mjs|json|md|yml|yaml|sh|toml|txt|in)$|^\.ci\//.test(file) && !file.startsWith('fixtures/'),
  );
  expect(placesOf(/(^|[\s'"`(=:])\/(root|work|Users|home\/[a-z]+)\//, written)).toEqual([]);
});

describe('the lock file', () => {
  const { packages } = readLock('package-lock.json');

  test('names no registry', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"|registry/);
  });

  test('knows the binaries of every platform (else: npm run lock)', () => {
    expect(missingBinaries(packages)).toEqual([]);
  });

  test.each([
    ['@oxc/binding-linux-arm-musleabihf', { version: '1.2.3', cpu: ['arm'], dev: true, libc: ['musl'], optional: true, os: ['linux'] }],
    ['@oxc/binding-win32-ia32-msvc', { version: '1.2.3', cpu: ['ia32'], dev: true, optional: true, os: ['win32'] }],
    ['@oxc/binding-somewhere', undefined],
  ])('reads the platform of %s off its name', (name, entry) => {
    expect(lockEntry({ name, version: '1.2.3', dev: true })).toEqual(entry);
  });
});

test('requirement files name no index', () => {
  const requirements = files.filter((file) => /^(test\/python|benchmarks\/speed)\/requirements-/.test(file));
  expect(requirements.length).toBeGreaterThan(0);
  expect(placesOf(/https?:|index-url|find-links/, requirements)).toEqual([]);
});
