/** What well-known functions and methods give: paths, text, dictionaries, clocks, environments and job arguments. */
import { CONNECTIONS } from '../python/sql-verbs.js';
import { elementsOf, isPlaceholder, keyText, nameFor, product, textsOf } from './combine.js';
import { callConstruct, constructMethod, isCdk } from './constructs.js';
import { joinText } from './library-text.js';
import { unlessGiven } from './options.js';
import { loaded, parsedFiles } from './settings-files.js';
import { concat, fullText, holed, mapText, replaceText, type Template } from './template.js';
import { placeOf, type TraceStep, traced } from './trace.js';
import { asTemplate, type BoundCall, type Evaluation, hole, inTurns, text, textOf, turnsOfValue, type Value } from './values.js';

const JOINS = new Set(['os.path.join', 'posixpath.join', 'path.join', 'urllib.parse.urljoin']);
/** Functions that give their first argument back, as far as a target is concerned. */
const SAME = new Set([
  'builtins.str',
  'builtins.sorted',
  'builtins.list',
  'builtins.tuple',
  'builtins.set',
  'builtins.reversed',
  'builtins.vars',
  'os.path.abspath',
  'os.path.normpath',
  'os.path.realpath',
  'os.path.expanduser',
  'os.path.expandvars',
  'os.fspath',
  'copy.deepcopy',
  'copy.copy',
  'textwrap.dedent',
  'sqlalchemy.text',
]);
const PATHS = /(?:^|\.)(?:Path|PurePath|PosixPath|PurePosixPath|UPath|AnyPath|CloudPath|S3Path|GSPath|DBFSPath)$/;
/** Objects of Kubernetes are what they are made of: `V1EnvVar(name=…, value=…)`. */
const KUBERNETES = /^kubernetes\.client\..*\bV1[A-Z]\w*$/;
const CLOCK =
  /(?:^|\.)(?:now|today|utcnow|time|strftime|fromtimestamp|current_date|current_timestamp|uuid\d|timedelta|date|datetime|localtime|gmtime|from_format|from_timestamp)$/;

export function callLibrary(ev: Evaluation, name: string, call: BoundCall): readonly Value[] {
  const first = call.args[0];
  const of = (index: number): readonly Value[] => {
    const expr = call.args[index];
    return expr ? ev.evaluate(expr, call.frame) : [];
  };
  const connected = Object.hasOwn(CONNECTIONS, name) ? CONNECTIONS[name] : undefined;
  if (connected !== undefined) return [{ kind: 'library', name: connected }];
  if (isCdk(name)) return callConstruct(ev, name, call);
  if (JOINS.has(name))
    return product(call.args.map((arg) => textsOf(ev.evaluate(arg, call.frame), arg))).map((parts) => text(joinText(parts)));
  if (PATHS.test(name))
    return call.args.length === 0
      ? [textOf('.')]
      : product(call.args.map((arg) => textsOf(ev.evaluate(arg, call.frame), arg))).map((parts) => text(joinText(parts)));
  if (SAME.has(name)) return of(0).filter((value) => value.kind !== 'const' || value.value !== null);
  if (/(?:^|\.)(?:getenv|environ\.get|environ\.setdefault)$/.test(name))
    return withDefault(ev, of(0), { kind: 'env', fallback: of(1), call });
  if (/(?:^|\.)Variable\.get$/.test(name)) return variableOf(ev, call);
  if (/getResolvedOptions$/.test(name)) return [{ kind: 'options', unit: call.frame.unit, style: 'glue' }];
  if (/\.(?:parse_args|parse_known_args)$/.test(name)) return [{ kind: 'options', unit: call.frame.unit, style: 'argparse' }];
  if (name === 'builtins.dict' || KUBERNETES.test(name)) return [dictOf(call)];
  if (name === 'builtins.zip') return [zipped(call.args.map((arg) => elementsOf(ev.evaluate(arg, call.frame), arg)))];
  if (name === 'builtins.enumerate') return [enumerated(first ? elementsOf(of(0), first) : [])];
  if (name === 'builtins.getattr') return [hole('opaque', keyText(of(1)[0] ?? hole('opaque', '')) ?? 'attribute')];
  if (/(?:^|\.)(?:dirname|basename)$/.test(name))
    return of(0).flatMap((value) => inTurns([pathPart(value, name.endsWith('dirname'))], turnsOfValue(value)));
  if (/(?:^|\.)(?:field|Field)$|^typer\.(?:Option|Argument)$/.test(name)) return fieldDefault(ev, call);
  if (CLOCK.test(name)) return [hole('time', name.slice(name.lastIndexOf('.') + 1))];
  if (name === 'builtins.open' || name === 'io.open') return of(0).map(opened);
  if (/(?:^|\.)(?:Safe|Raw)?ConfigParser$/.test(name)) return parsedFiles(ev, call) ?? [hole('config', 'config')];
  const settings = loaded(ev, name, call);
  if (settings) return settings;
  if (/(?:^|\.)(?:safe_load|load|loads|from_file)$/.test(name)) return [hole('config', 'config')];
  if (/ArgumentParser$/.test(name) || /^(?:pathlib|string|configparser)/.test(name)) return [{ kind: 'library', name }];
  return [hole('opaque', name.slice(name.lastIndexOf('.') + 1), 'library')];
}

