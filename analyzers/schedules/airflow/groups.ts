/** §4.1 The task groups around a task, whose ids stand before its own. */
import type { Call } from '../../python/facts.js';
import { callNamed } from '../../targets/called-name.js';
import type { Program, Unit } from '../../targets/program.js';
import { evaluator } from '../arguments.js';

type CallsByBlock = ReadonlyMap<number, readonly Call[]>;

const GROUPS = new Set(['TaskGroup']);
/** Blocks nested deeper than anybody writes. */
const MAX_HOPS = 100;

/** In the order they stand in the file. */
export function callsByBlock({ calls: given }: Pick<Unit['facts'], 'calls'>): CallsByBlock {
  const found = new Map<number, Call[]>();
  for (const call of given) {
    const known = found.get(call.block);
    if (known) known.push(call);
    else found.set(call.block, [call]);
  }
  for (const calls of found.values()) calls.sort((a, b) => a.pos - b.pos);
  return found;
}

/** `load.inner.` for a task in two groups; empty where a group says that it gives no prefix. */
export function prefixOf(program: Program, unit: Unit, calls: CallsByBlock, { block, pos }: Pick<Call, 'block' | 'pos'>): string {
  const ids: string[] = [];
  for (let at = block, hops = 0; at >= 0 && hops < MAX_HOPS; hops++) {
    const of = unit.facts.blocks[at];
    const opened = of?.kind === 'with' ? openedBy(unit, calls.get(of.parent) ?? [], pos) : undefined;
    const id = opened && idOf(program, unit, opened);
    if (id !== undefined) ids.unshift(id);
    at = of?.parent ?? -1;
  }
  return ids.map((id) => `${id}.`).join('');
}

/** A `with` is opened by the last call before what stands in it, or by one that this call is an argument of. */
function openedBy(unit: Unit, calls: readonly Call[], pos: number): Call | undefined {
  const last = calls[firstFrom(calls, pos) - 1];
  if (!last) return undefined;
  const around = calls.filter(({ line, endLine, pos: at }) => at < pos && line <= last.line && endLine >= last.endLine);
  return around.find((call) => callNamed(unit, call, GROUPS));
}

/** By halves: the first call that does not stand before a place. */
function firstFrom(calls: readonly Call[], pos: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.pos ?? pos) < pos) low = middle + 1;
    else high = middle;
  }
  return low;
}

function idOf(program: Program, unit: Unit, call: Call): string | undefined {
  const args = callNamed(unit, call, GROUPS);
  if (!args) return undefined;
  const evaluate = evaluator(program, unit, call);
  const bound = evaluate.args(args, ['group_id', 'prefix_group_id']);
  if (evaluate.constOf(bound.get('prefix_group_id')) === false) return undefined;
  return evaluate.texts(bound.get('group_id'))[0] ?? '{group_id}';
}
