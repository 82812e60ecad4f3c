/**
 * A repository linked again and again while its files become known gives what it gives linked once, and so does one that has
 * changed since the scan before and goes through the links of that one: nothing kept is stale.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { isConfigName, readDocument } from '../../analyzers/config/document.js';
import { type Round, readRounds, writeRounds } from '../../analyzers/kept-text.js';
import { type LinkedSites, linkSites } from '../../analyzers/link.js';
import type { PythonFacts } from '../../analyzers/python/facts.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import { extractPython } from '../../analyzers/syntax/extract.js';
import { modulesOf } from '../../analyzers/targets/modules.js';
import { answersOf } from '../../analyzers/targets/program.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

const BLOCK = /^```\w+ (\S+)\n([\s\S]*?)^```$/gm;

type Repository = { readonly python: ReadonlyMap<string, PythonFacts>; readonly documents: ReadonlyMap<string, unknown> };
/** Numbers that stand for what is in a file, the same for the same object. */
const VERSIONS = new Map<unknown, string>();

function versionOf(one: unknown): string {
  const known = VERSIONS.get(one) ?? `v${VERSIONS.size}`;
  VERSIONS.set(one, known);
  return known;
}
const repositories: { readonly name: string; readonly of: Repository }[] = [];

/** Each casebook is one repository, its cases folders of it: their names meet, as those of a large repository do. */
beforeAll(async () => {
  const parse = await openParser(5_000);
  const books = readdirSync('analyzers', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('cases.md'));
  for (const book of books) {
    const python = new Map<string, PythonFacts>();
    const documents = new Map<string, unknown>();
    for (const [index, section] of readFileSync(join('analyzers', book), 'utf8').split(/^## /m).entries()) {
      for (const [, name = '', text = ''] of section.matchAll(BLOCK)) {
        const path = `case-${index}/${name}`;
        const kind = pythonKind(path);
        if (kind !== undefined) python.set(path, extractPython(kind, Buffer.from(text), parse));
        else if (name !== 'findings' && isConfigName(path)) documents.set(path, readDocument(path, text).value);
      }
    }
    if (python.size > 1) repositories.push({ name: book, of: { python, documents } });
  }
});

function found({ writes, reads, unresolved, sinks, declared, ways }: LinkedSites): unknown {
  return { writes, reads, unresolved, sinks, declared, ways: [...ways.values()] };
}

test('whatever arrives first, the last link says the same', () => {
  expect(repositories.length).toBeGreaterThan(8);
  for (const { name, of } of repositories) {
    const all = [...of.python];
    const settings = [...of.documents];
    const modules = modulesOf(all.map(([path]) => path));
    const once = found(linkSites(of.python, { modules, documents: of.documents }));
    const arrivals = fc.record({
      order: fc.shuffledSubarray(all, { minLength: all.length }),
      rounds: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(arrivals, ({ order, rounds }) => {
        let last: LinkedSites | undefined;
        for (const share of [...rounds.toSorted((a, b) => a - b), 1]) {
          const files = new Map(order.slice(0, Math.ceil(share * order.length)));
          const documents = new Map(settings.slice(0, Math.ceil(share * settings.length)));
          last = linkSites(files, { modules, documents, before: last });
        }
        expect(last && found(last), name).toEqual(once);
      }),
      { numRuns: 12 },
    );
  }
});

/** One file asks for a class at the end of its own chain of names, so that the way through thirty files is cut short there; the other at once. */
test('what is cut short where one file asks for it is cut short for nobody else', async () => {
  const parse = await openParser(5_000);
  const chain = Array.from({ length: 27 }, (_, index) => `x${index + 1} = x${index}\n`).join('');
  const programs: readonly (readonly [string, string])[] = [
    ['b0.py', 'class Base:\n    table = "lake.base"\n'],
    ...Array.from({ length: 30 }, (_, index) => [`b${index + 1}.py`, `from b${index} import Base\n`] as const),
    ['c.py', 'from b30 import Base\nclass C(Base):\n    pass\n'],
    ['m.py', `from c import C\nx0 = C().table\n${chain}df.write.saveAsTable(x27)\n`],
  ];
  const rowsBeside = (path: string) => {
    const all = [...programs, [path, 'from c import C\ndf.write.saveAsTable(C().table)\n'] as const];
    const { writes } = linkSites(new Map(all.map(([name, text]) => [name, extractPython('py', Buffer.from(text), parse)])));
    return writes.map(({ file, targets }) => [file === path ? 'at once' : file, targets]).toSorted();
  };
  expect(rowsBeside('a.py')).toEqual(rowsBeside('z.py'));
  expect(rowsBeside('a.py')).toContainEqual(['at once', ['lake.base']]);
});

/** The composed settings are put together once, for the function that asks first. */
test('all functions hang on the settings that each of them is given', async () => {
  const parse = await openParser(5_000);
  const program = (name: string): string =>
    `import hydra\n@hydra.main(config_path="conf", config_name="main")\ndef run(cfg):\n    df.write.parquet(f"{cfg.root}/${name}")\n`;
  const files = new Map<string, PythonFacts>(
    ['one', 'two'].map((name) => [`${name}.py`, extractPython('py', Buffer.from(program(name)), parse)] as const),
  );
  const rooted = (root: string) => new Map([['conf/main.yaml', readDocument('conf/main.yaml', `root: ${root}\n`).value]]);
  const [now, then] = [rooted('s3://now'), rooted('s3://then')];
  const versions = (documents: ReadonlyMap<string, unknown>) => (path: string) => versionOf(files.get(path) ?? documents.get(path));
  const former = linkSites(files, { documents: then, versionOf: versions(then) });
  const changes = { formerNames: () => [], moved: [] };
  const { writes } = linkSites(files, { documents: now, versionOf: versions(now), former: { kept: former.kept, changes } });
  expect(former.writes.flatMap(({ targets }) => targets)).toEqual(['s3://then/one', 's3://then/two']);
  expect(writes.flatMap(({ targets }) => targets)).toEqual(['s3://now/one', 's3://now/two']);
});

type Scan = {
  readonly rounds: readonly Round[];
  readonly found: unknown;
  readonly of: Repository;
  /** Files of the last link that say what they said in the scan before, unasked. */
  readonly unasked: number;
};

/** In which rounds the files become known, and what all of them may cost. */
type Way = { readonly shares: readonly number[]; readonly steps: number };

/** All files, in the rounds that the shares tell. */
function scan({ python, documents }: Repository, { shares, steps }: Way, former?: Scan): Scan {
  const modules = modulesOf([...python.keys()]);
  const formerNames = (path: string, version: string) => {
    const facts = former?.of.python.get(path);
    return facts && versionOf(facts) === version ? answersOf(facts) : undefined;
  };
  const moved = [...new Set([...python.keys(), ...(former?.of.python.keys() ?? [])])].filter(
    (path) => python.has(path) !== former?.of.python.has(path),
  );
  const rounds: Round[] = [];
  let last: unknown;
  let linked: LinkedSites | undefined;
  let unasked = 0;
  const missing = new Set<string>();
  for (const share of [...shares.toSorted((a, b) => a - b), 1]) {
    const files = new Map([...python].slice(0, Math.ceil(share * python.size)));
    const settings = new Map([...documents].slice(0, Math.ceil(share * documents.size)));
    const before = rounds.at(-1);
    const then = former?.rounds[Math.min(rounds.length, former.rounds.length - 1)];
    const changes = { formerNames, moved };
    const sites = linkSites(files, {
      modules,
      steps,
      documents: settings,
      versionOf: (path) => versionOf(python.get(path) ?? documents.get(path)),
      before: linked,
      former: then && { kept: then.link, changes },
    });
    const { kept, ...schedules } = readSchedules(
      { program: sites.program, infrastructure: sites.infrastructure, declared: [], paths: [] },
      { before: before?.schedules, former: then?.schedules && { kept: then.schedules, changes } },
    );
    linked = sites;
    rounds.push({ link: sites.kept, schedules: kept });
    unasked = [...sites.kept.found.files].filter(([path, file]) => then?.link.found.files.get(path) === file).length;
    for (const [path, names] of sites.program.missing) for (const name of names) missing.add(`${name} of ${path}`);
    last = { ...schedules, sites: found(sites), missing };
  }
  return { rounds: readRounds(writeRounds(rounds)) ?? [], found: last, of: { python, documents }, unasked };
}

/** Some files gone, some with what another one said. */
function changedBy({ python, documents }: Repository, gone: readonly number[], swapped: readonly number[]): Repository {
  const paths = [...python.keys()];
  const nth = (index: number): string => paths[index % paths.length] ?? '';
  const lost = new Set(gone.map(nth));
  const all = paths
    .filter((path) => !lost.has(path))
    .flatMap((path): [string, PythonFacts][] => {
      const other = swapped.some((index) => nth(index) === path) ? python.get(nth(paths.indexOf(path) + 1)) : undefined;
      const facts = other ?? python.get(path);
      return facts ? [[path, facts]] : [];
    });
  const settings = [...documents].filter((_, index) => !gone.includes(index));
  return { python: new Map(all), documents: new Map(settings) };
}

test('what has changed since the scan before is all that is new', () => {
  const indices = fc.array(fc.nat({ max: 400 }), { maxLength: 6 });
  const shares = fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 });
  // Most often enough for all of them, else so little that some are cut short.
  const steps = fc.oneof({ weight: 2, arbitrary: fc.constant(8_000_000) }, { weight: 1, arbitrary: fc.integer({ min: 20, max: 6_000 }) });
  const shareOf: number[] = [];
  for (const { name, of } of repositories) {
    fc.assert(
      fc.property(
        fc.record({ gone: indices, swapped: indices, shares, other: fc.option(shares), steps, formerSteps: steps }),
        ({ gone, swapped, shares: first, other: again, steps: most, formerSteps }) => {
          const changed = changedBy(of, gone, swapped);
          const [from, to] = gone.length % 2 === 0 ? [of, changed] : [changed, of];
          const before = scan(from, { shares: first, steps: formerSteps });
          // The same files become known in the same links, or others.
          const way = { shares: again ?? first, steps: most };
          const now = scan(to, way, before);
          expect(now.found, name).toEqual(scan(to, way).found);
          shareOf.push(now.unasked / to.python.size);
        },
      ),
      { numRuns: 8 },
    );
  }
  // Cases use the same few names all over.
  expect(shareOf.reduce((sum, share) => sum + share, 0) / shareOf.length).toBeGreaterThan(0.2);
});
