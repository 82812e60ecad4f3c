/** §4.3 Tables of Delta by their own class: `DeltaTable.forPath(spark, p)`, read or merged into. */
import { templatesOf } from '../../targets/evaluate.js';
import { type Evaluation, moduleFrame } from '../../targets/values.js';
import { type NamedCall, namedCalls, receiverName, type Site, type Unrolled, unroll } from '../site.js';

/** In one chain: a merge is a write, anything else a read. */
export function deltaSite(ev: Evaluation, chain: Unrolled, named: NamedCall): Site | undefined {
  const behind = opens(chain, named) ? namedCalls(chain.steps, named.index + 1).map(({ name }) => name) : undefined;
  const merges = behind?.includes('merge');
  // It is written where the merge is executed.
  if (!behind || (merges && !behind.includes('execute'))) return undefined;
  return siteAt(ev, named, merges ? { effect: 'write', by: named } : { effect: 'read', by: named });
}

/** `table.alias("t").merge(…)….execute()` of a table that a variable holds, of this function or of the file. */
export function mergeSite(ev: Evaluation, chain: Unrolled, named: NamedCall): Site | undefined {
  if (named.name !== 'execute' || !namedCalls(chain.steps).some(({ name }) => name === 'merge')) return undefined;
  const { root, frame } = chain;
  const held = isOfFile(chain) ? unroll({ kind: 'chain', root, steps: [] }, moduleFrame(frame.unit)) : undefined;
  const before = namedCalls(chain.steps).filter(({ index }) => index <= chain.own);
  const by = before.find((call) => opens(chain, call)) ?? (held && namedCalls(held.steps).find((call) => opens(held, call)));
  return by && siteAt(ev, named, { effect: 'write', by });
}

function opens(chain: Unrolled, { name, index }: NamedCall): boolean {
  return receiverName(chain, index) === 'DeltaTable' && (name === 'forPath' || name === 'forName');
}

/** `by`: the call that says which table. */
function siteAt(
  ev: Evaluation,
  { line, endLine }: NamedCall,
  { effect, by }: { readonly effect: Site['effect']; readonly by: NamedCall },
): Site | undefined {
  const target = by.args.args[1];
  if (!target) return undefined;
  return {
    effect,
    api: `delta.DeltaTable.${effect === 'write' ? 'merge' : by.name}`,
    runtime: 'spark',
    line,
    endLine,
    templates: templatesOf(ev, { expr: target, frame: by.frame }),
    format: 'delta',
    mode: effect === 'write' ? 'merge' : '',
    partitionBy: [],
  };
}

/** The chain begins with a name that no function around it binds. */
function isOfFile({ root, frame: { unit, scope } }: Unrolled): boolean {
  if (root.kind !== 'name') return false;
  for (let at = scope; at > 0; at = unit.facts.scopes[at]?.parent ?? 0) {
    const isParam = unit.facts.scopes[at]?.params.some(({ name }) => name === root.name);
    if (isParam || unit.bindsByName.get(root.name)?.some((bind) => bind.scope === at)) return false;
  }
  return scope > 0;
}
