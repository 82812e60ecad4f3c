/** §4.1 A settings file that a program reads, as plain values: YAML, JSON, TOML and INI, bounded in size and depth. */
import { parse as parseToml } from 'smol-toml';
import { type KeyLines, keyLines } from '../documents/key-lines.js';
import { isMap, readYaml } from '../documents/yaml.js';
import type { Flaw } from '../flaw.js';

/** Larger ones are data. */
export const MAX_CONFIG_BYTES = 256 * 1024;
const MAX_NODES = 20_000;
const MAX_DEPTH = 20;
const CONFIG = /\.(?:ya?ml|json|toml|ini|cfg|conf)$/;

export function isConfigName(path: string): boolean {
  return CONFIG.test(path);
}

/** `value` is undefined where it cannot be read, or holds more than settings do. */
export type Document = { readonly value: unknown; readonly flaws: readonly Flaw[] };

export function readDocument(path: string, text: string, { explains = false } = {}): Document {
  if (text.length > MAX_CONFIG_BYTES) return { value: undefined, flaws: [] };
  const { value: read, flaws } = plainValue(path, text);
  const value = isMap(read) && isBounded(read) ? read : undefined;
  if (explains && value) LINES.set(value, keyLines(path, text));
  return { value, flaws: isDialect(text) ? [] : flaws };
}

const LINES = new WeakMap<object, KeyLines>();

/** Where the keys of a document stand that was read to be explained. */
export function linesOf(document: unknown): KeyLines | undefined {
  return isMap(document) ? LINES.get(document) : undefined;
}

/** Of Helm, Jinja or cookiecutter it is no YAML or JSON yet, and what tools read has comments: that is no fault of it. */
function isDialect(text: string): boolean {
  return text.includes('{{') || /^[^\S\n\r\u2028\u2029]*\/[/*]/m.test(text);
}

function plainValue(path: string, text: string): Document {
  if (/\.ya?ml$/.test(path)) {
    const { documents, flaws } = readYaml(text);
    return { value: flaws.length === 0 ? documents[0] : undefined, flaws };
  }
  if (!path.endsWith('.toml') && !path.endsWith('.json')) return { value: readIni(text), flaws: [] };
  const isToml = path.endsWith('.toml');
  try {
    return { value: isToml ? parseToml(text) : JSON.parse(text), flaws: [] };
  } catch {
    const what = `a program may read its settings from it, and it is no ${isToml ? 'TOML' : 'whole JSON'}`;
    return { value: undefined, flaws: [{ reason: isToml ? 'broken-toml' : 'broken-json', line: 1, text: what }] };
  }
}

function isBounded(value: unknown): boolean {
  const open: { readonly of: unknown; readonly depth: number }[] = [{ of: value, depth: 0 }];
  for (let nodes = 0; open.length > 0; nodes++) {
    const one = open.pop();
    if (!one) break;
    if (nodes > MAX_NODES || one.depth > MAX_DEPTH) return false;
    const inner: readonly unknown[] = Array.isArray(one.of) ? one.of : isMap(one.of) ? Object.values(one.of) : [];
    if (inner.length > MAX_NODES) return false;
    for (const of of inner) open.push({ of, depth: one.depth + 1 });
  }
  return true;
}

/** Sections of `key = value`; what `DEFAULT` says stands in each. */
function readIni(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name] = /^\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) {
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      continue;
    }
    const [, key, value] = /^([^\s#;=:][^=:]*)[=:](.*)$/.exec(line) ?? [];
    if (key !== undefined) section.set(key.trim(), value?.trim() ?? '');
  }
  const common = sections.get('DEFAULT') ?? new Map<string, string>();
  if (sections.size * common.size > MAX_NODES) return undefined;
  return Object.fromEntries([...sections].map(([name, own]) => [name, Object.fromEntries([...common, ...own])]));
}
