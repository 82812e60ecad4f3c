/** §4.1 What names of one folder of Terraform are worth, each worked out once: locals, variables, what a bucket or a file is called. */
import type { SourceRef } from '../../src/core/evidence.js';
import { fullText, literal } from '../templates/template.js';
import type { WrittenTurns } from '../templates/turns.js';
import { member } from './terraform-blocks.js';
import { evaluateText } from './terraform-expression.js';
import type { Instance } from './terraform-instances.js';
import { argumentBehind, isManyTimes, isSaid, moduleFolder } from './terraform-modules.js';
import { at, isText, type Lookup, NULL, sizeOfTold, type Told, toldOf } from './told.js';

/** One `.tf` file: its blocks as JSON, and its text for the lines. */
export type TerraformFile = { readonly path: string; readonly blocks: unknown; readonly text: string };
/** `size`: characters of its body. */
export type Block = {
  readonly file: TerraformFile;
  readonly type: string;
  readonly name: string;
  readonly body: unknown;
  readonly size: number;
};
export type Folder = {
  readonly blocks: readonly Block[];
  /** Bodies of blocks by type and name, of equal ones the first. */
  readonly byAddress: ReadonlyMap<string, unknown>;
  readonly locals: ReadonlyMap<string, unknown>;
  readonly defaults: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, unknown>;
};

/** A folder as it is run or called. */
type Place = {
  readonly folder: Folder;
  /** All folders by their paths: what a module hands out is said in its own. */
  readonly folders: ReadonlyMap<string, Folder>;
  /** Where its files lie, and those of the folder that Terraform is run in. */
  readonly path: string;
  readonly root: string;
  /** What a variable is given, asked for at a depth. */
  readonly given: (name: string, depth: number) => Told | undefined;
  readonly address: string;
  readonly depth: number;
  readonly work: Work;
  readonly made: Made;
};
/** The calls of modules that lead to a place, the turns of `for_each` and `count` around it, and what stands for each of them. */
type Made = { readonly through: readonly SourceRef[]; readonly turns: WrittenTurns; readonly each: Instance['each'] };
export const ONCE: Made = { through: [], turns: [], each: new Map() };
export type Scope = Place & {
  /** Values by their names and by how deep they were asked for: a ring ends where values of values end. */
  readonly known: Map<string, Told | undefined>;
  /** Modules that it calls, as they are asked for what they hand out. */
  readonly called: Map<string, Scope>;
};

export function newScope(place: Place): Scope {
  return { ...place, known: new Map(), called: new Map() };
}

/** What may still be worked out for one folder that is run: modules of modules multiply, and lists of lists. `asked`: outputs being worked out. */
export type Work = { left: number; readonly asked: Set<string> };
const MAX_WORK = 60_000;
/** Characters of a text, of one that has values in it, and values of a list, that cost as much as one look. */
const AT_ONCE = 200;
const AT_ONCE_WORKED_OUT = 20;

/** What stands written is read, however much that is; beyond it there is a budget for what is made of it. */
export function newWork({ blocks }: Folder): Work {
  const written = [...new Set(blocks.map(({ file }) => file.text))].reduce((size, text) => size + text.length, 0);
  return { left: MAX_WORK + written / 5, asked: new Set() };
}

export function isSpent({ left }: Pick<Work, 'left'>): boolean {
  return left <= 0;
}

const MAX_DEPTH = 8;

export function tell(scope: Scope, value: unknown, depth = 0): Told {
  const lookup = lookupIn(scope, depth);
  const told = toldOf(value, (text) => {
    scope.work.left -= 1 + text.length / (text.includes('${') ? AT_ONCE_WORKED_OUT : AT_ONCE);
    return isSpent(scope.work) ? NULL : evaluateText(text, lookup);
  });
  scope.work.left -= sizeOfTold(told) / AT_ONCE;
  return told;
}

export function lookupIn(scope: Scope, depth: number): Lookup {
  return ([kind = '', name = '', ...rest], asks) => {
    if (kind === 'path') return literal(`/${name === 'module' ? scope.path : scope.root}`);
    const given = kind === 'var' ? scope.given(name, depth) : scope.made.each.get(`${kind}.${name}`);
    if (given !== undefined) return rest.length === 0 ? given : at(given, ...rest);
    const isDeep = depth > MAX_DEPTH;
    if (kind === 'module') return isDeep ? undefined : handedOut(scope, [name, ...rest], depth);
    const made = isDeep ? undefined : madeName(scope, [kind, name, ...rest], depth);
    if (made !== undefined) return made;
    if (asks === 'condition' && kind === 'var' && rest.length === 0) return defaultIn(scope, name);
    const written = kind === 'var' ? scope.folder.defaults.get(name) : kind === 'local' ? scope.folder.locals.get(name) : undefined;
    if (written === undefined || isDeep) return undefined;
    const told = remembered(scope, { name: `${kind}.${name}`, written, depth });
    const inside = rest.length === 0 ? told : at(told, ...rest);
    // An empty default is none: whoever applies this says the value.
    return isText(inside) && fullText(inside) === '' ? undefined : inside;
  };
}

