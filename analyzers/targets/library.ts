/** What well-known functions and methods give: paths, text, dictionaries, clocks, environments and job arguments. */
import type { Expr } from '../python/facts.js';
import { CONNECTIONS } from '../python/sql-verbs.js';
import { fullText } from '../templates/template.js';
import { NO_TURNS } from '../templates/turns.js';
import { elementsOf, isPlaceholder, isWhole, keyText, nameFor, onlyIn, orderOf, product, textsOf } from './combine.js';
import { callConstruct, constructMethod, isCdk } from './constructs.js';
import { heard, keyAsked } from './environment-choice.js';
import { fromAbsolute, joinText } from './library-text.js';
import { ANY_FILE, listed } from './listings.js';
import { unlessGiven } from './options.js';
import { fileNameIn, splitEnding } from './path-parts.js';
import type { DefRef } from './program.js';
import { loaded, parsedFiles } from './settings-files.js';
import { openedAt } from './text-methods.js';
import { placeOf, type TraceStep, traced } from './trace.js';
import {
  asTemplate,
  type BoundCall,
  defKey,
  type Evaluation,
  type Frame,
  hole,
  inTurns,
  text,
  textOf,
  turnsOfValue,
  type Value,
} from './values.js';

const JOINS = new Set(['os.path.join', 'posixpath.join', 'path.join', 'urllib.parse.urljoin']);
/** Functions that give their first argument back, as far as a target is concerned. */
const SAME = new Set([
  'builtins.str',
  'builtins.list',
  'builtins.tuple',
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
  'string.Template',
  'sqlalchemy.text',
]);
/** Those that write to a place, which is how they are called elsewhere. */
const WRITERS =
  /^(?:pandas\.ExcelWriter|zarr\.(?:storage\.)?(?:Directory|NestedDirectory|Local|Zip|FS)Store|fsspec\.(?:[\w.]+\.)?get_mapper)$/;
const OPENS = new Set(['builtins.open', 'io.open', 'codecs.open', 'gzip.open', 'bz2.open', 'lzma.open', 'fsspec.open', 'smart_open.open']);
/** Files whose names fit a pattern. */
const LISTS = /^glob\.i?glob$/;
const PATHS = /(?:^|\.)(?:Path|PurePath|PosixPath|PurePosixPath|UPath|AnyPath|CloudPath|S3Path|GSPath|DBFSPath)$/;
/** Objects of Kubernetes are what they are made of: `V1EnvVar(name=…, value=…)`. */
const KUBERNETES = /^kubernetes\.client\..*\bV1[A-Z]\w*$/;
const CLOCK =
  /(?:^|\.)(?:now|today|utcnow|time|strftime|fromtimestamp|current_date|current_timestamp|uuid\d|timedelta|date|datetime|localtime|gmtime|from_format|from_timestamp)$/;

