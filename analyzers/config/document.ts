/** §4.1 A settings file that a program reads, as plain values: YAML, JSON, TOML and INI, bounded in size and depth. */
import { parse as parseToml } from 'smol-toml';
import { isMap, readYaml } from '../documents/yaml.js';

/** Larger ones are data. */
export const MAX_CONFIG_BYTES = 256 * 1024;
const MAX_NODES = 20_000;
const MAX_DEPTH = 20;
const CONFIG = /\.(?:ya?ml|json|toml|ini|cfg|conf)$/;

export function isConfigName(path: string): boolean {
  return CONFIG.test(path);
}

/** Undefined where it cannot be read, or holds more than settings do. */
export function readDocument(path: string, text: string): unknown {
  if (text.length > MAX_CONFIG_BYTES) return undefined;
  const value = plainValue(path, text);
  return isMap(value) && isBounded(value) ? value : undefined;
}

function plainValue(path: string, text: string): unknown {
  if (/\.ya?ml$/.test(path)) {
    const { documents, flaws } = readYaml(text);
    return flaws.length === 0 ? documents[0] : undefined;
  }
  if (path.endsWith('.toml') || path.endsWith('.json')) {
    try {
      return path.endsWith('.toml') ? parseToml(text) : JSON.parse(text);
    } catch {
      return undefined;
    }
  }
  return readIni(text);
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
