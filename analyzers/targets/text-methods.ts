/** Methods of text, and of paths, which are text here: worked out where all of the text is known, else a hole or what is known of its ends. */
import type { Expr } from '../python/facts.js';
import { concat, fullText, holed, literal, mapText, replaceText, type Template } from '../templates/template.js';
import { NO_TURNS } from '../templates/turns.js';
import { keyText, nameFor, product, textsOf } from './combine.js';
import { joinText } from './library-text.js';
import { ANY_FILE, ANY_FOLDERS, listed } from './listings.js';
import { fileNameIn, folderIn } from './path-parts.js';
import { formatted } from './text-formats.js';
import { asTemplate, type BoundCall, type Evaluation, hole, inTurns, text, textOf, turnsOfValue, type Value } from './values.js';

/** Those that give back the text they are called on, as far as a target is concerned. */
const SAME = new Set(['as_posix', 'as_uri', 'resolve', 'absolute', 'expanduser', 'encode', 'decode']);
const OPENS = new Set(['open', 'read_text', 'read_bytes']);
/** Files in a folder whose names fit a pattern. */
export const GLOBS: ReadonlySet<string> = new Set(['glob', 'rglob']);

export function textMethod(ev: Evaluation, of: Value, name: string, call: BoundCall): readonly Value[] {
  const template = asTemplate(of);
  if (!template) return [hole('opaque', name)];
  if (SAME.has(name)) return [of];
  if (OPENS.has(name)) return [openedAt(of, name !== 'open')];
  if (name === 'iterdir') return [listed(template, ANY_FILE)];
  if (GLOBS.has(name)) return globbed(ev, of, { template, name, call });
  if (name === 'format') return formatText(ev, template, call);
  if (name === 'format_map' && call.args[0]) return formatText(ev, template, spreadCall(call, call.args[0]));
  if (name === 'substitute' || name === 'safe_substitute') return substituted(ev, template, call);
  if (name === 'join') return joinList(ev, template, call);
  if (name === 'with_name' || name === 'with_stem') return renamed(ev, template, { name, call });
  const named = call.keywords.find((one) => one.name === 'maxsplit')?.value;
  // `split(maxsplit=1)` has no separator, and is not worth more than a hole.
  if (call.keywords.length > (named && call.args.length === 1 ? 1 : 0)) return [hole('opaque', name)];
  const texts = [...call.args, ...(named ? [named] : [])].map((arg) => textsOf(ev.evaluate(arg, call.frame), arg));
  if (name === 'joinpath') return product([[template], ...texts]).map((parts) => text(joinText(parts)));
  return product([[template], ...texts]).map(([first = template, ...args]) => worked(first, name, args));
}

/** `path.with_name(f"{path.stem}_clean.csv")` lies beside it. */
function renamed(
  ev: Evaluation,
  template: Template,
  { name, call }: { readonly name: string; readonly call: BoundCall },
): readonly Value[] {
  const [first] = call.args;
  const file = fileNameIn(template)?.parts ?? (fullText(template) === undefined ? undefined : template.parts);
  if (!first || !file) return [hole('opaque', name)];
  const [, ending = ''] = /(\.[^./]+)$/.exec(String(file.at(-1))) ?? [];
  const folder = { ...template, parts: folderIn(template.parts) };
  return textsOf(ev.evaluate(first, call.frame), first).map((given) =>
    text(concat(folder, given, literal(name === 'with_stem' && typeof file.at(-1) === 'string' ? ending : ''))),
  );
}

type Globbed = { readonly template: Template; readonly name: string; readonly call: BoundCall };
/** A file system is asked for whole paths. */
const FILE_SYSTEM = /fs$|file_?system|^s3|^gcs|client$|storage$/i;

/** `folder.glob("*.csv")`, `folder.rglob("*.csv")`, `fs.glob("lake/*.csv")`. */
function globbed(ev: Evaluation, of: Value, { template, name, call }: Globbed): readonly Value[] {
  const [first] = call.args;
  if (!first) return [hole('opaque', name)];
  const isWhole = of.kind === 'hole' && FILE_SYSTEM.test(of.name.slice(of.name.lastIndexOf('.') + 1));
  const patterns = textsOf(ev.evaluate(first, call.frame), first);
  return patterns.flatMap((pattern) => {
    const folder = isWhole || hasScheme(pattern) ? undefined : template;
    return inTurns([listed(folder, name === 'rglob' ? joinText([ANY_FOLDERS, pattern]) : pattern)], pattern.turns ?? NO_TURNS);
  });
}

function hasScheme({ parts: [first] }: Template): boolean {
  return typeof first === 'string' && /^[a-z][\w+.-]*:\/\//i.test(first);
}

/** What is done with the file is done at its path. */
export function openedAt(of: Value, isRead = false): Value {
  return of.kind === 'text' ? { kind: 'opened', path: of.template, ...(isRead ? { isRead } : {}) } : hole('opaque', 'open');
}

