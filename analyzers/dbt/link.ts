/** §4.1 The dbt models of a repository, out of the facts of its files. */
import type { DbtModel, DeclaredTable, Unresolved } from '../../src/core/facts.js';
import type { RenderJinja } from '../../src/core/template-engine.js';
import { mapOf, textOf, textsOf, type YamlMap } from '../documents/yaml.js';
import { placed } from '../flaw.js';
import { folderConfig, isEnabled, mergeConfig, partitionColumns } from './config.js';
import { type Evaluated, evaluateTemplate, evaluateText, type Surroundings } from './evaluate.js';
import type { DbtSource, NodeProperties } from './facts.js';
import { guarded } from './jinja.js';
import { declaredModel, declaredSources } from './places.js';
import { type DbtFiles, findProjects, isInstalled, type Project, pathBelow } from './projects.js';
import { evaluatePython } from './python-model.js';
import { type NodeName, relationOf, relationsWhen, targetsAskedFor, UNKNOWN_TARGET } from './relation.js';
import { scanTemplate } from './text-scan.js';
import { latestOf, referredModel, splitVersion, versionedName } from './versions.js';
import { ownerOfMeta } from './yaml-files.js';

export type DbtOptions = {
  readonly render: RenderJinja;
  /** What production's target may be called. */
  readonly productionNames?: readonly string[];
};
export type LinkedDbt = {
  readonly models: readonly DbtModel[];
  readonly sources: readonly DbtSource[];
  /** Those that have a place in the lake. */
  readonly declared: readonly DeclaredTable[];
  readonly unresolved: readonly Unresolved[];
};

const PRODUCTION_NAMES = ['prod', 'production'];
const PLACE_KEYS = new Set(['database', 'project', 'schema', 'dataset', 'alias']);

export function linkDbt(files: DbtFiles, options: DbtOptions): LinkedDbt {
  const projects = findProjects(files);
  const linked = projects.map((project) => linkProject(project, { ...options, render: guarded(options.render) }));
  const sources = linked.flatMap((each) => each.sources);
  const known = {
    models: linked.flatMap(({ models }) => models),
    latest: new Map(projects.map(({ facts, properties }) => [facts.name, latestIn(properties)])),
  };
  return {
    models: linked
      .flatMap(({ models }) => models.toSorted(byPlace))
      .map((model) => ({ ...model, sourceRelations: relationsOf(model, sources), ...refsOf(model, known) })),
    sources,
    declared: [...linked.flatMap(({ declared }) => declared), ...declaredSources(sources)],
    unresolved: [...unreadFiles(files, projects), ...linked.flatMap(({ unresolved }) => unresolved)],
  };
}

/** References by their names alone, and the models that they mean. */
function refsOf({ refs, project }: DbtModel, known: Parameters<typeof referredModel>[2]): Pick<DbtModel, 'refs' | 'refModels'> {
  const names = [...new Set(refs.map((ref) => splitVersion(ref).name))];
  return { refs: names, refModels: [...new Set(refs.map((ref) => referredModel(ref, project, known)))] };
}

function latestIn(properties: Project['properties']): ReadonlyMap<string, string> {
  const nodes = properties.flatMap(([, file]) => file.nodes.filter(({ versions }) => versions.length > 0));
  return new Map(nodes.flatMap((node) => (latestOf(node) === undefined ? [] : [[node.name, latestOf(node) ?? '']])));
}

/** What a project file or a file of packages could not say: with it the whole project may be missing, so no project speaks for it. */
function unreadFiles({ projects, packages }: DbtFiles, found: readonly Project[]): Unresolved[] {
  const known = new Set(found.map(({ file }) => file));
  return [...projects, ...packages].flatMap(([path, { flaws }]) => (known.has(path) || isInstalled(path) ? [] : placed(path, flaws)));
}