type Asked = { readonly name: string; readonly written: unknown; readonly depth: number };

function remembered(scope: Scope, { name, written, depth }: Asked): Told | undefined {
  const key = `${depth} ${name}`;
  if (scope.known.has(key)) return scope.known.get(key);
  const told = tell(scope, written, depth + 1);
  scope.known.set(key, told);
  return told;
}

/** What stands where nobody gives a value. Only who calls a module is read: what is off or empty at the root may be on where it is applied. */
function defaultIn({ folder, depth }: Scope, name: string): Told | undefined {
  if (!folder.defaults.has(name)) return undefined;
  const value = folder.defaults.get(name);
  if (value === null) return NULL;
  if (depth === 0 && (value === false || value === '')) return undefined;
  return typeof value === 'object' || (typeof value === 'string' && value.includes('${')) ? undefined : literal(String(value));
}

/** Attributes by which others know a bucket, a database or a file: `aws_s3_bucket.lake.id` is its name. */
const NAMES: Readonly<Record<string, string>> = {
  aws_s3_bucket: 'bucket',
  aws_glue_catalog_database: 'name',
  aws_s3_object: 'key',
  aws_s3_bucket_object: 'key',
};

/** What a bucket, a database or a file of the same folder is called. */
function madeName(scope: Scope, [kind = '', name = '', ...rest]: readonly string[], depth: number): Told | undefined {
  const attribute = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined;
  const [asked = '', ...more] = rest.filter((part, index) => index > 0 || !/^\d+$/.test(part));
  if (attribute === undefined || more.length > 0 || (asked !== 'id' && asked !== attribute)) return undefined;
  const written = member(scope.folder.byAddress.get(`${kind}.${name}`), attribute);
  return typeof written === 'string' ? remembered(scope, { name: `${kind}.${name}`, written, depth }) : undefined;
}

/** `module.buckets.raw_name`, `module.job[0].name`: what the module says in the folder where it lies, from what its caller gives it. */
function handedOut(scope: Scope, [name = '', ...path]: readonly string[], depth: number): Told | undefined {
  const body = scope.folder.byAddress.get(`module.${name}`);
  const [output = '', ...rest] = /^\d+$/.test(path[0] ?? '') ? path.slice(1) : path;
  if (body === undefined || isManyTimes(body)) return undefined;
  const argument = argumentBehind(body, output);
  if (argument !== undefined) return givenTo(scope, { name, body, argument }, depth);
  const inner = calledModule(scope, name, body);
  const written = inner?.folder.outputs.get(output);
  const asked = `${inner?.address} ${output}`;
  if (inner === undefined || written === undefined || scope.work.asked.has(asked)) return undefined;
  scope.work.asked.add(asked);
  const told = at(remembered(inner, { name: `output.${output}`, written, depth }), ...rest);
  scope.work.asked.delete(asked);
  return isSaid(told) ? told : undefined;
}

function calledModule(scope: Scope, name: string, body: unknown): Scope | undefined {
  const path = moduleFolder(scope.path, body);
  const folder = path === undefined ? undefined : scope.folders.get(path);
  const known = scope.called.get(name);
  if (known || path === undefined || !folder) return known;
  const inner = newScope({
    ...scope,
    folder,
    path,
    given: (argument, depth) => givenTo(scope, { name, body, argument }, depth),
    address: `${scope.address}module.${name}.`,
    depth: scope.depth + 1,
    made: ONCE,
  });
  scope.called.set(name, inner);
  return inner;
}

type Argument = { readonly name: string; readonly body: unknown; readonly argument: string };

function givenTo(scope: Scope, { name, body, argument }: Argument, depth: number): Told | undefined {
  const written = member(body, argument);
  return written === undefined ? undefined : remembered(scope, { name: `module.${name} ${argument}`, written, depth });
}

const BLOCK_NAMED = /^\$\{\s*(module\.)?([\w-]+\.[\w-]+|[\w-]+)(?:\.[\w-]+)?\s*\}$/;

/** The address of the block that an output names as a whole: `value = aws_glue_job.orders.name`, or another module's output. */
export function addressBehind(scope: Scope, name: string, output: string, depth = 0): string | undefined {
  const body = scope.folder.byAddress.get(`module.${name}`);
  const inner = body === undefined || isManyTimes(body) || depth > MAX_DEPTH ? undefined : calledModule(scope, name, body);
  const written = inner?.folder.outputs.get(output);
  if (!inner || typeof written !== 'string') return undefined;
  scope.work.left -= 1;
  const [, isModule, named = ''] = BLOCK_NAMED.exec(written) ?? [];
  if (!isModule) return named.startsWith('aws_') ? inner.address + named : undefined;
  const [further = '', handed = ''] = named.split('.');
  return addressBehind(inner, further, handed, depth + 1);
}
