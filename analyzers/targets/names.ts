/** What a name is worth at a place: the binds that reach it, then parameters, imports, defs, and other files. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { Bind, Import } from '../python/facts.js';
import { concat, through } from '../templates/template.js';
import { NO_TURNS, writeTurns } from '../templates/turns.js';
import { isBehindLoop, surelyOnce } from './blocks.js';
import { canChange, changed, isChanged } from './changes.js';
import { distinct, elementAt, elementsOf, isPlaceholder, nothingOf, orderOf, product, textsOf } from './combine.js';
import { type Declaration, declaredAt, declaredSurely } from './declarations.js';
import { loopBehind, valuesBehind, valuesCarried } from './loops.js';
import { sumsOf } from './numbers.js';
import { declaredOption, entryParameter } from './options.js';
import { spend } from './paid.js';
import { memberKey, modulePath, moduleUnit, type Unit } from './program.js';
import { isConditional, isReached, stopsOf } from './reached.js';
import { type Decided, decidedBinds } from './reaching.js';
import { type Rebound, reboundBefore, reboundSomewhere } from './rebound.js';
import { MAX_FILES_DEEP } from './remembered.js';
import { hydraConfig } from './settings-files.js';
import { unlessSought } from './sought.js';
import { definesName, starred } from './stars.js';
import { holeAt, placeOf, traced } from './trace.js';
import {
  defKey,
  descend,
  ELSEWHERE,
  type Evaluation,
  type Frame,
  hole,
  inTurns,
  loopKey,
  moduleFrame,
  seenIn,
  text,
  turnsOfValue,
  type Value,
  type Verdict,
} from './values.js';

export function lookupName(ev: Evaluation, name: string, frame: Frame): readonly Value[] {
  const local = frame.locals?.get(name);
  if (local) return local;
  let at: Frame | undefined = frame;
  const again: Value[] = [];
  for (let hops = 0; at && hops < 20; hops++) {
    const found = lookupIn(ev, name, at);
    const rebound: Rebound | undefined = found && hasOwn(at, name) ? undefined : reboundIn(ev, name, at);
    if (rebound) again.push(...rebound.values);
    if (rebound?.isSure) return again;
    const all = found && hops > 0 && !rebound ? distinct([...earlierIn(ev, name, frame, at), ...found]) : found;
    if (all) return [...again, ...(hops > 0 && !rebound ? reboundSomewhere(askedOf(ev, name), all, at) : all)];
    at = outward(at);
  }
  return fromElsewhere(ev, name, frame.unit) ?? [builtin(name)];
}

/** `OUT = a`, `write()`, `OUT = b`, `write()`: what a name of the module was where the def that reads it is called. */
function earlierIn(ev: Evaluation, name: string, from: Frame, module: Frame): readonly Value[] {
  const { unit, scope } = module;
  if (scope !== 0 || (unit.bindsByScope.get(memberKey(0, name))?.length ?? 0) < 2) return [];
  let outermost = from.scope;
  while ((unit.facts.scopes[outermost]?.parent ?? 0) > 0) outermost = unit.facts.scopes[outermost]?.parent ?? 0;
  const def = unit.facts.scopes[outermost]?.name;
  const calls = (unit.callsByScope.get(0) ?? []).filter(({ chain: { root } }) => root.kind === 'name' && root.name === def);
  return calls.slice(0, MAX_EARLIER).flatMap(({ block, pos }) => lookupIn(ev, name, { ...module, block, pos }) ?? []);
}
const MAX_EARLIER = 12;

/** A name of this def alone. */
function hasOwn({ unit, scope }: Frame, name: string): boolean {
  const of = unit.facts.scopes[scope];
  return of?.params.some((param) => param.name === name) === true || of?.outer?.includes(name) === true;
}

/** Since its last own bind. */
function reboundIn(ev: Evaluation, name: string, frame: Frame): Rebound | undefined {
  const rebound = reboundBefore(askedOf(ev, name), frame);
  const { found, certain } = rebound ? decidedBinds(ev, frame, name) : { found: [], certain: false };
  const last = certain ? found.at(-1)?.bind.pos : undefined;
  return rebound && (last === undefined || rebound.since > last) ? rebound : undefined;
}

function askedOf(ev: Evaluation, name: string) {
  return { ev, name, valuesOf: (at: Frame): readonly Value[] => lookupIn(ev, name, at) ?? [] };
}

