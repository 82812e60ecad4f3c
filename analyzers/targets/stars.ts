/** §4.1 Names that a file has from all that another one has: `from x import *`, `%run ../lib/tables`. */
import { excluded } from './blocks.js';
import { distinct } from './combine.js';
import { isSpent, spend } from './paid.js';
import { memberKey, moduleUnit, type Unit } from './program.js';
import type { Evaluation, Value } from './values.js';

export function definesName(unit: Unit, name: string): boolean {
  return unit.bindsByName.has(name) || unit.innerScopes.has(memberKey(0, name));
}

type Starred = { readonly name: string; readonly from: Unit };
/** What a file makes the name. */
type Look = (unit: Unit) => readonly Value[] | undefined;

/**
 * The file that the last star names, then what stands behind its own stars, then the star before. Each file is looked at once, for
 * files that import each other have more ways through them than anybody can walk.
 */
export function starred(ev: Evaluation, { name, from }: Starred, look: Look): readonly Value[] | undefined {
  const seen = new Set([from]);
  const open = [...starsOf(from)];
  const named = (star: Star): Unit | undefined =>
    star.run?.startsWith('/')
      ? workspaceUnit(ev, { ...star, run: star.run, name })
      : moduleUnit(ev.program, star.from.path, { ...star, name });
  const valuesIn = (unit: Unit | undefined): readonly Value[] | undefined => (unit && definesName(unit, name) ? look(unit) : undefined);
  for (let star = open.pop(); star && !isSpent(ev.program); star = open.pop()) {
    const current = star;
    spend(ev.program, 1);
    const other = named(current);
    if (!other || seen.has(other)) continue;
    seen.add(other);
    const found = valuesIn(other);
    const instead = found ? open.filter((one) => isInstead(one, current)) : [];
    if (found && instead.length === 0) return found;
    if (found) return distinct([...instead.flatMap((one) => valuesIn(named(one)) ?? []), ...found]);
    open.push(...starsOf(other));
  }
  return undefined;
}

/** `run`: the notebook that is run, as the file names it. */
type Star = { readonly from: Unit; readonly module: string; readonly level: number; readonly block: number; readonly run?: string };

function starsOf(from: Unit): readonly Star[] {
  const stars = (from.importsByName.get('*') ?? []).map(({ module, level, block = 0 }) => ({ from, module, level, block }));
  return [...stars, ...from.facts.runs.map((run) => ({ from, module: runModule(run), level: 0, block: 0, run }))];
}

/** Of two branches of one `if`. */
function isInstead({ from, block }: Star, other: Star): boolean {
  return from === other.from && excluded(from, block, other.block);
}

/** `%run ../lib/tables` as a module name. */
function runModule(run: string): string {
  return run.replace(/^(?:\.{0,2}\/)+/, '').replaceAll('/', '.');
}

/**
 * `%run /Repos/team/shop/lib/tables`: where a workspace keeps a repository nobody knows, so the longest end of the path that is a file
 * here is meant. A name alone says that only of a file at the root.
 */
function workspaceUnit(ev: Evaluation, { from, run, name }: Star & { readonly run: string; readonly name: string }): Unit | undefined {
  const parts = run.split('/').filter((part) => part !== '');
  for (let at = Math.max(0, parts.length - MAX_FOLDERS); at < parts.length; at++) {
    const unit = moduleUnit(ev.program, from.path, { module: parts.slice(at).join('.'), level: 0, name });
    if (unit && (at < parts.length - 1 || !unit.path.includes('/'))) return unit;
  }
  return undefined;
}
const MAX_FOLDERS = 8;
