/** §4.1 Terraform: Glue jobs, schedules and triggers, each module as it is called. */
import { printPlace, type SourceRef } from '../../src/core/evidence.js';
import type { DeclaredTable, Unresolved } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import { literal, printTemplate } from '../templates/template.js';
import { argumentsIn, startsOf } from './called.js';
import { terraformTable } from './catalog-tables.js';
import { databricksJob } from './databricks-job.js';
import {
  type FollowFacts,
  type InfrastructureFacts,
  type JobFacts,
  type MachineFacts,
  NO_INFRASTRUCTURE,
  type StartFacts,
  type TriggerFacts,
} from './facts.js';
import { folderIn, lambdaJobs } from './lambda.js';
import { containersOf, machineName, machineOf } from './state-machine.js';
import { entriesOf, items, member, sizeOf } from './terraform-blocks.js';
import { handedToModule } from './terraform-foreign.js';
import { instancesOf } from './terraform-instances.js';
import { moduleFolder } from './terraform-modules.js';
import {
  addressBehind,
  type Block,
  type Folder,
  isSpent,
  lookupIn,
  newScope,
  newWork,
  ONCE,
  type Scope,
  type TerraformFile,
  tell,
} from './terraform-scope.js';
import { calledIn, conditionsOf, type Own, startedBy, targetOf, triggerOf } from './terraform-triggers.js';
import { fromRoot, scriptIn, UPLOADS, type Uploads, uploadOf, uploadsOf } from './terraform-uploads.js';
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
  /** Triggers that are rules, by their addresses: what they start is said by blocks of its own. */
  readonly rules: Map<string, number>;
  readonly targets: ReturnType<typeof targetOf>[];
};
const RULE = 'aws_cloudwatch_event_rule';

export type TerraformFacts = { readonly facts: InfrastructureFacts; readonly unresolved: readonly Unresolved[] };

export function readTerraform(files: readonly TerraformFile[]): TerraformFacts {
  const folders = new Map<string, TerraformFile[]>();
  for (const file of files) {
    const others = folders.get(folderOf(file.path));
    if (others) others.push(file);
    else folders.set(folderOf(file.path), [file]);
  }
  const read = new Map([...folders].map(([path, inside]): [string, Folder] => [path, folder(inside)]));
  const called = new Set([...read].flatMap(([path, { blocks }]) => blocks.flatMap((block) => calledFolder(path, block) ?? [])));
  const found: Found = {
    jobs: [],
    machines: [],
    triggers: [],
    follows: [],
    starts: [],
    tables: [],
    aliases: new Map(),
    rules: new Map(),
    targets: [],
  };
  const left: Unresolved[] = [];
  const all = { left: MAX_FOLDERS_WORK };
  // A folder that others call as their module says nothing by itself: what it makes is up to them.
  for (const [path, one] of read) {
    if (called.has(path)) continue;
    const work = isSpent(all) ? { ...newWork(one), left: 0 } : newWork(one);
    const { left: before } = work;
    visit(
      found,
      read,
      path,
      newScope({ folder: one, folders: read, path, root: path, given: () => undefined, address: '', depth: 0, work, made: ONCE }),
    );
    all.left -= before - Math.max(0, work.left);
    if (isSpent(work)) left.push(...one.blocks.slice(0, 1).map(({ file }): Unresolved => ({ file: file.path, line: 1, ...TOO_MUCH })));
  }
  for (const { rules, starts } of found.targets)
    for (const index of rules.flatMap((rule) => found.rules.get(rule) ?? [])) {
      const rule = found.triggers[index];
      if (rule) found.triggers[index] = { ...rule, starts: [...rule.starts, ...starts] };
    }
  const { rules: _, targets: __, ...facts } = found;
  return { facts: { ...NO_INFRASTRUCTURE, ...facts }, unresolved: left };
}
/** Of all folders together. */
const MAX_FOLDERS_WORK = 10_000_000;
const TOO_MUCH = { reason: 'parse-timeout', text: 'modules and values of it are more than are worked out in a second' } as const;

