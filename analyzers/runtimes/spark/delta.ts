/** §4.3 Tables of Delta by their own class: `DeltaTable.forPath(spark, p)`, read, merged into, or with rows taken out or changed. */
import { templatesOf } from '../../targets/evaluate.js';
import type { Unit } from '../../targets/program.js';
import type { Evaluation } from '../../targets/values.js';
import { argument, heldBy, type NamedCall, namedCalls, receiverName, type Unrolled } from '../chain.js';
import type { Site } from '../site.js';

const PATH = { keywords: ['path', 'tableOrViewName'], at: 1 } as const;

/** `DeltaTable.forPath(spark, p).toDF()`, also of a table that a variable holds. */
export function deltaSite(ev: Evaluation, chain: Unrolled, named: NamedCall): Site | undefined {
  if (named.name !== 'toDF') return undefined;
  const by = openedBefore(chain, named.index);
  return by && siteAt(ev, named, { effect: 'read', by });
}

/** `table.alias("t").merge(…)….execute()`: it is written where the merge is executed, whoever holds the table. */
export function mergeSite(ev: Evaluation, chain: Unrolled, named: NamedCall): Site | undefined {
  const merge = named.name === 'execute' ? namedCalls(chain.steps).find(({ name }) => name === 'merge') : undefined;
  if (!merge) return undefined;
  const by = openedBefore(chain, merge.index);
  // In one chain the table stands where it begins.
  if (by) return siteAt(ev, by.frame === chain.frame && by.index > chain.own ? by : named, { effect: 'write', by });
  return usesDelta(chain.frame.unit) ? unknownTable(ev, chain, named) : undefined;
}

/** `table.delete("day < …")`, `table.update(…)`, at once on the table: as the statements of SQL do. */
export function removalSite(ev: Evaluation, chain: Unrolled, named: NamedCall): Site | undefined {
  if (named.name !== 'delete' && named.name !== 'update') return undefined;
  const before = namedCalls(chain.steps).filter((call) => call.index < named.index && !opens(chain, call));
  const by = before.every(({ name }) => name === 'alias') ? openedBefore(chain, named.index) : undefined;
  const site = by && siteAt(ev, named, { effect: 'write', by });
  return site && { ...site, api: `delta.DeltaTable.${named.name}`, mode: named.name };
}

/** The call that opened the table: in the chain, or where the file or the object got what the chain begins with. */
function openedBefore(chain: Unrolled, end: number): NamedCall | undefined {
  const inChain = namedCalls(chain.steps).find((call) => call.index < end && opens(chain, call));
  const held = inChain ? undefined : heldBy(chain);
  return inChain ?? (held && namedCalls(held.steps).find((call) => opens(held, call)));
}

/** A table of Delta that nobody opened here: callers may say which it is. */
function unknownTable(ev: Evaluation, { root, frame }: Unrolled, { line, endLine }: NamedCall): Site | undefined {
  const isGiven = root.kind === 'name' && frame.unit.facts.scopes[frame.scope]?.params.some(({ name }) => name === root.name);
  return isGiven ? { ...MERGED, line, endLine, templates: templatesOf(ev, { expr: root, frame }) } : undefined;
}

function usesDelta({ facts }: Unit): boolean {
  return facts.imports.some(({ module }) => module === 'delta' || module.startsWith('delta.'));
}

function opens(chain: Unrolled, { name, index }: NamedCall): boolean {
  return receiverName(chain, index) === 'DeltaTable' && (name === 'forPath' || name === 'forName');
}

const MERGED = {
  effect: 'write',
  api: 'delta.DeltaTable.merge',
  runtime: 'spark',
  format: 'delta',
  mode: 'merge',
  partitionBy: [],
} as const;

/** `by`: the call that says which table. */
function siteAt(
  ev: Evaluation,
  { line, endLine }: NamedCall,
  { effect, by }: { readonly effect: Site['effect']; readonly by: NamedCall },
): Site | undefined {
  const target = argument(by.args, PATH);
  if (!target) return undefined;
  const templates = templatesOf(ev, { expr: target, frame: by.frame });
  if (effect === 'write') return { ...MERGED, line, endLine, templates };
  return { ...MERGED, effect, api: `delta.DeltaTable.${by.name}`, line, endLine, templates, mode: '' };
}