/** A place together with the columns that its folders are made of. */
const PARTITIONED = /^polars\.Partition[A-Z]?\w*$/;
const PLACES: ReadonlySet<string> = new Set(['path', 'root', 'base_path', 'url']);

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
    return product(call.args.map((arg) => textsOf(ev.evaluate(arg, call.frame), arg))).map((parts) => text(joinText(fromAbsolute(parts))));
  if (LISTS.test(name) && first) {
    const root = call.keywords.find((keyword) => keyword.name === 'root_dir')?.value;
    const [folder] = root ? textsOf(ev.evaluate(root, call.frame), root) : [];
    return textsOf(of(0), first).flatMap((pattern) => inTurns([listed(folder, pattern)], pattern.turns ?? NO_TURNS));
  }
  if (name === 'os.listdir') return [listed(undefined, ANY_FILE)];
  if (PATHS.test(name))
    return call.args.length === 0
      ? [textOf('.')]
      : product(call.args.map((arg) => textsOf(ev.evaluate(arg, call.frame), arg))).map((parts) => text(joinText(parts)));
  if (SAME.has(name)) return of(0).filter((value) => value.kind !== 'const' || value.value !== null);
  if (WRITERS.test(name) || PARTITIONED.test(name)) {
    const place = first ?? call.keywords.find((keyword) => PLACES.has(keyword.name))?.value;
    return place ? ev.evaluate(place, call.frame) : [hole('opaque', name.slice(name.lastIndexOf('.') + 1), 'library')];
  }
  if (/(?:^|\.)(?:getenv|environ\.get|environ\.setdefault)$/.test(name))
    return withDefault(ev, of(0), { kind: 'env', fallback: of(1), call });
  if (/(?:^|\.)Variable\.get$/.test(name)) return variableOf(ev, call);
  if (/getResolvedOptions$/.test(name)) return [{ kind: 'options', unit: call.frame.unit, style: 'glue' }];
  if (/\.(?:parse_args|parse_known_args)$/.test(name)) return [{ kind: 'options', unit: call.frame.unit, style: 'argparse' }];
  if (name === 'builtins.dict' || name === 'types.SimpleNamespace' || KUBERNETES.test(name)) return dictOf(ev, call);
  if (ORDERS.has(name)) return of(0).map((value) => ordered(ev, name, value, call));
  if (CHOOSES.has(name) && call.args.length === 1)
    return of(0).flatMap((value) => onlyOf(value) ?? [hole('opaque', name.slice(name.lastIndexOf('.') + 1), 'library')]);
  if (name === 'builtins.zip' && call.args.some((arg) => orderOf(ev.evaluate(arg, call.frame)).unordered)) return [hole('opaque', 'zip')];
  if (name === 'builtins.zip') return [zipped(call.args.map((arg) => elementsOf(ev.evaluate(arg, call.frame), arg)))];
  if (name === 'builtins.enumerate') return [enumerated(first ? elementsOf(of(0), first) : [], orderOf(of(0)).unordered)];
  if (name === 'builtins.super') return [superOf(ev, call)];
  if (name === 'builtins.getattr') return attributeAsked(ev, call, of(1));
  if (/(?:^|\.)(?:dirname|basename)$/.test(name))
    return of(0).flatMap((value) => inTurns([pathPart(value, name.endsWith('dirname'))], turnsOfValue(value)));
  if (name === 'os.path.splitext') return of(0).flatMap((value) => inTurns([splitEnding(asTemplate(value))], turnsOfValue(value)));
  if (/(?:^|\.)(?:field|Field)$|^typer\.(?:Option|Argument)$/.test(name)) return fieldDefault(ev, call);
  if (CLOCK.test(name)) return [hole('time', name.slice(name.lastIndexOf('.') + 1))];
  if (OPENS.has(name)) return of(0).map((value) => openedAt(value));
  if (/(?:^|\.)(?:Safe|Raw)?ConfigParser$/.test(name)) return parsedFiles(ev, name, call) ?? [hole('config', 'config')];
  const settings = loaded(ev, name, call);
  if (settings) return settings;
  if (/(?:^|\.)(?:safe_load|load|loads|from_file)$/.test(name)) return [hole('config', 'config')];
  if (/ArgumentParser$/.test(name) || /^(?:pathlib|string|configparser)/.test(name)) return [{ kind: 'library', name }];
  return [hole('opaque', name.slice(name.lastIndexOf('.') + 1), 'library')];
}