/** The frame one scope further out; classes between are skipped, as Python does. */
function outward(frame: Frame): Frame | undefined {
  if (frame.scope === 0) return undefined;
  const { turns = NO_TURNS } = frame;
  if (frame.outer) return seenIn({ ...frame.outer, block: 0, pos: ELSEWHERE }, turns);
  let scope = frame.unit.facts.scopes[frame.scope]?.parent ?? 0;
  while (scope > 0 && frame.unit.facts.scopes[scope]?.kind === 'class') scope = frame.unit.facts.scopes[scope]?.parent ?? 0;
  return seenIn({ unit: frame.unit, scope, block: -1, pos: ELSEWHERE }, turns);
}

/** From turn to turn of a loop. */
function lookedUp(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  if (ev.depth > MAX_FILES_DEEP) return [hole('opaque', name, 'too-far')];
  descend(ev);
  spend(ev.program, 1);
  const values = lookupIn(ev, name, frame);
  ev.depth -= 1;
  return values;
}

function lookupIn(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const { found, certain, rest, loop } = behindDeclarations(decidedBinds(ev, frame, name), name, frame);
  const asChanged = (values: readonly Value[], since: number) =>
    // Which names of a file change is told by all of its calls: they are read only for those that can.
    values.some(canChange) && isChanged(frame.unit, name) ? values.flatMap((value) => changed(ev, value, { name, since, frame })) : values;
  const reading = {
    look: (at: Frame) => lookedUp(ev, name, at),
    worth: (bind: Bind) => bindValues(ev, bind, frame),
  };
  const values = unlessSought(found, frame).flatMap(({ bind, turns }) => {
    const behind = loopBehind(frame, bind);
    const summed = behind === undefined ? undefined : valuesBehind(ev, { name, frame, loop: behind }, reading);
    return asChanged(inTurns(summed ?? bindValues(ev, bind, seenIn(frame, turns)), turns), bind.pos);
  });
  if (certain) return values;
  const own = loop === undefined ? valuesBefore(ev, name, frame) : valuesCarried(ev, { name, frame, loop }, reading);
  const before = own && inTurns(loop === undefined ? asChanged(own, -1) : own, rest);
  if (!before) return values.length > 0 ? values : undefined;
  return [...values, ...before];
}

/** Without the binds that an import or a def behind them makes nothing of. */
function behindDeclarations(decided: Decided, name: string, frame: Frame): Decided {
  const { found, loop } = decided;
  const since = found.length === 0 || loop !== undefined ? -1 : declaredSurely(name, frame);
  const own = found.filter(({ bind }) => bind.pos > since);
  return own.length === found.length ? decided : { found: own, certain: false, rest: NO_TURNS };
}

/** What the name is in this scope before any bind of it: a parameter, an import, a def. */
function valuesBefore(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const scope = frame.unit.facts.scopes[frame.scope];
  if (scope?.params.some((param) => param.name === name)) return parameter(ev, name, frame);
  const declared = declaredAt(ev, name, frame);
  if (declared.length === 0) return undefined;
  return declared.flatMap(({ of, turns }) => inTurns(declaredValue(ev, of, frame), turns));
}

function declaredValue(ev: Evaluation, of: Declaration['of'], frame: Frame): readonly Value[] {
  const { unit } = frame;
  if (!('inner' in of)) return importValue(ev, of, unit);
  const ref = { unit, scope: of.inner };
  return [unit.facts.scopes[of.inner]?.kind === 'class' ? { kind: 'class', of: ref } : { kind: 'def', of: ref, outer: frame }];
}

/** The values of one bind, seen from the frame of its scope. */
export function bindValues(ev: Evaluation, bind: Bind, frame: Frame): readonly Value[] {
  const at: Frame = { ...frame, block: bind.block, pos: bind.pos };
  const place = { file: frame.unit.path, line: bind.line };
  const raw = ev.evaluate(bind.value, at);
  const named = bind.name.slice(bind.name.lastIndexOf('.') + 1);
  const values =
    bind.how === 'for'
      ? elements(ev, behindLoop(raw, bind, frame), bind, frame)
      : raw.flatMap((value) => (bind.index === undefined ? [value] : elementAt(value, bind.index, named)));
  const come = values.map((value): Value => {
    if (value.kind === 'text') return text(through(value.template, place));
    return value.kind === 'hole' && value.hole === 'opaque'
      ? { ...value, name: value.name === '' ? named : value.name, via: [...(value.via ?? []), place] }
      : value;
  });
  const placed = traced(ev, come, () => ({ how: howBound(frame, bind), name: bind.name, at: place }));
  if (bind.how !== 'augment') return placed;
  const before = valuesAdded(ev, bind.name, at);
  const lists = listsAdded(before, placed, surelyOnce(frame.unit, bind.block, frame.block));
  if (lists) return lists;
  const name = { kind: 'name', name: bind.name } as const;
  // `count += 1`
  const sums = sumsOf([
    { part: name, values: before },
    { part: bind.value, values: placed },
  ]);
  if (sums) return sums;
  return product([textsOf(before, name), textsOf(placed, bind.value)]).map((parts) => text(concat(...parts)));
}

