/** §4.1 Attributes that an object's own methods set when they are called on it: `job.prepare("gold")`, `Job().prepare().run()`. */

import { bindArgs } from './binding.js';
import { bindValues } from './names.js';
import { spend } from './paid.js';
import { type DefRef, memberKey, scopeOf } from './program.js';
import { decidedBinds } from './reaching.js';
import { receiverOf, skipped } from './receiver.js';
import { reads } from './touches.js';
import { AT_END, type BoundCall, type Evaluation, type Frame, inTurns, seenIn, type UnderWay, type Value } from './values.js';

type Method = { readonly classes: readonly DefRef[]; readonly name: string };

/** The nearest method of that name. */
function methodOf({ classes, name }: Method): DefRef | undefined {
  for (const { unit, scope } of classes) {
    const inner = unit.innerScopes.get(memberKey(scope, name));
    if (inner !== undefined) return { unit, scope: inner };
  }
  return undefined;
}

/** Whether it assigns the attribute itself. */
export function assigns(method: Method, attribute: string): boolean {
  const of = methodOf(method);
  const binds = of?.unit.bindsByScope.get(memberKey(of.scope, `self.${attribute}`)) ?? [];
  return method.name !== '__init__' && binds.some((bind) => !bind.key);
}

type Instance = Extract<Value, { kind: 'instance' }>;
/** `own` is told which bind is read. */
type Asked = { readonly self: Instance; readonly attribute: string; readonly own: Pick<UnderWay, 'bind'> };
type State = { readonly values: readonly Value[]; readonly isSure: boolean };

const NOTHING: State = { values: [], isSure: false };

/** What the attribute is behind a call of the method; `isSure`: and nothing else. */
export function assignedBy(ev: Evaluation, method: Method, { self, attribute, own, call }: Asked & { readonly call: BoundCall }): State {
  const of = methodOf(method);
  const scope = of && scopeOf(of);
  if (!of || !scope) return NOTHING;
  const def = { kind: 'def', of, self } as const;
  const bound = bindArgs(ev, scope.params, call, skipped(def));
  const frame: Frame = { unit: of.unit, scope: of.scope, block: scope.block, pos: AT_END, bound, ...receiverOf(ev, def, call) };
  const { found, certain } = decidedBinds(ev, frame, `self.${attribute}`);
  const values = found.flatMap(({ bind, turns }) => {
    own.bind = bind;
    return inTurns(bindValues(ev, bind, seenIn(frame, turns)), turns);
  });
  delete own.bind;
  return { values, isSure: certain };
}

type Chained = { readonly uses: readonly State[]; readonly after: State };

/** `Job().prepare("gold").run()`: what it is for those behind in the chain, and behind all of it; undefined where none of them sets it. */
export function setInChain(ev: Evaluation, classes: readonly DefRef[], asked: Asked): Chained | undefined {
  const { self, attribute } = asked;
  const found = self.ctor && chainFrom(ev, self.ctor);
  if (!found) return undefined;
  const uses: State[] = [];
  let after = NOTHING;
  let isSet = false;
  for (const { name, call } of found) {
    if (reads(ev.program, classes, { method: name, attribute })) uses.push(after);
    if (!assigns({ classes, name }, attribute)) continue;
    const state = assignedBy(ev, { classes, name }, { ...asked, call });
    after = state.isSure ? state : { values: [...state.values, ...after.values], isSure: after.isSure };
    isSet = true;
  }
  return isSet ? { uses, after } : undefined;
}

/** The methods that are called behind the brackets of a class, one on what the other gives. */
function chainFrom(
  { program }: Evaluation,
  { frame, line, args }: BoundCall,
): readonly { readonly name: string; readonly call: BoundCall }[] | undefined {
  const calls = line === undefined ? [] : (frame.unit.callsByScope.get(frame.scope) ?? []);
  spend(program, calls.length >> 4);
  for (const { chain, block, pos, line: first, endLine } of calls) {
    if (line === undefined || first > line || endLine < line) continue;
    const made = chain.steps.findIndex((step) => step.kind === 'call' && step.line === line && step.args.length === args.length);
    const behind = made < 0 ? [] : chain.steps.slice(made + 1);
    if (behind.length === 0) continue;
    const at: Frame = { ...frame, block, pos };
    return behind.flatMap((step, index) => {
      const before = behind[index - 1];
      return step.kind === 'call' && before?.kind === 'attr'
        ? [{ name: before.name, call: { args: step.args, keywords: step.keywords, frame: at, line: step.line } }]
        : [];
    });
  }
  return undefined;
}
