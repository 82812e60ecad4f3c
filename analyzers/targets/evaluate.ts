/** §4.1 The values an expression can have: lazy, over files, bounded by a budget; what is not known becomes a named hole. */

import type { Expr, Step } from '../python/facts.js';
import type { ScriptRun } from '../templates/given.js';
import { concat, fullText, holed, literal, MAX_VALUES, type Template } from '../templates/template.js';
import { NO_TURNS } from '../templates/turns.js';
import { attributeOf } from './attributes.js';
import { callValue } from './calls.js';
import {
  ARGV,
  bounded,
  distinct,
  distinctTemplates,
  elementAt,
  elementsOf,
  isWhole,
  keyText,
  nameFor,
  onlyIn,
  orderOf,
  product,
  textsOf,
  weightOf,
} from './combine.js';
import { choices, judge } from './conditions.js';
import { heard, keyAsked, noteDefault } from './environment-choice.js';
import { given } from './job-arguments.js';
import { callLibrary } from './library.js';
import { joinText } from './library-text.js';
import { lookupName } from './names.js';
import { countsOf, sumsOf } from './numbers.js';
import { optionOf } from './options.js';
import { orElse } from './or-else.js';
import { isSpent, spend } from './paid.js';
import { parserAsked } from './parsers.js';
import type { Program } from './program.js';
import { formatted, percentFormat } from './text-formats.js';
import { leaves, placeOf, traced } from './trace.js';
import {
  asTemplate,
  type BoundCall,
  defKey,
  descend,
  type Evaluation,
  type Frame,
  hole,
  inTurns,
  type Thunk,
  text,
  textOf,
  turnsOfValue,
  type Value,
} from './values.js';

const MAX_DEPTH = 60;

const BUDGET = 6_000;
const PATIENCE = 200;

type Asking = { readonly run?: ScriptRun | undefined; readonly unbound?: Set<string>; readonly files?: readonly string[] };

/** `unbound`: gathers the parameters and instances of which nothing was known; `files`: those that may be run for it, the script first. */
export function newEvaluation(program: Program, { run, unbound = new Set(), files = [] }: Asking = {}): Evaluation {
  const ev: Evaluation = {
    program,
    run,
    files,
    unbound,
    said: [],
    budget: BUDGET,
    depth: 0,
    deepest: 0,
    underWay: [],
    added: 0,
    rebinding: new Map(),
    judging: 0,
    patience: PATIENCE,
    judgements: new Map(),
    evaluate: (expr, frame) => evaluate(ev, expr, frame),
  };
  return ev;
}

function evaluate(ev: Evaluation, expr: Expr, frame: Frame): readonly Value[] {
  spend(ev.program, 1);
  // What is written there costs nothing.
  if (expr.kind === 'text') return leaves(ev, [textOf(expr.value)], expr, frame);
  if (ev.budget-- <= 0 || ev.depth > MAX_DEPTH || isSpent(ev.program))
    return leaves(ev, [hole('opaque', nameFor(expr), 'too-far')], expr, frame);
  descend(ev);
  const values = told(ev, evaluateKind(ev, expr, frame));
  ev.depth -= 1;
  spend(ev.program, weightOf(values));
  return leaves(ev, bounded(values, expr), expr, frame);
}

/** What the run that is read gives, and of what it does not give the default. */
function told(ev: Evaluation, values: readonly Value[]): readonly Value[] {
  const { run } = ev;
  if (!run) return values;
  return values.map((value): Value => {
    if (value.kind !== 'hole') return value;
    const template = given(run, { kind: value.hole, name: value.name });
    if (template) return text({ ...template, ...(value.turns ? { turns: value.turns } : {}) });
    noteDefault(ev, value.otherwise);
    return value.otherwise === undefined ? value : text({ ...literal(value.otherwise), ...(value.turns ? { turns: value.turns } : {}) });
  });
}

