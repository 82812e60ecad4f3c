/** What a name is worth at a place: the binds that reach it, then parameters, imports, defs, and other files. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Bind, Import } from '../python/facts.js';
import { excluded, isBehindLoop, isHidden, surely, surelyOnce } from './blocks.js';
import { changed, isChanged } from './changes.js';
import { elementAt, elementsOf, isPlaceholder, orderOf, product, textsOf } from './combine.js';
import { declaredOption, entryParameter } from './options.js';
import { isSpent, spend } from './paid.js';
import { memberKey, modulePath, moduleUnit, type Unit } from './program.js';
import { MAX_FILES_DEEP } from './remembered.js';
import { hydraConfig } from './settings-files.js';
import { concat, through } from './template.js';
import { holeAt, placeOf, traced } from './trace.js';
import { NO_TURNS, writeTurns } from './turns.js';
import {
  defKey,
  descend,
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
} from './values.js';

export function lookupName(ev: Evaluation, name: string, frame: Frame): readonly Value[] {
  const local = frame.locals?.get(name);
  if (local) return local;
  let at: Frame | undefined = frame;
  for (let hops = 0; at && hops < 20; hops++) {
    const found = lookupIn(ev, name, at);
    if (found) return found;
    at = outward(at);
  }
  return fromElsewhere(ev, name, frame.unit) ?? [builtin(name)];
}

/** The frame one scope further out; classes between are skipped, as Python does. */
function outward(frame: Frame): Frame | undefined {
  if (frame.scope === 0) return undefined;
  const { turns = NO_TURNS } = frame;
  if (frame.outer) return seenIn({ ...frame.outer, block: 0, pos: Number.MAX_SAFE_INTEGER }, turns);
  let scope = frame.unit.facts.scopes[frame.scope]?.parent ?? 0;
  while (scope > 0 && frame.unit.facts.scopes[scope]?.kind === 'class') scope = frame.unit.facts.scopes[scope]?.parent ?? 0;
  return seenIn({ unit: frame.unit, scope, block: -1, pos: Number.MAX_SAFE_INTEGER }, turns);
}

function lookupIn(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const { binds, certain } = reachingBinds(frame, name);
  const asChanged = (found: readonly Value[], since: number) =>
    isChanged(frame.unit, name) ? found.flatMap((value) => changed(ev, value, { name, since, frame })) : found;
  const values = binds.flatMap((bind) => asChanged(bindValues(ev, bind, frame), bind.pos));
  if (certain) return values;
  const own = valuesBefore(ev, name, frame);
  const before = own && asChanged(own, -1);
  if (!before) return values.length > 0 ? values : undefined;
  return [...values, ...before];
}

/** What the name is in this scope before any bind of it: a parameter, an import, a def. */
function valuesBefore(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const scope = frame.unit.facts.scopes[frame.scope];
  if (scope?.params.some((param) => param.name === name)) return parameter(ev, name, frame);
  const imported = frame.unit.importsByName.get(name)?.findLast((one) => one.scope === frame.scope);
  if (imported) return importValue(ev, imported, frame.unit);
  const inner = frame.unit.scopesByName.get(name)?.findLast((index) => index > 0 && frame.unit.facts.scopes[index]?.parent === frame.scope);
  if (inner === undefined) return undefined;
  const of = { unit: frame.unit, scope: inner };
  return [frame.unit.facts.scopes[inner]?.kind === 'class' ? { kind: 'class', of } : { kind: 'def', of, outer: frame }];
}

/** More binds than this, none of them sure, have more values than anybody shows. */
const MAX_BINDS = 200;

/** Binds of a name that may have the last word at a place; `certain` when one of them surely ran. */
export function reachingBinds(frame: Frame, name: string): { readonly binds: readonly Bind[]; readonly certain: boolean } {
  const all = frame.unit.bindsByScope.get(memberKey(frame.scope, name)) ?? [];
  const binds: Bind[] = [];
  const branches = new Map<number, Set<number>>();
  let visited = 0;
  for (let index = all.length - 1; index >= 0 && visited < MAX_BINDS; index--) {
    const bind = all[index];
    if (!bind || bind.pos >= frame.pos || bind.key) continue;
    visited += 1;
    if (excluded(frame.unit, bind.block, frame.block) || isHidden(bind.block, frame)) continue;
    binds.push(bind);
    // What an `if` adds to a text is part of its fullest form.
    if (bind.how === 'augment') return { binds, certain: true };
    if (surely(frame.unit, bind.block, frame.block, branches)) return { binds, certain: true };
  }
  return { binds, certain: false };
}

/** The values of one bind, seen from the frame of its scope. */
export function bindValues(ev: Evaluation, bind: Bind, frame: Frame): readonly Value[] {
  const at: Frame = { ...frame, block: bind.block, pos: bind.pos };
  const place = { file: frame.unit.path, line: bind.line };
  const raw = ev.evaluate(bind.value, at);
  const named = bind.name.slice(bind.name.lastIndexOf('.') + 1);
  const values =
    bind.how === 'for'
      ? elements(behindLoop(raw, bind, frame), bind, frame)
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
function elements(over: readonly Value[], { name, scope, pos, index }: Bind, { unit, turns }: Frame): readonly Value[] {
  const items = numberedElements(over, name);
  const loop = loopKey({ unit, scope }, pos);
  const read = turns?.get(loop);
  return items.flatMap(({ item, turn }) => {
    const values = index === undefined ? item : item.flatMap((one) => elementAt(one, index, name));
    if (items.length === 1) return values;
    return read === undefined || read.has(turn) ? inTurns(values, new Map([[loop, new Set([turn])]])) : [];
  });
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
  return holeAt(ev, hole('param', name, why), at);
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

function definesName(unit: Unit, name: string): boolean {
  return unit.bindsByName.has(name) || unit.innerScopes.has(memberKey(0, name));
}

/**
 * Names that came with `from x import *` or `%run`: the file a star names, then what stands behind its own stars, then the next star.
 * Each file is looked at once, for files that import each other have more ways through them than anybody can walk.
 */
function fromElsewhere(ev: Evaluation, name: string, unit: Unit): readonly Value[] | undefined {
  if (ev.depth > MAX_FILES_DEEP) return undefined;
  const seen = new Set([unit]);
  const open = starsOf(unit).toReversed();
  for (let star = open.pop(); star && !isSpent(ev.program); star = open.pop()) {
    spend(ev.program, 1);
    const other = moduleUnit(ev.program, star.from.path, { ...star, name });
    if (!other || seen.has(other)) continue;
    seen.add(other);
    const found = definesName(other, name) ? inModule(ev, name, other) : undefined;
    if (found) return found;
    open.push(...starsOf(other).toReversed());
  }
  return undefined;
}

type Star = { readonly from: Unit; readonly module: string; readonly level: number };

function starsOf(from: Unit): readonly Star[] {
  const stars = (from.importsByName.get('*') ?? []).map(({ module, level }) => ({ from, module, level }));
  return [...stars, ...from.facts.runs.map((run) => ({ from, module: runModule(run), level: 0 }))];
}

function inModule(ev: Evaluation, name: string, unit: Unit): readonly Value[] | undefined {
  descend(ev);
  const values = lookupIn(ev, name, moduleFrame(unit));
  ev.depth -= 1;
  return values;
}

/** `%run ../lib/tables` as a module name. */
function runModule(run: string): string {
  return run.replace(/^(?:\.{0,2}\/)+/, '').replaceAll('/', '.');
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
  'vars',
  'getattr',
  'len',
  'range',
  'super',
  'open',
  'print',
  'reversed',
  'bool',
]);
