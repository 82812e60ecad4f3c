/** §4.1 Dagster: schedules of Python files, built, decorated or made of partitions, and assets that run by a cron of their own. */

import type { Unresolved } from '../../../src/core/facts.js';
import type { Args, Placed } from '../../python/facts.js';
import { callNamed, decoratorCall } from '../../targets/called-name.js';
import { beginFile, isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { ELSEWHERE } from '../../targets/values.js';
import { type CallArgs, type Evaluate, evaluatorAt, printExpr } from '../arguments.js';
import { type ReadSchedule, type ReadSchedules, readAlone, type ScheduleFiles, type ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { eachWay } from '../ways.js';
import { ASSET_DECORATORS, findAssets, usesDagster } from './assets.js';
import { CRON_CONDITIONS, schedulesOfAsset } from './automation.js';
import { cronSaid, cronText } from './crons.js';
import { type Job, jobOf, type Repository } from './jobs.js';
import { partitionsCron, type Timed } from './partitions.js';

export const dagster: ScheduleReader = {
  words: ['dagster'],
  needle: new RegExp(
    String.raw`\bScheduleDefinition\s*\(|^[ \t]*@(?:\w+\.)?(?:schedule|${ASSET_DECORATORS.join('|')})\b|\bbuild_schedule_from_partitioned_job\s*\(|\b(?:${CRON_CONDITIONS.join('|')})\s*\(`,
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
  const own = readAlone(assets, ({ asset }) => ({ schedules: schedulesOfAsset(program, asset), unresolved: [] }));
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
