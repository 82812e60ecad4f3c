/** What is done to a list or a dictionary after it is made: `x[key] = …`, `x.append(…)`, `x.update(…)`, `del x[key]`. */
import type { Args, Bind, Call, Expr, Placed } from '../python/facts.js';
import { lastName } from '../python/last-name.js';
import { excluded, isHidden } from './blocks.js';
import { elementsOf, keyText, orderOf } from './combine.js';
import { without } from './loops.js';
import { spend } from './paid.js';
import type { Unit } from './program.js';
import { parameterGiven } from './receiver.js';
import { type Happening, happens, replayed } from './replayed.js';
import { type Evaluation, type Frame, hole, inTurns, type Thunk, textOf, turnsOfValue, type Value } from './values.js';

type Change = Placed & { readonly method: string } & Args & {
    /** Of `x["a"]["b"] = …`: something within `x` changes. */
    readonly within?: true;
    /** What it is given to, as which argument. */
    readonly callee?: Expr;
    readonly to?: number | string;
  };
type List = Extract<Value, { kind: 'list' }>;
type Dict = Extract<Value, { kind: 'dict' }>;

const METHODS = new Set(
  'append add extend update insert remove discard pop popitem clear sort reverse setdefault intersection_update difference_update'.split(
    ' ',
  ),
);

const NOTHING: Expr = { kind: 'opaque', text: '' };

/** Given to a function, which no method is called like. */
const GIVEN = '(';

const OF_DICTIONARIES = new Set(['set', 'delete', 'update', 'pop', 'popitem', 'clear', 'setdefault']);

/** More of them than anybody writes out. */
const MAX_CHANGES = 200;

const CHANGES = new WeakMap<Unit, ReadonlyMap<string, readonly Change[]>>();

/** By the name of what changes, in the order of the source. */
function changesIn(unit: Unit): ReadonlyMap<string, readonly Change[]> {
  const known = CHANGES.get(unit);
  if (known) return known;
  const found = new Map<string, Change[]>();
  const add = (name: string, change: Change): void => {
    const others = found.get(name);
    if (others) others.push(change);
    else found.set(name, [change]);
  };
  for (const [name, change] of [...unit.facts.binds.flatMap(setBy), ...[...unit.facts.calls].flatMap(calledBy)]) add(name, change);
  for (const [name, change] of otherNames(unit, found)) add(name, change);
  for (const [name, change] of [...unit.facts.calls].flatMap(givenTo)) add(name, change);
  for (const changes of found.values()) changes.sort((a, b) => a.pos - b.pos);
  CHANGES.set(unit, found);
  return found;
}

function setBy({ name, scope, block, pos, line, how, key, value }: Bind): readonly (readonly [string, Change])[] {
  if (!key) return [];
  const placed = { scope, block, pos, line, keywords: [] };
  const inner = /^([\w.]+)\s*\[\s*(?:"([^"\\]*)"|'([^'\\]*)')?/.exec(name);
  if (inner) {
    const [, outer = '', first, second] = inner;
    const text = first ?? second;
    const args: readonly Expr[] = text === undefined ? [] : [{ kind: 'text', value: text }];
    return [[outer, { ...placed, method: 'set', args, within: true }]];
  }
  if (how === 'delete') return [[name, { ...placed, method: 'delete', args: [key] }]];
  const before: Expr = { kind: 'chain', root: { kind: 'name', name }, steps: [{ kind: 'sub', key }] };
  return [[name, { ...placed, method: 'set', args: [key, how === 'augment' ? { kind: 'cat', parts: [before, value] } : value] }]];
}

/** `other = tables`: what is done to one of them afterwards is done to both, for as long as the other name is not bound anew. */
function otherNames(unit: Unit, changes: ReadonlyMap<string, readonly Change[]>): readonly (readonly [string, Change])[] {
  const all = unit.facts.binds.filter(
    ({ how, key, index, name, value }) =>
      how === 'assign' && !key && index === undefined && value.kind === 'name' && (changes.has(name) || changes.has(value.name)),
  );
  return all.slice(0, MAX_CHANGES).flatMap(({ name, value, scope, pos }) => {
    if (value.kind !== 'name' || value.name === name) return [];
    const own = unit.bindsByName.get(name) ?? [];
    const again = own.find((bind) => bind.scope === scope && bind.pos > pos && !bind.key)?.pos ?? Number.POSITIVE_INFINITY;
    const after = (of: string) => (changes.get(of) ?? []).filter((one) => one.scope === scope && one.pos > pos && one.pos < again);
    const [other, first] = [after(name), after(value.name)];
    return [...other.map((one) => [value.name, one] as const), ...first.map((one) => [name, one] as const)];
  });
}

