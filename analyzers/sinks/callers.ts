/** §4.1 Who calls a def, by whichever name. */
import { isVerbOfUnknown } from '../python/verbs.js';
import { isTestFile } from '../standing.js';
import { calleesOf, isDef, placeOfCall } from '../targets/callees.js';
import { callsUnder, namesElsewhere } from '../targets/elsewhere.js';
import { newEvaluation } from '../targets/evaluate.js';
import { isSpent, type Paid, paid, paidAgain, shared } from '../targets/paid.js';
import { type CallSite, type DefRef, defsNamed } from '../targets/program.js';
import { defKey, type Value } from '../targets/values.js';
import type { Callers, Linking } from './linking.js';

export function callersOf(linking: Linking, def: DefRef): Callers {
  const key = defKey(def);
  const { callers } = linking;
  return shared(linking.program, { known: callers.get(key), keep: (found) => callers.set(key, found) }, () => findCallers(linking, def));
}

function findCallers(linking: Linking, def: DefRef): Callers {
  const { program } = linking;
  const name = def.unit.facts.scopes[def.scope]?.name ?? '';
  const names = namesElsewhere(program, def);
  const method = def.unit.facts.scopes[def.unit.facts.scopes[def.scope]?.parent ?? 0]?.kind === 'class';
  const homonyms = defsNamed(program, name);
  const alone = method && homonyms.length === 1 && !isVerbOfUnknown(name);
  const sites = callsUnder(program, names).filter((site) => {
    if (isTestFile(site.unit)) return false;
    const callees = calleesAt(linking, site);
    if (callees.some((value) => isDef(value, def))) return true;
    return alone && callees.length > 0 && callees.every((value) => value.kind === 'hole');
  });
  return { names, sites };
}

/** A word like `save` has hundreds of calls, each asked about for every def of that name. */
export function calleesAt({ program, callees }: Linking, site: CallSite): readonly Value[] {
  const steps = callees.get(site.call) ?? new Map<number, Paid<readonly Value[]>>();
  const known = steps.get(site.step);
  if (known) return paidAgain(program, known);
  const found = paid(program, () => calleesOf(newEvaluation(program), site, placeOfCall(site)));
  if (!isSpent(program)) callees.set(site.call, steps.set(site.step, found));
  return found.value;
}