function evaluateKind(ev: Evaluation, expr: Expr, frame: Frame): readonly Value[] {
  switch (expr.kind) {
    case 'text':
      return [textOf(expr.value)];
    case 'const':
      return [{ kind: 'const', value: expr.value }];
    case 'name':
      return lookupName(ev, expr.name, frame);
    case 'cat':
      return evaluateCat(ev, expr.parts, frame);
    case 'chain':
      return evaluateChain(ev, expr.root, expr.steps, frame);
    case 'choice':
      return distinct(expr.of.flatMap((one) => evaluate(ev, one, frame)));
    case 'list':
      return [{ kind: 'list', items: listItems(ev, expr.items, frame) }];
    case 'dict':
      return [dictOf(ev, expr, frame)];
    case 'op':
      return evaluateOp(ev, expr, frame);
    case 'each':
      return evaluateEach(ev, expr, frame);
    case 'spread':
      return evaluate(ev, expr.of, frame);
    case 'lambda':
      return [{ kind: 'lambda', of: expr, frame }];
    case 'opaque':
      return [hole('opaque', expr.text, 'not-an-expression')];
  }
}

/** The texts an expression can be; a value that is no text is a hole with a name that tells where it came from. */
export function templatesOf(ev: Evaluation, thunk: Thunk): readonly Template[] {
  return distinctTemplates(templatesInTurns(ev, thunk));
}

/** Also equal ones, so that each can meet what else its turn of a loop gives. */
export function templatesInTurns(ev: Evaluation, thunk: Thunk): readonly Template[] {
  const templates: Template[] = [];
  for (const value of evaluate(ev, thunk.expr, thunk.frame)) {
    if (value.kind === 'list')
      for (const item of value.items) for (const one of inTurns(item, turnsOfValue(value))) pushTemplate(templates, one);
    else pushTemplate(templates, value);
  }
  return templates;
}

function pushTemplate(into: Template[], value: Value): void {
  const template = asTemplate(value);
  if (template) into.push(template);
}

function evaluateCat(ev: Evaluation, parts: readonly Expr[], frame: Frame): readonly Value[] {
  const evaluated = parts.map((part) => ({ part, values: evaluate(ev, part, frame) }));
  const sums = parts.some((part) => part.kind === 'text') ? undefined : sumsOf(evaluated);
  if (sums) return sums;
  const lists = evaluated.map(({ values }) => values[0]).filter((value) => value?.kind === 'list');
  if (lists.length === evaluated.length)
    return [
      {
        kind: 'list',
        items: lists.flatMap((list) => (list?.kind === 'list' ? list.items : [])),
        ...orderOf(lists.flatMap((one) => one ?? [])),
      },
    ];
  return product(evaluated.map(({ part, values }) => textsOf(values, part))).map((texts) => text(concat(...texts)));
}

function listItems(ev: Evaluation, items: readonly Expr[], frame: Frame): (readonly Value[])[] {
  return items.flatMap((item) => {
    const values = evaluate(ev, item, frame);
    const [first] = values;
    return item.kind === 'spread' && first?.kind === 'list' ? first.items : [values];
  });
}

function dictOf(ev: Evaluation, expr: Extract<Expr, { kind: 'dict' }>, frame: Frame): Value {
  let isOpen = false;
  const entries = expr.entries.flatMap(([key, value]) => {
    if (key.kind !== 'spread') return [{ keys: evaluate(ev, key, frame), values: { expr: value, frame } }];
    const [spread] = evaluate(ev, key.of, frame);
    isOpen ||= spread?.kind !== 'dict' || spread.isOpen === true;
    return spread?.kind === 'dict' ? spread.entries : [];
  });
  return { kind: 'dict', entries, ...(isOpen ? { isOpen } : {}) };
}

function evaluateOp(ev: Evaluation, expr: Extract<Expr, { kind: 'op' }>, frame: Frame): readonly Value[] {
  if (expr.op === '?') return eitherOf(ev, expr, frame);
  const left = evaluate(ev, expr.left, frame);
  if (expr.op === 'format')
    return left.map((value) => formatted(value, expr.right.kind === 'text' ? expr.right.value : '', nameFor(expr.left)));
  if (expr.op === '%') return left.flatMap((value) => percent(ev, value, expr.right, frame));
  if (expr.op === 'or') return orElse(ev, left, () => evaluate(ev, expr.right, frame), frame);
  if (expr.op === '/') {
    const right = textsOf(evaluate(ev, expr.right, frame), expr.right);
    return product([textsOf(left, expr.left), right]).map((parts) => text(joinText(parts)));
  }
  if (expr.op === '|') return left.flatMap((value) => merged(value, evaluate(ev, expr.right, frame)));
  const numbers = countsOf(expr, left, () => evaluate(ev, expr.right, frame));
  return numbers ?? [hole('opaque', nameFor(expr.left))];
}