/** `tables += more`; what may not have run leaves the order open. */
function listsAdded(before: readonly Value[], added: readonly Value[], isSure: boolean): readonly Value[] | undefined {
  const [more] = added;
  if (added.length !== 1 || more?.kind !== 'list') return undefined;
  return before.map((value): Value => {
    if (value.kind !== 'list') return value.kind === 'hole' ? value : hole('opaque', 'list');
    const order = isSure ? orderOf([value, more]) : ({ unordered: true } as const);
    return { ...value, items: [...value.items, ...more.items.map((item) => inTurns(item, turnsOfValue(more)))], ...order };
  });
}

/** Behind its loop a name has the last of the elements. */
function behindLoop(over: readonly Value[], bind: Bind, frame: Frame): readonly Value[] {
  const [only, ...others] = over;
  if (only?.kind !== 'list' || others.length > 0 || only.unordered || only.items.length < 2) return over;
  return isBehindLoop(bind, frame) ? [{ ...only, items: only.items.slice(-1) }] : over;
}

/** What each turn of a loop gives the name: all of them, or that of the turn that is read. */
function elements(ev: Evaluation, over: readonly Value[], { name, scope, pos, index }: Bind, frame: Frame): readonly Value[] {
  const { unit, turns } = frame;
  const items = numberedElements(over, name);
  const loop = loopKey({ unit, scope }, pos);
  const read = turns?.get(loop);
  const isThere = items.length > 1 ? turnsThere(ev, frame, over.length === 1 ? pos : -1) : undefined;
  return items.flatMap(({ item, turn }) => {
    const values = index === undefined ? item : item.flatMap((one) => elementAt(one, index, name));
    if (items.length === 1) return values;
    const own = new Map([[loop, new Set([turn])]]);
    return (read === undefined || read.has(turn)) && isThere?.(own) !== false ? inTurns(values, own) : [];
  });
}

/** Whether the place is come to in a turn: `if table in SKIP: continue` stands before it. */
function turnsThere(ev: Evaluation, frame: Frame, begins: number): Verdict | undefined {
  if (frame.isWhole || !isConditional(frame)) return undefined;
  const { verdict, open, turns } = isReached(ev, frame);
  const stops = stopsOf(ev, frame, begins);
  if (turns.length === 0 || turns.some((one) => verdict(one) === undefined)) for (const one of open) ev.unbound.add(one);
  let stopped = false;
  return (turn) => {
    const known = stopped ? false : verdict(turn);
    stopped ||= stops?.(turn) === true;
    return known;
  };
}

/** An inner loop begins anew in each turn of the one around it. */
function numberedElements(over: readonly Value[], name: string): readonly { readonly item: readonly Value[]; readonly turn: number }[] {
  const counts = new Map<string, number>();
  return over.flatMap((value) => {
    const outer = JSON.stringify(writeTurns(turnsOfValue(value)));
    const first = counts.get(outer) ?? 0;
    const items = elementsOf([value], { kind: 'name', name });
    counts.set(outer, first + items.length);
    return items.map((item, index) => ({ item, turn: first + index }));
  });
}

/** A text that is added to line by line: what it was before one of them. */
const MAX_ADDED = 500;

function valuesAdded(ev: Evaluation, name: string, at: Frame): readonly Value[] {
  if (ev.added >= MAX_ADDED) return [hole('opaque', name, 'too-far')];
  ev.added += 1;
  const before = lookupName(ev, name, at);
  ev.added -= 1;
  return before;
}

function howBound({ unit, scope }: Frame, bind: Bind): 'constant' | 'variable' | 'attribute' | 'element' {
  if (bind.how === 'for' || bind.index !== undefined) return 'element';
  if (bind.name.includes('.') || unit.facts.scopes[scope]?.kind === 'class') return 'attribute';
  return scope === 0 ? 'constant' : 'variable';
}

