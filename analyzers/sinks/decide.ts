/** §4.1 From a read or write to the places where its dataset is decided: the call itself, the callers of a helper, the subclasses of a base. */
import type { Call } from '../python/facts.js';
import { isTestFile } from '../standing.js';
import { isSpent } from '../targets/paid.js';
import type { CallSite, DefRef, Program, Unit } from '../targets/program.js';
import { isEntry } from '../targets/script-runs.js';
import { callersOf } from './callers.js';
import {
  atInstance,
  atSubclass,
  type DecidedSite,
  isTold,
  keepPlace,
  oneDataset,
  sameSite,
  saysNothing,
  together,
} from './decided-site.js';
import { instancesOf } from './instances.js';
import { firstOf, type Linking, leaveOut, type Read, type Trail } from './linking.js';
import { neededClass, neededDef, placed, readTrail } from './trail.js';
import { wordsByRun } from './words-by-run.js';

const MAX_HOPS = 6;
const MAX_CALLERS = 60;
const MAX_READINGS = 500;

/** `unreached`: calls of those that were followed whose arguments lead past the next one. */
type Expansion = Linking & { readings: number; unreached: number };

export function decidedSites(linking: Linking, unit: Unit, call: Call): readonly DecidedSite[] {
  const decided = decide({ ...linking, readings: 0, unreached: 0 }, { calls: [{ unit, call, step: call.chain.steps.length - 1 }] });
  for (const { site, unit: of, line } of decided)
    if (site.isOpen && !isTestFile(of)) leaveOut(linking, { file: of.path, line, reason: 'dynamic-sql', text: call.text ?? site.api });
  return decided.filter(({ site }) => !site.isOpen).flatMap((one) => wordsByRun(linking.program, one));
}

function decide(x: Expansion, trail: Trail): readonly DecidedSite[] {
  x.readings += 1;
  const read = readTrail(x, trail);
  if (read.isUnreached) x.unreached += 1;
  if (read.sites.length === 0) return [];
  const here = placed(read.sites, trail);
  if (trail.calls.length > MAX_HOPS || x.readings > MAX_READINGS || isSpent(x.program)) {
    const def = neededDef(read, trail);
    if (def && !isSpent(x.program)) firstOf(x, callersOf(x, def).sites, 0, { of: def, what: 'calls further out' });
    return here;
  }
  // What a test writes is no dataset whoever calls it.
  if (trail.calls.some(({ unit }) => isTestFile(unit))) return here;
  const def = neededDef(read, trail);
  // What a deployment calls is called by its own module only to try it out, and beside the deployment by whoever else does.
  if (def && isCalledByRun(x.program, def)) {
    const others = throughCallers(x, trail, { of: def, isWanted: ({ call }) => call.scope !== 0 });
    return others === 'unreached' ? here : [...here, ...others];
  }
  const callers = def && throughCallers(x, trail, { of: def });
  // Somebody else may take it: what it says stays, where it says something.
  if (callers === 'unreached') return here.filter(({ site }) => !saysNothing(site));
  const further = callers && callers.length > 0 ? callers : throughInstances(x, trail, read);
  if (!further || further.length === 0) return here;
  // A run gives its arguments to the file that is run.
  if (further.some(({ unit, site }) => here.some((one) => one.unit !== unit) && isTold(x.program, site))) return further;
  // Callers of a caller who know no more than it does: the dataset is where the helper is called.
  const isOpen = [...further, ...here].every(({ site }) => saysNothing(site));
  if (trail.calls.length > 1 && isOpen) return here;
  if (further.every((one) => here.some((known) => sameSite(known.site, one.site)))) return keepPlace(here, further);
  return oneDataset(here, further) ?? further;
}

type Called = { readonly of: DefRef; readonly isWanted?: (site: CallSite) => boolean };

/** Callers of a def whose parameters the target needs. */
function throughCallers(x: Expansion, trail: Trail, { of, isWanted = () => true }: Called): readonly DecidedSite[] | 'unreached' {
  const { names, sites } = callersOf(x, of);
  for (const name of names) x.sinks.add(name);
  const known = sites.filter((one) => isWanted(one) && !trail.calls.some(({ call }) => call === one.call));
  // Those beside the helper may be helpers too.
  const callers = [...known.filter(({ unit }) => unit === of.unit), ...known.filter(({ unit }) => unit !== of.unit)];
  const found: DecidedSite[] = [];
  const { unreached } = x;
  for (const caller of firstOf(x, callers, MAX_CALLERS, { of, what: 'calls' }))
    found.push(...decide(x, { calls: [...trail.calls, caller] }));
  // A branch that no call takes.
  return callers.length > 0 && x.unreached - unreached === callers.length && found.length === 0 ? 'unreached' : found;
}

function isCalledByRun(program: Program, { unit, scope }: DefRef): boolean {
  const def = unit.facts.scopes[scope];
  return def?.parent === 0 && isEntry(program, unit.path, def.name);
}

/** Instances that a method's `self` can be, when the target hangs on it. */
function throughInstances(x: Expansion, trail: Trail, read: Read): readonly DecidedSite[] | undefined {
  const owner = neededClass(read, trail);
  if (!owner) return undefined;
  const instances = firstOf(x, instancesOf(x, owner), MAX_CALLERS, { of: owner, what: 'instances' });
  if (instances.length === 0) return undefined;
  const found: DecidedSite[] = [];
  for (const { value, subclass } of instances) {
    const made = value.kind === 'instance' ? value.ctor : undefined;
    for (const one of decide(x, { ...trail, self: value })) found.push(atInstance(subclass ? atSubclass(one, subclass) : one, made));
  }
  return found.some(({ site }) => !saysNothing(site)) ? together(found) : undefined;
}
