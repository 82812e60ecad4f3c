/** §4.1 Plain values of a settings file as an expression; `${a.b}` is what it names in the file, else a hole. */
import type { SourceRef } from '../../src/core/evidence.js';
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

/** How texts of a file name each other: as OmegaConf has it, or as configparser does. */
export type Interpolation = 'references' | 'hydra' | 'basic' | 'extended' | 'raw';

/** `lineOf`: where values are explained. */
type Reading = {
  readonly root: unknown;
  readonly by: Interpolation;
  readonly lineOf: ((keys: readonly string[]) => SourceRef) | undefined;
  left: number;
  values: number;
};
/** `inside`: the section of an INI file. */
type Place = { readonly keys: readonly string[]; readonly hops: number; readonly inside?: unknown };

type Told = { readonly by?: Interpolation; readonly lineOf?: Reading['lineOf'] };

export function exprOf(document: unknown, { by = 'references', lineOf }: Told = {}): Expr {
  return valueExpr({ root: document, by, lineOf, left: MAX_REFERENCES, values: MAX_VALUES }, document, { keys: [], hops: 0 });
}

/** Of a text that stands in a settings file: the path of its key, and its line. */
export type Setting = { readonly how: 'setting' | 'composed'; readonly name: string; readonly at: SourceRef };
const SETTINGS = new WeakMap<Expr, Setting>();

export function settingOf(expr: Expr): Setting | undefined {
  return SETTINGS.get(expr);
}

function valueExpr(reading: Reading, value: unknown, at: Place): Expr {
  if (reading.values-- <= 0) return { kind: 'opaque', text: lastOf(at) };
  if (typeof value === 'string') return placed(reading, textExpr(reading, value, at), at);
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'const', value };
  if (value instanceof Date) return placed(reading, { kind: 'text', value: value.toISOString().slice(0, 10) }, at);
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item, index) => valueExpr(reading, item, deeper(at, `${index}`))) };
  if (!isMap(value)) return { kind: 'const', value: null };
  const entries = Object.entries(value).map(([key, inner]): readonly [Expr, Expr] => [
    { kind: 'text', value: key },
    valueExpr(reading, inner, { ...deeper(at, key), inside: value }),
  ]);
  return { kind: 'dict', entries };
}

function deeper(at: Place, key: string): Place {
  return { ...at, keys: [...at.keys, key] };
}

/** The last key that is a name. */
function lastOf({ keys }: Place): string {
  return keys.findLast((key) => !/^\d+$/.test(key)) ?? '';
}

function placed({ lineOf, by }: Reading, expr: Expr, { keys }: Place): Expr {
  if (lineOf && expr.kind === 'text' && !SETTINGS.has(expr))
    SETTINGS.set(expr, { how: by === 'hydra' ? 'composed' : 'setting', name: keys.join('.'), at: lineOf(keys) });
  return expr;
}

/** What stands between texts of each kind, and how one of the marks itself is written. */
const MARKS: Readonly<Record<Interpolation, { readonly reference: RegExp; readonly escaped?: string }>> = {
  references: { reference: REFERENCE },
  hydra: { reference: REFERENCE },
  basic: { reference: /%\(([^()]*)\)s/g, escaped: '%' },
  extended: { reference: REFERENCE, escaped: '$' },
  raw: { reference: /(?!)()/ },
};

/** `???` is what somebody has to give. */
function textExpr(reading: Reading, text: string, at: Place): Expr {
  if (text === '???') return { kind: 'opaque', text: lastOf(at) };
  const { reference, escaped } = MARKS[reading.by];
  const plain = (piece: string): string => (escaped === undefined ? piece : piece.replaceAll(escaped + escaped, escaped));
  // `%%(root)s` is no reference.
  const pieces = escaped === undefined ? text.split(reference) : splitUnescaped(text, reference, escaped);
  if (pieces.length === 1 || pieces.length > MAX_PIECES) return { kind: 'text', value: plain(text) };
  const parts = pieces.map(
    (piece, index): Expr => (index % 2 === 0 ? { kind: 'text', value: plain(piece) } : referredIn(reading, piece.trim(), at)),
  );
  const said = parts.filter((part) => part.kind !== 'text' || part.value !== '');
  const [only] = said;
  return said.length === 1 && only ? only : { kind: 'cat', parts: said };
}

const HIDDEN = '\uE001';

function splitUnescaped(text: string, reference: RegExp, escaped: string): readonly string[] {
  const hidden = text.replaceAll(escaped + escaped, HIDDEN);
  return hidden.split(reference).map((piece) => piece.replaceAll(HIDDEN, escaped + escaped));
}

/** `%(root)s` is of the same section, `${section:key}` of another. */
function referredIn(reading: Reading, expression: string, { keys, hops, inside }: Place): Expr {
  if (reading.by === 'references' || reading.by === 'hydra') return referred(reading, expression, hops);
  const [key = '', section] = expression.split(':').toReversed();
  const among = section === undefined ? inside : valueAt(reading.root, [section]);
  // Keys are found in whatever case they are written.
  const own = isMap(among) ? Object.entries(among).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] : undefined;
  if (own === undefined || hops >= MAX_HOPS || reading.left-- <= 0) return { kind: 'opaque', text: key };
  return valueExpr(reading, own, {
    keys: [...(section === undefined ? keys.slice(0, -1) : [section]), key],
    hops: hops + 1,
    inside: among,
  });
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
  const keys = expression.split('.');
  const found = valueAt(reading.root, keys);
  return found === undefined || found === null ? { kind: 'opaque', text: last } : valueExpr(reading, found, { keys, hops: hops + 1 });
}

function valueAt(root: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isMap(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), root);
}
