/** §4.1 A value of a Python program as a description is told: texts, lists and maps; what may be several things is a hole. */
import type { Told } from '../infrastructure/told.js';
import { lastName } from '../python/last-name.js';
import { distinctTemplates } from '../targets/combine.js';
import { asTemplate, type Evaluation, type Thunk, type Value } from '../targets/values.js';
import { sharedText } from '../templates/alternatives.js';
import { withJinja } from '../templates/jinja-holes.js';
import { fullText, holed, type Template } from '../templates/template.js';

const MAX_NESTING = 10;

/** `known`: what an expression of Jinja is worth where it is rendered. */
export type Telling = { readonly ev: Evaluation; readonly known?: (expression: string) => Template | undefined };

export function toldIn(telling: Telling, thunk: Thunk, depth = 0): Told | undefined {
  return toldOf(telling, telling.ev.evaluate(thunk.expr, thunk.frame), { depth, name: lastName(thunk.expr) });
}

type Place = { readonly depth: number; readonly name: string };

function toldOf(telling: Telling, values: readonly Value[], { depth, name }: Place): Told | undefined {
  const [first] = values;
  if (first === undefined || depth > MAX_NESTING) return undefined;
  const texts = distinctTemplates(values.flatMap((value) => asTemplate(value) ?? []));
  if (texts.length > 1) return withJinja(sharedText(texts, name || 'various'), telling.known);
  const [only] = texts;
  if (only) return withJinja(only, telling.known);
  if (first.kind === 'list')
    // An element keeps its place even where nothing is known of it.
    return first.items.map((item) => toldOf(telling, item, { depth: depth + 1, name: '' }) ?? holed('opaque', 'item'));
  return first.kind === 'dict' ? new Map(entriesOf(telling, first, depth)) : undefined;
}

function entriesOf(telling: Telling, { entries }: Extract<Value, { kind: 'dict' }>, depth: number): readonly [string, Told][] {
  return entries.flatMap(({ keys, values }): [string, Told][] => {
    const [key] = keys;
    const name = key?.kind === 'text' ? fullText(key.template) : undefined;
    const told = name === undefined ? undefined : toldIn(telling, values, depth + 1);
    return name === undefined || told === undefined ? [] : [[name, told]];
  });
}
