/** §4.1 GitHub Actions: workflows with `on.schedule`, and the scripts of their steps. */
import type { Unresolved } from '../../../src/core/facts.js';
import { linesInOrder } from '../../documents/lines-in-order.js';
import { isMap, listOf, mapOf, textOf } from '../../documents/yaml.js';
import { eventsOf, type Step, WORKFLOW, workflowSteps } from '../../runs/workflow.js';
import { type ReadSchedules, type ReadTask, readAlone, type ScheduleFile, type ScheduleReader, withHoles } from '../reader.js';
import { rowOf } from '../row.js';
import { scriptsOf } from '../script.js';

const place = {
  named: WORKFLOW,
  tells: (_path: string, text: string) => /\bcron["']?\s*:/.test(text),
};

export const githubActions: ScheduleReader = {
  ...place,
  read: ({ declared }) =>
    readAlone(
      declared.filter(({ path, text }) => place.named.test(path) && place.tells(path, text)),
      readFile,
    ),
};

/** Tasks of all times of a workflow, each of which starts all of them. */
const MAX_TASKS = 20_000;

/** One row for each cron of a workflow: they are one after another, not alternatives. */
function readFile(file: ScheduleFile): ReadSchedules {
  const { path, text, documents } = file;
  const id = path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const lineOf = linesInOrder(text);
  const left: Unresolved[] = [];
  const schedules = documents.filter(isMap).flatMap((workflow) => {
    const times = listOf(mapOf(eventsOf(workflow)).schedule);
    const all = times.length === 0 ? [] : workflowSteps(file, workflow).steps.flatMap((step) => tasksOf(path, step));
    const tasks = [...new Map(all.map((task) => [JSON.stringify(task), task])).values()];
    const most = Math.floor(MAX_TASKS / Math.max(1, tasks.length));
    if (times.length > most) {
      const text = `${times.length} times that start ${tasks.length} tasks each, of which ${most} times were read`;
      left.push({ file: path, line: 1, reason: 'too-many-values', text });
    }
    return times.slice(0, most).flatMap((one) => {
      const written = textOf(mapOf(one).cron);
      if (written === undefined) return [];
      const timezone = textOf(mapOf(one).timezone);
      return [
        rowOf({ file: path, line: lineOf(written), platform: 'github_actions', id, written, ...(timezone ? { timezone } : {}), tasks }),
      ];
    });
  });
  const read = withHoles(schedules);
  return { ...read, unresolved: [...read.unresolved, ...left] };
}

/** Scripts where they are started, programs where they are called, and commands of dbt. */
function tasksOf(path: string, { job, run, line, starts, calls }: Step): readonly ReadTask[] {
  const programs = calls.map((call) => ({ runs: call.path, at: call.at }));
  const called = new Set(programs.map(({ runs }) => runs));
  const scripts = scriptsOf(run)
    .filter((runs) => !called.has(runs.replace(/^\.\//, '')))
    .map((runs) => ({ runs, at: starts.find(({ script }) => script === runs)?.at ?? { file: path, line } }));
  return [...scripts, ...programs].map(({ runs, at }) => ({ id: job, runs, writes: [], made: { through: [at], turns: [] } }));
}
