/** YAML of somebody else, bounded: size, nesting and aliases. What cannot be read is a flaw, never a throw. */
import {
  type Alias,
  type CollectionTag,
  Composer,
  CST,
  type Document,
  isAlias,
  isCollection,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type ScalarTag,
  type YAMLError,
} from 'yaml';
import type { Flaw } from '../flaw.js';

export const MAX_YAML_BYTES = 4 * 1024 * 1024;
/** Many plain uses of one anchor are common; what they expand to is bounded. */
const MAX_NODES = 300_000;
const MAX_NESTING = 100;
/** The parser's time goes with lines more than with bytes. */
const MAX_LINES = 200_000;

/** The library's time goes with what it takes a text apart into; of what it takes apart slowest, each counts as several. */
const MAX_MARKS = 500_000;
const SLOW_MARKS = 5;
const SLOW: ReadonlySet<string | null> = new Set(['anchor', 'tag', 'alias', 'single-quoted-scalar', 'double-quoted-scalar']);
const MAX_DOCUMENTS = 10_000;

/** Brackets that close nothing, as a text in a file may have some. */
const MAX_STRAYS = 2_000;

export type Tags = readonly (ScalarTag | CollectionTag)[];
export type YamlFile = { readonly documents: readonly unknown[]; readonly flaws: readonly Flaw[] };

/** `tags`: what tags of a dialect stand for; any other tag is as if it were not there. */
export function readYaml(text: string, tags: Tags = []): YamlFile {
  const refused = refusal(text);
  if (refused) return { documents: [], flaws: [refused] };
  const read = readAsItIs(text, tags);
  const isMendable = text.length <= MAX_MENDED && read.flaws.some(({ text: said }) => said.startsWith(DASH_IN_FLOW));
  const mended = isMendable ? text.replaceAll(LONE_DASH, '$1"-"') : text;
  return mended === text ? read : readAsItIs(mended, tags);
}

/** `!Split [-, x]`: what other readers of YAML take for a text, and the standard does not. */
const LONE_DASH = /([[,][ \t]*)-(?=[ \t]*[,\]])/g;
/** It is read twice. */
const MAX_MENDED = 128 * 1024;
const DASH_IN_FLOW = 'Block collections are not allowed within flow collections';

function readAsItIs(text: string, tags: Tags): YamlFile {
  try {
    const lines = new LineCounter();
    const { parsed, flaw } = parsedDocuments(text, tags, lines);
    if (flaw) return { documents: [], flaws: [flaw] };
    const contents = parsed.map((document) => document.contents);
    if (contents.some((content) => isDeeperThan(content, MAX_NESTING)))
      return { documents: [], flaws: [{ reason: 'too-deep', line: 1, text: `more than ${MAX_NESTING} levels` }] };
    // Counted before anything is written out: a merge key (`<<: *a`) copies what it names.
    if (nodesIn(contents) > MAX_NODES)
      return { documents: [], flaws: [{ reason: 'too-large', line: 1, text: 'aliases expand to too much' }] };
    const documents: unknown[] = [];
    const flaws: Flaw[] = [];
    for (const document of parsed) {
      const [error] = document.errors;
      // How deep the library gets before it gives up depends on the engine: both are the same to us.
      if (error) flaws.push(flawOf(error, lines));
      else documents.push(document.toJS({ maxAliasCount: -1 }));
    }
    return { documents, flaws };
  } catch (error) {
    // The library recurses over nests and refuses too many aliases by throwing.
    const deep = error instanceof RangeError;
    const text = error instanceof Error ? firstLine(error.message) : 'unreadable';
    return { documents: [], flaws: [{ reason: deep ? 'too-deep' : 'broken-yaml', line: 1, text }] };
  }
}

