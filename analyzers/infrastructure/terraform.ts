/** §4.1 Terraform: Glue jobs, schedules and triggers, each module as it is called. */
import { printPlace, type SourceRef } from '../../src/core/evidence.js';
import type { DeclaredTable } from '../../src/core/facts.js';
import { fullText, literal, printTemplate } from '../targets/template.js';
import type { WrittenTurns } from '../targets/turns.js';
import { argumentsIn, startsOf } from './called.js';
import { terraformTable } from './catalog-tables.js';
import { databricksJob } from './databricks-job.js';
import type { FollowFacts, InfrastructureFacts, JobFacts, MachineFacts, StartFacts, TriggerFacts } from './facts.js';
import { machineName, machineOf } from './state-machine.js';
import { entriesOf, items, member, sizeOf } from './terraform-blocks.js';
import { evaluateText } from './terraform-expression.js';
import { type Instance, instancesOf } from './terraform-instances.js';
import { calledIn, conditionsOf, type Own, startedBy, targetOf, triggerOf } from './terraform-triggers.js';
import { scriptIn, UPLOADS, type Upload, uploadOf } from './terraform-uploads.js';
import { at, isText, type Lookup, listIn, mapIn, NULL, type Told, textIn, toldOf, wordIn } from './told.js';

/** One `.tf` file: its blocks as JSON, and its text for the lines. */
export type TerraformFile = { readonly path: string; readonly blocks: unknown; readonly text: string };

const MAX_MODULES = 3;
const MAX_DEPTH = 8;

/** `size`: characters of its body. */
type Block = {
  readonly file: TerraformFile;
  readonly type: string;
  readonly name: string;
  readonly body: unknown;
  readonly size: number;
};
type Folder = {
  readonly blocks: readonly Block[];
  readonly locals: ReadonlyMap<string, unknown>;
  readonly defaults: ReadonlyMap<string, unknown>;
};
type Scope = {
  readonly folder: Folder;
  /** Where its files lie, and those of the folder that Terraform is run in. */
  readonly path: string;
  readonly root: string;
  readonly given: ReadonlyMap<string, Told>;
  readonly address: string;
  readonly depth: number;
  readonly work: Work;
  readonly made: Made;
};
/** The calls of modules that lead to a place, the turns of `for_each` and `count` around it, and what stands for each of them. */
type Made = { readonly through: readonly SourceRef[]; readonly turns: WrittenTurns; readonly each: Instance['each'] };
const ONCE: Made = { through: [], turns: [], each: new Map() };
/** What may still be looked up: values of values of values, and modules of modules, multiply. */
type Work = { left: number };
const MAX_LOOKUPS = 100_000;
type Found = {
  readonly jobs: JobFacts[];
  readonly machines: MachineFacts[];
  readonly triggers: TriggerFacts[];
  readonly follows: FollowFacts[];
  readonly starts: StartFacts[];
  readonly programs: readonly [];
  readonly calls: readonly [];
  readonly tables: DeclaredTable[];
  readonly aliases: Map<string, readonly string[]>;
  /** Triggers that are rules, by their addresses: what they start is said by blocks of its own. */
  readonly rules: Map<string, number>;
  readonly targets: ReturnType<typeof targetOf>[];
};
const RULE = 'aws_cloudwatch_event_rule';

export function readTerraform(files: readonly TerraformFile[]): InfrastructureFacts {
  const folders = new Map<string, TerraformFile[]>();
  for (const file of files) folders.set(folderOf(file.path), [...(folders.get(folderOf(file.path)) ?? []), file]);
  const read = new Map([...folders].map(([path, inside]): [string, Folder] => [path, folder(inside)]));
  const called = new Set([...read].flatMap(([path, { blocks }]) => blocks.flatMap((block) => moduleFolder(path, block) ?? [])));
  const found: Found = {
    jobs: [],
    machines: [],
    triggers: [],
    follows: [],
    starts: [],
    programs: [],
    calls: [],
    tables: [],
    aliases: new Map(),
    rules: new Map(),
    targets: [],
  };
  // A folder that others call as their module says nothing by itself: what it makes is up to them.
  const work = { left: MAX_LOOKUPS };
  for (const [path, one] of read)
    if (!called.has(path))
      visit(found, read, path, { folder: one, path, root: path, given: new Map(), address: '', depth: 0, work, made: ONCE });
  for (const { rules, starts } of found.targets)
    for (const index of rules.flatMap((rule) => found.rules.get(rule) ?? [])) {
      const rule = found.triggers[index];
      if (rule) found.triggers[index] = { ...rule, starts: [...rule.starts, ...starts] };
    }
  return found;
}

