/** §4.1 Terraform: Glue jobs, schedules and triggers, each module as it is called. */
import type { DeclaredTable, Unresolved } from '../../src/core/facts.js';
import { literal, printTemplate } from '../targets/template.js';
import { argumentsIn, type Called, calledBy, printed, startsOf } from './called.js';
import { terraformTable } from './catalog-tables.js';
import type { FollowFacts, InfrastructureFacts, JobFacts, MachineFacts, StartFacts, TriggerFacts } from './facts.js';
import { machineName, machineOf } from './state-machine.js';
import { type Block, type Folder, isSpent, member, newScope, newWork, type Scope, type TerraformFile, tell } from './terraform-scope.js';
import { scriptIn, UPLOADS, type Uploads, uploadOf, uploadsOf } from './terraform-uploads.js';
import { at, isText, listIn, mapIn, type Told, textIn, wordIn } from './told.js';

const MAX_MODULES = 3;

type Found = {
  readonly jobs: JobFacts[];
  readonly machines: MachineFacts[];
  readonly triggers: TriggerFacts[];
  readonly follows: FollowFacts[];
  readonly starts: StartFacts[];
  readonly tables: DeclaredTable[];
  readonly aliases: Map<string, string[]>;
};

export type TerraformFacts = { readonly facts: InfrastructureFacts; readonly unresolved: readonly Unresolved[] };

export function readTerraform(files: readonly TerraformFile[]): TerraformFacts {
  const folders = new Map<string, TerraformFile[]>();
  for (const file of files) {
    const others = folders.get(folderOf(file.path));
    if (others) others.push(file);
    else folders.set(folderOf(file.path), [file]);
  }
  const read = new Map([...folders].map(([path, inside]): [string, Folder] => [path, folder(inside)]));
  const called = new Set([...read].flatMap(([path, { blocks }]) => blocks.flatMap((block) => moduleFolder(path, block) ?? [])));
  const found: Found = { jobs: [], machines: [], triggers: [], follows: [], starts: [], tables: [], aliases: new Map() };
  const left: Unresolved[] = [];
  const all = { left: MAX_FOLDERS_WORK };
  // A folder that others call as their module says nothing by itself: what it makes is up to them.
  for (const [path, one] of read) {
    if (called.has(path)) continue;
    const work = isSpent(all) ? { left: 0 } : newWork(one);
    const { left: before } = work;
    visit(found, read, path, newScope({ folder: one, path, root: path, given: new Map(), address: '', depth: 0, work }));
    all.left -= before - Math.max(0, work.left);
    if (isSpent(work)) left.push(...one.blocks.slice(0, 1).map(({ file }): Unresolved => ({ file: file.path, line: 1, ...TOO_MUCH })));
  }
  return { facts: found, unresolved: left };
}
/** Of all folders together. */
const MAX_FOLDERS_WORK = 10_000_000;
const TOO_MUCH = { reason: 'parse-timeout', text: 'modules and values of it are more than are worked out in a second' } as const;

function folder(files: readonly TerraformFile[]): Folder {
  const blocks: Block[] = [];
  const locals = new Map<string, unknown>();
  const defaults = new Map<string, unknown>();
  for (const file of files) {
    for (const [type, named] of entriesOf(member(file.blocks, 'resource')))
      for (const [name, bodies] of entriesOf(named)) for (const body of items(bodies)) blocks.push({ file, type, name, body });
    for (const [name, bodies] of entriesOf(member(file.blocks, 'module')))
      for (const body of items(bodies)) blocks.push({ file, type: 'module', name, body });
    for (const block of items(member(file.blocks, 'locals'))) for (const [name, value] of entriesOf(block)) locals.set(name, value);
    for (const [name, bodies] of entriesOf(member(file.blocks, 'variable')))
      for (const body of items(bodies)) if (member(body, 'default') !== undefined) defaults.set(name, member(body, 'default'));
  }
  const byAddress = new Map(blocks.toReversed().map((block) => [`${block.type}.${block.name}`, block.body]));
  return { blocks, byAddress, locals, defaults };
}

/** What a block costs beside its texts. */
const BLOCK = 5;

function visit(found: Found, folders: ReadonlyMap<string, Folder>, path: string, scope: Scope): void {
  const uploads = uploadsOf(scope.folder.blocks.filter(({ type }) => UPLOADS.has(type)).flatMap(({ body }) => uploadOf(tell(scope, body))));
  for (const block of scope.folder.blocks) {
    const told = tell(scope, block.body);
    scope.work.left -= BLOCK;
    // What was told last may be less than it says.
    if (isSpent(scope.work)) return;
    collectAliases(found.aliases, told);
    const inner = moduleFolder(path, block);
    const target = inner === undefined ? undefined : folders.get(inner);
    if (inner !== undefined && target && scope.depth < MAX_MODULES) {
      const address = `${scope.address}module.${block.name}.`;
      const { root, work } = scope;
      visit(
        found,
        folders,
        inner,
        newScope({ folder: target, path: inner, root, given: mapIn(told), address, depth: scope.depth + 1, work }),
      );
    } else collect(found, block, told, { ...scope, uploads });
  }
}

type Here = Scope & { readonly uploads: Uploads };

