/** dbt itself reads the projects beside this file, one for each case met in real repositories: relation, materialization, inputs and owner are its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openFolderSource } from '../../../src/adapters/local/folder-source.js';
import { openJinja } from '../../../src/adapters/minijinja/engine.js';
import { readDbt } from '../../../src/flows/read-declarations.js';
import { scanFolders } from '../../../src/main/scan.js';
import { pythonWith, runPython } from '../../python.js';
import { differencesBetween, differencesOf, type Row, type Rows } from '../differences.js';

const FOLDER = 'test/analyzers/dbt/projects';
/** The database of DuckDB is called like its file. */
const TARGETS = {
  dev: { type: 'duckdb', path: 'workbench.duckdb', schema: 'ana' },
  prod: { type: 'duckdb', path: 'lake.duckdb', schema: 'analytics' },
};
type TargetName = keyof typeof TARGETS;

const Node = z.looseObject({ file: z.string(), name: z.string(), project: z.string() });
const Parsed = z.array(z.object({ project: z.string(), target: z.enum(['dev', 'prod']), nodes: z.array(Node), sources: z.array(Node) }));

const interpreter = pythonWith('dbt');
const projects = projectsBelow(FOLDER);
const asked = projects.flatMap((project) => targetsOf(project).map((target) => ({ project, target })));
const parsed: { rows?: z.infer<typeof Parsed> } = {};

describe.skipIf(interpreter === undefined)('dbt', () => {
  beforeAll(() => {
    const script = readFileSync('test/analyzers/dbt/manifests.py', 'utf8');
    const input = JSON.stringify({ folder: FOLDER, targets: TARGETS, asked });
    parsed.rows = Parsed.parse(JSON.parse(runPython(interpreter ?? '', script, input)));
  }, 600_000);

  test.each(asked)('$project on $target', async ({ project, target }) => {
    const theirs = parsed.rows?.find((one) => one.project === project && one.target === target);
    if (!theirs) throw new Error('not parsed');
    const folder = join(FOLDER, project);
    const own = await ourRows(folder, target);
    const other = new Map(
      [...theirs.nodes, ...theirs.sources].map(({ file, name, project: of, ...row }) => [`${of}: ${file} ${name}`, row]),
    );
    expect(own.size).toBeGreaterThan(0);
    expect(differencesBetween(own, other)).toEqual(differencesOf(folder, target));
  });
});

/** A project below another is one of its packages. */
function projectsBelow(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all
    .filter((path) => path.endsWith('dbt_project.yml') && !path.includes('/packages/'))
    .map((path) => relative(folder, join(folder, path, '..')))
    .toSorted();
}

/** A project that never looks at its target is read for one alone. */
function targetsOf(project: string): readonly TargetName[] {
  const files = readdirSync(join(FOLDER, project), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const looks = files.some(({ parentPath, name }) => /\btarget\.|_for_env/.test(readFileSync(join(parentPath, name), 'utf8')));
  return looks ? ['dev', 'prod'] : ['prod'];
}

async function ourRows(folder: string, target: TargetName): Promise<Rows> {
  const [scanned] = await scanFolders([folder], { home: undefined, orgConfig: undefined }, () => undefined);
  const source = await openFolderSource(folder);
  const { sources } = await readDbt({ source, listing: await source.list(), openJinja }, new Map());
  const rows = new Map<string, Row>();
  for (const {
    project,
    file,
    model,
    materialized,
    relation,
    relationWhen,
    refs,
    refModels = refs,
    sources,
    owner,
    dataset,
  } of scanned?.dbt ?? []) {
    const [, name = model, version] = /^(.*) \(v(.+)\)$/.exec(model) ?? [];
    rows.set(`${project}: ${inPackage(file)} ${name}`, {
      materialized,
      relation: onTarget(relationWhen[`target.name == ${target}`] ?? relationWhen['target.type == duckdb'] ?? relation, target),
      refs: refModels.map((name) => name.replace(/ \(v(.+)\)$/, '.v$1')).toSorted(),
      sources: sources.toSorted(),
      owner: owner ?? null,
      dataset,
      version: version ?? null,
    });
  }
  for (const { project, file, name, database, schema, tables } of sources)
    for (const table of tables)
      rows.set(`${project}: ${inPackage(file)} ${name}.${table.name}`, {
        relation: onTarget([database, schema, table.identifier].join('.'), target),
      });
  return rows;
}

/** What is open in a name takes the value that the target gives it; a variable that nobody sets has its default. */
function onTarget(name: string, target: TargetName): string {
  const { type, path, schema } = TARGETS[target];
  const known: Readonly<Record<string, string>> = { name: target, type, schema, database: path.replace('.duckdb', '') };
  return name.replace(/\{target\.(\w+)\}/g, (open, key: string) => known[key] ?? open).replace(/\{var\.\w+\|([^}]*)\}/g, '$1');
}

/** dbt names the files of a package from the package's folder. */
function inPackage(file: string): string {
  return file.replace(/^packages\/\w+\//, '');
}
