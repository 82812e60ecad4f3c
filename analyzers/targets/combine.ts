/** Values put together: products of texts, elements of lists, what counts as given. */
import type { Expr } from '../python/facts.js';
import { lastName } from '../python/last-name.js';
import { fullText, holed, MAX_VALUES, sizeOfText, type Template } from '../templates/template.js';
import { eitherTurns, joinTurns, NO_TURNS, type Turns } from '../templates/turns.js';
import { asTemplate, hole, inTurns, turnsOfValue, type Value, withTurns } from './values.js';

/** Equal texts are one, which holds in the turns of each. */
export function distinctTemplates(templates: readonly Template[]): Template[] {
  const seen = new Map<string, Template>();
  for (const template of templates) {
    const key = JSON.stringify(template.parts);
    const known = seen.get(key);
    seen.set(key, known ? inEither(known, template.turns) : template);
  }
  return [...seen.values()];
}

function inEither({ turns, ...template }: Template, others: Turns = NO_TURNS): Template {
  const either = turns && eitherTurns(turns, others);
  return either?.size ? { ...template, turns: either } : template;
}

/** Nothing twice: equal texts and constants are one value, and so are holes of one name, whichever way or turn of a loop led to them. */
export function distinct(values: readonly Value[]): readonly Value[] {
  // Most steps of a chain have one value, and its text may be long.
  if (values.length <= 1) return values;
  const kept: Value[] = [];
  const places = new Map<string, number[]>();
  for (const value of values) {
    const key = value.kind === 'text' || value.kind === 'const' || value.kind === 'hole' ? keyOf(value) : undefined;
    const equal = (key !== undefined && places.get(key)) || [];
    if (equal.some((place) => isAdded(kept, place, value))) continue;
    // More of them than anybody shows are not looked through.
    if (key !== undefined && equal.length < MAX_VALUES) places.set(key, [...equal, kept.length]);
    kept.push(value);
  }
  return kept;
}

/** The equal value that is there holds in the turns of this one too. */
function isAdded(kept: Value[], place: number, value: Value): boolean {
  const known = kept[place];
  const before = known && turnsOfValue(known);
  const turns = before && eitherTurns(before, turnsOfValue(value));
  if (known && turns && turns !== before) kept[place] = withTurns(known, turns);
  return turns !== undefined;
}

function keyOf(value: Extract<Value, { kind: 'text' | 'const' | 'hole' }>): string {
  if (value.kind === 'hole') return `${value.hole} ${value.name}`;
  if (value.kind === 'const') return `${value.value}`;
  const [only] = value.template.parts;
  return value.template.parts.length === 1 && typeof only === 'string' ? `"${only}` : JSON.stringify(value.template.parts);
}

/** What a hole for an expression is called: the last name in it. */
export function nameFor(expr: Expr): string {
  if (expr.kind === 'opaque') return expr.text;
  if (expr.kind === 'chain') {
    const named = expr.steps.findLast((step) => step.kind === 'attr');
    return named?.kind === 'attr' ? named.name : nameFor(expr.root);
  }
  return lastName(expr) || expr.kind;
}

/** The texts among values; a place without any is a hole, so that the rest of the text is kept. */
export function textsOf(values: readonly Value[], expr: Expr): readonly Template[] {
  const found = values.map(asTemplate).filter((template) => template !== undefined);
  return found.length > 0 ? found : [holed('opaque', nameFor(expr))];
}

type Row = { readonly texts: Template[]; readonly turns: Turns };

/** Every way to take one of each that one turn of each loop allows; too many become the first of each beside holes. */
export function product(choices: readonly (readonly Template[])[]): readonly (readonly Template[])[] {
  let rows: readonly Row[] = [{ texts: [], turns: NO_TURNS }];
  for (const choice of choices) {
    const [only] = choice;
    if (only && choice.length === 1 && !only.turns?.size) for (const { texts } of rows) texts.push(only);
    else rows = rowsWith(rows, choice);
  }
  return rows.map(({ texts }) => texts);
}

function rowsWith(rows: readonly Row[], choice: readonly Template[]): readonly Row[] {
  const found: Row[] = [];
  for (const { texts, turns } of rows) {
    for (const one of choice) {
      const all = joinTurns(turns, one.turns ?? NO_TURNS);
      if (all) found.push({ texts: [...texts, one], turns: all });
      if (found.length > MAX_VALUES) return rows.map((row) => ({ ...row, texts: [...row.texts, holed('opaque', 'various')] }));
    }
  }
  return found;
}