function folder(files: readonly TerraformFile[]): Folder {
  const blocks: Block[] = [];
  const locals = new Map<string, unknown>();
  const defaults = new Map<string, unknown>();
  const outputs = new Map<string, unknown>();
  for (const file of files) {
    for (const [type, named] of entriesOf(member(file.blocks, 'resource')))
      for (const [name, bodies] of entriesOf(named))
        for (const body of items(bodies)) blocks.push({ file, type, name, body, size: sizeOf(body) });
    for (const [name, bodies] of entriesOf(member(file.blocks, 'module')))
      for (const body of items(bodies)) blocks.push({ file, type: 'module', name, body, size: sizeOf(body) });
    for (const block of items(member(file.blocks, 'locals'))) for (const [name, value] of entriesOf(block)) locals.set(name, value);
    for (const [name, bodies] of entriesOf(member(file.blocks, 'output')))
      for (const body of items(bodies)) outputs.set(name, member(body, 'value'));
    for (const [name, bodies] of entriesOf(member(file.blocks, 'variable')))
      for (const body of items(bodies)) if (member(body, 'default') !== undefined) defaults.set(name, member(body, 'default'));
  }
  const archives = files.flatMap((file) => entriesOf(member(member(file.blocks, 'data'), ARCHIVE)));
  const byAddress = new Map([
    ...blocks.toReversed().map((block): [string, unknown] => [`${block.type}.${block.name}`, block.body]),
    ...archives.map(([name, bodies]): [string, unknown] => [`data.${ARCHIVE}.${name}`, items(bodies)[0]]),
  ]);
  return { blocks, byAddress, locals, defaults, outputs };
}

/** What packs a folder, so that a function is made of it. */
const ARCHIVE = 'archive_file';

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
    for (const { key, inside } of instancesIn(scope, block, told)) {
      // What is read again, in another turn or for another caller, costs by its length.
      scope.work.left -= 1 + (inside === scope && scope.depth === 0 ? 0 : block.size >> 6);
      if (isSpent(scope.work)) return;
      visitBlock(found, folders, { path, block, key, told: inside === scope ? told : tell(inside, block.body), inside, uploads });
    }
  }
}

type OneBlock = {
  readonly path: string;
  readonly block: Block;
  /** Of the instance, in brackets. */
  readonly key: string;
  readonly told: Told;
  readonly inside: Scope;
  readonly uploads: Uploads;
};

function visitBlock(found: Found, folders: ReadonlyMap<string, Folder>, { path, block, key, told, inside, uploads }: OneBlock): void {
  const inner = calledFolder(path, block);
  const target = inner === undefined ? undefined : folders.get(inner);
  if (inner === undefined || !target || inside.depth >= MAX_MODULES) {
    collect(found, block, told, { ...inside, uploads, key });
    return;
  }
  const given = mapIn(told);
  const scope = newScope({
    folder: target,
    folders,
    path: inner,
    root: inside.root,
    given: (name) => given.get(name),
    address: `${inside.address}module.${block.name}${key}.`,
    depth: inside.depth + 1,
    work: inside.work,
    made: { ...inside.made, through: [...inside.made.through, placeOf(block)], each: new Map() },
  });
  visit(found, folders, inner, scope);
}

