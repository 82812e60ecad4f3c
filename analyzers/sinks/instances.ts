/** §4.1 What the `self` of a method can be: where its class is made, and the classes that derive from it. */
import type { Call } from '../python/facts.js';
import { lastName } from '../python/last-name.js';
import { isTestFile } from '../standing.js';
import { ancestry } from '../targets/attributes.js';
import { boundCall, isClass, placeOfCall, turnsWith } from '../targets/callees.js';
import { calleesAt } from '../targets/callees-at.js';
import { callsUnder, namesElsewhere } from '../targets/elsewhere.js';
import { newEvaluation } from '../targets/evaluate.js';
import { methodsOn } from '../targets/methods-on.js';
import { isSpent, shared } from '../targets/paid.js';
import { type CallSite, type DefRef, type Program, scopeOf, stepKey, subclassesNamed } from '../targets/program.js';
import { touches } from '../targets/touches.js';
import { defKey, type Value } from '../targets/values.js';
import { NO_TURNS, writeTurns } from '../templates/turns.js';
import { firstOf, type Linking } from './linking.js';

const MAX_MADE = 12;
const MAX_SUBCLASSES = 200;

/** `made`: the call that makes it, where one does; `isBase`: none does, and others derive from it. */
export type Instance = { readonly value: InstanceValue; readonly made?: CallSite; readonly subclass?: DefRef; readonly isBase?: boolean };
type InstanceValue = Extract<Value, { kind: 'instance' }>;

export function instancesOf(linking: Linking, owner: DefRef): readonly Instance[] {
  const { program, sinks } = linking;
  const family = [owner, ...subclassesOf(linking, owner)];
  const bases = new Set(family.flatMap((one) => (scopeOf(one)?.bases ?? []).map(lastName)));
  const found: Instance[] = [];
  for (const of of family) {
    const names = namesElsewhere(program, of);
    for (const name of names) sinks.add(name);
    const made = callsUnder(program, names).filter(
      (site) => !isSpent(program) && !isTestFile(site.unit) && calleesAt(program, site).values.some((value) => isClass(value, of)),
    );
    const subclass = of === owner ? {} : { subclass: of };
    for (const site of firstOf(linking, made, MAX_MADE, { of, what: 'calls that make one' })) {
      const turns = turnsWith(calleesAt(program, site).values.filter((value) => isClass(value, of)));
      const key = [defKey(of), stepKey(site), JSON.stringify(writeTurns(turns.turns ?? NO_TURNS))].join(' ');
      const ctor = boundCall(site, { ...placeOfCall(site), ...turns });
      if (ctor) found.push({ value: asKnown(linking, key, { kind: 'instance', of, ctor }, site.call), made: site, ...subclass });
    }
    if (made.length === 0 && of !== owner) {
      const isBase = names.some((name) => bases.has(name));
      found.push({ value: asKnown(linking, defKey(of), { kind: 'instance', of }), isBase, ...subclass });
    }
  }
  return found;
}

/** Without those on which only other methods are called, unless it is called on none of them. */
export function calledOn(program: Program, all: readonly Instance[], method: DefRef): readonly Instance[] {
  const name = scopeOf(method)?.name ?? '';
  const found = all.filter(({ value, made }) => {
    const called = made && methodsOn(program, made);
    return (
      !called || [...called].some((one) => touches(program, ancestry(newEvaluation(program), value.of), { method: one, attribute: name }))
    );
  });
  return found.length === 0 ? all : found;
}

/** Of two that are made alike the first. */
function asKnown({ instances }: Linking, key: string, value: InstanceValue, call?: Call): InstanceValue {
  const known = instances.get(key) ?? new Map<Call | undefined, InstanceValue>();
  instances.set(key, known);
  const first = known.get(call) ?? value;
  known.set(call, first);
  return first;
}

function subclassesOf(linking: Linking, owner: DefRef): readonly DefRef[] {
  const key = defKey(owner);
  const { subclasses, program } = linking;
  return shared(program, { known: subclasses.get(key), keep: (found) => subclasses.set(key, found) }, () => findSubclasses(linking, owner));
}

function findSubclasses({ program }: Linking, owner: DefRef): readonly DefRef[] {
  const found: DefRef[] = [];
  const seen = new Set<string>();
  const open = [owner];
  while (open.length > 0 && found.length < MAX_SUBCLASSES) {
    const current = open.pop();
    const names = current ? namesElsewhere(program, current) : [];
    for (const of of names.flatMap((name) => subclassesNamed(program, name))) {
      if (isTestFile(of.unit) || seen.has(defKey(of))) continue;
      const bases = ancestry(newEvaluation(program), of);
      if (!current || !bases.some(({ unit, scope }) => scope === current.scope && unit === current.unit)) continue;
      seen.add(defKey(of));
      found.push(of);
      open.push(of);
    }
  }
  return found;
}
