/** Prints our documents as YAML that every parser reads alike: fixed order, quoted where in doubt, no anchors, no exponents. */

import { schemaUrl } from '../../src/core/artifacts/schema-names.js';
import { entriesOf, type Json, toJson } from '../../src/core/json.js';
import { readingOf } from '../../src/core/signing/plain-scalars.js';

export type YamlHead = {
  /** Name of the document's JSON Schema; gives the first line. */
  readonly schema?: string;
  /** Comment lines under it. */
  readonly about?: readonly string[];
  /** Comment line above a top-level key. */
  readonly above?: Readonly<Record<string, string>>;
  /** Members whose mapping, or each mapping of their list, stands on one line. */
  readonly onOneLine?: readonly string[];
};

/** Members come in the order of the value; parse with the zod schema first and that is the schema's order. */
export function printYaml(document: unknown, head: YamlHead = {}): string {
  const value = toJson(document);
  const lines = [
    ...(head.schema ? [`# yaml-language-server: $schema=${schemaUrl(head.schema)}`] : []),
    ...(head.about ?? []).map(comment),
    ...(isEmpty(value) || !isNested(value) ? [inline(value)] : block(value, 0, head)),
  ];
  return `${lines.join('\n')}\n`;
}

function block(value: Json, depth: number, head: YamlHead): readonly string[] {
  const pad = ' '.repeat(depth * 2);
  if (Array.isArray(value)) return value.flatMap((item: Json) => hang(`${pad}-`, item, depth, head));
  const above = depth === 0 ? (head.above ?? {}) : {};
  return membersOf(value).flatMap(([key, member]) => [
    ...(Object.hasOwn(above, key) ? ['', comment(above[key] ?? '')] : []),
    ...(head.onOneLine?.includes(key) ? flat(`${pad}${scalar(key)}:`, member) : hang(`${pad}${scalar(key)}:`, member, depth, head)),
  ]);
}

/** A mapping, or each item of a list, on one line however long: rows of a table rather than a tree. */
function flat(lead: string, value: Json): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return [`${lead} ${flow(value)}`];
  const pad = /^ */.exec(lead)?.[0] ?? '';
  return [lead, ...value.map((item: Json) => `${pad}  - ${flow(item)}`)];
}

function flow(value: Json): string {
  if (isEmpty(value) || !isNested(value)) return inline(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  return `{ ${membersOf(value)
    .map(([key, member]) => `${scalar(key)}: ${flow(member)}`)
    .join(', ')} }`;
}

/** `key: value` on one line, or the nested lines under it. */
function hang(lead: string, value: Json, depth: number, head: YamlHead): readonly string[] {
  if (isEmpty(value) || !isNested(value)) return [`${lead} ${inline(value)}`];
  if (!Array.isArray(value) && lead.endsWith('-')) {
    // A mapping in a list starts on the dash's own line.
    const [first = '', ...rest] = block(value, depth + 1, head);
    return [`${lead} ${first.trimStart()}`, ...rest];
  }
  const short = Array.isArray(value) ? flowList(value) : undefined;
  if (short !== undefined && lead.length + short.length < 120) return [`${lead} ${short}`];
  return [lead, ...block(value, depth + 1, head)];
}

/** Lists of words stay on one line while they fit, as §6.5 prints them. */
function flowList(items: readonly Json[]): string | undefined {
  return items.some(isNested) ? undefined : `[${items.map(inline).join(', ')}]`;
}

function inline(value: Json): string {
  if (Array.isArray(value)) return '[]';
  if (value === null) return 'null';
  if (typeof value === 'object') return '{}';
  if (typeof value === 'string') return scalar(value);
  return typeof value === 'number' ? decimal(value) : String(value);
}

/** Words stay bare; everything another dialect could read differently, or that needs care, is in double quotes. */
function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(text) && readingOf(text) === 'string' ? text : quoted(text);
}

/** JSON's escapes are YAML's; what YAML 1.1 takes for a line break, or a reader may refuse, is escaped as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Positional notation, exact: `1e-7` is 0.0000001. Minus zero is 0, as RFC 8785 has it. */
function decimal(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  // A point keeps a large whole number a double for parsers that have big integers.
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}.0`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function comment(text: string): string {
  return `# ${text.replace(/[^\u0020-\u007e\u00a0-\u2027\u2030-\ud7ff]+/g, ' ').trim()}`.trimEnd();
}

function membersOf(value: Json): readonly (readonly [string, Json])[] {
  return (entriesOf(value) ?? []).map(([key, member]) => [key, toJson(member)]);
}

function isNested(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: Json): boolean {
  return isNested(value) && Object.keys(value ?? {}).length === 0;
}
