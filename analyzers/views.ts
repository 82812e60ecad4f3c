/** §4.1 Names that a file gives to data for the time of the job, by methods and in SQL. */
import type { Expr } from './python/facts.js';
import { callPlaces } from './python/facts-index.js';
import { temporaryViews } from './sql/statements.js';
import type { Unit } from './targets/program.js';

const MAKES_VIEW = /^(?:create\w*TempView|registerTempTable)$/;
const MAKES_VIEW_IN_SQL = /\btemp(?:orary)?\s+view\b/i;

/** As `viewKey` spells them. */
export function viewNames(unit: Unit): ReadonlySet<string> {
  const made = firstsOf(unit, (name) => MAKES_VIEW.test(name)).flatMap((first) => (first.kind === 'text' ? [first.value] : []));
  const texts = [
    ...firstsOf(unit, (name) => name === 'sql').flatMap((first) => textsOf(unit, first)),
    ...unit.facts.sql.map(({ text }) => text),
  ];
  const inSql = texts.filter((text) => MAKES_VIEW_IN_SQL.test(text)).flatMap(temporaryViews);
  return new Set([...made, ...inSql].filter((name) => !name.includes('{')).map(viewKey));
}

/** SQL knows no case, and a global view by the database of such views. */
export function viewKey(name: string): string {
  return name.toLowerCase().replace(/^global_temp\./, '');
}

/** The first arguments of the calls of some names. */
function firstsOf({ facts }: Unit, isWanted: (name: string) => boolean): readonly Expr[] {
  const places = facts.index.calls.flatMap(([name, found]) => (isWanted(name) ? callPlaces(found) : []));
  return places.flatMap(({ index, step }) => {
    const call = facts.calls[index]?.chain.steps[step];
    return call?.kind === 'call' ? call.args.slice(0, 1) : [];
  });
}

/** What of it is text: written there, or bound in the file. */
function textsOf({ bindsByName }: Unit, expr: Expr): readonly string[] {
  const all = expr.kind === 'name' ? (bindsByName.get(expr.name) ?? []).slice(0, MAX_BINDS).map(({ value }) => value) : [expr];
  return all.flatMap((one) => (one.kind === 'text' ? [one.value] : one.kind === 'cat' ? [one.parts.map(partOf).join('')] : []));
}
const MAX_BINDS = 20;

function partOf(part: Expr): string {
  return part.kind === 'text' ? part.value : '{}';
}