function parameter(ev: Evaluation, name: string, frame: Frame): readonly Value[] {
  const scope = frame.unit.facts.scopes[frame.scope];
  const param = scope?.params.find((one) => one.name === name);
  const parent = frame.unit.facts.scopes[scope?.parent ?? 0];
  const first = scope?.params[0]?.name === name && parent?.kind === 'class';
  if (first && (name === 'self' || name === 'cls')) {
    const owner = { unit: frame.unit, scope: scope?.parent ?? 0 };
    if (!frame.self) ev.unbound.add(`self ${defKey(owner)}`);
    return [frame.self ?? { kind: 'instance', of: owner }];
  }
  const given = frame.bound?.get(name);
  const ofDef = `${name} of ${scope?.name}`;
  if (given)
    return traced(ev, ev.evaluate(given.expr, given.frame), () => ({ how: 'argument', name: ofDef, at: placeOf(ev, given.frame) }));
  if (!frame.bound) ev.unbound.add(defKey(frame));
  const option = (frame.bound ? undefined : entryParameter(ev, name, frame)) ?? declaredOption(ev, name, frame);
  if (option) return option;
  const configured = hydraConfig(ev, name, frame);
  if (configured) return configured;
  const at = { file: frame.unit.path, line: param?.line ?? scope?.line ?? 1 };
  const fallback = param?.default ? ev.evaluate(param.default, { ...moduleFrame(frame.unit), scope: scope?.parent ?? 0 }) : [];
  const known = fallback.filter((value) => !isPlaceholder(value)).map((value) => placedAt(value, at));
  if (known.length > 0) return traced(ev, known, () => ({ how: 'default', name: ofDef, at }));
  const why = fallback.length > 0 ? 'placeholder' : 'not-given';
  return holeAt(ev, { ...hole('param', name, why), ...(frame.bound ? nothingOf(fallback) : {}) }, at);
}

function placedAt(value: Value, at: SourceRef): Value {
  return value.kind === 'text' ? text(through(value.template, at)) : value;
}

function importValue(ev: Evaluation, one: Import, from: Unit): readonly Value[] {
  const { module, name, level } = one;
  if (name === undefined) {
    const dotted = one.local === module && module.includes('.');
    if (dotted) return [{ kind: 'library', name: module.split('.')[0] ?? '' }];
    const unit = moduleUnit(ev.program, from.path, one);
    return [unit ? { kind: 'file', unit } : { kind: 'library', name: module }];
  }
  const unit = moduleUnit(ev.program, from.path, one);
  const full = module === '' ? name : `${module}.${name}`;
  const isModule = modulePath(ev.program, from.path, full, level) !== undefined;
  if (unit && unit !== from && (!isModule || definesName(unit, name)))
    return traced(ev, fromModule(ev, name, unit), () => ({ how: 'imported', name, at: { file: from.path, line: one.line } }));
  const sub = moduleUnit(ev.program, from.path, { module: full, level });
  return [sub ? { kind: 'file', unit: sub } : { kind: 'library', name: full }];
}

/** A name taken out of a file of this repository; imports that go round in a ring end as a hole. */
export function fromModule(ev: Evaluation, name: string, unit: Unit): readonly Value[] {
  if (ev.depth > MAX_FILES_DEEP) return [hole('opaque', name, 'too-far')];
  descend(ev);
  const values = lookupName(ev, name, moduleFrame(unit));
  ev.depth -= 1;
  return values;
}

/** Names that came with `from x import *` or `%run`. */
function fromElsewhere(ev: Evaluation, name: string, unit: Unit): readonly Value[] | undefined {
  if (ev.depth > MAX_FILES_DEEP) return undefined;
  return starred(ev, { name, from: unit }, (other) => {
    descend(ev);
    const values = lookupIn(ev, name, moduleFrame(other));
    ev.depth -= 1;
    return values;
  });
}

function builtin(name: string): Value {
  return BUILTINS.has(name) ? { kind: 'library', name: `builtins.${name}` } : hole('opaque', name, 'not-defined');
}
const BUILTINS = new Set([
  'str',
  'int',
  'float',
  'dict',
  'list',
  'tuple',
  'set',
  'sorted',
  'zip',
  'enumerate',
  'max',
  'min',
  'next',
  'vars',
  'getattr',
  'len',
  'range',
  'super',
  'open',
  'print',
  'reversed',
  'bool',
  'max',
  'min',
  'next',
]);
