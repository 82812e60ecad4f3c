/** §4.1 The YAML of a dbt project: the project file, its packages, and properties of models, seeds, snapshots and sources. */
import { isMap, listOf, mapOf, readYaml, textOf, textsOf, type YamlMap } from '../documents/yaml.js';
import type { ExternalTable, NodeProperties, PackagesFacts, ProjectFacts, PropertiesFacts, SourceProperties } from './facts.js';

export function readProject(text: string): ProjectFacts {
  const { documents, flaws } = readYaml(text);
  const file = mapOf(documents[0]);
  const name = textOf(file.name) ?? '';
  return {
    name,
    modelPaths: paths(file['model-paths'] ?? file['source-paths'], 'models'),
    seedPaths: paths(file['seed-paths'] ?? file['data-paths'], 'seeds'),
    snapshotPaths: paths(file['snapshot-paths'], 'snapshots'),
    macroPaths: paths(file['macro-paths'], 'macros'),
    vars: mapOf(file.vars),
    models: mapOf(file.models),
    seeds: mapOf(file.seeds),
    snapshots: mapOf(file.snapshots),
    flaws: name === '' && flaws.length === 0 ? [NAMELESS] : flaws,
  };
}

/** Without a name nothing below belongs to a project. */
const NAMELESS = { reason: 'broken-yaml', line: 1, text: 'no name: none of its models are read' } as const;

function paths(value: unknown, usual: string): readonly string[] {
  const given = textsOf(value).map((path) => path.replace(/^\.\//, '').replace(/(?<!\/)\/+$/, ''));
  return given.length > 0 ? given : [usual];
}

export function readPackages(text: string): PackagesFacts {
  const { documents, flaws } = readYaml(text);
  const packages = documents.flatMap((document) => listOf(mapOf(document).packages));
  return { locals: packages.flatMap((entry) => textOf(mapOf(entry).local) ?? []), flaws };
}

const KINDS = { models: 'model', seeds: 'seed', snapshots: 'snapshot' } as const;

export function readProperties(text: string): PropertiesFacts {
  const { documents, flaws } = readYaml(text);
  const files = documents.filter(isMap);
  const nodes = files.flatMap((file) => [
    ...listOf(file.models).flatMap((entry) => nodeOf('models', entry)),
    ...listOf(file.seeds).flatMap((entry) => nodeOf('seeds', entry)),
    ...listOf(file.snapshots).flatMap((entry) => nodeOf('snapshots', entry)),
  ]);
  return {
    nodes,
    sources: files.flatMap((file) => listOf(file.sources).flatMap(sourceOf)),
    groups: files.flatMap((file) => listOf(file.groups).flatMap(groupOf)),
    flaws,
  };
}

function nodeOf(section: keyof typeof KINDS, value: unknown): NodeProperties[] {
  const entry = mapOf(value);
  const name = textOf(entry.name);
  if (name === undefined) return [];
  const group = textOf(mapOf(entry.config).group) ?? textOf(entry.group);
  const tags = textsOf(entry.tags);
  const latest = textOf(entry.latest_version);
  const relation = section === 'snapshots' ? textOf(entry.relation) : undefined;
  return [
    {
      name,
      kind: KINDS[section],
      config: mapOf(entry.config),
      meta: { ...mapOf(entry.meta), ...mapOf(mapOf(entry.config).meta) },
      ...(tags.length === 0 ? {} : { tags }),
      ...(group === undefined ? {} : { group }),
      ...(relation === undefined ? {} : { relation }),
      versions: listOf(entry.versions).flatMap(versionOf),
      ...(latest === undefined ? {} : { latest }),
    },
  ];
}

function versionOf(value: unknown): NodeProperties['versions'] {
  const entry = mapOf(value);
  const v = textOf(entry.v);
  const definedIn = textOf(entry.defined_in);
  if (v === undefined) return [];
  return [{ v, config: mapOf(entry.config), ...(definedIn === undefined ? {} : { definedIn }) }];
}

function sourceOf(value: unknown): SourceProperties[] {
  const entry = mapOf(value);
  const name = textOf(entry.name);
  if (name === undefined) return [];
  const database = textOf(entry.database) ?? textOf(entry.project) ?? textOf(entry.catalog);
  const schema = textOf(entry.schema) ?? textOf(entry.dataset);
  const tables = listOf(entry.tables).flatMap((table) => {
    const own = mapOf(table);
    const called = textOf(own.name);
    const identifier = textOf(own.identifier);
    return called === undefined ? [] : [{ name: called, ...(identifier === undefined ? {} : { identifier }), ...externalOf(own, entry) }];
  });
  return [{ name, ...(database === undefined ? {} : { database }), ...(schema === undefined ? {} : { schema }), tables }];
}

/** Said of the table itself, else of all tables of its source. */
function externalOf(table: YamlMap, source: YamlMap): ExternalTable {
  const external = mapOf(table.external);
  const said = [table, source].flatMap((each) => [mapOf(mapOf(each.config).meta), mapOf(each.config), mapOf(each.meta)]);
  const location = textOf(external.location) ?? said.map((each) => textOf(each.external_location)).find((text) => text !== undefined);
  const format = textOf(external.file_format)?.toLowerCase();
  return { ...(location === undefined ? {} : { location }), ...(format && /^\w+$/.test(format) ? { format } : {}) };
}

function groupOf(value: unknown): PropertiesFacts['groups'] {
  const entry = mapOf(value);
  const name = textOf(entry.name);
  const owner = ownerText(entry.owner);
  return name === undefined ? [] : [{ name, ...(owner === undefined ? {} : { owner }) }];
}

/** An owner written as text, as a list, or as a mapping with e-mail or name. */
export function ownerText(value: unknown): string | undefined {
  if (Array.isArray(value)) return ownerText(value[0]);
  if (isMap(value)) return ownerText(value.email ?? value.name);
  return textOf(value);
}

/** Owner in `meta`: its own key, or the one an orchestrator reads. */
export function ownerOfMeta(meta: YamlMap): string | undefined {
  return ownerText(meta.owner) ?? ownerText(mapOf(meta.dagster).owners) ?? ownerText(meta.owners);
}