/** What its sources are called in the database; one that no properties tell of is called as it is written. */
function relationsOf({ project, sources: written }: DbtModel, sources: readonly DbtSource[]): readonly string[] {
  return written.map((text) => {
    const all = sources.flatMap(({ name, tables, ...source }) =>
      tables.flatMap((table) => (`${name}.${table.name}` === text ? [{ ...source, identifier: table.identifier }] : [])),
    );
    const found = all.find((source) => source.project === project) ?? all[0];
    return found ? [found.database, found.schema, found.identifier].join('.') : text;
  });
}

/** Files come in any order, rows do not. */
function byPlace(a: DbtModel, b: DbtModel): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.at.line - b.at.line;
}

type Found = { readonly file: string; readonly line: number; readonly node: Omit<NodeName, 'config'>; readonly evaluated: Seen };
/** `place`: the target on which it is enabled, where it is on that one only. */
type Seen = Evaluated & { readonly place?: Surroundings };
type Linking = {
  readonly project: Project;
  readonly around: Surroundings;
  readonly properties: ReadonlyMap<string, NodeProperties>;
  readonly groups: ReadonlyMap<string, string>;
  readonly production: readonly string[];
};

function linkProject(project: Project, { render, productionNames }: DbtOptions): LinkedDbt {
  const { facts } = project;
  const around = { render, project: facts.name, macros: project.macros, vars: facts.vars, target: UNKNOWN_TARGET };
  const written = project.properties.flatMap(([, file]) => file.nodes);
  const linking: Linking = {
    project,
    around,
    properties: new Map(written.map((node) => [`${node.kind}:${node.name}`, node])),
    groups: new Map(project.properties.flatMap(([, file]) => file.groups.map(({ name, owner }) => [name, owner ?? name]))),
    production: productionNames ?? PRODUCTION_NAMES,
  };
  const found = [...sqlNodes(linking), ...pythonNodes(linking), ...seedNodes(linking), ...writtenSnapshots(linking)];
  const made = found.map((node) => toModel(linking, node));
  const models = made.map(({ model }) => model);
  const declared = made.flatMap(({ model, config }) => declaredModel(model, config));
  const unresolved = found.flatMap(({ file, line, evaluated }) =>
    evaluated.error === undefined ? [] : [{ file, line, reason: 'broken-jinja' as const, text: evaluated.error }],
  );
  const flaws = [
    ...placed(project.file, facts.flaws),
    ...project.sql.flatMap(([path, file]) => placed(path, file.flaws)),
    ...project.properties.flatMap(([path, file]) => placed(path, file.flaws)),
  ];
  return { models, declared, sources: sourcesOf(linking), unresolved: [...flaws, ...unresolved] };
}

function sqlNodes(linking: Linking): Found[] {
  const { root, facts, sql } = linking.project;
  return sql.flatMap(([file, { template, snapshots }]): Found[] => {
    const model = pathBelow(file, root, facts.modelPaths);
    if (model) return [{ file, line: 1, node: modelNode(linking, model), evaluated: evaluate(linking, template) }];
    const place = pathBelow(file, root, facts.snapshotPaths);
    if (!place) return [];
    return snapshots.map((snapshot) => {
      const path = [facts.name, ...place.slice(0, -1), snapshot.name];
      const node = { name: snapshot.name, kind: 'snapshot', path } as const;
      return { file, line: snapshot.line, node, evaluated: evaluate(linking, snapshot.template) };
    });
  });
}

/** A file may ask for its target itself: `enabled=target.name == 'prod'`. */
function evaluate({ around }: Linking, template: string): Seen {
  const seen = evaluateOn(around, template);
  if (isEnabled(seen.config.enabled)) return seen;
  for (const place of targetsIn(around, template)) {
    const there = evaluateOn(place, template);
    if (isEnabled(there.config.enabled)) return { ...there, place };
  }
  return seen;
}

