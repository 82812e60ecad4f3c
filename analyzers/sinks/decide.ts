/** §4.1 From a read or write to the places where its dataset is decided: the call itself, the callers of a helper, the subclasses of a base. */
import type { Call } from '../python/facts.js';
import { isTestFile } from '../standing.js';
import { isDef } from '../targets/callees.js';
import { calleesAt } from '../targets/callees-at.js';
import { isNeverRun } from '../targets/dead.js';
import { isSpent, spend } from '../targets/paid.js';
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
  saysAll,
  saysNothing,
  together,
} from './decided-site.js';
import { calledOn, instancesOf } from './instances.js';
import { firstOf, type Linking, leaveOut, type Read, type Trail } from './linking.js';
import { hasMethod, isCallOfBase } from './overriding.js';
import { neededClass, neededDef, placed, readTrail } from './trail.js';
import { wordsByRun } from './words-by-run.js';

const MAX_HOPS = 6;
const MAX_CALLERS = 60;
const MAX_READINGS = 500;

/** Of those that were followed, calls whose arguments lead past the next one, and whose `self` has another method. */
type Expansion = Linking & { readings: number; unreached: number; overridden: number };

export function decidedSites(linking: Linking, unit: Unit, call: Call): readonly DecidedSite[] {
  const decided = decide(
    { ...linking, readings: 0, unreached: 0, overridden: 0 },
    { calls: [{ unit, call, step: call.chain.steps.length - 1 }] },
  );
  for (const { site, unit: of, line } of decided)
    if (site.isOpen && !isTestFile(of)) leaveOut(linking, { file: of.path, line, reason: 'dynamic-sql', text: call.text ?? site.api });
  const found = decided.filter(({ site }) => !site.isOpen).flatMap((one) => wordsByRun(linking.program, one));
  return isNeverRun(unit, call) ? found.map((one) => ({ ...one, site: { ...one.site, whyNot: 'unreached' } })) : found;
}

function decide(x: Expansion, trail: Trail): readonly DecidedSite[] {
  x.readings += 1;
  const read = readTrail(x, trail);
  if (read.isUnreached) x.unreached += 1;
  if (read.isOverridden) x.overridden += 1;
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
  if (!further) return here;
  // Each of its instances has another method there.
  if (further.length === 0) return [];
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
  const known = sites.filter(
    (one) => isWanted(one) && !isNeverRun(one.unit, one.call) && !trail.calls.some(({ call }) => call === one.call),
  );
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

/** Instances that a method's `self` can be, when the target hangs on it; none of the sites where all of them have another method. */
function throughInstances(x: Expansion, trail: Trail, read: Read): readonly DecidedSite[] | undefined {
  const needed = neededClass(read, trail);
  if (!needed) return undefined;
  const { owner, method } = needed;
  const all = firstOf(x, instancesOf(x, owner), MAX_CALLERS, { of: owner, what: 'instances' });
  if (all.length === 0) return undefined;
  spend(x.program, all.length);
  const own = all.filter(({ value }) => hasMethod(x.program, value.of, method));
  const found: DecidedSite[] = throughSubclasses(x, trail, method);
  let overridden = all.length - own.length;
  for (const { value, subclass, isBase } of calledOn(x.program, own, method)) {
    const before = x.overridden;
    // What a class leaves open that only others derive from, these fill.
    const sites = decide(x, { ...trail, self: value }).filter(({ site }) => !isBase || saysAll(site));
    if (sites.length === 0 && x.overridden > before) overridden += 1;
    for (const one of sites) found.push(atInstance(subclass ? atSubclass(one, subclass) : one, value.ctor));
  }
  // Where nobody says of any of them that it is made, the class itself may be.
  const isMade = all.some(({ made }) => made) || !read.sites.every(saysAll);
  if (found.length === 0 && overridden === all.length) return isMade ? [] : undefined;
  return found.some(({ site }) => !saysNothing(site)) ? together(found) : undefined;
}

/** Subclasses that override a method and call it. */
function throughSubclasses(x: Expansion, trail: Trail, method: DefRef): DecidedSite[] {
  const { sites } = callersOf(x, method);
  const callsBase = (site: CallSite): boolean =>
    !isSpent(x.program) && calleesAt(x.program, site).values.some((value) => isDef(value, method) && isCallOfBase(value, site));
  const callers = sites.filter(callsBase);
  const isNew = ({ call }: CallSite): boolean => !trail.calls.some((one) => one.call === call);
  return firstOf(x, callers.filter(isNew), MAX_CALLERS, { of: method, what: 'calls' }).flatMap((caller) =>
    decide(x, { calls: [...trail.calls, caller] }),
  );
}
