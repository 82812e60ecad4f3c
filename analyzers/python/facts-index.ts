/** What others find a file by: made once from its facts, and kept with them. */

import { groupPairs } from '../pairs.js';
import type { Bind, Call, Expr, FactsIndex, PythonFacts } from './facts.js';
import { handedOver } from './handed-over.js';
import { heldCalls } from './held.js';
import { lastName } from './last-name.js';
import { indirectCalls } from './method-names.js';
import { givenPartial, handedOn, otherNames } from './other-names.js';
import { calledAsTask } from './task-calls.js';
import { isVerbName } from './verbs.js';

type Indexed = Pick<PythonFacts, 'calls' | 'scopes' | 'binds' | 'imports'>;

/** The step of a function that a call hands over instead of calling it. */
export const HANDED_OVER = -1;
/** The step of a function by one of whose methods it is called: `put.submit(x)`. */
export const AS_TASK = -2;

export function indexOf(facts: Indexed): FactsIndex {
  const { scopes, binds } = facts;
  const calls = [...facts.calls];
  const others = otherNames(facts);
  const called = new Set(
    calls.map(({ chain }) =>
      dottedBefore(
        chain,
        chain.steps.findIndex(({ kind }) => kind === 'call'),
      ),
    ),
  );
  const names: Names = {
    held: heldCalls(binds),
    others,
    binds: groupPairs(binds.flatMap((bind) => (givenPartial(bind.value) ? [[bind.name, bind] as const] : []))),
    laterCalled: new Set(binds.flatMap(({ name, value, line }) => (called.has(name) && givenPartial(value) ? [line] : []))),
  };
  const methods = facts.imports.some(({ module }) => OF_TABLES.test(module)) ? TABLE_METHODS : NO_METHODS;
  const isIndirect = indirectCalls(binds);
  const bases = scopes.flatMap(({ bases }, index) => bases.map((base) => ({ name: lastName(base), index })));
  const derived = new Set(bases.map(({ name }) => name));
  const renamed = handedOn(facts, (name) => called.has(name) || derived.has(name));
  return {
    calls: grouped([
      ...calls.flatMap((call, index) => calledIn(call, names).map(([name, step]): Place => [name, [index, step]])),
      // So that the file is found by the name, though it does not call it.
      ...renamed.map(([name]): Place => [name, []]),
    ]),
    defs: grouped(scopes.flatMap(({ kind, name }, index) => (kind === 'module' ? [] : [[name, [index]]]))),
    bases: grouped(bases.flatMap(({ name, index }) => [name, ...others(name)].map((one): Place => [one, [index]]))),
    renamed,
    sites: calls.flatMap((call, index) => (mayBeSite(call, methods) || isIndirect(call) ? [index] : [])),
    settings: [...new Set(settingsIn(facts))],
  };
}

type Names = {
  readonly held: ReturnType<typeof heldCalls>;
  readonly others: ReturnType<typeof otherNames>;
  readonly binds: ReadonlyMap<string, readonly Bind[]>;
  /** Lines of `w = partial(put, fs)` where `w` is called: those calls say more. */
  readonly laterCalled: ReadonlySet<number>;
};

/** The calls that are found by a name, each with the step before whose brackets the name stands. */
export function callPlaces(places: readonly number[]): readonly CallPlace[] {
  return places.flatMap((index, at) => (at % 2 === 0 ? [{ index, step: places[at + 1] ?? HANDED_OVER }] : []));
}
export type CallPlace = { readonly index: number; readonly step: number };

type Place = readonly [name: string, place: readonly number[]];

function grouped(places: readonly Place[]): FactsIndex['calls'] {
  return [...groupPairs(places)].map(([name, found]) => [name, found.flat()]);
}

