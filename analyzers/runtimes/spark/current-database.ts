/** §4.3 The database that names of one word lie in: `USE mart`, `spark.catalog.setCurrentDatabase("mart")`, as far as one surely holds. */

import type { Expr } from '../../python/facts.js';
import { usedDatabase } from '../../sql/statements.js';
import { blockPath, excluded, surely } from '../../targets/blocks.js';
import { templatesOf } from '../../targets/evaluate.js';
import { spend } from '../../targets/paid.js';
import { type CallSite, callsInside, type Unit } from '../../targets/program.js';
import type { Evaluation, Frame } from '../../targets/values.js';
import { ELSEWHERE } from '../../targets/values.js';
import { fullText } from '../../templates/template.js';

/** A statement or call that says which; `text` of SQL, else the name itself. Of a cell only its line is known. */
type Use = {
  readonly scope: number;
  readonly block: number;
  readonly pos: number;
  readonly line: number;
  readonly said: { readonly text: Expr } | { readonly name: Expr } | undefined;
};
export type UsePlace = Pick<Frame, 'unit' | 'scope' | 'block' | 'pos'> & { readonly line: number };

const USES = new WeakMap<Unit, readonly Use[]>();

function usesIn(unit: Unit): readonly Use[] {
  const known = USES.get(unit);
  if (known) return known;
  const calls = callsInside(unit, (name) => name === 'sql' || name === 'setCurrentDatabase').flatMap((site) => useBy(site));
  const cells = unit.facts.sql.flatMap(({ text, line }): readonly Use[] =>
    SAYS.test(text) ? [{ scope: 0, block: 0, pos: -1, line, said: { text: { kind: 'text', value: text } } }] : [],
  );
  const found = [...calls, ...cells].toSorted((a, b) => a.line - b.line || a.pos - b.pos);
  USES.set(unit, found);
  return found;
}

const SAYS = /(?:^|;)\s*USE\s/i;

function useBy({ unit, call, step }: CallSite): readonly Use[] {
  const [named, called] = [call.chain.steps[step - 1], call.chain.steps[step]];
  if (called?.kind !== 'call' || named?.kind !== 'attr') return [];
  // A module with such a function is another engine: `duckdb.sql(…)`.
  const { root } = call.chain;
  if (root.kind === 'name' && unit.facts.imports.some((one) => one.local === root.name && one.name === undefined)) return [];
  const { scope, block, pos } = call;
  const given = called.args[0] ?? called.keywords[0]?.value;
  const at = { scope, block, pos, line: named.line };
  if (named.name === 'setCurrentDatabase') return [{ ...at, said: given && { name: given } }];
  if (!given) return [];
  const texts = given.kind === 'name' ? (unit.bindsByName.get(given.name) ?? []).map(({ value }) => value) : [given];
  if (!texts.some((one) => SAYS.test(beginningOf(one)))) return [];
  return [{ ...at, said: { text: given } }];
}

function beginningOf(expr: Expr): string {
  if (expr.kind === 'text') return expr.value;
  if (expr.kind === 'cat' && expr.parts[0]) return beginningOf(expr.parts[0]);
  return expr.kind === 'chain' ? beginningOf(expr.root) : '';
}

/** What surely holds at a place; nothing where it cannot be told. */
export function currentDatabase(ev: Evaluation, place: UsePlace): string | undefined {
  const all = usesIn(place.unit);
  if (all.length === 0) return undefined;
  spend(ev.program, all.length);
  const use = holdingAt(all, place);
  return use && nameIn(ev, use, place.unit);
}

function holdingAt(all: readonly Use[], place: UsePlace): Use | undefined {
  const { unit, scope } = place;
  // What a function says when it is called, nobody knows in another.
  if (all.some((use) => use.scope !== 0 && use.scope !== scope)) return undefined;
  const own = all.filter((use) => use.scope === scope);
  if (scope !== 0 && own.length === 0) {
    const def = unit.facts.scopes[scope]?.line ?? 0;
    const last = all.at(-1);
    return last && all.every(({ line }) => line < def) && surely(unit, last.block, 0) ? last : undefined;
  }
  const isBefore = ({ line, pos }: Use): boolean => line < place.line || (line === place.line && pos < place.pos);
  // The turn before may have said it.
  const loops = blockPath(unit, place.block).filter((block) => /^(?:for|while)$/.test(unit.facts.blocks[block]?.kind ?? ''));
  if (own.some((use) => !isBefore(use) && blockPath(unit, use.block).some((block) => loops.includes(block)))) return undefined;
  const last = own.findLast((use) => isBefore(use) && !excluded(unit, use.block, place.block));
  return last && surely(unit, last.block, place.block) ? last : undefined;
}

function nameIn(ev: Evaluation, { said, scope, block, pos }: Use, unit: Unit): string | undefined {
  if (!said) return undefined;
  const frame: Frame = { unit, scope, block, pos: pos < 0 ? ELSEWHERE : pos };
  const [template, ...others] = templatesOf(ev, { expr: 'text' in said ? said.text : said.name, frame });
  const text = template && others.length === 0 ? fullText(template) : undefined;
  return text !== undefined && 'text' in said ? usedDatabase(text) : text;
}
