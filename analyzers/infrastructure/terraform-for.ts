/** §4.1 `for` of Terraform over what is known: `[for name in list : text]`, `{ for key, value in map : key => value }`. */
import { literal } from '../templates/template.js';
import { splitAt } from './terraform-text.js';
import { at, isText, type Lookup, NULL, type Told, wordIn } from './told.js';

const HEAD = /^\s*for\s+([A-Za-z_]\w*)(?:\s*,\s*([A-Za-z_]\w*))?\s+in\s/;
/** More elements are a family. */
const MAX_ELEMENTS = 64;

type Evaluate = (text: string, lookup: Lookup) => Told | undefined;
type For = { readonly lookup: Lookup; readonly evaluate: Evaluate };

export function isFor(inside: string): boolean {
  return HEAD.test(inside);
}

/** What stands between the brackets. One with a condition, or with another `for` in it, is not worked out. */
export function forIn(inside: string, { lookup, evaluate }: For): Told | undefined {
  const head = HEAD.exec(inside);
  const [over = '', body = '', ...more] = splitAt(inside.slice(head?.[0].length ?? 0), /^:/);
  if (!head || more.length > 0 || /\bfor\b|\bif\b|\.\.\.\s*$/.test(body)) return undefined;
  const elements = elementsOf(evaluate(over, lookup));
  if (!elements || elements.length > MAX_ELEMENTS) return undefined;
  const [key, value] = splitAt(body, /^=>/);
  const made = elements.map((element) => {
    const own = lookupWith(lookup, head, element);
    return { name: key === undefined ? undefined : wordIn(evaluate(key, own)), told: evaluate(value ?? body, own) };
  });
  if (value === undefined)
    return made.flatMap(({ told }) => told ?? []).length === made.length
      ? made.flatMap(({ told }) => (told === undefined ? [] : [told]))
      : undefined;
  const entries = made.flatMap(({ name, told }): [string, Told][] => (name === undefined || told === undefined ? [] : [[name, told]]));
  return entries.length === made.length ? new Map(entries) : undefined;
}

type Element = { readonly key: Told; readonly value: Told };

function elementsOf(told: Told | undefined): readonly Element[] | undefined {
  if (told instanceof Map) return [...told].map(([key, value]) => ({ key: literal(key), value }));
  return Array.isArray(told) ? told.map((value: Told, index) => ({ key: literal(String(index)), value })) : undefined;
}

/** With one name it is the value's, with two the first is the key's. */
function lookupWith(lookup: Lookup, [, first, second]: RegExpExecArray, { key, value }: Element): Lookup {
  return (path, asks) => {
    const [name, ...rest] = path;
    if (name !== (second ?? first)) return second !== undefined && name === first && rest.length === 0 ? key : lookup(path, asks);
    const inside = rest.length === 0 ? value : at(value, ...rest);
    return isText(inside) && inside === NULL ? undefined : inside;
  };
}