/** A template the engine cannot follow is read as text; its configuration is tried by itself first. */
function evaluateOn(around: Surroundings, template: string): Evaluated {
  const whole = evaluateTemplate(around, template);
  if (whole.error === undefined) return { ...whole, config: { ...whole.config, ...openPlaces(around, template, whole.config) } };
  const scanned = scanTemplate(template);
  const head = evaluateTemplate(around, scanned.head);
  return {
    refs: [...new Set([...whole.refs, ...scanned.refs])],
    sources: [...new Set([...whole.sources, ...scanned.sources])],
    viaMacro: whole.viaMacro.filter(
      (name) => !scanned.refs.some((ref) => splitVersion(ref).name === name) && !scanned.sources.includes(name),
    ),
    config: { ...whole.config, ...(head.error === undefined ? head.config : evaluateTemplate(around, scanned.config).config) },
    error: whole.error,
  };
}

function openPlaces(around: Surroundings, template: string, config: YamlMap): YamlMap {
  if (!/\bvar\s*\(/.test(template) || !Object.keys(config).some((key) => PLACE_KEYS.has(key))) return {};
  const open = evaluateTemplate({ ...around, openVars: true }, template);
  return open.error === undefined ? Object.fromEntries(Object.entries(open.config).filter(([key]) => PLACE_KEYS.has(key))) : {};
}

function pythonNodes(linking: Linking): Found[] {
  const { root, facts, python } = linking.project;
  return python.flatMap(([file, source]): Found[] => {
    const model = pathBelow(file, root, facts.modelPaths);
    const evaluated = model && evaluatePython(source);
    return evaluated ? [{ file, line: evaluated.line, node: modelNode(linking, model), evaluated: evaluated.says }] : [];
  });
}

function seedNodes({ project: { root, facts, seeds } }: Linking): Found[] {
  return seeds.flatMap((file): Found[] => {
    const path = pathBelow(file, root, facts.seedPaths);
    if (!path) return [];
    const evaluated = { refs: [], sources: [], viaMacro: [], config: { materialized: 'seed' } };
    return [{ file, line: 1, node: { name: path.at(-1) ?? '', kind: 'seed', path: [facts.name, ...path] }, evaluated }];
  });
}

/** Snapshots that are all properties. */
function writtenSnapshots(linking: Linking): Found[] {
  const { root, facts, properties } = linking.project;
  return properties.flatMap(([file, { nodes }]): Found[] => {
    const place = pathBelow(file, root, [...facts.snapshotPaths, ...facts.modelPaths]);
    return nodes.flatMap(({ name, relation }): Found[] => {
      if (!place || relation === undefined) return [];
      const node = { name, kind: 'snapshot', path: [facts.name, ...place.slice(0, -1), name] } as const;
      return [{ file, line: 1, node, evaluated: evaluate(linking, `{{ ${relation} }}`) }];
    });
  });
}

/** A versioned model is called by its properties: the file says `_v2` or is named there, the latest may have no suffix. */
function modelNode({ properties, project }: Linking, path: readonly string[]): Found['node'] {
  const stem = path.at(-1) ?? '';
  const full = [project.facts.name, ...path];
  const node = { name: stem, kind: 'model', path: full } as const;
  const suffix = /^(.+)_v(\d[\w.]*)$/.exec(stem);
  for (const written of properties.values()) {
    if (written.versions.length === 0) continue;
    const named = written.versions.find(({ definedIn }) => definedIn !== undefined && definedIn.replace(/\.\w+$/, '') === stem);
    const suffixed = suffix?.[1] === written.name ? written.versions.find(({ v }) => v === suffix[2]) : undefined;
    const latest = written.name === stem ? latestOf(written) : undefined;
    const version = named?.v ?? suffixed?.v ?? latest;
    if (version !== undefined) return { ...node, name: written.name, version };
  }
  return node;
}

function toModel(linking: Linking, { file, line, node, evaluated }: Found): { readonly model: DbtModel; readonly config: YamlMap } {
  const { project, around, properties, groups, production } = linking;
  const written = properties.get(`${node.kind}:${node.name}`);
  const version = written?.versions.find(({ v }) => v === node.version);
  const tree = { model: project.facts.models, seed: project.facts.seeds, snapshot: project.facts.snapshots }[node.kind];
  const config = mergeConfig(
    folderConfig(tree, node.path),
    { meta: written?.meta, tags: written?.tags },
    resolved(around, written?.config ?? {}),
    resolved(around, version?.config ?? {}),
    evaluated.config,
  );
  const kind = node.kind === 'model' ? materialization(around, config.materialized, file) : node.kind;
  const only = onlyTarget(around, config.enabled);
  const enabled = only !== undefined || isEnabled(resolvedValue(around, config.enabled));
  const ephemeral = kind === 'ephemeral';
  const place = evaluated.place ?? only ?? around;
  const named = { ...node, config };
  const relation = ephemeral ? '' : relationOf(place, named);
  const group = textOf(config.group) ?? written?.group;
  const ofMeta = ownerOfMeta(mapOf(config.meta));
  const owner = ofMeta ?? (group === undefined ? undefined : (groups.get(group) ?? group));
  const model = {
    project: project.facts.name,
    file,
    model: version && written && written.versions.length > 1 ? versionedName(node.name, version.v) : node.name,
    materialized: kind,
    relation,
    relationWhen: ephemeral ? {} : relationsWhen(place, named, relation, production),
    refs: evaluated.refs,
    sources: evaluated.sources,
    viaMacro: evaluated.viaMacro,
    ...(owner === undefined ? {} : { owner }),
    ...(owner === undefined || ofMeta !== undefined ? {} : { ownerBy: 'dbt_group' as const }),
    tags: textsOf(config.tags),
    dataset: enabled && !ephemeral,
    partitionBy: partitionColumns(config),
    at: { file, line },
  };
  return { model, config: resolved(around, config) };
}

/** The targets that a text asks for. */
function targetsIn(around: Surroundings, text: string): readonly Surroundings[] {
  return targetsAskedFor(text).map(([key, value]) => ({ ...around, target: { ...around.target, [key]: value } }));
}

/** A model that is built on one target only is placed there: the target its `enabled` asks for. */
function onlyTarget(around: Surroundings, enabled: unknown): Surroundings | undefined {
  if (typeof enabled !== 'string' || isEnabled(resolvedValue(around, enabled))) return undefined;
  return targetsIn(around, enabled).find((there) => isEnabled(resolvedValue(there, enabled)));
}

function materialization(around: Surroundings, value: unknown, file: string): string {
  const usual = file.endsWith('.py') ? 'table' : 'view';
  const text = resolvedValue(around, value);
  return typeof text === 'string' && text !== '' ? text : usual;
}

/** In names, a variable that only has a default stays open; whether a node is enabled is asked of each target. */
function resolved(around: Surroundings, config: YamlMap): YamlMap {
  const open = { ...around, openVars: true };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      key === 'enabled' ? value : resolvedValue(PLACE_KEYS.has(key) ? open : around, value),
    ]),
  );
}

function resolvedValue(around: Surroundings, value: unknown): unknown {
  return typeof value === 'string' ? (evaluateText(around, value) ?? value) : value;
}

/** A source without a schema is called like its schema. */
function sourcesOf({ project, around }: Linking): DbtSource[] {
  const text = (value: string) => evaluateText(around, value) ?? value;
  return project.properties.flatMap(([file, { sources }]) =>
    sources.map(({ name, database, schema, tables }) => ({
      project: project.facts.name,
      file,
      name,
      database: text(database ?? UNKNOWN_TARGET.database),
      schema: text(schema ?? name),
      tables: tables.map((table) => ({
        ...table,
        identifier: text(table.identifier ?? table.name),
        ...(table.location === undefined ? {} : { location: text(table.location) }),
      })),
    })),
  );
}
