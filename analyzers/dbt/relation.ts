/** §4.1 Where a node lands: the project's own naming macros evaluated with the target unknown, and once as production. */
import { mapOf, type YamlMap } from '../documents/yaml.js';
import { placeOf } from './config.js';
import { evaluateMacro, evaluateText, type Surroundings, type Target } from './evaluate.js';

const NAMING = ['generate_database_name', 'generate_schema_name', 'generate_alias_name'];

export const UNKNOWN_TARGET: Target = {
  name: '{target.name}',
  schema: '{target.schema}',
  database: '{target.database}',
  type: '{target.type}',
};

export type NodeName = {
  readonly name: string;
  readonly version?: string;
  readonly kind: 'model' | 'seed' | 'snapshot';
  readonly path: readonly string[];
  readonly config: YamlMap;
};

export function relationOf(around: Surroundings, node: NodeName): string {
  const text = (value: unknown): string | undefined => {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? (evaluateText(around, value) ?? value) : undefined;
  };
  const place = placeOf(node.config);
  const given = { database: text(place.database), schema: text(place.schema), alias: text(place.alias) };
  const described = description(around, node, given);
  const own = (macro: string, value: string | undefined): string | undefined => {
    const made = evaluateMacro(around, macro, [value ?? null, described]);
    return typeof made === 'string' && made.trim() !== '' ? made.trim() : undefined;
  };
  const { target } = around;
  const database = own('generate_database_name', given.database) ?? given.database ?? target.database;
  const schema =
    own('generate_schema_name', given.schema) ?? (given.schema === undefined ? target.schema : `${target.schema}_${given.schema.trim()}`);
  const versioned = node.version === undefined ? node.name : `${node.name}_v${node.version.replaceAll('.', '_')}`;
  const alias = own('generate_alias_name', given.alias) ?? given.alias ?? versioned;
  return [database, literalSchema(node, given.schema) ?? schema, alias].join('.');
}

/** A snapshot's `target_schema` is taken as it stands. */
function literalSchema({ config }: NodeName, given: string | undefined): string | undefined {
  return config.schema === undefined && config.target_schema !== undefined ? given : undefined;
}

function description({ project }: Surroundings, node: NodeName, given: YamlMap): YamlMap {
  return {
    name: node.name,
    resource_type: node.kind,
    package_name: project,
    fqn: node.path,
    path: node.path.slice(1).join('/'),
    original_file_path: node.path.slice(1).join('/'),
    version: node.version ?? '',
    unrendered_config: node.config,
    config: { ...node.config, ...given, meta: mapOf(node.config.meta) },
    tags: [],
  };
}

/** The relation for each name production may have, and for each adapter that a naming macro asks for, where it differs from the open form. */
export function relationsWhen(
  around: Surroundings,
  node: NodeName,
  open: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  if (!NAMING.some((macro) => around.macros.has(macro))) return found;
  const asked = NAMING.flatMap((macro) => targetsAskedFor(around.macros.get(macro)?.body ?? '').filter(([key]) => key === 'type'));
  for (const [key, value] of [...names.map((name) => ['name', name] as const), ...asked]) {
    const relation = relationOf({ ...around, target: { ...around.target, [key]: value } }, node);
    if (relation !== open && !Object.values(found).includes(relation)) found[`target.${key} == ${value}`] = relation;
  }
  return found;
}

/** What a text compares its target with, in the order written: `target.name == 'prod'`. */
export function targetsAskedFor(text: string): readonly (readonly [key: string, value: string])[] {
  return [...text.matchAll(/\btarget\.(name|type|schema|database)\s*==\s*(["'])([\w-]+)\2/g)].map(([, key = '', , value = '']) => [
    key,
    value,
  ]);
}
