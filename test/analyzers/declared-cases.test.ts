import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { linkDbt } from '../../analyzers/dbt/link.js';
import { readSql } from '../../analyzers/dbt/template.js';
import { readPackages, readProject, readProperties } from '../../analyzers/dbt/yaml-files.js';
import { dependencyKind, readDependencies } from '../../analyzers/dependencies/declared.js';
import { detectRuntimes } from '../../analyzers/dependencies/runtimes.js';
import { readYaml } from '../../analyzers/documents/yaml.js';
import { placed } from '../../analyzers/flaw.js';
import { mayTellOfJobs, readInfrastructure, readJson, readTemplates } from '../../analyzers/infrastructure/index.js';
import { SHORT_FORMS } from '../../analyzers/infrastructure/short-forms.js';
import { codeownersPlace, ownerLookup, parseCodeowners } from '../../analyzers/ownership/codeowners.js';
import type { PythonFacts } from '../../analyzers/python/facts.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { mayTellOfSchedules, readSchedules } from '../../analyzers/schedules/index.js';
import { extractSource } from '../../analyzers/syntax/extract.js';
import { buildProgram } from '../../analyzers/targets/program.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';
import { DECLARED_BOOKS } from './books.js';

type Case = {
  readonly heading: string;
  readonly files: ReadonlyMap<string, string>;
  readonly findings: readonly Record<string, unknown>[];
};
type Doors = {
  readonly jinja: Awaited<ReturnType<typeof openJinja>>;
  readonly python: Awaited<ReturnType<typeof openParser>>;
  readonly hcl: ReturnType<typeof openHcl>;
};
const doors: { open?: Doors } = {};
beforeAll(async () => {
  doors.open = { jinja: await openJinja(), python: await openParser(), hcl: openHcl() };
});

describe.each(DECLARED_BOOKS)('%s', (book) => {
  const cases = casesOf(readFileSync(book, 'utf8'));

  it('holds cases', () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases)('$heading', async ({ files, findings }) => {
    const found = await findingsOf(files);
    expect(found.map((one, index) => only(one, findings[index] ?? {}))).toEqual(findings);
  });
});

function casesOf(text: string): Case[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const blocks = [...section.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(([, , name = '', body = '']) => ({ name, body }));
      const expected: unknown = parse(blocks.find(({ name }) => name === 'findings')?.body ?? '');
      const files = new Map(blocks.filter(({ name }) => name !== 'findings').map(({ name, body }) => [name, body]));
      const heading = section.split('\n')[0] ?? '';
      if (!Array.isArray(expected)) throw new Error(`${heading}: no list of findings`);
      return { heading, files, findings: expected };
    });
}

/** Keys that a case does not name are not compared; `null` stands for absent. */
function only(found: Record<string, unknown>, wanted: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key] ?? null]));
}

async function findingsOf(files: ReadonlyMap<string, string>): Promise<Record<string, unknown>[]> {
  const { open } = doors;
  if (!open) throw new Error('not open');
  const having = <T>(ending: RegExp, read: (text: string) => T): Map<string, T> =>
    new Map([...files].flatMap(([path, text]): [string, T][] => (ending.test(path) ? [[path, read(text)]] : [])));
  const python = new Map(
    [...having(/\.py$/, (text): PythonFacts => extractSource('py', text, open.python))].filter(([path]) => pythonKind(path) !== undefined),
  );
  const dbt = linkDbt(
    {
      projects: having(/(?:^|\/)dbt_project\.yml$/, readProject),
      packages: having(/(?:^|\/)packages\.yml$/, readPackages),
      properties: having(/schema\.yml$/, readProperties),
      sql: having(/\.sql$/, readSql),
      python,
      seeds: [...files.keys()].filter((path) => path.endsWith('.csv')),
    },
    { render: open.jinja },
  );
  const templates = [...files]
    .filter(([, text]) => mayTellOfJobs(text))
    .map(([path, text]) =>
      path.endsWith('.json') ? readJson(path, text) : readTemplates(path, readYaml(text, SHORT_FORMS).documents, text),
    );
  const terraform = await Promise.all(
    [...files]
      .filter(([path]) => path.endsWith('.tf'))
      .map(async ([path, text]) => ({ path, text, blocks: undefined, ...(await open.hcl(text)) })),
  );
  const told = [...files].filter(([path, text]) => mayTellOfSchedules(path, text));
  const { schedules, unresolved } = readSchedules({
    infrastructure: readInfrastructure(templates, terraform).facts,
    program: buildProgram(python),
    declared: told.map(([path, text]) => ({ path, text, documents: /\.ya?ml$/.test(path) ? readYaml(text, SHORT_FORMS).documents : [] })),
    paths: [...files.keys()],
  });
  const declared = new Map(
    [...files].flatMap(([path, text]) => {
      const kind = dependencyKind(path);
      return kind === undefined || kind === 'dbt-project' ? [] : [[path, readDependencies(kind, text)] as const];
    }),
  );
  const imports = [...python].map(([path, facts]) => ({ path, imports: facts.imports }));
  const runtimes = files.has('dbt_project.yml') ? [] : detectRuntimes(imports, declared);
  const place = codeownersPlace(new Set(files.keys()));
  const codeowners = parseCodeowners(files.get(place ?? '') ?? '');
  const owned = place === undefined ? [] : [...files.keys()].filter((path) => path !== place);
  return [
    ...owned.map((file) => ({ kind: 'owners', file, owners: ownerLookup(codeowners)(file).owners })),
    ...runtimes.map((runtime) => ({ kind: 'runtime', ...runtime })),
    ...dbt.models.map((model) => ({ kind: 'dbt', ...model })),
    ...schedules.map((schedule) => ({ kind: 'schedule', ...schedule, tasks: schedule.tasks.map(({ made: _, ...task }) => task) })),
    ...[...placed(place ?? '', codeowners.flaws), ...dbt.unresolved, ...unresolved].map((row) => ({ kind: 'unresolved', ...row })),
  ];
}
