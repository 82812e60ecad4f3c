/** §4.1 The names under which other files get a def or a class: `from lib.io import save as store` in a package's `__init__`. */

import { groupPairs } from '../pairs.js';
import { newEvaluation } from './evaluate.js';
import { isSpent } from './paid.js';
import { askedOf, type CallSite, callsNamed, type DefRef, type Program, scopeOf, type Unit } from './program.js';
import { defKey, moduleFrame } from './values.js';

const MAX_NAMES = 12;
/** Of one name, whatever they are. */
const MAX_RENAMED = 200;

/** Its own name first. */
export function namesElsewhere(program: Program, of: DefRef): readonly string[] {
  const found = new Set([scopeOf(of)?.name ?? '']);
  for (const name of found) {
    program.work.needs.names.add(askedOf('renamed', name));
    for (const { unit, as } of renamed(program, name)) {
      if (found.size >= MAX_NAMES || isSpent(program)) break;
      const values = found.has(as) ? [] : newEvaluation(program).evaluate({ kind: 'name', name: as }, moduleFrame(unit));
      if (values.some((value) => (value.kind === 'def' || value.kind === 'class') && defKey(value.of) === defKey(of))) found.add(as);
    }
  }
  return [...found];
}

/** Each call once, under whichever of the names it is found. */
export function callsUnder(program: Program, names: readonly string[]): readonly CallSite[] {
  const found = names.map((name) => callsNamed(program, name));
  const [own = [], ...others] = found;
  if (others.every((calls) => calls.length === 0)) return own;
  const steps = groupPairs(found.flat().map((site) => [site.call, site]));
  return [...steps.values()].flatMap((all) => all.filter(({ step }, index) => all.findIndex((one) => one.step === step) === index));
}

const RENAMED = new WeakMap<Unit, ReadonlyMap<string, readonly string[]>>();

function renamed({ named }: Program, wanted: string): readonly { readonly unit: Unit; readonly as: string }[] {
  const found = (named.calls.get(wanted) ?? []).flatMap((unit) => (namesGiven(unit).get(wanted) ?? []).map((as) => ({ unit, as })));
  return found.slice(0, MAX_RENAMED);
}

function namesGiven(unit: Unit): ReadonlyMap<string, readonly string[]> {
  const known = RENAMED.get(unit) ?? groupPairs(unit.facts.index.renamed);
  RENAMED.set(unit, known);
  return known;
}
