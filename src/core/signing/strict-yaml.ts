/** decision 0001 reads YAML that every parser reads alike, and refuses the rest: what is signed has one meaning. */
import canonicalize from 'canonicalize';
import { type Document, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Json } from '../json.js';
import type { Problem } from '../problem.js';
import { readingOf } from './plain-scalars.js';

export type StrictYaml = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: Problem };

export const MAX_YAML_BYTES = 1_000_000;
const MAX_DEPTH = 40;
/** Lines and commas: the parser's time goes with them. A policy of a thousand columns has a quarter as many. */
const MAX_ENTRIES = 50_000;

/** The document's value, or one sentence about the first thing that another parser could read differently. */
export function readStrictYaml(text: string, name = 'the document'): StrictYaml {
  const refused = (because: string): StrictYaml => ({
    ok: false,
    problem: {
      kind: 'usage',
      what: `${name}: ${because}.`,
      remedy: 'Write plain YAML: quoted strings, no anchors, tags or repeated keys.',
    },
  });
  const unfit = unfitText(text);
  if (unfit) return refused(unfit);
  const unix = text.replaceAll('\r\n', '\n');
  const modern = readAs(unix, '1.2');
  if (typeof modern === 'string') return refused(modern);
  const old = readAs(unix, '1.1');
  if (typeof old === 'string') return refused(`read as YAML 1.1, ${old}`);
  if (canonicalize(modern.value) !== canonicalize(old.value)) return refused('YAML 1.1 and YAML 1.2 read it differently');
  return { ok: true, value: modern.value };
}

/** Checked on the bare text, before any parser sees it: deep nesting can end the process inside one. */
function unfitText(text: string): string | undefined {
  if (text.length > MAX_YAML_BYTES || new TextEncoder().encode(text).length > MAX_YAML_BYTES)
    return `it is larger than ${MAX_YAML_BYTES} bytes`;
  if (entriesIn(text) > MAX_ENTRIES) return `it holds more than ${MAX_ENTRIES} lines and entries`;
  if (/\p{Surrogate}/u.test(text)) return 'it holds half a character (an unpaired surrogate)';
  // NEL, LS and PS end a comment for PyYAML but not for YAML 1.2: what looks like a comment would be data.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be refused
  const odd = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/.exec(text);
  if (odd)
    return `it holds the invisible character U+${odd[0].codePointAt(0)?.toString(16).padStart(4, '0')} in line ${lineAt(text, odd.index)}`;
  if (/^%/m.test(text)) return 'it holds a directive';
  return isTooDeep(text) ? `it is nested deeper than ${MAX_DEPTH} levels` : undefined;
}

function entriesIn(text: string): number {
  let entries = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 10 || char === 44) entries += 1;
  }
  return entries;
}

/** An upper estimate of the nesting, counting brackets in strings and comments too. */
function isTooDeep(text: string): boolean {
  if (new RegExp(`^ {${MAX_DEPTH * 4},}\\S`, 'm').test(text) || /(?:[-?:][ \t]+){12}/.test(text)) return true;
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

type Read = { readonly value: Json } | string;

function readAs(text: string, version: '1.1' | '1.2'): Read {
  // The library compares each key with all before it; `mapOf` looks it up.
  const documents = parseAllDocuments(text, {
    version,
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents) || documents.length !== 1) return 'it holds no document, or more than one';
  const document: Document.Parsed | undefined = documents[0];
  if (!document) return 'it holds no document';
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) return `${fault.message.split('\n')[0]?.replace(/[.:]$/, '')} in line ${lineAt(text, fault.pos[0])}`;
  return readNode(document.contents, text, 0);
}

function readNode(node: unknown, text: string, depth: number): Read {
  if (node === null) return { value: null };
  if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  if (isMap(node)) return node.anchor || node.tag ? marked(node, text) : mapOf(node.items, text, depth);
  if (isSeq(node)) return node.anchor || node.tag ? marked(node, text) : listOf(node.items, text, depth);
  if (isScalar(node)) return node.anchor || node.tag ? marked(node, text) : scalarOf(node, text);
  return 'it holds an alias';
}

function mapOf(pairs: readonly { readonly key: unknown; readonly value: unknown }[], text: string, depth: number): Read {
  const members: [string, Json][] = [];
  for (const pair of pairs) {
    const key = readNode(pair.key, text, depth + 1);
    if (typeof key === 'string') return key;
    if (typeof key.value !== 'string') return 'it holds a key that is not a string';
    if (key.value === '__proto__') return 'it holds the key __proto__';
    const member = readNode(pair.value, text, depth + 1);
    if (typeof member === 'string') return member;
    members.push([key.value, member.value]);
  }
  if (new Set(members.map(([key]) => key)).size < members.length) return 'it holds a key twice';
  return { value: Object.fromEntries(members) };
}

function listOf(items: readonly unknown[], text: string, depth: number): Read {
  const values: Json[] = [];
  for (const item of items) {
    const read = readNode(item, text, depth + 1);
    if (typeof read === 'string') return read;
    values.push(read.value);
  }
  return { value: values };
}

type ScalarNode = {
  readonly value: unknown;
  readonly source?: string;
  readonly type?: string | null;
  readonly range?: readonly number[] | null;
};

function scalarOf(node: ScalarNode, text: string): Read {
  const { value, source = '' } = node;
  if (node.type === 'PLAIN' && readingOf(source) === 'ambiguous')
    return `parsers disagree on ${JSON.stringify(source.slice(0, 60))} in line ${lineAt(text, node.range?.[0] ?? 0)}: quote it, or write the number out`;
  if (typeof value === 'number') {
    const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return exact ? { value } : `the number ${source.slice(0, 60)} does not fit a double exactly`;
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) return 'it holds half a character (an unpaired surrogate)';
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return { value };
  return `it holds a value JSON does not know in line ${lineAt(text, node.range?.[0] ?? 0)}`;
}

function marked(node: { readonly range?: readonly number[] | null }, text: string): string {
  return `it holds an anchor or a tag in line ${lineAt(text, node.range?.[0] ?? 0)}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
