/** §4.1 dag-factory: DAGs of Airflow as YAML, each key of a file but `default` being one. */
import type { Schedule, ScheduledTask } from '../../../src/core/facts.js';
import { isMap, listOf, mapOf, textOf, type YamlMap } from '../../documents/yaml.js';
import type { ReadSchedules, ScheduleFile, ScheduleFiles, ScheduleReader } from '../reader.js';
import { keyLines, rowOf } from '../row.js';
import { runsIn, scriptOf } from '../script.js';
import { dagFactorySchedule } from './schedule.js';

const OWN_KEYS = ['tasks', 'task_groups', 'schedule', 'schedule_interval', 'timetable', 'default_args'];

export const dagFactory: ScheduleReader = {
  named: /\.ya?ml$/,
  tells: (_path, text) => /\btasks["']?\s*:/.test(text) && /\b(?:operator|decorator)["']?\s*:/.test(text),
  read,
};

function read({ declared }: ScheduleFiles): ReadSchedules {
  const files = declared.filter(({ path, text }) => dagFactory.named?.test(path) && dagFactory.tells?.(path, text));
  const schedules = files.flatMap(readFile);
  const silent = schedules.filter(({ said }) => !said);
  return {
    schedules: schedules.map(({ row }) => row),
    // What no schedule means changed between versions of Airflow.
    unresolved: silent.map(({ row: { file, line } }) => ({ file, line, reason: 'dynamic-schedule', text: 'no schedule is given' })),
  };
}

type Found = { readonly row: Schedule; readonly said: boolean };

function readFile({ path, text, documents }: ScheduleFile): readonly Found[] {
  const lineOf = keyLines(text);
  return documents.filter(isMap).flatMap((document) => {
    const common = mapOf(document.default);
    const dags = Object.entries(document).filter(([key, value]) => key !== 'default' && isMap(value) && isDag(value, common));
    // A file of this form has tasks that name their operator somewhere: other tools have `tasks` and `schedule` too.
    if (![common, ...dags.map(([, dag]) => mapOf(dag))].some(hasOperators)) return [];
    return dags.map(([id, dag]): Found => {
      const settings = { ...common, ...mapOf(dag) };
      const args = { ...mapOf(common.default_args), ...mapOf(mapOf(dag).default_args) };
      const { said, written, cron, timezone } = dagFactorySchedule(mapOf(dag), common);
      const owner = textOf(args.owner);
      const row = rowOf({
        file: path,
        line: lineOf(id),
        platform: 'dag_factory',
        id,
        written,
        ...(cron === undefined ? {} : { cron }),
        timezone: timezone ?? textOf(args.timezone) ?? 'UTC',
        paused: settings.is_paused_upon_creation === true || settings.enabled === false,
        ...(owner === undefined ? {} : { owner }),
        tasks: tasksOf(settings.tasks),
      });
      return { row, said };
    });
  });
}

function isDag(dag: unknown, common: YamlMap): boolean {
  return OWN_KEYS.some((key) => key in mapOf(dag)) || 'tasks' in common;
}

function hasOperators(dag: YamlMap): boolean {
  return tasksIn(dag.tasks).some(([, task]) => 'operator' in task || 'decorator' in task);
}

/** Tasks are a list whose items have an id, or a mapping by id. */
function tasksIn(tasks: unknown): (readonly [string, YamlMap])[] {
  if (isMap(tasks)) return Object.entries(tasks).flatMap(([id, task]) => (isMap(task) ? [[id, task] as const] : []));
  return listOf(tasks).flatMap((task) => (isMap(task) ? [[textOf(task.task_id) ?? '{task_id}', task] as const] : []));
}

function tasksOf(tasks: unknown): readonly ScheduledTask[] {
  return tasksIn(tasks).map(([id, task]): ScheduledTask => {
    const runs = runsOf(task);
    return { id, writes: [], ...(runs === undefined ? {} : { runs }) };
  });
}

/** A function is named by its file, or by its module and name. */
function runsOf(task: YamlMap): string | undefined {
  const callable = textOf(task.python_callable);
  const module = callable?.match(/^([A-Za-z_][\w.]*)\.\w+$/)?.[1];
  return textOf(task.python_callable_file) ?? module ?? runsIn(task) ?? scriptOf(textOf(task.sql) ?? '');
}
