/**
 * §4.4 where a dataset's data lies: holes are filled, and a catalog name is looked up in the organisation's table, in the
 * repository's own DDL and in the catalog of production. Where none of them knows it, the name is all there is.
 */
import { type AskedTable, tableKey } from '../catalog-table.js';
import type { Decision } from '../evidence.js';
import type { DeclaredTable, RepoFacts } from '../facts.js';
import { readPlace } from '../place.js';
import { formatOfScan } from '../scan-words.js';
import type { Settings } from '../settings.js';
import type { Format } from '../vocabulary.js';

/** `{name}` becomes its value where one is given; a hole called `args.bucket` also answers to `bucket`. */
export function fillHoles(target: string, holes: Readonly<Record<string, string>>): string {
  return target.replace(/\{([^{}]*)\}/g, (hole, name: string) => own(holes, name) ?? own(holes, name.split('.').at(-1) ?? name) ?? hole);
}

/** A relation of dbt where production is named; unknown leading parts (a database nobody says) are left off. */
export function productionName(relation: string, { production }: Pick<Settings, 'production'>): string {
  const values = {
    'target.database': production.dbt_database,
    'target.schema': production.dbt_schema,
    'target.name': production.dbt_target,
  };
  const known = Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return fillHoles(relation, known).replace(/^(?:\{[^{}]*\}\.)+/, '');
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

export type DataLocation = { readonly location: string; readonly format?: Format; readonly partitionBy?: readonly string[] };

/** What one repository knows of catalog names, by `tableKey`: what it declares itself, and what production's catalog says. */
export type KnownTables = {
  readonly declared: ReadonlyMap<string, readonly DeclaredTable[]>;
  readonly asked: ReadonlyMap<string, AskedTable>;
};
export const NO_TABLES: KnownTables = { declared: new Map(), asked: new Map() };

/**
 * By repository: DDL speaks for the repository that it stands in and for no other, or anybody could lead a stranger's dataset
 * elsewhere. The catalog speaks for all.
 */
export function knownTables(
  repositories: readonly Pick<RepoFacts, 'repository' | 'declared' | 'asked'>[],
  settings: Pick<Settings, 'holes' | 'production'>,
): (repository: string) => KnownTables {
  const asked = new Map<string, AskedTable>();
  for (const row of repositories.flatMap((each) => each.asked ?? [])) {
    const known = asked.get(row.name);
    if (!known || (known.answer.kind !== 'found' && row.answer.kind === 'found')) asked.set(row.name, row);
  }
  const byRepository = new Map(
    repositories.map(({ repository, declared = [] }) => [repository, { declared: byName(declared, settings), asked }] as const),
  );
  return (repository) => byRepository.get(repository) ?? { declared: new Map(), asked };
}

function byName(declared: readonly DeclaredTable[], settings: Pick<Settings, 'holes' | 'production'>): KnownTables['declared'] {
  const found = new Map<string, DeclaredTable[]>();
  for (const table of declared) {
    const key = keyOfDeclared(table.name, settings);
    const location = fillHoles(table.location, settings.holes);
    if (key === undefined || /[{}]/.test(location) || readPlace(location, { layers: {} }).kind !== 'path') continue;
    const known = found.get(key) ?? [];
    if (!known.some((each) => samePlace(each.location, location))) found.set(key, [...known, { ...table, location }]);
  }
  return found;
}

/** A relation of dbt is the same one while its target is unknown; of other names nobody knows what a hole is. */
function keyOfDeclared(name: string, settings: Pick<Settings, 'holes' | 'production'>): string | undefined {
  if (!name.includes('{target.')) return tableKey(fillHoles(name, settings.holes));
  const relation = productionName(name, settings);
  return tableKey(relation) ?? relation.toLowerCase();
}

function samePlace(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

export function decideLocation(target: string, settings: Pick<Settings, 'locations'>, known = NO_TABLES): Decision<DataLocation> {
  for (const row of settings.locations) {
    const captured = capture(row.table, target);
    if (!captured) continue;
    const location = row.location.replace(/\{(\d)\}/g, (_, digit: string) => captured[Number(digit) - 1] ?? '');
    return {
      value: { location, ...(row.format ? { format: row.format } : {}) },
      rule: 'location/mapping',
      because: `the settings say ${row.table} lies at ${row.location}`,
    };
  }
  const key = tableKey(target);
  const [open, ...others] = (key === undefined && known.declared.get(target.toLowerCase())) || [];
  if (open && others.length === 0) return fromDdl(target, open);
  if (key === undefined) return { value: { location: target }, rule: 'location/as-written', because: 'it lies where the job writes' };
  const declared = known.declared.get(key) ?? [];
  const [table] = declared;
  if (table && declared.length === 1) return fromDdl(target, table);
  const asked = known.asked.get(key);
  return asked ? fromCatalog(target, asked) : nameAlone(target, declared);
}

function fromDdl(target: string, { location, format, partitionBy, at }: DeclaredTable): Decision<DataLocation> {
  const word = formatOfScan(format);
  return {
    value: { location, ...(word && word !== 'table' ? { format: word } : {}), partitionBy },
    rule: 'location/ddl',
    because: `${at.file}:${at.line} declares ${target} at ${location}`,
    at,
  };
}

function fromCatalog(target: string, { catalog, answer }: AskedTable): Decision<DataLocation> {
  const value = { location: target };
  const only = `so its name is all that is known of its place`;
  if (answer.kind === 'unreadable' || answer.kind === 'left-out')
    return {
      value,
      rule: 'location/catalog-unreadable',
      because: `${catalog} could not be asked for ${target} (${answer.because}), ${only}`,
    };
  if (answer.kind === 'absent') return { value, rule: 'location/not-in-catalog', because: `${catalog} has no table ${target}, ${only}` };
  const { kind, location, format, partitionBy } = answer.table;
  if (kind === 'view') return { value, rule: 'location/catalog-view', because: `${catalog} says ${target} is a view, which has no place` };
  if (location === undefined)
    return { value, rule: 'location/catalog-no-place', because: `${catalog} names no place of ${target} that can be read, ${only}` };
  return {
    value: { location, ...(format && format !== 'table' ? { format } : {}), partitionBy },
    rule: 'location/catalog',
    because: `${catalog} says ${target} lies at ${location}`,
  };
}

function nameAlone(target: string, declared: readonly DeclaredTable[]): Decision<DataLocation> {
  const value = { location: target };
  if (declared.length > 1) {
    const places = declared.map(({ at }) => `${at.file}:${at.line}`).slice(0, 3);
    return { value, rule: 'location/several-ddl', because: `${places.join(' and ')} declare ${target} at different places` };
  }
  return { value, rule: 'location/name-alone', because: `nothing says where ${target} lies, so it goes by its name` };
}

/** What each `*` of the pattern stands for, or undefined when the name does not match. `*` stops at a dot or a slash. */
function capture(pattern: string, name: string): readonly string[] | undefined {
  const source = pattern
    .split('*')
    .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^./]+)');
  return new RegExp(`^${source}$`, 'i').exec(name)?.slice(1);
}