/** `more(names)`: a function may change what it is given. */
function givenTo({ chain, scope, block, pos, line }: Call): readonly (readonly [string, Change])[] {
  return chain.steps.flatMap((step, at) => {
    if (step.kind !== 'call') return [];
    const callee: Expr = at === 0 ? chain.root : { ...chain, steps: chain.steps.slice(0, at) };
    const given = [
      ...step.args.map((value, index) => ({ value, to: index })),
      ...step.keywords.map(({ name, value }) => ({ value, to: name })),
    ];
    return given.flatMap(({ value, to }) =>
      value.kind === 'name' ? [[value.name, { scope, block, pos, line, method: GIVEN, args: [], keywords: [], callee, to }] as const] : [],
    );
  });
}

function calledBy({ chain, scope, block, pos, line }: Call): readonly (readonly [string, Change])[] {
  const at = chain.steps.findIndex(({ kind }) => kind === 'call');
  const [method, call] = [chain.steps[at - 1], chain.steps[at]];
  if (method?.kind !== 'attr' || call?.kind !== 'call' || !METHODS.has(method.name) || chain.root.kind !== 'name') return [];
  const path = chain.steps.slice(0, at - 1).map((step) => (step.kind === 'attr' ? `.${step.name}` : '['));
  if (path.includes('[')) return [];
  return [[chain.root.name + path.join(''), { scope, block, pos, line, method: method.name, args: call.args, keywords: call.keywords }]];
}

export function canChange(value: Value): value is List | Dict {
  return value.kind === 'list' || value.kind === 'dict';
}

export function isChanged(unit: Unit, name: string): boolean {
  return changesIn(unit).has(name);
}

type Seen = { readonly name: string; readonly since: number; readonly frame: Frame };

/** A list or dictionary that was there at `since`, as the frame sees it. */
export function changed(ev: Evaluation, value: Value, { name, since, frame }: Seen): readonly Value[] {
  if (!canChange(value)) return [value];
  const all = changesIn(frame.unit).get(name) ?? [];
  const isReal = (one: Change): boolean => one.method !== GIVEN || mayChange(ev, one, frame);
  const own =
    value.kind === 'list' && all.length <= MAX_CHANGES ? all.filter((one) => isWithin(one, { name, since, frame })).filter(isReal) : [];
  const ways = own.length > 0 ? replayed(ev, own, { since, frame }) : undefined;
  if (ways)
    return ways.flatMap(({ happened, turns }) =>
      inTurns([happened.reduce<Value>((now, one) => plainly(applied(ev, now, name, one), one.loop), value)], turns),
    );
  const seen = seenOf(ev, all, { name, since, frame });
  if (!seen) return [hole('opaque', name, 'too-many')];
  const changes = seen.filter(isReal);
  spend(ev.program, changes.length);
  const happened = changes.flatMap((change): readonly Happening<Change>[] =>
    change.scope === frame.scope ? happens(ev, change, frame) : [{ change, at: frameOf(change, frame), isSure: false }],
  );
  return [happened.reduce<Value>((now, one) => applied(ev, now, name, one), value)];
}

function applied(ev: Evaluation, now: Value, name: string, one: Applied): Value {
  if (now.kind === 'list') return changedList(ev, now, one) ?? hole('opaque', name);
  return now.kind === 'dict' ? (changedDict(ev, now, one) ?? hole('opaque', name)) : now;
}

/** Behind its turn an element is there whatever the turn. */
function plainly(value: Value, loop: string | undefined): Value {
  if (loop === undefined || value.kind !== 'list') return value;
  return { ...value, items: value.items.map((item) => item.map((one) => without(one, loop))) };
}

/** Of the scope itself, anywhere; of others what is seen. */
function isWithin(change: Change, seen: Seen): boolean {
  return change.scope === seen.frame.scope || isSeen(change, seen);
}

/** Looking at so many changes costs as much as working out one. */
const AT_ONCE = 20;

/** Nothing where they are too many. */
function seenOf(ev: Evaluation, changes: readonly Change[], by: Seen): readonly Change[] | undefined {
  const seen: Change[] = [];
  let looked = 0;
  for (const change of changes) {
    looked += 1;
    if (isSeen(change, by)) seen.push(change);
    if (seen.length > MAX_CHANGES) break;
  }
  spend(ev.program, Math.floor(looked / AT_ONCE));
  return seen.length > MAX_CHANGES ? undefined : seen;
}