/** A variable of Airflow's is known where it has a default. */
function variableOf(ev: Evaluation, call: BoundCall): readonly Value[] {
  const at = (index: number, names: RegExp) => call.args[index] ?? call.keywords.find(({ name }) => names.test(name))?.value;
  const fallback = at(1, /^default(?:_var)?$/);
  const known = (fallback ? ev.evaluate(fallback, call.frame) : []).filter((value) => value.kind !== 'hole' && !isPlaceholder(value));
  const key = at(0, /^key$/);
  const [name = 'variable'] = key ? ev.evaluate(key, call.frame).flatMap((value) => keyText(value) ?? []) : [];
  return known.length > 0 ? known : [hole('config', name)];
}

type Asked = { readonly kind: 'env'; readonly fallback: readonly Value[]; readonly call: BoundCall };

function withDefault(ev: Evaluation, keys: readonly Value[], { kind, fallback, call }: Asked): readonly Value[] {
  const name = keyText(keys[0] ?? hole(kind, '')) ?? 'name';
  const known = fallback.filter((value) => value.kind !== 'hole');
  return unlessGiven(ev, call.frame.unit, { kind, name, fallback: known, at: placeOf(ev, call.frame) });
}

function fieldDefault(ev: Evaluation, call: BoundCall): readonly Value[] {
  const given = call.keywords.find((keyword) => keyword.name === 'default')?.value ?? call.args[0];
  if (given) return ev.evaluate(given, call.frame);
  const factory = call.keywords.find((keyword) => keyword.name === 'default_factory')?.value;
  return factory?.kind === 'lambda' ? ev.evaluate(factory.body, call.frame) : [{ kind: 'const', value: null }];
}

function dictOf(call: BoundCall): Value {
  const entries = call.keywords.map(({ name, value }) => ({ keys: [textOf(name)], values: { expr: value, frame: call.frame } }));
  return { kind: 'dict', entries };
}

function zipped(lists: readonly (readonly (readonly Value[])[])[]): Value {
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
  const items = Array.from({ length }, (_, index): readonly Value[] => [{ kind: 'list', items: lists.map((list) => list[index] ?? []) }]);
  return { kind: 'list', items };
}

function enumerated(items: readonly (readonly Value[])[]): Value {
  return {
    kind: 'list',
    items: items.map((item, index): readonly Value[] => [{ kind: 'list', items: [[{ kind: 'const', value: index }], item] }]),
  };
}

function pathPart(value: Value, folder: boolean): Value {
  if (folder && value.kind === 'hole' && /^(?:__file__|code_folder)$/.test(value.name)) return hole('opaque', 'code_folder');
  const template = asTemplate(value);
  const full = template ? fullText(template) : undefined;
  if (full === undefined) return hole('opaque', folder ? 'folder' : 'file');
  const cut = full.lastIndexOf('/');
  return textOf(folder ? full.slice(0, Math.max(cut, 0)) : full.slice(cut + 1));
}

function opened(value: Value): Value {
  return value.kind === 'text' ? { kind: 'opened', path: value.template } : hole('opaque', 'open');
}

/** Methods of text (and of paths, which are text here). */
export function textMethod(ev: Evaluation, of: Value, name: string, call: BoundCall): readonly Value[] {
  const template = asTemplate(of);
  if (!template) return [hole('opaque', name)];
  const texts = call.args.map((arg) => textsOf(ev.evaluate(arg, call.frame), arg));
  const literals = texts.map((choice) => (choice[0] ? fullText(choice[0]) : undefined));
  switch (name) {
    case 'format':
      return formatText(ev, template, call, texts);
    case 'join':
      return joinList(ev, template, call);
    case 'joinpath':
      return product([[template], ...texts]).map((parts) => text(joinText(parts)));
    case 'lower':
      return [text(mapText(template, (part) => part.toLowerCase()))];
    case 'upper':
      return [text(mapText(template, (part) => part.toUpperCase()))];
    case 'replace':
      return [literals[0] && literals[1] !== undefined ? text(replaceText(template, literals[0], literals[1])) : of];
    case 'strip':
    case 'rstrip':
    case 'lstrip':
      return [text(stripped(template, name, literals[0]))];
    case 'with_suffix':
      return [text(mapText(template, (part) => part.replace(/\.\w+$/, '') + (literals[0] ?? '')))];
    case 'split': {
      const full = fullText(template);
      if (full === undefined) return [hole('opaque', 'part')];
      return [{ kind: 'list', items: full.split(literals[0] ?? ' ').map((part) => [textOf(part)]) }];
    }
    case 'open':
    case 'read_text':
    case 'read_bytes':
      return [opened(of)];
    case 'as_posix':
    case 'as_uri':
    case 'resolve':
    case 'absolute':
    case 'expanduser':
    case 'encode':
    case 'decode':
    case 'title':
    case 'removesuffix':
    case 'removeprefix':
      return [of];
    default:
      return [hole('opaque', name)];
  }
}

