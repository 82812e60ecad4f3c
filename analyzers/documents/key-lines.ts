/** Where the keys of a settings file stand: asked for only where values are explained. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** Lines by the path of a key, as `keyPath` writes it. */
export type KeyLines = ReadonlyMap<string, number>;

export function keyPath(keys: readonly string[]): string {
  return keys.join('\n');
}

const MAX_KEYS = 20_000;

/** `text`: of a file that was read as it should be. */
export function keyLines(path: string, text: string): KeyLines {
  return /\.(?:ya?ml|json)$/.test(path) ? ofYaml(text) : ofLines(text);
}

/** Of a key that is not written where it is found: of what it stands for in every section of an INI file, else of what it stands in. */
export function lineOfKey(lines: KeyLines, keys: readonly string[]): number {
  const common = lines.get(keyPath(keys)) ?? lines.get(keyPath(['DEFAULT', ...keys.slice(1)]));
  if (common !== undefined || keys.length === 0) return common ?? 1;
  return lineOfKey(lines, keys.slice(0, -1));
}

function ofYaml(text: string): KeyLines {
  const found = new Map<string, number>();
  const lines = new LineCounter();
  const open: { readonly node: unknown; readonly keys: readonly string[] }[] = [];
  try {
    open.push({ node: parseDocument(text, { lineCounter: lines, logLevel: 'silent' }).contents, keys: [] });
  } catch {
    // The library throws over what it nests too deep in: no lines are known.
  }
  for (let next = open.pop(); next && found.size < MAX_KEYS; next = open.pop()) {
    const { node, keys } = next;
    const inner = isMap(node)
      ? node.items.map(({ key, value }) => ({ key: isScalar(key) ? String(key.value) : '', at: key, value }))
      : isSeq(node)
        ? node.items.map((value, index) => ({ key: String(index), at: value, value }))
        : [];
    for (const { key, at, value } of inner) {
      const own = [...keys, key];
      const start = rangeOf(at) ?? rangeOf(value);
      if (start !== undefined) found.set(keyPath(own), lines.linePos(start).line);
      open.push({ node: value, keys: own });
    }
  }
  return found;
}

function rangeOf(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

/** INI and TOML: a line for each key, below the line of its section. */
function ofLines(text: string): KeyLines {
  const found = new Map<string, number>();
  const counts = new Map<string, number>();
  let section: readonly string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, list, one] = /^\s*(?:\[\[([^\]]+)\]\]|\[([^\]]+)\])/.exec(line) ?? [];
    const name = list ?? one;
    if (name !== undefined) {
      const number = counts.get(name) ?? 0;
      counts.set(name, number + 1);
      const keys = name.split('.').map(bare);
      section = list === undefined ? keys : [...keys, String(number)];
      continue;
    }
    const [, key] = /^\s*([^\s#;=:][^=:]*)[=:]/.exec(line) ?? [];
    if (key === undefined || found.size >= MAX_KEYS) continue;
    for (const own of [
      [...section, bare(key)],
      [...section, ...key.split('.').map(bare)],
    ])
      if (!found.has(keyPath(own))) found.set(keyPath(own), index + 1);
  }
  return found;
}

function bare(key: string): string {
  return key.trim().replace(/^(["'])(.*)\1$/, '$2');
}
