/** §4.1 Dagster: schedules of Python files, built, decorated or made of partitions, and assets that run by a cron of their own. */

import type { Schedule, Unresolved } from '../../../src/core/facts.js';
import type { Args, Expr, Placed } from '../../python/facts.js';
import { callNamed, decoratorCall } from '../../targets/called-name.js';
import { beginFile, isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { ELSEWHERE } from '../../targets/values.js';
import { type CallArgs, callsThatMake, type Evaluate, evaluatorAt, printExpr } from '../arguments.js';
import { type ReadSchedule, type ReadSchedules, readAlone, type ScheduleFiles, type ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { eachWay } from '../ways.js';
import { ASSET_DECORATORS, type Asset, assetTask, findAssets, usesDagster } from './assets.js';
import { type Job, jobOf, type Repository } from './jobs.js';
import { partitionsCron, type Timed } from './partitions.js';

export const dagster: ScheduleReader = {
  words: ['dagster'],
  needle: new RegExp(
    String.raw`\bScheduleDefinition\s*\(|^[ \t]*@(?:\w+\.)?(?:schedule|${ASSET_DECORATORS.join('|')})\b|\bbuild_schedule_from_partitioned_job\s*\(|\bon_cron\s*\(`,
    'm',
  ),
  read,
};

type Place = {
  readonly place: Placed;
  readonly call: Args;
  /** The name of a function under `@schedule`. */
  readonly name?: string;
  readonly isPartitioned: boolean;
};

const BUILT = new Set(['ScheduleDefinition', 'build_schedule_from_partitioned_job']);
const PARTITIONED = new Set(['build_schedule_from_partitioned_job']);

function read({ program }: ScheduleFiles): ReadSchedules {
  const units = [...program.units.values()].filter(usesDagster);
  if (units.length === 0) return { schedules: [], unresolved: [] };
  const repository: Repository = { program, assets: findAssets(program) };
  const found = readAlone(units, (unit) => readUnit(repository, unit));
  const assets = repository.assets.all.map((asset) => ({ path: asset.of.unit.path, asset }));
  const own = readAlone(assets, ({ asset }) => ({ schedules: scheduleOfAsset(repository, asset), unresolved: [] }));
  return { schedules: [...found.schedules, ...own.schedules], unresolved: [...found.unresolved, ...own.unresolved] };
}

function readUnit(repository: Repository, unit: Unit): ReadSchedules {
  const schedules: ReadSchedule[] = [];
  const unresolved: Unresolved[] = [];
  beginFile(repository.program);
  for (const place of timedPlaces(unit)) {
    const at = { file: unit.path, line: place.place.line };
    const made = eachWay(repository.program, { unit, place: place.place, what: 'a schedule' }, (evaluate) => {
      const row = toRow(repository, evaluate, place);
      const isOpen = row.schedule === null || /\{\w*\}/.test(row.schedule);
      const flaw = { ...at, reason: 'dynamic-schedule' as const, text: row.scheduleAsWritten ?? 'no cron is given' };
      return { schedules: [row], unresolved: isOpen ? [flaw] : [] };
    });
    if (isSpent(repository.program)) {
      const text = 'following its names took too long: this schedule and those below it were not looked at';
      unresolved.push({ ...at, reason: 'parse-timeout', text });
      break;
    }
    schedules.push(...made.schedules);
    unresolved.push(...made.unresolved);
  }
  return { schedules, unresolved };
}

export function timedPlaces(unit: Unit): readonly Place[] {
  const decorators = new Set(unit.facts.scopes.flatMap(({ decorators }) => decorators));
  const built = [...unit.facts.calls].flatMap((call): readonly Place[] => {
    const args = decorators.has(call.chain) ? undefined : callNamed(unit, call, BUILT);
    return args
      ? [{ place: { ...call, line: args.line }, call: args, isPartitioned: callNamed(unit, call, PARTITIONED) !== undefined }]
      : [];
  });
  const decorated = unit.facts.scopes.flatMap((scope) =>
    scope.decorators.flatMap((decorator): readonly Place[] => {
      const call = decoratorCall(decorator, 'schedule');
      if (!call) return [];
      const place = { scope: scope.parent, block: scope.block, pos: ELSEWHERE, line: call.line ?? scope.line };
      return [{ place, call: call.args, name: scope.name, isPartitioned: false }];
    }),
  );
  return [...built, ...decorated];
}

function toRow(repository: Repository, evaluate: Evaluate, { place, call, name, isPartitioned }: Place): ReadSchedule {
  const { unit } = evaluate;
  const args = evaluate.args(call, isPartitioned ? ['job'] : name === undefined ? ['name'] : ['cron_schedule']);
  const started = args.get('job') ?? args.get('target') ?? args.get('job_name');
  const job = started ? jobOf(repository, evaluate, started) : { tasks: [], assets: [] };
  const jobName = job.name ?? evaluate.texts(args.get('job_name'))[0];
  const { written, timed } = isPartitioned
    ? fromPartitions(repository.program, evaluate, job, args)
    : cronSaid(repository.program, evaluate, args.get('cron_schedule'));
  const id = evaluate.texts(args.get('name'))[0] ?? name ?? `${jobName ?? '{job}'}_schedule`;
  const timezone = evaluate.texts(args.get('execution_timezone'))[0] ?? timed?.timezone;
  const tasks = job.tasks.length > 0 || jobName === undefined ? job.tasks : [{ id: jobName, writes: [], line: place.line }];
  return rowOf({
    file: unit.path,
    line: place.line,
    platform: 'dagster',
    id,
    written,
    ...(timed === undefined ? {} : { cron: timed.cron }),
    ...(timezone === undefined ? {} : { timezone }),
    paused: isStopped(evaluate, args.get('default_status')),
    tasks,
  });
}

/** Stopped by what is written; a person may start it elsewhere, which no file says. */
function isStopped(evaluate: Evaluate, status: Thunk | undefined): boolean {
  return status !== undefined && /\bSTOPPED$/.test(printExpr(evaluate.written(status).expr));
}

type CronSaid = { readonly written: string | undefined; readonly timed?: Timed | undefined };

/** A cron, or `partitions.get_cron_schedule(hour_of_day=3)`: that of the partitions. */
function cronSaid(program: Program, evaluate: Evaluate, thunk: Thunk | undefined): CronSaid {
  const written = thunk && evaluate.written(thunk);
  const steps = written?.expr.kind === 'chain' ? written.expr.steps : [];
  const [asked, over] = steps.slice(-2);
  if (written?.expr.kind === 'chain' && asked?.kind === 'attr' && asked.name === 'get_cron_schedule' && over?.kind === 'call') {
    const inside = evaluatorAt(program, written.frame);
    const before = steps.slice(0, -2);
    const partitions = { expr: before.length === 0 ? written.expr.root : { ...written.expr, steps: before }, frame: written.frame };
    const timed = partitionsCron(program, inside, partitions, inside.args(over, []));
    if (timed) return { written: timed.cron, timed };
  }
  return { written: cronText(evaluate, thunk) };
}

/** One text, or several crons as they are written. */
function cronText(evaluate: Evaluate, thunk: Thunk | undefined): string | undefined {
  if (!thunk) return undefined;
  const { expr } = evaluate.written(thunk);
  if (expr.kind === 'list') {
    const crons = evaluate.texts(thunk);
    return crons.length === 1 ? crons[0] : `[${crons.join(', ')}]`;
  }
  const texts = evaluate.texts(thunk);
  return texts.find((text) => !/\{\w*\}/.test(text)) ?? texts[0] ?? printExpr(expr);
}

function fromPartitions(
  program: Program,
  evaluate: Evaluate,
  { partitions, assets }: Job,
  args: CallArgs,
): { readonly written: string; readonly timed?: Timed } {
  const cut = assets.map((asset) => ({ asset, thunk: asset.args.get('partitions_def') })).find(({ thunk }) => thunk !== undefined);
  const thunk = partitions ?? cut?.thunk;
  const timed = thunk && partitionsCron(program, partitions ? evaluatorAt(program, thunk.frame) : evaluate, thunk, args);
  const own = cronText(evaluate, args.get('cron_schedule'));
  if (own !== undefined) return { written: own };
  return timed ? { written: timed.cron, timed } : { written: '{partitions}' };
}

/** `@asset(automation_condition=AutomationCondition.on_cron("@daily"))`. */
function scheduleOfAsset({ program }: Repository, asset: Asset): readonly Schedule[] {
  const { of, name, line, args, evaluate } = asset;
  const condition = args.get('automation_condition');
  beginFile(program);
  const told = condition && onCron(program, evaluate, condition);
  if (!told) return [];
  return [rowOf({ file: of.unit.path, line, platform: 'dagster', id: name, ...told, tasks: [assetTask(asset)] })];
}

const MAX_NESTING = 6;

/** A condition may be one of several that are joined. */
function onCron(
  program: Program,
  evaluate: Evaluate,
  thunk: Thunk,
  depth = 0,
): { readonly written: string; readonly timezone?: string } | undefined {
  if (depth > MAX_NESTING) return undefined;
  const { expr, frame } = evaluate.written(thunk);
  if (expr.kind === 'op') {
    const sides: readonly Expr[] = [expr.left, expr.right];
    return sides.map((side) => onCron(program, evaluate, { expr: side, frame }, depth + 1)).find((one) => one !== undefined);
  }
  const made = callsThatMake(evaluate, { expr, frame }).find(({ name }) => name === 'on_cron');
  if (!made) return undefined;
  const inside = evaluatorAt(program, made.frame);
  const args = inside.args(made.args, ['cron_schedule', 'cron_timezone']);
  const [timezone] = inside.texts(args.get('cron_timezone'));
  const { written, timed } = cronSaid(program, inside, args.get('cron_schedule'));
  const zone = timezone ?? timed?.timezone;
  return written === undefined ? undefined : { written, ...(zone === undefined ? {} : { timezone: zone }) };
}
