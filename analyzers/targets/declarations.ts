/** §4.1 Imports, defs and classes of a scope under one name: which of them it is at a place. */
import type { Import } from '../python/facts.js';
import type { Turns } from '../templates/turns.js';
import { excluded, surely } from './blocks.js';
import { modulePath, type Unit } from './program.js';
import { decidedAmong } from './reaching.js';
import type { Evaluation, Frame } from './values.js';

/** `inner`: the scope of a def or class. */
export type Declaration = { readonly block: number; readonly pos: number; readonly of: Import | { readonly inner: number } };

const A_LINE = 100_000;

/** Behind the last of them nobody sees those before, unless it may not have run. */
export function declaredAt(
  ev: Evaluation,
  name: string,
  frame: Frame,
): readonly { readonly of: Declaration['of']; readonly turns: Turns }[] {
  const all = declarationsOf(name, frame);
  if (all.length < 2) return all.map(({ of }) => ({ of, turns: new Map() }));
  const before = all.filter(({ pos }) => pos < frame.pos);
  const found = decidedAmong(ev, frame, (before.length > 0 ? before : all).toReversed());
  return firstThatIsThere(ev, frame.unit, found).map(({ one, turns }) => ({ of: one.of, turns }));
}

/** Where the last one stands that surely ran before a place. */
export function declaredSurely(name: string, frame: Frame): number {
  const { unit, block, pos: here } = frame;
  const isSure = (one: Declaration): boolean => one.pos < here && !excluded(unit, one.block, block) && surely(unit, one.block, block);
  return declarationsOf(name, frame).findLast(isSure)?.pos ?? -1;
}

function declarationsOf(name: string, { unit, scope }: Frame): readonly Declaration[] {
  const imports = (unit.importsByName.get(name) ?? []).filter((one) => one.scope === scope);
  const { scopes } = unit.facts;
  const inner = (unit.scopesByName.get(name) ?? []).filter((index) => index > 0 && scopes[index]?.parent === scope);
  return [
    ...imports.map((of): Declaration => ({ block: of.block ?? 0, pos: posOf(of.line), of })),
    ...inner.map((index): Declaration => ({ block: scopes[index]?.block ?? 0, pos: posOf(scopes[index]?.line), of: { inner: index } })),
  ].toSorted((a, b) => a.pos - b.pos);
}

function posOf(line = 1): number {
  return (line - 1) * A_LINE;
}

/** `try: from fast import X`, `except ImportError: from slow import X`: the first of them whose file is in the repository. */
function firstThatIsThere<T extends { readonly one: Declaration }>(ev: Evaluation, unit: Unit, all: readonly T[]): readonly T[] {
  const [first, ...others] = all;
  if (!first || others.length === 0) return all;
  const { blocks } = unit.facts;
  const tried = blocks[first.one.block];
  const areTried = tried?.kind === 'try' && all.every(({ one }) => blocks[one.block]?.statement === tried.statement && 'module' in one.of);
  if (!areTried) return all;
  const there = all.findLast(({ one }) => 'module' in one.of && isThere(ev, unit, one.of));
  return [there ?? first];
}

function isThere({ program }: Evaluation, { path }: Unit, { module, name, level }: Import): boolean {
  const within = module === '' ? name : module;
  return within !== undefined && modulePath(program, path, within, level) !== undefined;
}
