/** §4.4 `orchestration`: of all schedules that produce a dataset, the one that it is held to. */
import type { DatasetManifest } from '../artifacts/dataset-manifest.js';
import { longestGapMinutes, parseCron } from '../cron.js';
import type { Decision } from '../evidence.js';
import type { DatasetFacts, Schedule } from '../facts.js';

type Run = DatasetFacts['schedules'][number];

export function decideOrchestration(runs: readonly Run[]): Decision<DatasetManifest['orchestration']> {
  if (runs.length === 0) {
    return { value: undefined, rule: 'orchestration/none', because: 'no schedule in the scanned repositories runs the job that writes it' };
  }
  const { first, timed, tightest } = runsInOrder(runs);
  if (!first) {
    const which = runs.map(({ schedule }) => schedule.id).sort();
    return { value: undefined, rule: 'orchestration/disabled', because: `${which.join(', ')} would write it but is switched off` };
  }
  if (!tightest) return withoutCron(first);
  const { schedule } = tightest.run;
  const at = { file: schedule.file, line: schedule.line };
  const runsAt = `${schedule.id} runs at "${schedule.schedule}" ${schedule.timezone}`;
  if (timed.length === 1) {
    return { value: entry(tightest.run), rule: 'orchestration/only', because: `${runsAt}, the only cron that writes it`, at };
  }
  return {
    value: entry(tightest.run),
    rule: 'orchestration/tightest-gap',
    because: `${runsAt}: of ${timed.length} schedules that write it, none leaves a shorter gap (${hours(tightest.gap)})`,
    at,
  };
}

/** The run that the dataset is held to, where one is switched on. */
export function heldTo(runs: readonly Run[]): Run | undefined {
  const { first, tightest } = runsInOrder(runs);
  return tightest?.run ?? first;
}

type Timed = { readonly run: Run; readonly gap: number };

function runsInOrder(runs: readonly Run[]): { readonly first?: Run; readonly timed: readonly Timed[]; readonly tightest?: Timed } {
  const active = runs.filter(({ schedule }) => schedule.enabled).toSorted(byPlace);
  const timed = active.flatMap((run) => {
    const gap = gapOf(run.schedule);
    return gap === undefined ? [] : [{ run, gap }];
  });
  const tightest = timed.reduce<Timed | undefined>((best, each) => (best && best.gap <= each.gap ? best : each), undefined);
  const [first] = active;
  return { ...(first ? { first } : {}), timed, ...(tightest ? { tightest } : {}) };
}

function withoutCron(run: Run): Decision<DatasetManifest['orchestration']> {
  const { schedule } = run;
  const written = schedule.scheduleAsWritten ?? 'nothing';
  return {
    value: entry(run),
    rule: 'orchestration/no-cron',
    because: `${schedule.id} writes it, but its schedule says ${written.slice(0, 80)}, which is no cron`,
    at: { file: schedule.file, line: schedule.line },
  };
}

function entry({ schedule, task }: Run): NonNullable<DatasetManifest['orchestration']> {
  const cron = gapOf(schedule) === undefined ? undefined : schedule.schedule;
  return {
    platform: schedule.platform,
    dag_id: schedule.id,
    ...(task ? { task_id: task.id } : {}),
    ...(cron ? { schedule: cron, timezone: schedule.timezone } : {}),
  };
}

function gapOf(schedule: Schedule): number | undefined {
  const cron = schedule.schedule === null ? undefined : parseCron(schedule.schedule);
  return cron && longestGapMinutes(cron);
}

/** Which of two equal schedules is named must not depend on the order files were read in. */
function byPlace(a: Run, b: Run): number {
  const key = ({ schedule, task }: Run) => [schedule.id, schedule.file, String(schedule.line).padStart(9, '0'), task?.id ?? ''].join('\n');
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

const hours = (minutes: number) => (minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 6) / 10} hours`);
