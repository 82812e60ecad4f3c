/** §4.1 Plain values of a settings file as an expression; `${a.b}` is what it names in the file, else a hole. */
import { isMap } from '../documents/yaml.js';
import type { Expr } from '../python/facts.js';

const MAX_HOPS = 6;
/** References in one file, those inside of what they name counted again. */
const MAX_REFERENCES = 1_000;
/** A text of more pieces is no path. */
const MAX_PIECES = 32;
const REFERENCE = /\$\{([^{}]*)\}/g;

/** Values of one file, what references bring in counted again. */
const MAX_VALUES = 20_000;

type Reading = { readonly root: unknown; left: number; values: number };
type Place = { readonly name: string; readonly hops: number };

export function exprOf(document: unknown): Expr {
  return valueExpr({ root: document, left: MAX_REFERENCES, values: MAX_VALUES }, document, { name: '', hops: 0 });
}

function valueExpr(reading: Reading, value: unknown, at: Place): Expr {
  if (reading.values-- <= 0) return { kind: 'opaque', text: at.name };
  if (typeof value === 'string') return textExpr(reading, value, at);
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'const', value };
  if (value instanceof Date) return { kind: 'text', value: value.toISOString().slice(0, 10) };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => valueExpr(reading, item, at)) };
  if (!isMap(value)) return { kind: 'const', value: null };
  const entries = Object.entries(value).map(([key, inner]): readonly [Expr, Expr] => [
    { kind: 'text', value: key },
    valueExpr(reading, inner, { ...at, name: key }),
  ]);
  return { kind: 'dict', entries };
}

/** `???` is what somebody has to give. */
function textExpr(reading: Reading, text: string, { name, hops }: Place): Expr {
  if (text === '???') return { kind: 'opaque', text: name };
  const pieces = text.split(REFERENCE);
  if (pieces.length === 1 || pieces.length > MAX_PIECES) return { kind: 'text', value: text };
  const parts = pieces.map(
    (piece, index): Expr => (index % 2 === 0 ? { kind: 'text', value: piece } : referred(reading, piece.trim(), hops)),
  );
  const said = parts.filter((part) => part.kind !== 'text' || part.value !== '');
  const [only] = said;
  return said.length === 1 && only ? only : { kind: 'cat', parts: said };
}

/** `oc.env:NAME,default`, `now:%Y`, a path of keys. */
function referred(reading: Reading, expression: string, hops: number): Expr {
  const last = expression.split(',')[0]?.match(/\w+/g)?.at(-1) ?? 'value';
  const [, fallback] = /^(?:oc\.)?env:[^,]*,(.*)$/.exec(expression) ?? [];
  if (fallback !== undefined && !/^\s*(?:null\s*)?$/.test(fallback)) {
    const [, , quoted] = /^(["'])(.*)\1$/.exec(fallback.trim()) ?? [];
    return { kind: 'text', value: quoted ?? fallback.trim() };
  }
  if (expression.includes(':') || hops >= MAX_HOPS || reading.left-- <= 0) return { kind: 'opaque', text: last };
  const found = valueAt(reading.root, expression.split('.'));
  return found === undefined || found === null ? { kind: 'opaque', text: last } : valueExpr(reading, found, { name: last, hops: hops + 1 });
}

function valueAt(root: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isMap(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), root);
}
