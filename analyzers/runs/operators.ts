/** §4.1 Scripts that tasks of Airflow, Dagster and Prefect start, or a program of the repository, with the arguments they give. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Command } from '../infrastructure/command-line.js';
import { commandsIn, namedIn } from '../infrastructure/described.js';
import type { StartFacts } from '../infrastructure/facts.js';
import { isCommandKey, isScriptKey } from '../infrastructure/job-keys.js';
import { at, mapIn, type Told, textIn } from '../infrastructure/told.js';
import type { Args, Call } from '../python/facts.js';
import { joinedPath } from '../script-file.js';
import { isTestFile } from '../standing.js';
import { calledName } from '../targets/called-name.js';
import { newEvaluation } from '../targets/evaluate.js';
import { isSpent, type Paid, paid, paidAgain } from '../targets/paid.js';
import { type CallSite, callsInside, callsOnce, type Program, stepKey, type Unit } from '../targets/program.js';
import type { Evaluation, Frame } from '../targets/values.js';
import { printTemplate, type Template } from '../templates/template.js';
import { writeTurns } from '../templates/turns.js';
import { MAX_VISITS, type Reached, waysHere, waysTo } from './places.js';
import { deployedStart, deploymentSite, mayDeploy } from './served.js';
import { sqlFileStarts, sqlSitesIn } from './sql-files.js';
import { type Telling, toldIn } from './told-values.js';

const ORCHESTRATOR = /(?:^|\.)(?:airflow|prefect\w*|dagster\w*)(?:\.|$)/;
const PROCESS = /^(?:run|call|check_call|check_output|Popen|system)$/;
/** Keywords that no description of a job lies behind. */
const OTHER = /^(?:dag|python_callable|default_args|on_\w+_callback|doc_md|sql|trigger_rule|retries|retry_delay|templates_dict)$/;

/** What single calls start, by `stepKey`. */
export type KnownStarts = Map<Call, ReadonlyMap<string, Paid<readonly StartFacts[]>>>;

/** What one file starts. `known`: of this link, and of those before it as far as that holds. */
export function operatorStarts(program: Program, unit: Unit, known: KnownStarts = new Map()): readonly StartFacts[] {
  const orchestrated = unit.facts.imports.some(({ module }) => ORCHESTRATOR.test(module));
  const processes = unit.facts.imports.some(({ module }) => module === 'subprocess' || module === 'os');
  if (isTestFile(unit)) return [];
  const queries = sqlSitesIn(unit, orchestrated);
  const deploys = mayDeploy(unit);
  const notebooks = callsInside(unit, (name) => name === 'run').some(({ call, step }) => isNotebookRun({ call, index: step }));
  if (!orchestrated && !processes && !deploys && !notebooks && queries.length === 0) return [];
  const starts: StartFacts[] = [];
  const deployed = deploys ? [...unit.facts.calls].flatMap((call) => deploymentSite(unit, call) ?? []) : [];
  const sites = [
    ...sitesIn(unit, orchestrated).map((site) => ({ site, kind: 'task' as const })),
    ...deployed.map((site) => ({ site, kind: 'deployment' as const })),
    ...queries.map((site) => ({ site, kind: 'query' as const })),
  ];
  for (const one of sites) {
    if (isSpent(program)) break;
    const made = startsOnce(program, one, known);
    // What was worked out while nothing was left is open only because nobody looked.
    if (!isSpent(program)) starts.push(...made);
  }
  return starts;
}

function startsOnce(program: Program, { site, kind }: Started, known: KnownStarts): readonly StartFacts[] {
  const steps = known.get(site.call);
  const key = `${stepKey(site)} ${kind}`;
  const before = steps?.get(key);
  if (before) return paidAgain(program, before);
  const made = paid(program, () => startsAt(program, site, READ[kind], kind === 'query' ? MAX_QUERY_VISITS : MAX_VISITS));
  if (!isSpent(program)) known.set(site.call, new Map([...(steps ?? []), [key, made]]));
  return made.value;
}

/** What of a call is read: the task that it makes, the function that it deploys, the file of SQL that it runs. */
const READ = { task: startsOf, deployment: deployedStart, query: sqlFileStarts };
type Started = { readonly site: CallSite; readonly kind: keyof typeof READ };
type ReadStarts = (fresh: () => Evaluation, site: CallSite, frame: Frame) => readonly StartFacts[];

/** A helper that runs whatever text it is given has many callers, and few of them read it from a file. */
const MAX_QUERY_VISITS = 32;
/** A helper that starts whatever program it is told is called all over a framework. */
const MAX_STEPS = 6_000;

function startsAt(program: Program, site: CallSite, read: ReadStarts, visits: number): readonly StartFacts[] {
  const { unit, call } = site;
  const { scope, block, pos } = call;
  const place = { unit, scope, block, pos };
  const unbound = new Set<string>();
  const fresh = (): Evaluation => newEvaluation(program, { unbound });
  const startsOn = (ways: readonly Reached[]): readonly StartFacts[] =>
    ways.flatMap(({ frame, turns }) => {
      const around = turns.size > 0 ? { turns: writeTurns(turns) } : {};
      return read(fresh, site, frame).map((start) => ({ ...start, ...around }));
    });
  // Where nothing starts and nothing hangs on who calls it, nobody needs to know who does.
  if (startsOn(waysHere(fresh, place)).length === 0 && unbound.size === 0) return [];
  return startsOn(waysTo(program, place, { visits, steps: MAX_STEPS }).ways);
}

