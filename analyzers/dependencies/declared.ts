/** §4.1 Packages a file declares for use, with their lines. Optional extras, development groups and tool tables are no use. */
import { parse as parseToml } from 'smol-toml';
import { isMap, listOf, mapOf, readYaml, textOf, textsOf, type YamlMap } from '../documents/yaml.js';
import type { Flaw } from '../flaw.js';
import { type DeclaredPackage, packageName } from './name.js';
import { readRequirements } from './requirements.js';

export type DependencyFacts = { readonly packages: readonly DeclaredPackage[]; readonly flaws: readonly Flaw[] };

export const DEPENDENCY_KINDS = ['requirements', 'pyproject', 'pipfile', 'setup-cfg', 'conda', 'dbt-project'] as const;
export type DependencyKind = (typeof DEPENDENCY_KINDS)[number];

const MAX_CHARS = 1024 * 1024;
const DEVELOPMENT =
  /(?:^|[-_./])(?:dev|develop|development|tests?|testing|lint|linting|docs?|ci|typing|types|tooling|build|local)(?:[-_./]|$)/i;

/** Which kind of dependency file a path is; files for development and tests are none. */
export function dependencyKind(path: string): DependencyKind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'pyproject.toml') return 'pyproject';
  if (name === 'Pipfile') return 'pipfile';
  if (name === 'setup.cfg') return 'setup-cfg';
  if (/^(?:environment|conda)[\w.-]*\.ya?ml$/.test(name)) return DEVELOPMENT.test(stem(name)) ? undefined : 'conda';
  if (/^dbt_project\.ya?ml$/.test(name)) return 'dbt-project';
  const listed = /requirements[^/]*\.(?:txt|in)$/i.test(name) || /(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/.test(path);
  return listed && !DEVELOPMENT.test(stem(name)) ? 'requirements' : undefined;
}

function stem(name: string): string {
  return name.replace(/\.\w+$/, '');
}

export function readDependencies(kind: DependencyKind, text: string): DependencyFacts {
  if (text.length > MAX_CHARS) return { packages: [], flaws: [{ reason: 'too-large', line: 1, text: `${text.length} characters` }] };
  const plain = text.replace(/^\uFEFF/, '');
  switch (kind) {
    case 'requirements':
      return { packages: readRequirements(plain), flaws: [] };
    case 'pyproject':
      return fromToml(plain, pyprojectNames);
    case 'pipfile':
      return fromToml(plain, (file) => Object.keys(mapOf(file.packages)));
    case 'setup-cfg':
      return { packages: fromSetupCfg(plain), flaws: [] };
    case 'conda':
      return fromConda(plain);
    case 'dbt-project':
      return { packages: [{ name: 'dbt-core', line: 1 }], flaws: [] };
  }
}

function fromToml(text: string, namesIn: (file: YamlMap) => readonly string[]): DependencyFacts {
  try {
    const names = namesIn(mapOf(parseToml(text)));
    return { packages: placedIn(text, names), flaws: [] };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable';
    return {
      packages: [],
      flaws: [{ reason: error instanceof RangeError ? 'too-deep' : 'broken-toml', line: 1, text: message.slice(0, 160) }],
    };
  }
}

/** PEP 621, Poetry and PDM; groups count unless they are for development. */
function pyprojectNames(file: YamlMap): readonly string[] {
  const poetry = mapOf(mapOf(file.tool).poetry);
  const groups = Object.entries(mapOf(poetry.group)).filter(([name, group]) => !DEVELOPMENT.test(name) && mapOf(group).optional !== true);
  return [
    ...textsOf(mapOf(file.project).dependencies ?? []),
    ...poetryNames(poetry.dependencies),
    ...groups.flatMap(([, group]) => poetryNames(mapOf(group).dependencies)),
    ...dependencyGroups(file),
  ];
}

/** `optional = true` belongs to an extra. */
function poetryNames(table: unknown): readonly string[] {
  return Object.entries(mapOf(table)).flatMap(([name, value]) =>
    name === 'python' || (isMap(value) && value.optional === true) ? [] : [name],
  );
}

/** `[dependency-groups]` of uv and PDM. */
function dependencyGroups(file: YamlMap): readonly string[] {
  const groups = Object.entries(mapOf(file['dependency-groups']));
  return groups.flatMap(([name, group]) => (DEVELOPMENT.test(name) ? [] : listOf(group).filter((item) => typeof item === 'string')));
}

function fromSetupCfg(text: string): DeclaredPackage[] {
  let section = '';
  let key = '';
  return text.split('\n').flatMap((line, index): DeclaredPackage[] => {
    const head = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (head !== undefined) section = head.trim();
    const [, name, rest] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (head !== undefined || name !== undefined) key = name ?? '';
    if (section !== 'options' || key !== 'install_requires') return [];
    const found = packageName(rest ?? line);
    return found === undefined ? [] : [{ name: found, line: index + 1 }];
  });
}

function fromConda(text: string): DependencyFacts {
  const { documents, flaws } = readYaml(text);
  const listed = documents.flatMap((document) => listOf(mapOf(document).dependencies));
  const names = listed.flatMap((entry) => (isMap(entry) ? textsOf(entry.pip ?? []) : [textOf(entry) ?? '']));
  // `conda-forge::pandas=2.1`
  return {
    packages: placedIn(
      text,
      names.map((name) => name.replace(/^[\w-]+::/, '')),
    ),
    flaws,
  };
}

/** TOML and YAML are read without places: the line is the first that holds the name by itself. */
function placedIn(text: string, requirements: readonly string[]): DeclaredPackage[] {
  const first = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries())
    for (const [word] of line.replace(/(?:^|\s)#.*$/, '').matchAll(/[A-Za-z0-9][\w.-]*/g)) {
      const name = word.toLowerCase().replace(/[-_.]+/g, '-');
      if (!first.has(name)) first.set(name, index + 1);
    }
  return requirements.flatMap((requirement) => {
    const name = packageName(requirement);
    return name === undefined ? [] : [{ name, line: first.get(name) ?? 1 }];
  });
}
