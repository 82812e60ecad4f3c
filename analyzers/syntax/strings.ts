/** Python string literals: prefix, quotes and escapes. */

export type Quoted = { readonly prefix: string; readonly body: string; readonly start: number };

/** Splits `rb"…"` into prefix and body; an unclosed string keeps what it has. */
export function splitQuotes(text: string): Quoted | undefined {
  let at = 0;
  while (isLetter(text.charCodeAt(at))) at += 1;
  const code = text.charCodeAt(at);
  if (code !== 34 && code !== 39) return undefined;
  const isTriple = text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === code;
  const start = at + (isTriple ? 3 : 1);
  const quote = text.slice(at, start);
  const end = text.length >= start + quote.length && text.endsWith(quote) ? text.length - quote.length : text.length;
  return { prefix: text.slice(0, at).toLowerCase(), body: text.slice(start, end), start };
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

const ESCAPE = /\\(\r?\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;
const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The characters that a string body stands for. */
export function unescapePython(body: string, prefix: string): string {
  if (prefix.includes('r') || !body.includes('\\')) return body;
  return body.replace(ESCAPE, (whole: string, code: string) => {
    if (code === '\n' || code === '\r\n') return '';
    if (/^[xuU][0-9a-fA-F]{2,}$/.test(code)) return codePoint(Number.parseInt(code.slice(1), 16), whole);
    if (/^[0-7]+$/.test(code)) return codePoint(Number.parseInt(code, 8), whole);
    return Object.hasOwn(SIMPLE, code) ? (SIMPLE[code] ?? whole) : whole;
  });
}

function codePoint(value: number, otherwise: string): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : otherwise;
}
