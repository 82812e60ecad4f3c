/** §4.1 EventBridge, its Scheduler, triggers of Glue and schedules of Databricks, with the jobs that they start, directly or through a state machine. */
import { posixCron } from '../infrastructure/aws-schedule.js';
import type { FollowFacts, InfrastructureFacts, JobFacts, MachineFacts, TriggerFacts } from '../infrastructure/facts.js';
import { quartzCron } from '../infrastructure/quartz.js';
import { jobsNamed, namedIn, placesOf, resolveNames } from '../infrastructure/runs.js';
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
  const startedBy = starter({ ...infrastructure, linesOf }, followers);
  const { schedules, unresolved } = readAlone(triggers, ({ trigger }) => {
    const { tasks, isCut } = startedBy(trigger);
    return { schedules: [scheduleOf(trigger, tasks)], unresolved: isCut ? [{ ...trigger.at, ...TOO_MANY }] : [] };
  });
  return {
    schedules,
    unresolved: [...unresolved, ...flawed.map(({ at, asWritten }) => ({ ...at, reason: 'dynamic-schedule' as const, text: asWritten }))],
  };
}

function cronOf({ asWritten, isQuartz }: TriggerFacts): string | undefined {
  return isQuartz ? quartzCron(asWritten) : posixCron(asWritten);
}

/** Tasks of one trigger, and of all triggers of a file. */
const MAX_TASKS = 2_000;
const MAX_TASKS_OF_FILE = 20_000;
const TOO_MANY = { reason: 'too-many-values', text: 'it starts more tasks than are looked at: not all of them were' } as const;

type Started = { readonly tasks: readonly ReadTask[]; readonly isCut: boolean };

/** Triggers of one file that start the same have the same tasks. */
function starter(facts: Known, followers: Followers): (trigger: TriggerFacts) => Started {
  const known = new Map<string, Started>();
  const leftOf = new Map<string, number>();
  return ({ at, starts }) => {
    const key = JSON.stringify([at.file, starts]);
    const found = known.get(key) ?? startedIn(facts, inTurn(facts, followers, starts));
    known.set(key, found);
    const left = (leftOf.get(at.file) ?? MAX_TASKS_OF_FILE) - found.tasks.length;
    leftOf.set(at.file, left);
    return left < 0 ? { tasks: [], isCut: true } : found;
  };
}

function startedIn(facts: Known, names: readonly string[]): Started {
  const left = { tasks: MAX_TASKS };
  const tasks = names.flatMap((name) => tasksOf({ facts, left }, name, []));
  return { tasks, isCut: left.tasks < 0 };
}

function scheduleOf(trigger: TriggerFacts, tasks: readonly ReadTask[]): ReadSchedule {
  const { at, platform, id, timezone, asWritten, enabled } = trigger;
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
  for (const name of followers.size === 0 ? [] : found)
    for (const job of jobsNamed(facts, name))
      for (const follow of followers.get(job) ?? [])
        for (const one of follow.starts) {
          if (found.size >= MAX_IN_TURN) return [...found];
          found.add(one);
        }
  return [...found];
}

/** `left`: how many more steps are looked at; below nothing where there were more. */
type Looking = { readonly facts: Known; readonly left: { tasks: number } };

/** What a name starts: the script of a job, or the tasks of a machine and of the machines that it starts in turn. */
function tasksOf(looking: Looking, name: string, above: readonly MachineFacts[]): readonly ReadTask[] {
  const { facts, left } = looking;
  if (left.tasks < 0) return [];
  const known = jobsNamed(facts, name);
  const jobs = known.slice(0, left.tasks).map(
    (job): ReadTask => ({
      id: job.names.at(-1) ?? name,
      runs: job.script,
      ...facts.linesOf(job),
      writes: [],
      line: job.at.line,
      made: { through: placesOf(job), turns: job.way?.turns ?? [] },
    }),
  );
  left.tasks -= known.length;
  if (known.length > 0 || above.length > MAX_NESTING) return jobs;
  const named = namedIn(facts.machines, resolveNames(facts, name));
  // Machines that start each other in a circle have each other's tasks already.
  const machines = named.filter((machine) => !above.includes(machine));
  if (machines.length < named.length && machines.length === 0) return [];
  if (machines.length === 0) return [{ id: name.replace(/^\{|\}$/g, ''), writes: [] }];
  return machines.flatMap((machine) =>
    machine.starts.flatMap(({ id, script, job, at, arguments: given, through = [], turns = [] }): readonly ReadTask[] => {
      left.tasks -= 1;
      if (left.tasks < 0) return [];
      if (script !== undefined) return [{ id, runs: script, writes: [], line: at.line, made: { through: [at, ...through], turns } }];
      // A step that gives no arguments runs the job as it is declared.
      const steps = given.size > 0 ? [at] : [];
      return job === undefined
        ? []
        : tasksOf(looking, job, [...above, machine]).map((task) => ({
            ...task,
            id,
            made: { through: [...steps, ...(task.made?.through ?? [])], turns: task.made?.turns ?? [] },
          }));
    }),
  );
}
