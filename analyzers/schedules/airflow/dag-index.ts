/** §4.1 The DAG a task belongs to, looked up and not searched for: a file of many DAGs has as many tasks. */
import type { Args, Call } from '../../python/facts.js';
import type { Unit } from '../../targets/program.js';
import type { Dag } from './dags.js';

type Numbered = { readonly dag: Dag; readonly number: number };
export type DagIndex = {
  readonly unit: Unit;
  readonly dags: readonly Dag[];
  readonly places: ReadonlySet<Dag['place']>;
  readonly byVariable: ReadonlyMap<string, Numbered>;
  /** The function under `@dag`. */
  readonly byFunction: ReadonlyMap<number, Numbered>;
  /** In the order they stand in the file. */
  readonly byBlock: ReadonlyMap<number, readonly Numbered[]>;
  readonly byScope: ReadonlyMap<number, readonly Numbered[]>;
};

/** Blocks and scopes that are nested deeper than anybody writes. */
const MAX_HOPS = 100;

export function dagIndex(unit: Unit, dags: readonly Dag[]): DagIndex {
  const numbered = dags.map((dag, number) => ({ dag, number }));
  const placed = numbered.filter(({ dag }) => dag.scope === undefined).sort((a, b) => a.dag.place.pos - b.dag.place.pos);
  return {
    unit,
    dags,
    places: new Set(dags.map(({ place }) => place)),
    byVariable: new Map(numbered.flatMap((one) => one.dag.variables.map((name) => [name, one]))),
    byFunction: new Map(numbered.flatMap((one) => (one.dag.scope === undefined ? [] : [[one.dag.scope, one]]))),
    byBlock: grouped(placed, ({ dag }) => dag.place.block),
    byScope: grouped(placed, ({ dag }) => dag.place.scope),
  };
}

/** Named by `dag=`, the `with` around it, the function under `@dag`, else the only or last one before. */
export function dagOfCall(index: DagIndex, call: Call, args: Args): Dag | undefined {
  const named = [...args.keywords.flatMap(({ name, value }) => (name === 'dag' ? [value] : [])), ...args.args];
  const byName = lastOf(named.flatMap((one) => (one.kind === 'name' ? (index.byVariable.get(one.name) ?? []) : [])));
  if (byName) return byName;
  const isBefore = ({ dag }: Numbered) => dag.place.pos < call.pos;
  const around = dagAround(index, { block: call.block, scope: call.scope, isBefore });
  return around ?? lastBefore(index.byScope.get(call.scope), isBefore)?.dag ?? onlyOne(index);
}

/** The DAG around a function under `@task`, or the only one of the file. */
export function dagOfFunction(index: DagIndex, scope: number): Dag | undefined {
  const of = index.unit.facts.scopes[scope];
  if (!of) return undefined;
  return dagAround(index, { block: of.block, scope, isBefore: ({ dag }) => dag.place.line < of.line }) ?? onlyOne(index);
}

function onlyOne({ dags }: DagIndex): Dag | undefined {
  return dags.length === 1 ? dags[0] : undefined;
}

type Inside = { readonly block: number; readonly scope: number; readonly isBefore: (one: Numbered) => boolean };

function dagAround({ unit, byBlock, byFunction }: DagIndex, { block, scope, isBefore }: Inside): Dag | undefined {
  const { blocks, scopes } = unit.facts;
  const found: Numbered[] = [];
  for (let at = block, hops = 0; at >= 0 && hops < MAX_HOPS; hops++) {
    const of = blocks[at];
    const before = of?.kind === 'with' ? lastBefore(byBlock.get(of.parent), isBefore) : undefined;
    if (before) found.push(before);
    at = of?.parent ?? -1;
  }
  for (let at = scope, hops = 0; at >= 0 && hops < MAX_HOPS; hops++) {
    const around = byFunction.get(at);
    if (around) found.push(around);
    at = scopes[at]?.parent ?? -1;
  }
  return lastOf(found);
}

function lastOf(found: readonly Numbered[]): Dag | undefined {
  return found.reduce<Numbered | undefined>((last, one) => (last && last.number > one.number ? last : one), undefined)?.dag;
}

/** By halves: what stands before a place is the first part of the list. */
function lastBefore(placed: readonly Numbered[] | undefined, isBefore: (one: Numbered) => boolean): Numbered | undefined {
  let low = 0;
  let high = placed?.length ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = placed?.[middle];
    if (one && isBefore(one)) low = middle + 1;
    else high = middle;
  }
  return placed?.[low - 1];
}

function grouped(placed: readonly Numbered[], key: (one: Numbered) => number): ReadonlyMap<number, readonly Numbered[]> {
  const groups = new Map<number, Numbered[]>();
  for (const one of placed) {
    const known = groups.get(key(one));
    if (known) known.push(one);
    else groups.set(key(one), [one]);
  }
  return groups;
}