/** Whether a function changes what it is given: one of the repository, as far as it says so itself, and one that puts things in another order. */
function mayChange(ev: Evaluation, { callee, to, scope, block, pos }: Change, frame: Frame): boolean {
  const at: Frame = scope === frame.scope ? { ...frame, block, pos } : frameOf({ scope, block, pos }, frame);
  const values = callee && (callee.kind === 'name' || callee.kind === 'chain') ? ev.evaluate(callee, at) : [];
  return values.some((value) => {
    if (value.kind === 'library') return value.name === 'random.shuffle';
    if (value.kind !== 'def') return false;
    const { unit, scope: def } = value.of;
    const param = to === undefined ? undefined : parameterGiven(value, to);
    return param !== undefined && (changesIn(unit).get(param) ?? []).some((one) => one.scope === def && one.method !== GIVEN);
  });
}

/** In another def than the one that is read: nobody knows what that is given. */
function frameOf({ scope, block, pos }: Pick<Change, 'scope' | 'block' | 'pos'>, { unit, self }: Frame): Frame {
  return { unit, scope, block, pos, bound: new Map(), ...(self ? { self } : {}) };
}

function isSeen({ scope, block, pos }: Change, { name, since, frame }: Seen): boolean {
  if (scope !== frame.scope) return reaches(scope, { name, since, frame });
  return pos > since && pos < frame.pos && !excluded(frame.unit, block, frame.block) && !isHidden(block, frame);
}

/** Another method of the same class changes its attributes. A def within that has no such name of its own changes that of the scope around it, whenever it is called. */
function reaches(scope: number, { name, frame }: Seen): boolean {
  const { scopes } = frame.unit.facts;
  if (/^(?:self|cls)\./.test(name)) return scopes[scope]?.parent === scopes[frame.scope]?.parent;
  const [root = name] = name.split('.');
  for (let at = scope; at > 0; at = scopes[at]?.parent ?? 0) {
    if (at === frame.scope) return true;
    const isOwn = frame.unit.bindsByName.get(root)?.some((bind) => bind.scope === at && !bind.key);
    if (isOwn || scopes[at]?.params.some((param) => param.name === root)) return false;
  }
  return frame.scope === 0;
}

type Applied = Pick<Happening<Change>, 'change' | 'at' | 'isSure'>;

function changedList(ev: Evaluation, list: List, { change, at, isSure }: Applied): Value | undefined {
  if (change.method === GIVEN) {
    const more = lastName(change.callee ?? NOTHING) === 'shuffle' ? [] : [[hole('opaque', 'changed')]];
    return { ...list, items: [...list.items, ...more], unordered: true };
  }
  const [first, second] = change.args;
  const order = isSure ? orderOf([list]) : ({ unordered: true } as const);
  const turns = turnsOfValue(list);
  const more = (items: List['items']): List => ({
    ...list,
    items: [...list.items.map((item) => inTurns(item, turns)), ...items],
    ...order,
  });
  switch (change.method) {
    case 'append':
    case 'add':
      return first && more([ev.evaluate(first, at)]);
    case 'extend':
    case 'update': {
      const added = first ? ev.evaluate(first, at) : [];
      return first && added.length === 1 ? { ...more(elementsOf(added, first)), ...orderOf([...added, { ...list, ...order }]) } : undefined;
    }
    case 'insert': {
      const place = first && numberOf(ev, first, at);
      if (!second || place === undefined) return undefined;
      return { ...list, items: list.items.toSpliced(place, 0, ev.evaluate(second, at)), ...order };
    }
    default:
      return isSure && !list.unordered ? withoutSome(ev, list, change, at) : undefined;
  }
}

/** What surely takes elements out of a list, or puts them in another order or place. */
function withoutSome(ev: Evaluation, list: List, { method, args }: Change, at: Frame): List | undefined {
  const [first, second] = args;
  const { items } = list;
  const place = first && numberOf(ev, first, at);
  if (method === 'clear') return { ...list, items: [] };
  if (method === 'reverse') return { ...list, items: items.toReversed() };
  if (method === 'sort') return items.length > 1 ? { ...list, unordered: true } : list;
  if (method === 'pop' || method === 'delete') {
    const from = first ? place : -1;
    return from === undefined || items.at(from) === undefined ? undefined : { ...list, items: items.toSpliced(from, 1) };
  }
  if (method === 'set' && second && place !== undefined && items.at(place) !== undefined)
    return { ...list, items: items.with(place, ev.evaluate(second, at)) };
  if ((method !== 'remove' && method !== 'discard') || !first) return undefined;
  const [wanted] = textsIn(ev, first, at) ?? [];
  const texts = items.map((item) => (item.length === 1 && item[0] ? keyText(item[0]) : undefined));
  const found = texts.indexOf(wanted);
  if (wanted === undefined || texts.includes(undefined)) return undefined;
  return found < 0 ? list : { ...list, items: items.toSpliced(found, 1) };
}