function folder(files: readonly TerraformFile[]): Folder {
  const blocks: Block[] = [];
  const locals = new Map<string, unknown>();
  const defaults = new Map<string, unknown>();
  for (const file of files) {
    for (const [type, named] of entriesOf(member(file.blocks, 'resource')))
      for (const [name, bodies] of entriesOf(named))
        for (const body of items(bodies)) blocks.push({ file, type, name, body, size: sizeOf(body) });
    for (const [name, bodies] of entriesOf(member(file.blocks, 'module')))
      for (const body of items(bodies)) blocks.push({ file, type: 'module', name, body, size: sizeOf(body) });
    for (const block of items(member(file.blocks, 'locals'))) for (const [name, value] of entriesOf(block)) locals.set(name, value);
    for (const [name, bodies] of entriesOf(member(file.blocks, 'variable')))
      for (const body of items(bodies)) if (member(body, 'default') !== undefined) defaults.set(name, member(body, 'default'));
  }
  return { blocks, locals, defaults };
}

function visit(found: Found, folders: ReadonlyMap<string, Folder>, path: string, scope: Scope): void {
  const tell = tellIn(scope);
  const uploads = scope.folder.blocks.filter(({ type }) => UPLOADS.has(type)).flatMap(({ body }) => uploadOf(tell(body)));
  for (const block of scope.folder.blocks) {
    const told = tell(block.body);
    collectAliases(found.aliases, told);
    for (const { key, inside } of instancesIn(scope, block, told)) {
      // What is read again, in another turn or for another caller, costs by its length.
      scope.work.left -= 1 + (inside === scope && scope.depth === 0 ? 0 : block.size >> 6);
      if (scope.work.left <= 0) return;
      visitBlock(found, folders, { path, block, key, told: inside === scope ? told : tellIn(inside)(block.body), inside, uploads });
    }
  }
}

function tellIn(scope: Scope): (value: unknown) => Told {
  const lookup = lookupIn(scope, 0);
  return (value) => toldOf(value, (text) => evaluateText(text, lookup));
}

type OneBlock = {
  readonly path: string;
  readonly block: Block;
  /** Of the instance, in brackets. */
  readonly key: string;
  readonly told: Told;
  readonly inside: Scope;
  readonly uploads: readonly Upload[];
};

function visitBlock(found: Found, folders: ReadonlyMap<string, Folder>, { path, block, key, told, inside, uploads }: OneBlock): void {
  const inner = moduleFolder(path, block);
  const target = inner === undefined ? undefined : folders.get(inner);
  if (inner === undefined || !target || inside.depth >= MAX_MODULES) {
    collect(found, block, told, { ...inside, uploads, key });
    return;
  }
  visit(found, folders, inner, {
    folder: target,
    path: inner,
    root: inside.root,
    given: mapIn(told),
    address: `${inside.address}module.${block.name}${key}.`,
    depth: inside.depth + 1,
    work: inside.work,
    made: { ...inside.made, through: [...inside.made.through, placeOf(block)], each: new Map() },
  });
}

/** A block that is made once stands in its scope; each instance of another in one where it is told which it is. */
function instancesIn(scope: Scope, block: Block, told: Told): readonly { readonly key: string; readonly inside: Scope }[] {
  const instances = instancesOf(told);
  if (!instances) return [{ key: '', inside: scope }];
  const loop = printPlace(placeOf(block));
  return instances.map(({ key, each }, turn) => ({
    key: `[${key}]`,
    inside: { ...scope, made: { ...scope.made, turns: [...scope.made.turns, [loop, [turn]] as const], each } },
  }));
}

function lookupIn(scope: Scope, depth: number): Lookup {
  return ([kind = '', name = '', ...rest], asks) => {
    if (kind === 'path') return literal(`/${name === 'module' ? scope.path : scope.root}`);
    const given = kind === 'var' ? scope.given.get(name) : scope.made.each.get(`${kind}.${name}`);
    if (given !== undefined) return rest.length === 0 ? given : at(given, ...rest);
    const made = depth > MAX_DEPTH ? undefined : madeName(scope, [kind, name, ...rest], depth);
    if (made !== undefined) return made;
    if (asks === 'condition' && kind === 'var' && rest.length === 0) return defaultIn(scope, name);
    const written = kind === 'var' ? scope.folder.defaults.get(name) : kind === 'local' ? scope.folder.locals.get(name) : undefined;
    scope.work.left -= 1;
    if (written === undefined || depth > MAX_DEPTH || scope.work.left <= 0) return undefined;
    const told = toldOf(written, (text) => evaluateText(text, lookupIn(scope, depth + 1)));
    const inside = rest.length === 0 ? told : at(told, ...rest);
    // An empty default is none: whoever applies this says the value.
    return isText(inside) && fullText(inside) === '' ? undefined : inside;
  };
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
  const body = scope.folder.blocks.find((block) => block.type === kind && block.name === name)?.body;
  const written = member(body, attribute);
  return typeof written === 'string' ? evaluateText(written, lookupIn(scope, depth + 1)) : undefined;
}

type Here = Scope & Pick<OneBlock, 'uploads' | 'key'>;