function stripped(template: Template, name: string, characters: string | undefined): Template {
  const set = characters ?? ' \n\t\r';
  const parts = [...template.parts];
  const last = parts.at(-1);
  const first = parts[0];
  if (name !== 'lstrip' && typeof last === 'string') parts[parts.length - 1] = trimEnd(last, set);
  if (name !== 'rstrip' && typeof first === 'string')
    parts[0] = [...trimEnd([...(typeof parts[0] === 'string' ? parts[0] : first)].reverse().join(''), set)].reverse().join('');
  return { ...template, parts };
}

function trimEnd(value: string, set: string): string {
  let end = value.length;
  while (end > 0 && set.includes(value.charAt(end - 1))) end -= 1;
  return value.slice(0, end);
}

/** `"…{}…{name}…".format(a, name=b)`; what is not given is a hole. */
function formatText(ev: Evaluation, template: Template, call: BoundCall, texts: readonly (readonly Template[])[]): readonly Value[] {
  let next = 0;
  const choices = template.parts.flatMap((part): (readonly Template[])[] => {
    if (typeof part !== 'string') return [[{ ...template, parts: [part] }]];
    return part.split(/(\{[^{}]*\})/).map((piece): readonly Template[] => {
      const field = /^\{([\w.[\]]*)(?:![rsa])?(?::[^{}]*)?\}$/.exec(piece);
      if (!field) return [{ ...template, parts: [piece.replaceAll('{{', '{').replaceAll('}}', '}')] }];
      const key = field[1] ?? '';
      if (key === '' || /^\d+$/.test(key)) return texts[key === '' ? next++ : Number(key)] ?? [holed('opaque', 'value')];
      const keyword = call.keywords.find((one) => one.name === key);
      if (keyword) return textsOf(ev.evaluate(keyword.value, call.frame), keyword.value);
      return spreadKeyword(ev, call, key) ?? [holed('opaque', key)];
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
  const first = call.args[0];
  const [list] = first ? ev.evaluate(first, call.frame) : [];
  if (list?.kind !== 'list' || !first) return [hole('opaque', first ? nameFor(first) : 'joined')];
  const parts = list.items.map((item) => textsOf(item, first));
  return product(parts).map((row) => text(concat(...row.flatMap((one, index) => (index === 0 ? [one] : [separator, one])))));
}

/** `.get(key, default)`, `.items()` and the like of a dictionary. */
export function dictMethod(ev: Evaluation, dict: Extract<Value, { kind: 'dict' }>, name: string, call: BoundCall): readonly Value[] {
  const made = constructMethod(ev, dict, name, call);
  if (made) return made;
  const [key, fallback] = call.args;
  if (name === 'get' && key) {
    const sub = { kind: 'sub', key } as const;
    const wanted = ev.evaluate(sub.key, call.frame);
    const names = wanted.map(keyText);
    const found = dict.entries.filter(({ keys }) => keys.some((one) => names.includes(keyText(one) ?? ' ')));
    const entry = (): TraceStep => ({ how: 'entry', name: names[0] ?? nameFor(key), at: found[0] && placeOf(ev, found[0].values.frame) });
    const worth = found.flatMap(({ keys, values }) => {
      const asked = wanted.filter((one) => keys.some((own) => keyText(own) === keyText(one)));
      return asked.flatMap((one) => inTurns(ev.evaluate(values.expr, values.frame), turnsOfValue(one)));
    });
    const [section] = worth;
    // `parser.get("section", "key")`
    if (section?.kind === 'dict' && fallback) return dictMethod(ev, section, name, { ...call, args: call.args.slice(1) });
    if (found.length > 0) return traced(ev, worth, entry);
    return fallback ? ev.evaluate(fallback, call.frame) : [hole('opaque', names[0] ?? nameFor(key), 'no-such-entry')];
  }
  const pairs = dict.entries.map(({ keys, values }): readonly Value[] => {
    const value = ev.evaluate(values.expr, values.frame);
    if (name === 'keys') return keys;
    return name === 'values' ? value : [{ kind: 'list', items: [keys, value] }];
  });
  return name === 'keys' || name === 'values' || name === 'items' ? [{ kind: 'list', items: pairs }] : [hole('opaque', name)];
}
