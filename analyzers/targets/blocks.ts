/** What of a scope has run, and is seen, at a place of it: branches, loops, comprehensions. */

import { groupPairs } from '../pairs.js';
import type { Bind } from '../python/facts.js';
import type { Unit } from './program.js';
import type { Frame } from './values.js';
import { ELSEWHERE } from './values.js';

/** What a comprehension binds is seen in it alone; behind a branch that returned or raised nothing of it is left, unless it is seen from another def. */
export function isHidden(bindBlock: number, { unit, block: useBlock, pos }: Pick<Frame, 'unit' | 'block' | 'pos'>): boolean {
  if (bindBlock === useBlock) return false;
  const isElsewhere = pos === ELSEWHERE;
  const using = blockPath(unit, useBlock);
  const { blocks } = unit.facts;
  return blockPath(unit, bindBlock).some((block) => {
    const of = blocks[block];
    return !using.includes(block) && (of?.kind === 'each' || (of?.ends === true && !isElsewhere));
  });
}

/** Whether it ran exactly once: what stands in a loop that does not go around the use ran any number of times. */
export function surelyOnce(unit: Unit, block: number, useBlock: number): boolean {
  const using = blockPath(unit, useBlock);
  const repeats = blockPath(unit, block).some((one) => !using.includes(one) && LOOPS.has(unit.facts.blocks[one]?.kind ?? 'module'));
  return !repeats && surely(unit, block, useBlock);
}
const LOOPS = new Set(['for', 'while', 'each']);

/** Two branches of one statement exclude each other. */
export function excluded(unit: Unit, bindBlock: number, useBlock: number): boolean {
  if (useBlock < 0 || bindBlock === useBlock) return false;
  const { blocks } = unit.facts;
  const statementOf = (block: number): number => blocks[block]?.statement ?? 0;
  const used = blockPath(unit, useBlock);
  return blockPath(unit, bindBlock).some((block) => {
    const other = blocks[block]?.kind === 'try' ? undefined : used.findLast((one) => statementOf(one) === statementOf(block));
    return other !== undefined && other !== block;
  });
}

/** Whether the bind's block ran whenever the use's block runs, together with the branches met so far. */
export function surely(unit: Unit, bindBlock: number, useBlock: number, met: Map<number, Set<number>> = new Map()): boolean {
  const using = blockPath(unit, Math.max(useBlock, 0));
  const { blocks } = unit.facts;
  for (const block of blockPath(unit, bindBlock)) {
    if (using.includes(block)) return true;
    const of = blocks[block];
    if (!of) return true;
    if (of.kind === 'def' || of.kind === 'class' || of.kind === 'module') return true;
    const seen = met.get(of.statement) ?? new Set();
    seen.add(block);
    met.set(of.statement, seen);
    if (of.branches === 0 || seen.size < of.branches) return false;
  }
  return true;
}

/** Of each file, by the block. */
const PATHS = new WeakMap<Unit, Map<number, readonly number[]>>();
const NOWHERE: readonly number[] = [];

/** A block and those around it, the innermost first. */
export function blockPath(unit: Unit, block: number): readonly number[] {
  if (block < 0) return NOWHERE;
  const paths = PATHS.get(unit) ?? new Map<number, readonly number[]>();
  const known = paths.get(block);
  if (known) return known;
  const path: number[] = [];
  const { blocks } = unit.facts;
  for (let at = block; at >= 0 && path.length < 100; at = blocks[at]?.parent ?? -1) path.push(at);
  paths.set(block, path);
  PATHS.set(unit, paths);
  return path;
}

type Loops = { readonly bodies: readonly number[]; readonly begins: readonly number[] };
/** `branching`: blocks with others in them that may not run. */
type LoopsOf = { readonly byBlock: ReadonlyMap<number, Loops>; readonly branching: ReadonlySet<number> };
const LOOPS_IN = new WeakMap<Unit, LoopsOf>();

/** The loops of each block: where they begin, and the blocks of their bodies. */
function loopsIn(unit: Unit): LoopsOf {
  const known = LOOPS_IN.get(unit);
  if (known) return known;
  const { binds, blocks } = unit.facts;
  const bodies = groupPairs(blocks.flatMap(({ kind, parent }, block) => (kind === 'for' ? [[parent, block] as const] : [])));
  const begins = groupPairs(binds.flatMap(({ how, block, pos }) => (how === 'for' ? [[block, pos] as const] : [])));
  const byBlock = new Map([...bodies].map(([block, all]) => [block, { bodies: all, begins: [...new Set(begins.get(block) ?? [])] }]));
  const inner = blocks.flatMap(({ kind }, block) => (kind === 'with' ? [] : blockPath(unit, block).slice(1)));
  const found = { byBlock, branching: new Set(inner) };
  LOOPS_IN.set(unit, found);
  return found;
}

/**
 * Whether a place stands behind a loop, which has run to its end: with a branch in its body nobody knows where it ended, and of a
 * place that is seen from elsewhere not when it is looked at.
 */
export function isBehindLoop(bind: Pick<Bind, 'scope' | 'block' | 'pos'>, { unit, scope, block, pos }: Frame): boolean {
  if (bind.scope !== scope || block < 0 || pos === ELSEWHERE) return false;
  const { byBlock, branching } = loopsIn(unit);
  const { bodies = [], begins = [] } = byBlock.get(bind.block) ?? {};
  const body = bodies.length === begins.length ? bodies[begins.indexOf(bind.pos)] : undefined;
  return body !== undefined && !branching.has(body) && !blockPath(unit, block).includes(body);
}