function placeOf({ file, type, name }: Block): SourceRef {
  return { file: file.path, line: lineOf(file, type, name) };
}

function collect(found: Found, block: Block, told: Told, here: Here): void {
  const { type, name, body } = block;
  const { address, root, uploads, key, made } = here;
  const place = placeOf(block);
  const way = { through: made.through, turns: made.turns };
  const whole = `${address}${type}.${name}`;
  const names = [...addressesOf(address), whole, whole + key, wordIn(at(told, 'name')) ?? ''].filter(Boolean);
  if (type === 'aws_glue_job') {
    const script = textIn(at(told, 'command', 'script_location'));
    const lies = script && scriptIn(script, uploads, root);
    if (lies) found.jobs.push({ at: place, names, script: lies, arguments: argumentsIn(at(told, 'default_arguments')), way });
  }
  if (type === 'aws_sfn_state_machine') {
    const definition = at(told, 'definition');
    const template = wordIn(at(definition, 'file'));
    // The machine itself is read from its file, under the file's name.
    if (template !== undefined) for (const own of names) found.aliases.set(own, [...(found.aliases.get(own) ?? []), machineName(template)]);
    else if (definition && !isText(definition)) found.machines.push(machineOf(definition, { at: place, names }));
  }
  if (type === 'databricks_job') {
    const lineOf = (task: string): number => taskLine(block.file.text, place.line, task);
    const { machine, triggers } = databricksJob({ told, at: place, names: [whole + key, ...names], key: name, lineOf });
    found.machines.push({ ...machine, starts: machine.starts.map((start) => ({ ...start, ...way })) });
    found.triggers.push(...triggers);
  }
  found.tables.push(...terraformTable(type, told, place));
  const own: Own = { address, body, told, lookup: lookupIn(here, 0) };
  if (type === 'aws_glue_trigger') found.follows.push({ after: conditionsOf(own), starts: startedBy(own) });
  if (type === 'aws_glue_trigger' || type === 'aws_scheduler_schedule')
    found.starts.push(...calledIn(own).flatMap((called) => startsOf({ at: place, id: name, turns: made.turns }, called)));
  const trigger = triggerOf(type, name, own);
  if (trigger) found.triggers.push({ at: place, ...trigger });
  if (trigger && type === RULE) found.rules.set(whole + key, found.triggers.length - 1);
  if (type === 'aws_cloudwatch_event_target') found.targets.push(targetOf(own));
}

/** The first task of that key behind the line of its job. */
function taskLine(text: string, from: number, key: string): number {
  const lines = text.split('\n');
  const found = lines.findIndex((line, index) => index >= from && line.includes(`"${key}"`) && /\btask_key\b/.test(line));
  return found < 0 ? from : found + 1;
}

/** A module may be named as a whole; where it is made several times, without or with the key of one. */
function addressesOf(address: string): readonly string[] {
  const own = address.replace(/\.$/, '');
  return own === '' ? [] : [own, own.replace(/\[[^[\]]*\]$/, '')];
}

/** `templatefile(…, { job_name = module.x.name })`: what the template calls `job_name` is that module's. */
function collectAliases(aliases: Map<string, readonly string[]>, told: Told): void {
  if (isText(told)) return;
  if (!(told instanceof Map)) {
    for (const item of listIn(told)) collectAliases(aliases, item);
    return;
  }
  for (const [key, value] of told) {
    if (key === 'templatefile')
      for (const [name, of] of mapIn(value)) aliases.set(name, [...(aliases.get(name) ?? []), printTemplate(textIn(of) ?? literal(''))]);
    else collectAliases(aliases, value);
  }
}

function moduleFolder(from: string, { type, body }: Block): string | undefined {
  const source = type === 'module' ? member(body, 'source') : undefined;
  if (typeof source !== 'string' || !source.startsWith('.')) return undefined;
  const parts: string[] = from === '' ? [] : from.split('/');
  for (const part of source.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function lineOf(file: TerraformFile, type: string, name: string): number {
  return headsOf(file).get(`${type} ${name}`) ?? 1;
}

const HEAD = /\bresource\s+"([\w-]+)"\s+"([\w-]+)"|\b(module)\s+"([\w-]+)"/g;
const HEADS = new WeakMap<TerraformFile, ReadonlyMap<string, number>>();

/** The lines of resources and modules: of equal ones that of the first. A file is walked through once, however many it has. */
function headsOf(file: TerraformFile): ReadonlyMap<string, number> {
  const known = HEADS.get(file);
  if (known) return known;
  const found = new Map<string, number>();
  let line = 1;
  let from = 0;
  for (const { index, 1: type, 2: name, 3: module, 4: called } of file.text.matchAll(HEAD)) {
    line += file.text.slice(from, index).split('\n').length - 1;
    from = index;
    const key = `${type ?? module} ${name ?? called}`;
    if (!found.has(key)) found.set(key, line);
  }
  HEADS.set(file, found);
  return found;
}