/** Calls that make a task, or start a program. */
function sitesIn(unit: Unit, orchestrated: boolean): readonly CallSite[] {
  const calls = orchestrated ? unit.facts.calls : callsOnce(callsInside(unit, (name) => PROCESS.test(name)));
  return [...calls].flatMap((call): CallSite[] => {
    const step = call.chain.steps.findIndex(
      (one, index) =>
        one.kind === 'call' &&
        ((orchestrated && isTask(unit, { call, index, args: one })) || isProcess(unit, { call, index }) || isNotebookRun({ call, index })),
    );
    return step < 0 ? [] : [{ unit, call, step }];
  });
}

type Looked = { readonly call: CallSite['call']; readonly index: number };

function isTask(unit: Unit, { call, index, args: { keywords } }: Looked & { readonly args: Args }): boolean {
  const name = calledName(unit, call.chain, index);
  if (/(?:Operator|ShellOperation)$/.test(name)) return true;
  const isNamed = keywords.some((one) => one.name === 'task_id' || one.name === 'command' || one.name === 'commands');
  // `XCom.get_one(task_id=…)` asks about a task: what makes one is a class, or is told what to run.
  return isNamed && (/^(?:[A-Z]|partial$)/.test(name) || keywords.some(mayTell));
}

function mayTell({ name, value }: Args['keywords'][number]): boolean {
  return name === '**' || value.kind === 'dict' || value.kind === 'list' || isCommandKey(name) || isScriptKey(name);
}

function isProcess(unit: Unit, { call, index }: Looked): boolean {
  if (!PROCESS.test(calledName(unit, call.chain, index))) return false;
  const { root } = call.chain;
  return root.kind === 'name' && /^(?:subprocess|os|run|check_call|check_output|call|Popen)$/.test(root.name);
}

/** `dbutils.notebook.run("./load", 60, {"table": "orders"})`. */
function isNotebookRun({ call: { chain }, index }: Looked): boolean {
  const [utils, of, run] = [chain.steps[index - 3], chain.steps[index - 2], chain.steps[index - 1]];
  const name = index === 2 ? chain.root.kind === 'name' && chain.root.name : utils?.kind === 'attr' && utils.name;
  return run?.kind === 'attr' && run.name === 'run' && of?.kind === 'attr' && of.name === 'notebook' && /dbutils$/i.test(name || '');
}

/** A notebook is named from the folder of the one that runs it. */
function notebookRun(fresh: () => Evaluation, path: string, args: Args, frame: Frame): ReadonlyMap<string, Told> {
  const told = (at: number, name: string): Told | undefined => {
    const expr = args.args[at] ?? args.keywords.find((one) => one.name === name)?.value;
    return expr && toldIn({ ev: fresh() }, { expr, frame });
  };
  const [named, given] = [textIn(told(0, 'path')), told(2, 'arguments')];
  if (!named) return new Map();
  const [first] = named.parts;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const isInFolder = typeof first === 'string' && !first.startsWith('/');
  const place = isInFolder ? { ...named, parts: [joinedPath(folder, first), ...named.parts.slice(1)] } : named;
  return new Map<string, Told>([['notebook_path', place], ...(given === undefined ? [] : [['base_parameters', given] as const])]);
}

function startsOf(fresh: () => Evaluation, { unit, call, step }: CallSite, frame: Frame): readonly StartFacts[] {
  const args = call.chain.steps[step];
  if (args?.kind !== 'call') return [];
  const place: SourceRef = { file: unit.path, line: call.line };
  const described = isNotebookRun({ call, index: step }) ? notebookRun(fresh, unit.path, args, frame) : describedBy(fresh, args, frame);
  const id = printed(described.get('task_id')) ?? '{task_id}';
  const { job, commands } = readDescribed(described);
  return [
    ...(job ? [{ at: place, id, job: printTemplate(job), arguments: namedIn(described.get('script_args')) }] : []),
    ...commands.map((command) => ({ at: place, id, ...command })),
  ];
}

/** The keywords of a call as one description; of a process, the first argument is its command. */
function describedBy(fresh: () => Evaluation, args: Args, frame: Frame): ReadonlyMap<string, Told> {
  const plain: Telling = { ev: fresh() };
  const params = args.keywords.find(({ name }) => name === 'params')?.value;
  const given = params && toldIn(plain, { expr: params, frame });
  const known = (expression: string): Template | undefined => {
    const [, name] = /^params\.(\w+)$/.exec(expression) ?? [];
    return name === undefined ? undefined : textIn(at(given, name));
  };
  const telling: Telling = { ev: fresh(), known };
  const found = new Map<string, Told>();
  const [first] = args.args;
  const command = first && toldIn(telling, { expr: first, frame });
  if (command !== undefined) found.set('command', command);
  for (const { name, value } of args.keywords) {
    const told = OTHER.test(name) ? undefined : toldIn(telling, { expr: value, frame });
    if (name === '**') for (const [key, inner] of mapIn(told)) found.set(key, inner);
    else if (told !== undefined) found.set(name, told);
  }
  return found;
}

type Read = { readonly job?: Template; readonly commands: readonly Command[] };

/** A Glue job is started by its name, and may be made here with its script. */
function readDescribed(described: ReadonlyMap<string, Told>): Read {
  const job = described.has('script_args') ? textIn(described.get('job_name')) : undefined;
  return { ...(job ? { job } : {}), commands: commandsIn(described) };
}

function printed(told: Told | undefined): string | undefined {
  const text = textIn(told);
  return text && printTemplate(text);
}