function changedDict(ev: Evaluation, dict: Dict, { change, at, isSure }: Applied): Dict | undefined {
  const { method, args, keywords, within } = change;
  if (method === GIVEN) return { ...dict, entries: dict.entries.map((entry) => ({ ...entry, values: unknown(keyOf(entry), at) })) };
  const [first, second] = args;
  if (!OF_DICTIONARIES.has(method)) return dict;
  if (method === 'update') return updated(ev, dict, change, { at, isSure });
  if (method === 'clear') return isSure ? { ...dict, entries: [] } : undefined;
  const keys = first && textsIn(ev, first, at);
  if (!first || !keys || keywords.length > 0) return undefined;
  if (method === 'delete' || method === 'pop') {
    if (!isSure || keys.length !== 1) return keys.reduce<Dict>((all, key) => (has(all, key) ? put(all, key, unknown(key, at)) : all), dict);
    return { ...dict, entries: dict.entries.filter((entry) => !entry.keys.some((one) => keyText(one) === keys[0])) };
  }
  if (within) return keys.reduce((all, key) => put(all, key, unknown(key, at)), dict);
  return ev.evaluate(first, at).reduce<Dict>((all, value) => {
    const key = keyText(value) ?? '';
    if (has(all, key))
      return method === 'setdefault' ? all : put(all, key, isSure && second ? { expr: second, frame: at } : unknown(key, at));
    const turns = turnsOfValue(value);
    return second ? put(all, key, { expr: second, frame: turns.size === 0 ? at : { ...at, turns } }, value) : all;
  }, dict);
}

/** `x.update(a=…)`, `x.update({"a": …})`. */
function updated(ev: Evaluation, dict: Dict, { args, keywords }: Change, { at, isSure }: Omit<Applied, 'change'>): Dict | undefined {
  const given = args.flatMap((arg) => ev.evaluate(arg, at));
  const [only] = given;
  if (given.length > 1 || (only && only.kind !== 'dict') || keywords.some(({ name }) => name === '**')) return undefined;
  const named = keywords.map(({ name, value }) => ({ keys: [textOf(name)], values: { expr: value, frame: at } }));
  let now = dict;
  for (const { keys, values } of [...(only?.kind === 'dict' ? only.entries : []), ...named]) {
    const [key] = keys;
    const text = key && keys.length === 1 ? keyText(key) : undefined;
    if (text === undefined) return undefined;
    now = put(now, text, isSure || !has(now, text) ? values : unknown(text, at));
  }
  return now;
}

function has({ entries }: Dict, key: string): boolean {
  return entries.some(({ keys }) => keys.some((one) => keyText(one) === key));
}

/** In the place of the one that is there, as Python does. */
function put(dict: Dict, key: string, values: Thunk, as: Value = textOf(key)): Dict {
  const place = dict.entries.findLastIndex(({ keys }) => keys.some((one) => keyText(one) === key));
  const entry = { keys: [as], values };
  return {
    ...dict,
    entries: place < 0 ? [...dict.entries, entry] : dict.entries.with(place, { ...entry, keys: dict.entries[place]?.keys ?? [as] }),
  };
}

function keyOf({ keys: [key] }: Dict['entries'][number]): string {
  return (key && keyText(key)) ?? 'changed';
}

function unknown(key: string, frame: Frame): Thunk {
  return { expr: { kind: 'opaque', text: key }, frame };
}

/** All that a key may be, where all of it is known. */
function textsIn(ev: Evaluation, expr: Expr, at: Frame): readonly string[] | undefined {
  const texts = ev.evaluate(expr, at).map(keyText);
  const known = texts.filter((one) => one !== undefined);
  return known.length > 0 && known.length === texts.length ? known : undefined;
}

function numberOf(ev: Evaluation, expr: Expr, at: Frame): number | undefined {
  const [value, ...others] = ev.evaluate(expr, at);
  return others.length === 0 && value?.kind === 'const' && typeof value.value === 'number' ? value.value : undefined;
}