function calledIn(call: Call, { held, others, binds, laterCalled }: Names): readonly (readonly [string, number])[] {
  const { root, steps } = call.chain;
  const found: (readonly [string, number])[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'call') continue;
    const before = steps[index - 1];
    if (index === 0 && root.kind === 'name') found.push([root.name, index]);
    else if (before?.kind === 'attr') found.push([before.name, index]);
    if (before?.kind !== 'attr') found.push(...held(call, index).map((name) => [name, index] as const));
    found.push(...others(dottedBefore(call.chain, index)).map((name) => [name, index] as const));
  }
  const handed = laterCalled.has(call.line) && givenPartial(call.chain) ? undefined : handedOver(call, binds);
  const task = calledAsTask(call);
  return [...found, ...(handed ? [[handed.name, HANDED_OVER] as const] : []), ...(task ? [[task.name, AS_TASK] as const] : [])];
}

/** `a.b` of `a.b(…)`; nothing where more than names stands before the brackets. */
function dottedBefore({ root, steps }: Call['chain'], index: number): string {
  if (root.kind !== 'name' || index < 0 || index > MAX_DOTS) return '';
  let dotted = root.name;
  for (let at = 0; at < index; at++) {
    const step = steps[at];
    if (step?.kind !== 'attr') return '';
    dotted += `.${step.name}`;
  }
  return dotted;
}
const MAX_DOTS = 4;

/** Names that other code has everywhere: they count where the file has tables of Delta. */
const TABLE_METHODS: ReadonlySet<string> = new Set(['delete', 'update']);
const NO_METHODS: ReadonlySet<string> = new Set();
const OF_TABLES = /^(?:delta|deltalake)(?:\.|$)/;

function mayBeSite({ chain: { root, steps } }: Call, methods: ReadonlySet<string>): boolean {
  return (
    (root.kind === 'name' && isVerbName(root.name)) ||
    steps.some((step) => step.kind === 'attr' && (isVerbName(step.name) || methods.has(step.name)))
  );
}

const ENDING = /\.(?:ya?ml|json|toml|ini|cfg|conf)$/;
const MAX_STEPS = 200_000;

function settingsIn({ binds, calls, scopes }: Indexed): readonly string[] {
  const found: string[] = [];
  const open: Expr[] = [];
  for (const { value } of binds) open.push(value);
  for (const { chain } of calls) open.push(chain);
  for (const { params, returns } of scopes) {
    open.push(...returns);
    for (const param of params) if (param.default) open.push(param.default);
  }
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const expr = open.pop();
    if (!expr) break;
    if (expr.kind !== 'text') openInner(expr, open);
    else if (ENDING.test(expr.value.slice(-6))) found.push(expr.value.slice(expr.value.lastIndexOf('/') + 1));
  }
  return found;
}

/** Puts what an expression is made of onto those that are still to be looked at. */
function openInner(expr: Expr, open: Expr[]): void {
  if (expr.kind !== 'chain') {
    openAll(innerOf(expr), open);
    return;
  }
  openAll([expr.root], open);
  for (const step of expr.steps) {
    if (step.kind === 'sub') openAll([step.key], open);
    if (step.kind !== 'call') continue;
    openAll(step.args, open);
    for (const { value } of step.keywords) openAll([value], open);
  }
}

function innerOf(expr: Exclude<Expr, { kind: 'chain' }>): readonly Expr[] {
  switch (expr.kind) {
    case 'cat':
      return expr.parts;
    case 'op':
      return [expr.left, expr.right];
    case 'choice':
      return expr.of;
    case 'list':
      return expr.items;
    case 'dict':
      return expr.entries.flat();
    case 'spread':
      return [expr.of];
    case 'each':
      return [expr.over, expr.body];
    case 'lambda':
      return [expr.body];
    default:
      return [];
  }
}

/** Names and constants are made of nothing. */
function openAll(inner: readonly Expr[], open: Expr[]): void {
  for (const one of inner) if (one.kind !== 'name' && one.kind !== 'const' && one.kind !== 'opaque') open.push(one);
}