/** As the library's own `parseAllDocuments`, ended where a text would take too long. */
function parsedDocuments(
  text: string,
  tags: Tags,
  lines: LineCounter,
): { readonly parsed: readonly Document.Parsed[]; readonly flaw?: Flaw } {
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ ...OPTIONS, customTags: [...tags] });
  const documents: Document.Parsed[] = [];
  let marks = 0;
  let inFlow = 0;
  let faults = 0;
  const flawHere = (flaw: Pick<Flaw, 'reason' | 'text'>) => ({ parsed: [], flaw: { ...flaw, line: lines.linePos(parser.offset).line } });
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    marks += SLOW.has(type) ? SLOW_MARKS : 1;
    if (type === 'flow-seq-start' || type === 'flow-map-start') inFlow += 1;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') inFlow -= 1;
    else if (/^[@`]/.test(lexeme) || type === 'directive-line' || (type === 'seq-item-ind' && inFlow > 0)) faults += 1;
    if (faults > MAX_FAULTS) return flawHere({ reason: 'broken-yaml', text: inFlow > 0 ? DASH_IN_FLOW : RESERVED });
    if (marks > MAX_MARKS || documents.length > MAX_DOCUMENTS) return flawHere({ reason: 'too-large', text: TOO_MUCH });
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
  }
  for (const token of parser.end()) {
    const bare = token.type === 'document' ? bareKeys(token.value) : [];
    if (bare.length > MAX_FAULTS)
      return { parsed: [], flaw: { reason: 'broken-yaml', line: lines.linePos(bare[0] ?? 0).line, text: BARE } };
    documents.push(...composer.next(token));
  }
  documents.push(...composer.end());
  return { parsed: documents };
}

/** The library would gather what is wrong with each of thousands: of a text that has more faults than these, one is told. */
const MAX_FAULTS = 100;
const RESERVED = 'Plain values cannot start with @, ` or %: put them in quotes';
const BARE = 'Implicit map keys need to be followed by map values';

/** Where lines of a mapping stand that have no value, as many as are too many. */
function bareKeys(token: CST.Token | undefined, level = 0): readonly number[] {
  if ((token?.type !== 'block-map' && token?.type !== 'block-seq') || level > MAX_NESTING) return [];
  const keys = token.type === 'block-map' ? token.items : [];
  const found = keys.flatMap(({ key, sep }) => (key && !sep.some(({ type }) => type === 'map-value-ind') ? [key.offset] : []));
  for (const { value } of token.items) if (found.length <= MAX_FAULTS) found.push(...bareKeys(value, level + 1));
  return found;
}
const TOO_MUCH = `more than ${MAX_MARKS} texts and signs, or ${MAX_DOCUMENTS} documents, which is what is read in a second: make several files of it`;

/** The library would quote the place of each error, and a file may have as many as letters: the first one is quoted here. */
const OPTIONS = { logLevel: 'silent', uniqueKeys: false, merge: true, strict: false, prettyErrors: false } as const;

function flawOf({ code, message, pos: [at] }: YAMLError, lines: LineCounter): Flaw {
  const { line, col } = lines.linePos(at);
  const reason = code === 'RESOURCE_EXHAUSTION' ? 'too-deep' : 'broken-yaml';
  return { reason, line, text: firstLine(`${message} at line ${line}, column ${col}:`) };
}

function refusal(text: string): Flaw | undefined {
  if (text.length > MAX_YAML_BYTES) return { reason: 'too-large', line: 1, text: `${text.length} characters, more than ${MAX_YAML_BYTES}` };
  let opened = 0;
  let strays = 0;
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 91 || char === 123) opened += 1;
    else if ((char === 93 || char === 125) && opened > 0) opened -= 1;
    else if (char === 93 || char === 125) strays += 1;
    else if (char === 10) line += 1;
    if (line > MAX_LINES) return { reason: 'too-large', line, text: `more than ${MAX_LINES} lines` };
    if (strays > MAX_STRAYS) return { reason: 'broken-yaml', line, text: 'brackets that close nothing' };
    if (opened > MAX_NESTING * 10) return { reason: 'too-deep', line, text: 'brackets' };
  }
  const dashes = new RegExp(`^ *(?:[-?:] ){${MAX_NESTING}}`, 'm').exec(text);
  return dashes ? { reason: 'too-deep', line: text.slice(0, dashes.index).split('\n').length, text: 'sequences in one line' } : undefined;
}

function isDeeperThan(node: unknown, levels: number): boolean {
  if (isPair(node)) return isDeeperThan(node.key, levels) || isDeeperThan(node.value, levels);
  if (!isCollection(node)) return false;
  return levels === 0 || node.items.some((item) => isDeeperThan(item, levels - 1));
}

/** What the documents are worth written out, every alias counted as what it names; more than the limit once it is passed. */
function nodesIn(contents: readonly unknown[]): number {
  return contents.reduce((nodes: number, content) => nodes + worthOf(content, new Map()), 0);
}

type Anchored = { readonly node: Node; worth: number };

/** An alias inside what it names is worth more than any limit. Nesting is bounded, so this may recurse. */
function worthOf(node: unknown, anchors: Map<string, Anchored>): number {
  if (isAlias(node)) return namedBy(node, anchors.get(node.source));
  if (isPair(node)) return worthOf(node.key, anchors) + worthOf(node.value, anchors);
  const items: readonly unknown[] = isCollection(node) ? node.items : [];
  const anchored = anchoredBy(node);
  if (anchored) anchors.set(anchored.name, anchored);
  const worth = items.reduce((nodes: number, item) => nodes + worthOf(item, anchors), 1 + lengthOf(node) / AS_ONE);
  if (anchored) anchored.worth = worth;
  return worth;
}

/** Characters of a text that are as much as a node. */
const AS_ONE = 100;

function lengthOf(node: unknown): number {
  return isScalar(node) && typeof node.value === 'string' ? node.value.length : 0;
}

function anchoredBy(node: unknown): (Anchored & { readonly name: string }) | undefined {
  const name = isNode(node) && 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
  return isNode(node) && name !== undefined ? { name, node, worth: Number.POSITIVE_INFINITY } : undefined;
}

/** The library would look through all that has an anchor, for each alias anew: it is told which one is meant. */
function namedBy(alias: Alias, named: Anchored | undefined): number {
  const own = alias.resolve;
  alias.resolve = (document, context) => {
    if (context) context.aliasResolveCache = named ? [named.node] : [];
    return own.call(alias, document, context);
  };
  return named?.worth ?? 0;
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 160) ?? '';
}

export type YamlMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapOf(value: unknown): YamlMap {
  return isMap(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((item) => textOf(item) ?? []);
}