function worked(template: Template, name: string, args: readonly Template[]): Value {
  const full = fullText(template);
  const known = args.flatMap((arg) => fullText(arg) ?? []);
  const unknown = hole('opaque', name);
  if (name === 'replace' && known.length === 1 && args.length === 2 && args[1] && fullText(args[0] ?? template) === known[0])
    return text(replaced(template, known[0] ?? '', args[1]));
  if (known.length < args.length) return unknown;
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (full === undefined) return inPart(template, name, known) ?? unknown;
  const found = method?.(full, known);
  if (found === undefined) return unknown;
  if (typeof found === 'string') return text({ ...template, parts: literal(found).parts });
  const turns = template.turns ? { turns: template.turns } : {};
  return { kind: 'list', items: found.map((part) => [textOf(part)]), ...turns };
}

/** A part of it that is known may be replaced by one that is not. */
function replaced(template: Template, from: string, to: Template): Template {
  if (from === '') return holed('opaque', 'replace');
  const parts = template.parts.flatMap((part): readonly Template[] => {
    if (typeof part !== 'string') return [{ ...template, parts: [part] }];
    return part.split(from).flatMap((piece, index) => [...(index === 0 ? [] : [to]), { ...template, parts: [piece] }]);
  });
  return concat(...parts);
}

/** Of a text with holes only some of its ends and letters are known. */
function inPart(template: Template, name: string, [first, second, third]: readonly string[]): Value | undefined {
  const changed = (change: (part: string) => string, at?: number): Value => {
    const place = at === undefined ? undefined : template.parts.at(at);
    return text(
      at === undefined ? mapText(template, change) : typeof place === 'string' ? replacedAt(template, at, change(place)) : template,
    );
  };
  switch (name) {
    case 'lower':
      return changed((part) => part.toLowerCase());
    case 'upper':
      return changed((part) => part.toUpperCase());
    case 'replace':
      return first && second !== undefined && third === undefined ? text(replaceText(template, first, second)) : undefined;
    case 'strip':
    case 'rstrip':
    case 'lstrip':
      return text(stripped(template, name, first));
    case 'with_suffix':
      return changed((part) => part.replace(/\.\w+$/, '') + (first ?? ''), -1);
    case 'removesuffix':
      return changed((part) => withoutEnd(part, first ?? ''), -1);
    case 'removeprefix':
      return changed((part) => (part.startsWith(first ?? '') ? part.slice(first?.length) : part), 0);
    default:
      return undefined;
  }
}

function replacedAt(template: Template, at: number, part: string): Template {
  return { ...template, parts: at === 0 ? [part, ...template.parts.slice(1)] : [...template.parts.slice(0, -1), part] };
}

function withoutEnd(value: string, end: string): string {
  return end !== '' && value.endsWith(end) ? value.slice(0, -end.length) : value;
}

type Method = (value: string, args: readonly string[]) => string | readonly string[] | undefined;
const ASCII = /^[\0-\x7f]*$/;
const ascii =
  (change: (value: string) => string): Method =>
  (value) =>
    ASCII.test(value) ? change(value) : undefined;
const strip =
  (name: string): Method =>
  (value, [set]) =>
    fullText(stripped({ parts: [value], via: [] }, name, set));
const capitalized = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();

const METHODS: Readonly<Record<string, Method>> = {
  lower: (value) => value.toLowerCase(),
  upper: (value) => value.toUpperCase(),
  casefold: ascii((value) => value.toLowerCase()),
  title: ascii((value) => value.replaceAll(/[A-Za-z]+/g, capitalized)),
  capitalize: ascii(capitalized),
  swapcase: ascii((value) => value.replaceAll(/[A-Za-z]/g, (one) => (one < 'a' ? one.toLowerCase() : one.toUpperCase()))),
  replace: (value, [from, to, most]) =>
    from && to !== undefined && most === undefined ? fullText(replaceText({ parts: [value], via: [] }, from, to)) : undefined,
  strip: strip('strip'),
  lstrip: strip('lstrip'),
  rstrip: strip('rstrip'),
  removesuffix: (value, [end = '']) => withoutEnd(value, end),
  removeprefix: (value, [start = '']) => (value.startsWith(start) ? value.slice(start.length) : value),
  with_suffix: (value, [suffix = '']) => value.replace(/\.\w+$/, '') + suffix,
  zfill: (value, [width]) => (/^\d+$/.test(value) && Number(width) < 100 ? value.padStart(Number(width), '0') : undefined),
  split: (value, [separator, most]) => splitAt(value, separator, most),
  rsplit: (value, [separator, most]) =>
    splitAt(backwards(value), separator && backwards(separator), most)
      ?.map(backwards)
      .toReversed(),
  splitlines: (value, args) => (args.length === 0 ? value.replace(/\n$/, '').split(/\r?\n/) : undefined),
  partition: (value, [separator = '']) => parted(value, separator, value.indexOf(separator)) ?? [value, '', ''],
  rpartition: (value, [separator = '']) => parted(value, separator, value.lastIndexOf(separator)) ?? ['', '', value],
};

function backwards(value: string): string {
  return [...value].reverse().join('');
}

/** No more parts than a list of a source may have. */
const MAX_SPLIT = 1_000;

