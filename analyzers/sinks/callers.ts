/** §4.1 Who calls a def, by whichever name. */
import { isVerbOfUnknown } from '../python/verbs.js';
import { isTestFile } from '../standing.js';
import { isDef } from '../targets/callees.js';
import { calleesAt } from '../targets/callees-at.js';
import { callsUnder, namesElsewhere } from '../targets/elsewhere.js';
import { isSpent, shared } from '../targets/paid.js';
import { type DefRef, defsNamed } from '../targets/program.js';
import { defKey } from '../targets/values.js';
import type { Callers, Linking } from './linking.js';
import { isOnSelf, mayMean } from './overriding.js';

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
    if (isSpent(program) || isTestFile(site.unit)) return false;
    const callees = calleesAt(program, site).values;
    if (callees.some((value) => isDef(value, def) || (isOnSelf(site) && mayMean(program, value, def)))) return true;
    // What a library made has none of the repository's methods.
    return alone && callees.length > 0 && callees.every((value) => value.kind === 'hole' && value.why !== 'library');
  });
  return { names, sites };
}