/** `getattr(settings, "root")`. */
function attributeAsked(ev: Evaluation, { args: [of], frame, line = 0 }: BoundCall, keys: readonly Value[]): readonly Value[] {
  const [name, ...others] = keys.map(keyText);
  if (!of || name === undefined || others.length > 0) return [hole('opaque', name ?? 'attribute')];
  return ev.evaluate({ kind: 'chain', root: of, steps: [{ kind: 'attr', name, line }] }, frame);
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

/** What a method's `self` is to the classes behind its own. */
function superOf(ev: Evaluation, { frame }: BoundCall): Value {
  const method = methodOf(frame);
  if (!method) return hole('opaque', 'super');
  const { self, behind } = method;
  if (!self) ev.unbound.add(`self ${defKey(behind)}`);
  return self?.kind === 'instance' ? { ...self, behind } : { kind: 'instance', of: behind, behind };
}

/** The nearest method around a place. */
function methodOf({ unit, scope, self, outer }: Frame): (Pick<Frame, 'self'> & { readonly behind: DefRef }) | undefined {
  const { scopes } = unit.facts;
  const parent = scopes[scope]?.parent ?? 0;
  if (scopes[scope]?.kind === 'def' && scopes[parent]?.kind === 'class')
    return { ...(self ? { self } : {}), behind: { unit, scope: parent } };
  return outer && methodOf(outer);
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

/** `dict(base, a=1)`, `SimpleNamespace(**told)`. */
function dictOf(ev: Evaluation, { args, keywords, frame }: BoundCall): readonly Value[] {
  const spread = (of: Expr): readonly [Expr, Expr] => [{ kind: 'spread', of }, of];
  const entries = keywords.map(({ name, value }) => (name === '**' ? spread(value) : ([{ kind: 'text', value: name }, value] as const)));
  return ev.evaluate({ kind: 'dict', entries: [...args.map(spread), ...entries] }, frame);
}

function zipped(lists: readonly (readonly (readonly Value[])[])[]): Value {
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
  const items = Array.from({ length }, (_, index): readonly Value[] => [{ kind: 'list', items: lists.map((list) => list[index] ?? []) }]);
  return { kind: 'list', items };
}

/** One of several: `max(files, key=os.path.getmtime)`. */
const CHOOSES = new Set(['builtins.max', 'builtins.min', 'builtins.next', 'random.choice']);

function onlyOf(value: Value): readonly Value[] | undefined {
  const only = value.kind === 'list' ? onlyIn(value) : undefined;
  return only && inTurns(only, turnsOfValue(value));
}

const ORDERS = new Set(['builtins.sorted', 'builtins.reversed', 'builtins.set']);

/** The elements of a list, or the keys of a dictionary, in another order; where that is not worked out nobody knows which. */
function ordered(ev: Evaluation, name: string, value: Value, { keywords, frame }: BoundCall): Value {
  if (value.kind !== 'list' && value.kind !== 'dict') return value;
  const items = value.kind === 'list' ? value.items : value.entries.map(({ keys }) => keys);
  const list = { kind: 'list', items, ...(value.turns ? { turns: value.turns } : {}), ...orderOf([value]) } as const;
  if (items.length < 2) return list;
  if (name === 'builtins.reversed') return { ...list, items: items.toReversed() };
  const reverse = keywords.find((one) => one.name === 'reverse')?.value;
  const [isReversed] = reverse ? ev.evaluate(reverse, frame).map((one) => (one.kind === 'const' ? one.value : undefined)) : [false];
  const texts = items.map((item) => (item.length === 1 && item[0]?.kind === 'text' ? fullText(item[0].template) : undefined));
  const isKnown = name === 'builtins.sorted' && keywords.every((one) => one === undefined || one.name === 'reverse');
  if (!isKnown || typeof isReversed !== 'boolean' || texts.includes(undefined)) return { ...list, unordered: true };
  const sorted = items
    .map((item, index) => ({ item, text: texts[index] ?? '' }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const found = sorted.map(({ item }) => item);
  return { kind: 'list', items: isReversed ? found.toReversed() : found, ...(value.turns ? { turns: value.turns } : {}) };
}

function enumerated(items: readonly (readonly Value[])[], unordered = false): Value {
  return {
    kind: 'list',
    items: items.map((item, index): readonly Value[] => [
      { kind: 'list', items: [[unordered ? hole('opaque', 'index') : { kind: 'const', value: index }], item] },
    ]),
  };
}

function pathPart(value: Value, folder: boolean): Value {
  if (folder && value.kind === 'hole' && /^(?:__file__|code_folder)$/.test(value.name)) return hole('opaque', 'code_folder');
  const template = asTemplate(value);
  const full = template ? fullText(template) : undefined;
  const file = template && !folder ? fileNameIn(template) : undefined;
  if (full === undefined) return file ? text(file) : hole('opaque', folder ? 'folder' : 'file');
  const cut = full.lastIndexOf('/');
  return textOf(folder ? full.slice(0, Math.max(cut, 0)) : full.slice(cut + 1));
}

/** `.get(key, default)`, `.items()` and the like of a dictionary. */
export function dictMethod(ev: Evaluation, dict: Extract<Value, { kind: 'dict' }>, name: string, call: BoundCall): readonly Value[] {
  const made = constructMethod(ev, dict, name, call);
  if (made) return made;
  const [key, second] = call.args;
  const fallback = second ?? call.keywords.find((one) => one.name === 'fallback')?.value;
  if (name === 'get' && key) {
    const sub = { kind: 'sub', key } as const;
    const { values: wanted, defaults } = heard(ev, () => ev.evaluate(sub.key, call.frame));
    const names = wanted.map((one) => keyAsked(ev, dict, { key: one, defaults, frame: call.frame }));
    const found = dict.entries.filter(({ keys }) => keys.some((one) => names.includes(keyText(one) ?? ' ')));
    const entry = (): TraceStep => ({ how: 'entry', name: names[0] ?? nameFor(key), at: found[0] && placeOf(ev, found[0].values.frame) });
    const worth = found.flatMap(({ keys, values }) => {
      const asked = wanted.filter((_, index) => keys.some((own) => keyText(own) === names[index]));
      return asked.flatMap((one) => inTurns(ev.evaluate(values.expr, values.frame), turnsOfValue(one)));
    });
    const [section] = worth;
    // `parser.get("section", "key")`
    if (section?.kind === 'dict' && second && second.kind !== 'dict' && second.kind !== 'const')
      return dictMethod(ev, section, name, { ...call, args: call.args.slice(1) });
    if (found.length > 0) return traced(ev, worth, entry);
    if (fallback) return ev.evaluate(fallback, call.frame);
    const isLeftOut = names.every((one) => one !== undefined) && isWhole(dict);
    return [hole('opaque', names[0] ?? nameFor(key), isLeftOut ? 'no-such-entry' : 'not-followed')];
  }
  const pairs = dict.entries.map(({ keys, values }): readonly Value[] => {
    const value = ev.evaluate(values.expr, values.frame);
    if (name === 'keys') return keys;
    return name === 'values' ? value : [{ kind: 'list', items: [keys, value] }];
  });
  return name === 'keys' || name === 'values' || name === 'items' ? [{ kind: 'list', items: pairs }] : [hole('opaque', name)];
}