/** A block that is made once stands in its scope; each instance of another in one where it is told which it is. */
function instancesIn(scope: Scope, block: Block, told: Told): readonly { readonly key: string; readonly inside: Scope }[] {
  const instances = instancesOf(told);
  if (!instances) return [{ key: '', inside: scope }];
  const loop = printPlace(placeOf(block));
  return instances.map(({ key, each }, turn) => ({
    key: `[${key}]`,
    inside: newScope({ ...scope, made: { ...scope.made, turns: [...scope.made.turns, [loop, [turn]] as const], each } }),
  }));
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
    if (template !== undefined) for (const own of names) addAlias(found.aliases, own, machineName(template));
    else if (definition && !isText(definition)) found.machines.push(machineOf(definition, { at: place, names }));
  }
  if (type === 'databricks_job') {
    const lineOf = (task: string): number => taskLine(block.file, place.line, task);
    const { machine, triggers } = databricksJob({ told, at: place, names: [whole + key, ...names], key: name, lineOf });
    found.machines.push({ ...machine, starts: machine.starts.map((start) => ({ ...start, ...way })) });
    found.triggers.push(...triggers);
  }
  if (type === 'module' && moduleFolder(here.path, body) === undefined)
    found.triggers.push(...handedToModule(name, told).map((trigger) => ({ at: place, ...trigger })));
  if (type === 'aws_ecs_task_definition') {
    const own = [...names, wordIn(at(told, 'family')) ?? ''].filter(Boolean);
    found.machines.push(containersOf(at(told, 'container_definitions'), { at: place, names: own, way }));
  }
  if (type === 'aws_lambda_function')
    found.jobs.push(
      ...lambdaJobs({
        at: place,
        names: [...names, wordIn(at(told, 'function_name')) ?? ''].filter(Boolean),
        way,
        folder: packedFolder(body, here),
        handler: at(told, 'handler'),
        runtime: at(told, 'runtime'),
        environment: at(told, 'environment', 'variables'),
      }),
    );
  found.tables.push(...terraformTable(type, told, place));
  const behind = (module: string, output: string): string | undefined => addressBehind(here, module, output);
  const own: Own = { address, body, told, lookup: lookupIn(here, 0), behind };
  if (type === 'aws_glue_trigger') found.follows.push({ after: conditionsOf(own), starts: startedBy(own) });
  if (type === 'aws_glue_trigger' || type === 'aws_scheduler_schedule')
    found.starts.push(...calledIn(own).flatMap((called) => startsOf({ at: place, id: name, turns: made.turns }, called)));
  const trigger = triggerOf(type, name, own);
  if (trigger) found.triggers.push({ at: place, ...trigger });
  if (trigger && type === RULE) found.rules.set(whole + key, found.triggers.length - 1);
  if (type === 'aws_cloudwatch_event_target') found.targets.push(targetOf(own));
}

/** The folder of the repository that the archive of a function is packed out of. */
function packedFolder(body: unknown, here: Here): string | undefined {
  const named = ['filename', 's3_key', 'source_code_hash'].map((key) => member(body, key)).join(' ');
  const [, name] = /\bdata\.archive_file\.([\w-]+)/.exec(named) ?? [];
  const archive = name === undefined ? undefined : here.folder.byAddress.get(`data.${ARCHIVE}.${name}`);
  const [folder, file] = ['source_dir', 'source_file'].map((key) => folderIn(tell(here, member(archive, key) ?? [])));
  const source = folder ?? (file?.includes('/') ? file.slice(0, file.lastIndexOf('/')) : undefined);
  return source === undefined ? undefined : fromRoot(source, here.root);
}

/** The first task of that key behind the line of its job. */
function taskLine(file: TerraformFile, from: number, key: string): number {
  return (
    taskLinesOf(file)
      .get(key)
      ?.find((line) => line > from) ?? from
  );
}

const TASK_LINES = new WeakMap<TerraformFile, ReadonlyMap<string, readonly number[]>>();

/** The lines that name tasks, by all that stands in quotes there. */
function taskLinesOf(file: TerraformFile): ReadonlyMap<string, readonly number[]> {
  const known = TASK_LINES.get(file);
  if (known) return known;
  const lines = file.text.split('\n').map((line, index) => ({ line, at: index + 1 }));
  const named = lines.filter(({ line }) => /\btask_key\b/.test(line));
  const found = groupPairs(named.flatMap(({ line, at }) => [...line.matchAll(/"([^"]*)"/g)].map(([, key = '']) => [key, at] as const)));
  TASK_LINES.set(file, found);
  return found;
}

/** A module may be named as a whole; where it is made several times, without or with the key of one. */
function addressesOf(address: string): readonly string[] {
  const own = address.replace(/\.$/, '');
  return own === '' ? [] : [own, own.replace(/\[[^[\]]*\]$/, '')];
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

function calledFolder(from: string, { type, body }: Block): string | undefined {
  return type === 'module' ? moduleFolder(from, body) : undefined;
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
