/** §4.3 Tables of pyiceberg: `catalog.load_table("shop.orders").append(frame)`, at once or by way of a variable. */
import type { Expr } from '../../python/facts.js';
import { ICEBERG_OPENINGS, ICEBERG_TABLE } from '../../python/verbs.js';
import { templatesOf } from '../../targets/evaluate.js';
import { argument, namedCalls, unroll } from '../chain.js';
import type { CallInFrame, Site } from '../site.js';

export function icebergSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame, ev);
  const calls = namedCalls(chain.steps);
  return calls.flatMap((named): Site[] => {
    if (named.index < chain.own || !Object.hasOwn(ICEBERG_TABLE, named.name)) return [];
    const opening = calls.find(({ name, index }) => index === named.index - 2 && ICEBERG_OPENINGS.includes(name));
    const target = opening && argument(opening.args, { at: 0, keywords: ['identifier'] });
    if (!opening || !target) return [];
    const mode = ICEBERG_TABLE[named.name];
    return [
      {
        effect: mode === undefined ? 'read' : 'write',
        api: `pyiceberg.${named.name}`,
        runtime: 'python',
        line: named.line,
        endLine: named.endLine,
        templates: templatesOf(ev, { expr: dotted(target), frame: opening.frame }),
        format: 'iceberg',
        mode: mode ?? '',
        partitionBy: [],
      },
    ];
  });
}

/** `("shop", "orders")` is `shop.orders`. */
function dotted(name: Expr): Expr {
  if (name.kind !== 'list') return name;
  const dot = { kind: 'text', value: '.' } as const;
  return { kind: 'cat', parts: name.items.flatMap((item, index) => (index === 0 ? [item] : [dot, item])) };
}