/** As many as a list or dictionary of a source may have, and twice that: lists of lists that are added up have more than anybody wrote. */
const MAX_ITEMS = 800;

/** What nobody can write out becomes a hole before it is put into something larger. */
export function bounded(values: readonly Value[], expr: Expr): readonly Value[] {
  if (values.length > MAX_VALUES) return [hole('opaque', nameFor(expr), 'too-many')];
  return values.some((value) => itemsIn(value) > MAX_ITEMS)
    ? values.map((value) => (itemsIn(value) > MAX_ITEMS ? hole('opaque', nameFor(expr), 'too-many') : value))
    : values;
}

function itemsIn(value: Value): number {
  return value.kind === 'list' ? value.items.length : value.kind === 'dict' ? value.entries.length : 0;
}

/** What it costs to make such values beside the step itself: a long text or list is copied for each that it goes into. */
export function weightOf(values: readonly Value[]): number {
  return values.reduce((weight, value) => weight + (value.kind === 'text' ? sizeOfText(value.template) >> 8 : itemsIn(value) >> 4), 0);
}

export function keyText(value: Value): string | undefined {
  const template = asTemplate(value);
  return template ? fullText(template) : undefined;
}

/** All of its keys are known: what is not there is `None`. */
export function isWhole({ entries, isOpen }: Extract<Value, { kind: 'dict' }>): boolean {
  return !isOpen && entries.every(({ keys }) => keys.every((key) => keyText(key) !== undefined));
}

/** The elements of something that is looped over; an unknown one is a single unknown element. */
export function elementsOf(values: readonly Value[], over: Expr): readonly (readonly Value[])[] {
  return values.flatMap((value): readonly (readonly Value[])[] => {
    const turns = turnsOfValue(value);
    if (value.kind === 'list') return value.items.map((item) => inTurns(item, turns));
    if (value.kind === 'dict') return value.entries.map((entry) => inTurns(entry.keys, turns));
    // A piece of what was read out of a file.
    if (value.kind === 'opened' && value.isRead) return [[value]];
    return [[hole('opaque', nameFor(over))]];
  });
}

/** What `sys.argv` is called; `:n` behind it is the place it begins at. */
export const ARGV = 'sys.argv';

/** What does not know the order of its elements does not give it to what is made of them. */
export function orderOf(values: readonly Value[]): { readonly unordered?: true } {
  return values.some((value) => value.kind === 'list' && value.unordered) ? { unordered: true } : {};
}

/** Where all elements are of one form, whichever is meant is of that form. */
export function onlyIn({ items }: Extract<Value, { kind: 'list' }>): readonly Value[] | undefined {
  return items.length === 1 ? items[0] : undefined;
}

export function elementAt(value: Value, index: number, name: string): readonly Value[] {
  if (value.kind === 'library' && value.name.startsWith(ARGV))
    return [hole('arg', `argv_${Number(value.name.slice(ARGV.length + 1) || 0) + index}`, 'command-line')];
  if (value.kind === 'list' && !value.unordered) return inTurns(value.items.at(index) ?? [hole('opaque', name)], turnsOfValue(value));
  // `args, _ = parser.parse_known_args()`
  if (value.kind === 'options') return [value];
  return [hole('opaque', name)];
}

/** What stands for a default where there is none. */
const REQUIRED = '...';

/** A default that stands for "not given": nothing is known from it. */
export function isPlaceholder(value: Value): boolean {
  if (value.kind === 'const') return value.value === null;
  if (value.kind === 'hole') return value.name === REQUIRED;
  if (value.kind !== 'text') return false;
  const [only] = value.template.parts;
  if (value.template.parts.length === 0) return true;
  return (
    value.template.parts.length === 1 &&
    typeof only === 'string' &&
    /^(?:\s*|todo|tbd|none|path\/to\/.*|<.*>|your[-_ ].*|xxx+|change[-_ ]?me)$/i.test(only)
  );
}

/** Of a hole for a default that says that nothing is given: whether that is an empty text, or `None`. */
export function nothingOf(values: readonly Value[]): { readonly nothing?: '' | null } {
  const [only, ...others] = values;
  if (!only || others.length > 0) return {};
  if (only.kind === 'const' && only.value === null) return { nothing: null };
  return only.kind === 'text' && only.template.parts.every((part) => part === '') ? { nothing: '' } : {};
}
