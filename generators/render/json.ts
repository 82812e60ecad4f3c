/** Deterministic JSON: keys in the order of the document's schema, short leaves on one line, one final newline. */

const LINE_WIDTH = 120;

/** Same value, same bytes. `undefined` is left out; a number JSON cannot hold is a bug and throws. */
export function renderJson(value: unknown): string {
  return `${print(value, 0)}\n`;
}

function print(value: unknown, depth: number): string {
  if (Array.isArray(value))
    return block(
      value.map((item) => print(item ?? null, depth + 1)),
      { open: '[', close: ']', depth, inline: value.every(isLeaf) },
    );
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    const lines = entries.map(([key, item]) => `${JSON.stringify(key)}: ${print(item, depth + 1)}`);
    return block(lines, { open: '{', close: '}', depth, inline: depth > 1 && entries.every(([, item]) => isLeaf(item)) });
  }
  return leaf(value);
}

type Shape = { readonly open: string; readonly close: string; readonly depth: number; readonly inline: boolean };

function block(lines: readonly string[], { open, close, depth, inline }: Shape): string {
  if (lines.length === 0) return open + close;
  const pad = open === '{' ? ' ' : '';
  const line = `${open}${pad}${lines.join(', ')}${pad}${close}`;
  if (inline && line.length + 2 * depth <= LINE_WIDTH) return line;
  const indent = '  '.repeat(depth + 1);
  return `${open}\n${indent}${lines.join(`,\n${indent}`)}\n${'  '.repeat(depth)}${close}`;
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function leaf(value: unknown): string {
  const isSayable = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isSayable) throw new Error(`not a JSON value: ${String(value)}`);
  return JSON.stringify(value);
}
