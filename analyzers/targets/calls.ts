/** What calling a value gives: the returns of a def, an instance of a class, the result of a method. */

import type { Expr } from '../python/facts.js';
import { bindArgs } from './binding.js';
import { keyText } from './combine.js';
import { dictMethod } from './library.js';
import { optionOf } from './options.js';
import { orParameter } from './or-else.js';
import { type DefRef, scopeOf } from './program.js';
import { isNeverReached } from './reached.js';
import { receiverOf, skipped } from './receiver.js';
import { textMethod } from './text-methods.js';
import { holeAt, placeOfScope, traced } from './trace.js';
import { validated } from './validated.js';
import { type BoundCall, type Evaluation, type Frame, hole, leaving, moduleFrame, type Value } from './values.js';

export function callValue(ev: Evaluation, value: Value, call: BoundCall): readonly Value[] {
  switch (value.kind) {
    case 'class':
      return [{ kind: 'instance', of: value.of, ctor: call }];
    case 'def':
      return callDef(ev, value, call);
    case 'lambda':
      return ev.evaluate(value.of.body, { ...value.frame, locals: lambdaLocals(ev, value, call) });
    case 'method':
      return callMethod(ev, value, call);
    case 'hole':
      return [calledHole(ev, value, call)];
    default:
      return [hole('opaque', 'result')];
  }
}

/** Arguments of jobs come out of objects nobody can follow: `getArgument("day")`, `parser.parse_args()`. */
function calledHole(ev: Evaluation, value: Extract<Value, { kind: 'hole' }>, call: BoundCall): Value {
  const method = value.name.slice(value.name.lastIndexOf('.') + 1);
  if (method === 'parse_args' || method === 'parse_known_args') return { kind: 'options', unit: call.frame.unit, style: 'argparse' };
  if (method === 'getResolvedOptions') return { kind: 'options', unit: call.frame.unit, style: 'glue' };
  const first = call.args[0];
  const name = first && (method === 'get' || method === 'getArgument') ? ev.evaluate(first, call.frame).map(keyText)[0] : undefined;
  return name === undefined ? value : { kind: 'hole', hole: 'arg', name };
}

function callDef(ev: Evaluation, def: Extract<Value, { kind: 'def' }>, call: BoundCall): readonly Value[] {
  const scope = scopeOf(def.of);
  if (!scope) return [hole('opaque', 'result')];
  const bound = bindArgs(ev, scope.params, call, skipped(def));
  const frame: Frame = {
    ...moduleFrame(def.of.unit),
    scope: def.of.scope,
    bound,
    ...receiverOf(ev, def, call),
    ...(def.outer && def.outer.scope !== 0 ? { outer: def.outer } : {}),
  };
  const given = returnsOf(ev, def.of, frame).map(({ expr, at }) => ({ expr, values: ev.evaluate(expr, at) }));
  const values = leaving(orParameter(ev, given, scope.params, frame), def.of);
  if (values.length === 0) return holeAt(ev, hole('opaque', scope.name, 'no-return'), placeOfScope(def.of.unit, def.of.scope));
  return traced(ev, values, () => ({ how: 'returned', name: scope.name, at: placeOfScope(def.of.unit, def.of.scope) }));
}

/** What a def gives back, each seen from its place; those that it does not come to are left out. */
export function returnsOf(ev: Evaluation, of: DefRef, frame: Frame): readonly { readonly expr: Expr; readonly at: Frame }[] {
  const { returns = [], returnsAt = [] } = scopeOf(of) ?? {};
  return returns.flatMap((expr, index) => {
    const [block, pos] = returnsAt[index] ?? [];
    const at = block === undefined || pos === undefined ? frame : { ...frame, block, pos };
    return at !== frame && isNeverReached(ev, at) ? [] : [{ expr, at }];
  });
}

function lambdaLocals(ev: Evaluation, value: Extract<Value, { kind: 'lambda' }>, call: BoundCall): ReadonlyMap<string, readonly Value[]> {
  const locals = new Map(value.frame.locals ?? []);
  for (const [name, thunk] of bindArgs(ev, value.of.params, call, 0)) locals.set(name, ev.evaluate(thunk.expr, thunk.frame));
  return locals;
}

function callMethod(ev: Evaluation, method: Extract<Value, { kind: 'method' }>, call: BoundCall): readonly Value[] {
  // A task of Airflow that is told more about itself.
  if (method.of.kind === 'def' && method.name === 'override') return [method.of];
  if (method.of.kind === 'class') return [validated(method.of.of, method.name, call)];
  if (method.of.kind === 'opened') return [{ ...method.of, isRead: true }];
  if (method.of.kind === 'options') return widgetOf(ev, method.of, method.name, call);
  if (method.of.kind === 'dict') return dictMethod(ev, method.of, method.name, call);
  return textMethod(ev, method.of, method.name, call);
}

/** `widgets.get("day")`, `widgets.getAll()["day"]`. */
function widgetOf(ev: Evaluation, widgets: Extract<Value, { kind: 'options' }>, method: string, call: BoundCall): readonly Value[] {
  if (method === 'getAll') return [widgets];
  const [first] = call.args;
  const names = first && method.startsWith('get') ? ev.evaluate(first, call.frame).map(keyText) : [];
  const [name] = names;
  return name === undefined ? [hole('opaque', method)] : optionOf(ev, widgets, name);
}
