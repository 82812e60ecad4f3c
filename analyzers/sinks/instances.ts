/** §4.1 What the `self` of a method can be: where its class is made, and the classes that derive from it. */
import { isTestFile } from '../standing.js';
import { ancestry } from '../targets/attributes.js';
import { boundCall, isClass, placeOfCall, turnsWith } from '../targets/callees.js';
import { callsUnder, namesElsewhere } from '../targets/elsewhere.js';
import { newEvaluation } from '../targets/evaluate.js';
import { shared } from '../targets/paid.js';
import { type DefRef, subclassesNamed } from '../targets/program.js';
import { defKey, type Value } from '../targets/values.js';
import { calleesAt } from './callers.js';
import { firstOf, type Linking } from './linking.js';

const MAX_MADE = 12;
const MAX_SUBCLASSES = 200;

export type Instance = { readonly value: Value; readonly subclass?: DefRef };

export function instancesOf(linking: Linking, owner: DefRef): readonly Instance[] {
  const { program, sinks } = linking;
  const family = [owner, ...subclassesOf(linking, owner)];
  const found: Instance[] = [];
  for (const of of family) {
    const names = namesElsewhere(program, of);
    for (const name of names) sinks.add(name);
    const made = callsUnder(program, names).filter(
      (site) => !isTestFile(site.unit) && calleesAt(linking, site).some((value) => isClass(value, of)),
    );
    const subclass = of === owner ? {} : { subclass: of };
    for (const site of firstOf(linking, made, MAX_MADE, { of, what: 'calls that make one' })) {
      const turns = turnsWith(calleesAt(linking, site).filter((value) => isClass(value, of)));
      const ctor = boundCall(site, { ...placeOfCall(site), ...turns });
      if (ctor) found.push({ value: { kind: 'instance', of, ctor }, ...subclass });
    }
    if (made.length === 0 && of !== owner) found.push({ value: { kind: 'instance', of }, ...subclass });
  }
  return found;
}

function subclassesOf(linking: Linking, owner: DefRef): readonly DefRef[] {
  const key = defKey(owner);
  const { subclasses, program } = linking;
  return shared(program, { known: subclasses.get(key), keep: (found) => subclasses.set(key, found) }, () => findSubclasses(linking, owner));
}

function findSubclasses({ program }: Linking, owner: DefRef): readonly DefRef[] {
  const found: DefRef[] = [];
  const open = [owner];
  while (open.length > 0 && found.length < MAX_SUBCLASSES) {
    const current = open.pop();
    const names = current ? namesElsewhere(program, current) : [];
    for (const of of names.flatMap((name) => subclassesNamed(program, name))) {
      if (isTestFile(of.unit) || found.some((one) => defKey(one) === defKey(of))) continue;
      const bases = ancestry(newEvaluation(program), of);
      if (!current || !bases.some((one) => defKey(one) === defKey(current))) continue;
      found.push(of);
      open.push(of);
    }
  }
  return found;
}