function collect(found: Found, { file, type, name, body }: Block, told: Told, { address, root, uploads }: Here): void {
  const place = { file: file.path, line: lineOf(file, type, name) };
  const names = [...(address === '' ? [] : [address.slice(0, -1)]), `${address}${type}.${name}`, wordIn(at(told, 'name')) ?? ''].filter(
    Boolean,
  );
  if (type === 'aws_glue_job') {
    const script = textIn(at(told, 'command', 'script_location'));
    const lies = script && scriptIn(script, uploads, root);
    if (lies) found.jobs.push({ at: place, names, script: lies, arguments: argumentsIn(at(told, 'default_arguments')) });
  }
  if (type === 'aws_sfn_state_machine') {
    const definition = at(told, 'definition');
    const template = wordIn(at(definition, 'file'));
    // The machine itself is read from its file, under the file's name.
    if (template !== undefined) for (const own of names) addAlias(found.aliases, own, machineName(template));
    else if (definition && !isText(definition)) found.machines.push(machineOf(definition, { at: place, names }));
  }
  found.tables.push(...terraformTable(type, told, place));
  const own: Own = { address, body, told };
  if (type === 'aws_glue_trigger') found.follows.push({ after: conditionsOf(own), starts: startedBy(own) });
  if (type === 'aws_glue_trigger' || type === 'aws_scheduler_schedule')
    found.starts.push(...calledIn(own).flatMap((called) => startsOf({ at: place, id: name }, called)));
  const trigger = triggerOf(type, name, own);
  if (trigger) found.triggers.push({ at: place, ...trigger });
}

type Trigger = Omit<TriggerFacts, 'at'>;
/** `address`: of the module that it is in, as its neighbours are named by it. */
type Own = { readonly address: string; readonly body: unknown; readonly told: Told };

function triggerOf(type: string, name: string, own: Own): Trigger | undefined {
  const { told } = own;
  const written = wordIn(at(told, 'schedule_expression')) ?? wordIn(at(told, 'schedule'));
  if (written === undefined) return undefined;
  const count = wordIn(at(told, 'count'));
  const isOn = wordIn(at(told, 'enabled')) !== 'false' && wordIn(at(told, 'is_enabled')) !== 'false';
  const state = wordIn(at(told, 'state')) ?? 'ENABLED';
  const id = textIn(at(told, 'name'));
  const common = {
    id: id ? printTemplate(id) : name,
    asWritten: written,
    timezone: wordIn(at(told, 'schedule_expression_timezone')) ?? 'UTC',
    enabled: isOn && state !== 'DISABLED' && count !== '0' && written !== '',
  };
  if (type === 'aws_scheduler_schedule') return { ...common, platform: 'eventbridge', starts: startedBy(own) };
  if (type === 'aws_cloudwatch_event_rule') return { ...common, platform: 'eventbridge', starts: [] };
  if (type === 'aws_glue_trigger') return { ...common, platform: 'glue', starts: startedBy(own) };
  return undefined;
}

/** What the actions of a trigger and the target of a schedule start. */
function startedBy(own: Own): readonly string[] {
  return [...new Set(calledIn(own).flatMap(({ names }) => names))];
}

function calledIn({ address, body, told }: Own): readonly Called[] {
  return ['actions', 'target'].flatMap((key) =>
    listIn(at(told, key)).map((one, index): Called => {
      const input = at(one, 'input');
      const called = calledBy(printed(at(one, 'arn')), input);
      const given = called?.arguments ?? argumentsIn(at(one, 'arguments'));
      const written = [wordIn(at(one, 'job_name')) ?? '', ...(called?.names ?? [])].filter((name) => name !== '' && !name.includes('{'));
      return { names: [...references(items(member(body, key))[index], address), ...written], arguments: given };
    }),
  );
}

function conditionsOf({ address, body, told }: Own): readonly string[] {
  const written = listIn(at(told, 'predicate', 'conditions')).flatMap((one) => wordIn(at(one, 'job_name')) ?? []);
  return [...references(member(body, 'predicate'), address), ...written];
}

/** Who may start something, and where that is sent which could not be started. */
const BESIDE = /^(?:role_arn|kms_key_arn|dead_letter_config|network_configuration)$/;

/** Addresses of other blocks, in the text as it is written. */
function references(body: unknown, address: string): readonly string[] {
  const text = JSON.stringify(body ?? '', (key, value: unknown) => (BESIDE.test(key) ? undefined : value));
  return [...new Set(text.match(/(?:module|aws_\w+)\.[\w-]+/g) ?? [])].map((one) => address + one);
}

/** `templatefile(…, { job_name = module.x.name })`: what the template calls `job_name` is that module's. */
function collectAliases(aliases: Map<string, string[]>, told: Told, seen: Set<Told> = new Set()): void {
  if (isText(told) || seen.has(told)) return;
  seen.add(told);
  if (!(told instanceof Map)) {
    for (const item of listIn(told)) collectAliases(aliases, item, seen);
    return;
  }
  for (const [key, value] of told) {
    if (key === 'templatefile') for (const [name, of] of mapIn(value)) addAlias(aliases, name, printTemplate(textIn(of) ?? literal('')));
    else collectAliases(aliases, value, seen);
  }
}

function addAlias(aliases: Map<string, string[]>, name: string, of: string): void {
  const others = aliases.get(name);
  if (others) others.push(of);
  else aliases.set(name, [of]);
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

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
