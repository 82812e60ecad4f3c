/** §4.3 Tables of deltalake, the library without Spark: `DeltaTable("s3://…").delete("day < …")`, merged into or updated. */
import { templatesOf } from '../../targets/evaluate.js';
import type { Evaluation } from '../../targets/values.js';
import { argument, heldBy, type NamedCall, namedCalls, type Unrolled, unroll } from '../chain.js';
import type { CallInFrame, Site } from '../site.js';

const PLACE = { at: 0, keywords: ['table_uri'] } as const;
const OPENINGS = /^deltalake\.(?:table\.)?DeltaTable$/;
/** What a call of the table does, by the name of the call that does it. */
const MODES: Readonly<Record<string, string>> = { delete: 'delete', update: 'update', execute: 'merge' };

export function deltalakeSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame, ev);
  return namedCalls(chain.steps, chain.own).flatMap((named): readonly Site[] => {
    const mode = Object.hasOwn(MODES, named.name) ? MODES[named.name] : undefined;
    const template = mode === undefined || !isOnTable(chain, named) ? undefined : openedAt(ev, chain);
    if (mode === undefined || !template) return [];
    const { line, endLine } = named;
    const api = `deltalake.DeltaTable.${mode}`;
    return [{ effect: 'write', api, runtime: 'python', line, endLine, templates: template, format: 'delta', mode, partitionBy: [] }];
  });
}

/** `delete` and `update` of the table itself; `execute` behind a `merge`. */
function isOnTable({ steps }: Unrolled, { name, index }: NamedCall): boolean {
  const before = namedCalls(steps).filter((call) => call.index < index && call.name !== 'DeltaTable');
  return name === 'execute' ? before[0]?.name === 'merge' : before.length === 0;
}

/** In the chain, or where the file or the object got what it begins with. */
function openedAt(ev: Evaluation, chain: Unrolled): Site['templates'] | undefined {
  const held = heldBy(chain);
  return openingOf(ev, chain) ?? (held && openingOf(ev, held));
}

function openingOf(ev: Evaluation, { root, frame, steps }: Unrolled): Site['templates'] | undefined {
  const at = steps.findIndex(({ step }) => step.kind === 'call');
  const opening = steps[at];
  if (opening?.step.kind !== 'call') return undefined;
  const callee = ev.evaluate({ kind: 'chain', root, steps: steps.slice(0, at).map(({ step }) => step) }, frame);
  if (!callee.some((value) => value.kind === 'library' && OPENINGS.test(value.name))) return undefined;
  const place = argument(opening.step, PLACE);
  return place && templatesOf(ev, { expr: place, frame: opening.frame });
}
