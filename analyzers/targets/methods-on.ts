/** §4.1 What is called on an object that stays where it is made: `a = Loader("m")`, then `a.run()` and nothing else. */
import type { Bind, Expr } from '../python/facts.js';
import { spend } from './paid.js';
import { type CallSite, memberKey, type Program, type Unit } from './program.js';
import { attributesOf } from './touches.js';

/** What is asked of the object that a call makes; undefined where it is handed on, so that nobody sees what else is. */
export function methodsOn(program: Program, made: CallSite): ReadonlySet<string> | undefined {
  const { unit, call, step } = made;
  const behind = call.chain.steps.slice(step + 1);
  const [first] = behind;
  if (first) return first.kind === 'attr' ? calledAtOnce(unit, behind) : undefined;
  const holder = holderOf(made);
  if (!holder) return undefined;
  spend(program, HOLDER_STEPS);
  const names = attributesOf(program, unit, holder.scope, holder.name);
  return names && names.size > 0 ? names : undefined;
}
const HOLDER_STEPS = 20;

/** `Loader("m").prepare().run()`; what gives the object itself back as its last may be held by anybody. */
function calledAtOnce(unit: Unit, steps: CallSite['call']['chain']['steps']): ReadonlySet<string> | undefined {
  const names = steps.flatMap((step) => (step.kind === 'attr' ? [step.name] : []));
  const last = unit.scopesByName.get(names.at(-1) ?? '') ?? [];
  const isGivenBack = last.some((scope) => unit.facts.scopes[scope]?.returns.some(isSelf));
  return isGivenBack ? undefined : new Set(names);
}

function isSelf(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === 'self';
}

/** The one name of its scope that gets what the call makes, and nothing else. */
function holderOf({ unit, call }: CallSite): Bind | undefined {
  const bind = unit.facts.binds.find(({ scope, pos, line }) => scope === call.scope && pos >= call.pos && line >= call.line);
  if (bind?.how !== 'assign' || bind.key || bind.index !== undefined || bind.name.includes('.')) return undefined;
  const isAlone = unit.bindsByScope.get(memberKey(bind.scope, bind.name))?.length === 1;
  return isAlone && isSameCall(bind.value, call.chain) ? bind : undefined;
}

function isSameCall(value: Expr, chain: Expr): boolean {
  return value.kind === 'chain' && JSON.stringify(value) === JSON.stringify(chain);
}