function splitAt(value: string, separator: string | undefined, most = '-1'): readonly string[] | undefined {
  if (separator === undefined) return value.trim() === '' ? [] : value.trim().split(/\s+/, MAX_SPLIT);
  if (separator === '' || !/^-?\d+$/.test(most)) return undefined;
  const parts = value.split(separator, MAX_SPLIT);
  const limit = Number(most);
  return limit < 0 || parts.length <= limit ? parts : [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function parted(value: string, separator: string, at: number): readonly string[] | undefined {
  return at < 0 || separator === '' ? undefined : [value.slice(0, at), separator, value.slice(at + separator.length)];
}

function stripped(template: Template, name: string, characters: string | undefined): Template {
  const set = characters ?? ' \n\t\r\f\v';
  const parts = [...template.parts];
  const last = parts.at(-1);
  const first = parts[0];
  if (name !== 'lstrip' && typeof last === 'string') parts[parts.length - 1] = trimEnd(last, set);
  if (name !== 'rstrip' && typeof first === 'string')
    parts[0] = backwards(trimEnd(backwards(typeof parts[0] === 'string' ? parts[0] : first), set));
  return { ...template, parts };
}

function trimEnd(value: string, set: string): string {
  let end = value.length;
  while (end > 0 && set.includes(value.charAt(end - 1))) end -= 1;
  return value.slice(0, end);
}

/** `"…{}…{name:02d}…".format(a, name=b)`; what is not given is a hole. */
function formatText(ev: Evaluation, template: Template, call: BoundCall): readonly Value[] {
  let next = 0;
  const choices = template.parts.flatMap((part): (readonly Template[])[] => {
    if (typeof part !== 'string') return [[{ ...template, parts: [part] }]];
    return part.split(/(\{\{|\}\}|\{[^{}]*\})/).map((piece): readonly Template[] => {
      if (piece === '{{' || piece === '}}') return [{ ...template, parts: [piece.slice(1)] }];
      const field = /^\{([\w.[\]]*)((?:![rsa])?(?::[^{}]*)?)\}$/.exec(piece);
      if (!field) return [{ ...template, parts: [piece] }];
      const [, key = '', format = ''] = field;
      const given = key === '' || /^\d+$/.test(key) ? call.args[key === '' ? next++ : Number(key)] : undefined;
      const expr = given ?? call.keywords.find((one) => one.name === key)?.value;
      if (!expr) return spreadKeyword(ev, call, key) ?? [holed('opaque', /^\d*$/.test(key) ? 'value' : key)];
      const values = ev.evaluate(expr, call.frame).map((value) => formatted(value, format, nameFor(expr)));
      return textsOf(values, expr);
    });
  });
  return product(choices).map((parts) => text(concat(...parts)));
}

/** What the dictionary holds is given by its names, behind what is. */
function spreadCall(call: BoundCall, dict: Expr): BoundCall {
  return { ...call, args: call.args.slice(1), keywords: [...call.keywords, { name: '**', value: dict }] };
}

/** `Template("$root/${name}").substitute(told, name=n)`; what is not given is a hole. */
function substituted(ev: Evaluation, template: Template, call: BoundCall): readonly Value[] {
  const given = call.args[0] ? spreadCall(call, call.args[0]) : call;
  const choices = template.parts.flatMap((part): (readonly Template[])[] => {
    if (typeof part !== 'string') return [[{ ...template, parts: [part] }]];
    return part.split(/(\$\$|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})/).map((piece): readonly Template[] => {
      const [, name] = /^\$\{?(\w+)\}?$/.exec(piece) ?? [];
      if (name === undefined) return [{ ...template, parts: [piece === '$$' ? '$' : piece] }];
      const expr = given.keywords.find((one) => one.name === name)?.value;
      return expr ? textsOf(ev.evaluate(expr, call.frame), expr) : (spreadKeyword(ev, given, name) ?? [holed('opaque', name)]);
    });
  });
  return product(choices).map((parts) => text(concat(...parts)));
}

function spreadKeyword(ev: Evaluation, call: BoundCall, key: string): readonly Template[] | undefined {
  for (const { name, value } of call.keywords) {
    if (name !== '**') continue;
    for (const dict of ev.evaluate(value, call.frame)) {
      if (dict.kind !== 'dict') continue;
      const entry = dict.entries.findLast(({ keys }) => keys.some((one) => keyText(one) === key));
      if (entry) return textsOf(ev.evaluate(entry.values.expr, entry.values.frame), entry.values.expr);
    }
  }
  return undefined;
}

function joinList(ev: Evaluation, separator: Template, call: BoundCall): readonly Value[] {
  const [first] = call.args;
  if (!first) return [hole('opaque', 'joined')];
  return ev.evaluate(first, call.frame).flatMap((list): readonly Value[] => {
    if (list.kind !== 'list' || list.unordered) return [hole('opaque', nameFor(first))];
    const parts = list.items.map((item) => textsOf(item, first));
    const joined = product(parts).map((row) => text(concat(...row.flatMap((one, index) => (index === 0 ? [one] : [separator, one])))));
    return inTurns(joined, turnsOfValue(list));
  });
}
