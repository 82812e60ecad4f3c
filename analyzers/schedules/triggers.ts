/** §4.1 EventBridge, its Scheduler, triggers of Glue and schedules of Databricks, with the jobs that they start, directly or through a state machine. */
import { posixCron } from '../infrastructure/aws-schedule.js';
import type { FollowFacts, InfrastructureFacts, JobFacts, MachineFacts, TriggerFacts } from '../infrastructure/facts.js';
import { quartzCron } from '../infrastructure/quartz.js';
import { jobsNamed, placesOf, resolveNames } from '../infrastructure/runs.js';
import { groupPairs } from '../pairs.js';
import { fileOf, filesByName } from '../script-file.js';
import type { Program } from '../targets/program.js';
import { type ReadSchedule, type ReadSchedules, type ReadTask, readAlone, type ScheduleFiles } from './reader.js';
import { rowOf } from './row.js';

const MAX_NESTING = 4;

export function readTriggers({ infrastructure, program, paths }: ScheduleFiles): ReadSchedules {
  const flawed = infrastructure.triggers.filter(
    (trigger) => (trigger.isQuartz || /^(?:cron|rate)\(/.test(trigger.asWritten)) && cronOf(trigger) === undefined,
  );
  const followers = followersIn(infrastructure);
  const linesOf = entryLines(program, paths);
  const triggers = infrastructure.triggers.map((trigger) => ({ path: trigger.at.file, trigger }));
  const { schedules, unresolved } = readAlone(triggers, ({ trigger }) => ({
    schedules: [scheduleOf({ ...infrastructure, linesOf }, followers, trigger)],
    unresolved: [],
  }));
  return {
    schedules,
    unresolved: [...unresolved, ...flawed.map(({ at, asWritten }) => ({ ...at, reason: 'dynamic-schedule' as const, text: asWritten }))],
  };
}

function cronOf({ asWritten, isQuartz }: TriggerFacts): string | undefined {
  return isQuartz ? quartzCron(asWritten) : posixCron(asWritten);
}

function scheduleOf(facts: Known, followers: Followers, trigger: TriggerFacts): ReadSchedule {
  const { at, platform, id, timezone, asWritten, enabled, starts } = trigger;
  const tasks = inTurn(facts, followers, starts).flatMap((name) => tasksOf(facts, name, []));
  return rowOf({ ...at, platform, id, timezone, written: asWritten, cron: cronOf(trigger), off: !enabled, tasks });
}

/** `linesOf`: of the function that a job calls. */
type Known = InfrastructureFacts & { readonly linesOf: (job: JobFacts) => Pick<ReadTask, 'lines'> };

function entryLines(program: Program, paths: readonly string[]): Known['linesOf'] {
  const byName = filesByName(paths);
  return ({ script, entry, at }) => {
    const unit = entry === undefined ? undefined : program.units.get(fileOf(script, byName, at.file) ?? '');
    const scope = unit?.facts.scopes.find(({ kind, name, parent }) => kind === 'def' && name === entry && parent === 0);
    return scope ? { lines: [scope.line, scope.endLine] } : {};
  };
}

/** Longer chains of jobs nobody watches over. */
const MAX_IN_TURN = 100;

type Followers = ReadonlyMap<JobFacts, readonly FollowFacts[]>;

function followersIn(facts: InfrastructureFacts): Followers {
  return groupPairs(
    facts.follows.flatMap((follow) => follow.after.flatMap((name) => jobsNamed(facts, name).map((job) => [job, follow] as const))),
  );
}

/** What is started, and what begins when that has ended, and so on. */
function inTurn(facts: InfrastructureFacts, followers: Followers, starts: readonly string[]): readonly string[] {
  const found = new Set(starts);
  for (const name of followers.size === 0 ? [] : found) {
    const next = jobsNamed(facts, name).flatMap((job) => followers.get(job) ?? []);
    for (const follow of next) for (const one of follow.starts) if (found.size < MAX_IN_TURN) found.add(one);
  }
  return [...found];
}

/** What a name starts: the script of a job, or the tasks of a machine and of the machines that it starts in turn. */
function tasksOf(facts: Known, name: string, above: readonly MachineFacts[]): readonly ReadTask[] {
  const jobs = jobsNamed(facts, name).map(
    (job): ReadTask => ({
      id: job.names.at(-1) ?? name,
      runs: job.script,
      ...facts.linesOf(job),
      writes: [],
      line: job.at.line,
      made: { through: placesOf(job), turns: job.way?.turns ?? [] },
    }),
  );
  if (jobs.length > 0 || above.length > MAX_NESTING) return jobs;
  const named = machinesNamed(facts, name);
  // Machines that start each other in a circle have each other's tasks already.
  const machines = named.filter((machine) => !above.includes(machine));
  if (machines.length < named.length && machines.length === 0) return [];
  if (machines.length === 0) return [{ id: name.replace(/^\{|\}$/g, ''), writes: [] }];
  return machines.flatMap((machine) =>
    machine.starts.flatMap(({ id, script, job, at, arguments: given, through = [], turns = [] }): readonly ReadTask[] => {
      if (script !== undefined) return [{ id, runs: script, writes: [], line: at.line, made: { through: [at, ...through], turns } }];
      // A step that gives no arguments runs the job as it is declared.
      const steps = given.size > 0 ? [at] : [];
      return job === undefined
        ? []
        : tasksOf(facts, job, [...above, machine]).map((task) => ({
            ...task,
            id,
            made: { through: [...steps, ...(task.made?.through ?? [])], turns: task.made?.turns ?? [] },
          }));
    }),
  );
}

function machinesNamed(facts: InfrastructureFacts, name: string): readonly MachineFacts[] {
  const known = resolveNames(facts, name);
  return facts.machines.filter(({ names }) => names.some((one) => known.has(one)));
}