/** `defaults | told`: what the second has counts. */
function merged(value: Value, others: readonly Value[]): readonly Value[] {
  if (value.kind !== 'dict') return [hole('opaque', 'merged')];
  return others.map((other) => {
    if (other.kind !== 'dict') return { ...value, isOpen: true };
    return { kind: 'dict', entries: [...value.entries, ...other.entries], ...(value.isOpen || other.isOpen ? { isOpen: true } : {}) };
  });
}

/** `a if condition else b`: the one that the condition chooses, in each turn of a loop. */
function eitherOf(ev: Evaluation, { left, right }: Extract<Expr, { kind: 'op' }>, frame: Frame): readonly Value[] {
  const [then, otherwise] = right.kind === 'choice' ? right.of : [];
  if (!then || !otherwise) return [hole('opaque', nameFor(left))];
  const { verdict, open, turns } = judge(ev, left, frame);
  return distinct(
    choices({ verdict, turns }, frame.turns).flatMap(({ known, turns: seen }) => {
      if (known === undefined) for (const one of open) ev.unbound.add(one);
      const chosen = known === undefined ? [then, otherwise] : [known ? then : otherwise];
      return chosen.flatMap((one) => inTurns(evaluate(ev, one, frame), seen));
    }),
  );
}

/** `%s`, `%-8.3f`, `%(name)03d`, `%%`. */
const PLACE = /(%(?:\(\w+\))?[-+ #0]*(?![-+ #0])\d*(?:\.\d+)?[a-zA-Z%])/;
const PLACE_PARTS = /^%(?:\((\w+)\))?([-+ #0]*)(?![-+ #0])(\d*)((?:\.\d+)?)([a-zA-Z%])$/;

function percent(ev: Evaluation, value: Value, right: Expr, frame: Frame): readonly Value[] {
  const pattern = value.kind === 'text' ? fullText(value.template) : undefined;
  if (pattern === undefined) return [value];
  const values = evaluate(ev, right, frame);
  const [first] = values;
  const tuple = first?.kind === 'list' ? first.items.map((item) => inTurns(item, turnsOfValue(first))) : [values];
  const pieces = pattern.split(PLACE);
  const places = pieces.filter((piece) => /^%[^(%]/.test(piece) && PLACE_PARTS.test(piece)).length;
  // A list is one value, whose text nobody writes out; as many elements as places are a tuple.
  const isOneValue = first?.kind === 'list' && first.items.length !== places;
  let next = 0;
  const choices = pieces.map((piece): readonly Template[] => {
    const [, name, flags = '', width = '', precision = '', type = ''] = PLACE_PARTS.exec(piece) ?? [];
    if (type === '' || type === '%') return [{ parts: [type || piece], via: [], ...originOf(value) }];
    const found =
      name === undefined ? (isOneValue ? undefined : tuple[next++]) : first?.kind === 'dict' ? entryValues(ev, first, name) : undefined;
    if (!found || found.length === 0) return [holed('opaque', name ?? 'value')];
    const format = percentFormat(flags, width, precision, type);
    return textsOf(
      found.map((one) => formatted(one, format, name ?? 'value')),
      right.kind === 'list' ? (right.items[next - 1] ?? right) : right,
    );
  });
  return product(choices).map((parts) => text(concat(...parts)));
}

function originOf(value: Value): Pick<Template, 'origin'> {
  return value.kind === 'text' && value.template.origin ? { origin: value.template.origin } : {};
}

function entryValues(ev: Evaluation, dict: Extract<Value, { kind: 'dict' }>, key: string): readonly Value[] {
  const entry = dict.entries.findLast(({ keys }) => keys.some((one) => keyText(one) === key));
  const values = entry ? evaluate(ev, entry.values.expr, entry.values.frame) : [];
  return traced(ev, values, () => ({ how: 'entry', name: key, at: entry && placeOf(ev, entry.values.frame) }));
}

function namedEntry(ev: Evaluation, dict: Extract<Value, { kind: 'dict' }>, name: string | undefined): readonly Value[] {
  return name === undefined ? [] : entryValues(ev, dict, name);
}

function evaluateEach(ev: Evaluation, expr: Extract<Expr, { kind: 'each' }>, frame: Frame): readonly Value[] {
  const { of, conditions } = filtered(expr.over);
  const over = evaluate(ev, of, frame);
  const items = elementsOf(over, of);
  // Nobody knows which elements a condition lets through that nobody can decide, and so not which is the first.
  let isOpen = false;
  const rows = items.slice(0, MAX_VALUES).flatMap((item) => {
    const locals = new Map(frame.locals ?? []);
    for (const [index, name] of expr.names.entries())
      locals.set(name, expr.names.length === 1 ? item : item.flatMap((one) => elementAt(one, index, name)));
    const inside = { ...frame, locals };
    const known = conditions.map((condition) => decidedIn(ev, condition, inside));
    if (known.includes(false)) return [];
    isOpen ||= known.includes(undefined);
    return [evaluate(ev, expr.body, inside)];
  });
  const rest = items.length > MAX_VALUES ? [[hole('opaque', nameFor(of), 'too-many')]] : [];
  return [{ kind: 'list', items: [...rows, ...rest], ...(isOpen ? { unordered: true } : orderOf(over)) }];
}

function decidedIn(ev: Evaluation, condition: Expr, frame: Frame): boolean | undefined {
  const { verdict, open } = judge(ev, condition, frame);
  const known = verdict(NO_TURNS);
  if (known === undefined) for (const one of open) ev.unbound.add(one);
  return known;
}

/** What a comprehension goes over, and what it asks of each element. */
function filtered(over: Expr): { readonly of: Expr; readonly conditions: readonly Expr[] } {
  const conditions: Expr[] = [];
  let of = over;
  for (; of.kind === 'op' && of.op === 'if'; of = of.left) conditions.push(of.right);
  return { of, conditions: conditions.toReversed() };
}

function evaluateChain(ev: Evaluation, root: Expr, steps: readonly Step[], frame: Frame): readonly Value[] {
  let values = evaluate(ev, root, frame);
  let done: Step[] = [];
  for (const step of steps) {
    const before: Expr = { kind: 'chain', root, steps: done };
    values = distinct(values.flatMap((value) => inTurns(told(ev, applyStep(ev, { value, step, before, frame })), turnsOfValue(value))));
    if (values.length > MAX_VALUES) return bounded(values, before);
    spend(ev.program, weightOf(values));
    values = bounded(values, before);
    done = [...done, step];
  }
  return values;
}

type Applied = { readonly value: Value; readonly step: Step; readonly before: Expr; readonly frame: Frame };

function applyStep(ev: Evaluation, { value, step, before, frame }: Applied): readonly Value[] {
  if (step.kind === 'attr') return attributeOf(ev, value, step.name, { before, frame });
  if (step.kind === 'sub') return subscript(ev, value, step.key, { before, frame });
  const call: BoundCall = { args: step.args, keywords: step.keywords, frame, line: step.line };
  if (value.kind === 'hole' && value.name === 'dict') return [keywordDict(ev, call)];
  const made = value.kind === 'library' ? callLibrary(ev, value.name, call) : callValue(ev, calledAs(value, before), call);
  const parser = parserAsked(frame, before);
  return parser === undefined ? made : made.map((one) => (one.kind === 'options' ? { ...one, parser } : one));
}

/** `cls(…)` in a method of a class makes an instance of it. */
function calledAs(value: Value, before: Expr): Value {
  const isClass = before.kind === 'chain' && before.root.kind === 'name' && before.root.name === 'cls' && before.steps.length === 0;
  return isClass && value.kind === 'instance' ? { kind: 'class', of: value.of } : value;
}

function keywordDict(ev: Evaluation, call: BoundCall): Value {
  return {
    kind: 'dict',
    entries: call.keywords.map(({ name, value }) => ({
      keys: evaluate(ev, { kind: 'text', value: name }, call.frame),
      values: { expr: value, frame: call.frame },
    })),
  };
}

type At = { readonly before: Expr; readonly frame: Frame };

/** `sys.argv[2]`; `sys.argv[1:]` is the same list from a later place on. */
function wordOf(argv: Extract<Value, { kind: 'library' }>, key: Expr): readonly Value[] {
  const from = Number(argv.name.slice(ARGV.length + 1) || 0);
  if (key.kind === 'const' && typeof key.value === 'number' && key.value >= 0)
    return [hole('arg', `argv_${from + key.value}`, 'command-line')];
  const start = key.kind === 'opaque' ? /^(\d*):\d*$/.exec(key.text) : null;
  return [start ? { kind: 'library', name: `${ARGV}:${from + Number(start[1] || 0)}` } : hole('arg', 'argv', 'command-line')];
}

function subscript(ev: Evaluation, value: Value, keyExpr: Expr, { before, frame }: At): readonly Value[] {
  if (value.kind === 'library' && value.name.startsWith(ARGV)) return wordOf(value, keyExpr);
  if (keyExpr.kind === 'opaque' && keyExpr.text.includes(':')) return [sliced(value, keyExpr.text, nameFor(before))];
  const { values: keys, defaults } = heard(ev, () => evaluate(ev, keyExpr, frame));
  const places = keys.map((key) => (key.kind === 'const' && typeof key.value === 'number' ? key.value : undefined));
  const place = places.length === 1 ? places[0] : undefined;
  if (value.kind === 'list') {
    if (places.includes(undefined)) return eachOf(value, keyExpr, frame);
    const at = (index = 0): readonly Value[] =>
      (value.unordered ? onlyIn(value) : value.items.at(index)) ?? [hole('opaque', nameFor(before))];
    return keys.flatMap((key, index) => inTurns(at(places[index]), turnsOfValue(key)));
  }
  const names = keys.map(keyText);
  if (value.kind === 'dict') {
    const found = keys.flatMap((key) => inTurns(namedEntry(ev, value, keyAsked(ev, value, { key, defaults, frame })), turnsOfValue(key)));
    if (found.length > 0) return found;
    // An unknown key may be any of the entries, as long as they are few.
    if (names.includes(undefined) && value.entries.length > 0)
      return value.entries.flatMap((entry) => evaluate(ev, entry.values.expr, entry.values.frame));
    return [hole('opaque', names[0] ?? nameFor(before), isWhole(value) ? 'no-such-entry' : 'not-followed')];
  }
  // `parts[0]` says more of itself than `0`.
  const name = place === undefined ? (names[0] ?? nameFor(keyExpr)) : nameFor(before);
  if (value.kind === 'options') return optionOf(ev, value, name);
  if (value.kind === 'library' && /environ$/.test(value.name)) return [hole('env', name)];
  if (value.kind === 'hole') return traced(ev, [entryOfHole(value, name)], () => ({ how: 'entry', name, at: placeOf(ev, frame) }));
  if (value.kind === 'text') return [letterOf(value, place) ?? hole('opaque', nameFor(before))];
  return [hole('opaque', name, value.kind === 'library' ? 'library' : 'not-followed')];
}

/** What a parameter has under a key is no argument of that name. */
function entryOfHole({ entry, nothing: _, ...value }: Extract<Value, { kind: 'hole' }>, name: string): Value {
  return { ...value, name, ...(entry === undefined ? {} : { hole: 'param' as const }) };
}

/** `x[i]` where nobody knows `i`: each of them, in a turn of its own that whatever else has this index shares. */
function eachOf(list: Extract<Value, { kind: 'list' }>, key: Expr, frame: Frame): readonly Value[] {
  if (key.kind !== 'name') return list.items.flat();
  const index = `${defKey(frame)}:[${key.name}]`;
  const read = frame.turns?.get(index);
  return list.items.flatMap((item, turn) => (read?.has(turn) === false ? [] : inTurns(item, new Map([[index, new Set([turn])]]))));
}

/** `x[1:-3]` of a known text or list; bounds that are worked out at run time give a hole. */
function sliced(value: Value, bounds: string, name: string): Value {
  if (value.kind === 'hole' || value.kind === 'library') return value;
  const [, start = '', end = ''] = /^(-?\d*)\s*:\s*(-?\d*)$/.exec(bounds) ?? [];
  const isKnown = /^(?:-?\d+)?\s*:\s*(?:-?\d+)?$/.test(bounds);
  const range = [Number(start || 0), end === '' ? undefined : Number(end)] as const;
  const whole = value.kind === 'text' ? fullText(value.template) : undefined;
  if (isKnown && value.kind === 'text' && whole !== undefined) return text({ ...value.template, parts: [whole.slice(...range)] });
  return isKnown && value.kind === 'list' && !value.unordered ? { ...value, items: value.items.slice(...range) } : hole('opaque', name);
}

function letterOf(value: Extract<Value, { kind: 'text' }>, place: number | undefined): Value | undefined {
  const letter = place === undefined ? undefined : fullText(value.template)?.at(place);
  return letter === undefined ? undefined : text({ ...value.template, parts: [letter] });
}
