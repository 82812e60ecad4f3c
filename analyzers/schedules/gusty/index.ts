/** §4.1 gusty: a folder with METADATA.yml is a DAG of Airflow, and the other files in it are its tasks. */
import type { ScheduledTask } from '../../../src/core/facts.js';
import { isMap, mapOf, textOf } from '../../documents/yaml.js';
import { type ReadSchedules, readAlone, type ScheduleFile, type ScheduleFiles, type ScheduleReader } from '../reader.js';
import { keyLines, rowOf } from '../row.js';
import { runsIn } from '../script.js';

const METADATA = /(?:^|\/)METADATA\.ya?ml$/;
const KEYS = ['schedule_interval', 'schedule', 'timetable'] as const;
const TASK = /\.(?:py|sql|ya?ml|ipynb|Rmd|R)$/;

export const gusty: ScheduleReader = {
  named: /\.ya?ml$/,
  /** A task of YAML begins with its operator. */
  tells: (path, text) => METADATA.test(path) || /^operator\s*:/m.test(text),
  read,
};

function read({ declared, paths }: ScheduleFiles): ReadSchedules {
  const files = declared.filter(({ path, text }) => METADATA.test(path) && isDag(text));
  const folders = new Set(files.map(({ path }) => folderOf(path)));
  const byPath = new Map(declared.map((file) => [file.path, file]));
  const tasks = new Map<string, ScheduledTask[]>([...folders].map((folder) => [folder, []]));
  for (const path of folders.size > 0 ? paths.filter(isTask) : []) tasks.get(dagFolder(path, folders) ?? '')?.push(taskOf(path, byPath));
  const dags = files.filter(({ path }) => dagFolder(path, folders) === folderOf(path));
  return readAlone(dags, (file) => ({ schedules: rowsOf(file, tasks.get(folderOf(file.path)) ?? []), unresolved: [] }));
}

/** The outermost: a folder within a DAG's folder is a group of its tasks. */
function dagFolder(path: string, folders: ReadonlySet<string>): string | undefined {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at + 1);
    if (folders.has(folder)) return folder;
  }
  return undefined;
}

/** Other tools have files of that name. */
function isDag(text: string): boolean {
  return /^(?:schedule(?:_interval)?|timetable|default_args|catchup|max_active_runs)\s*:/m.test(text);
}

function rowsOf({ path, text, documents }: ScheduleFile, tasks: readonly ScheduledTask[]) {
  const id = path.split('/').at(-2);
  return documents.filter(isMap).flatMap((document) => {
    if (id === undefined) return [];
    const key = KEYS.find((one) => one in document);
    const args = mapOf(document.default_args);
    const owner = textOf(args.owner);
    const timezone = textOf(args.timezone) ?? textOf(document.timezone);
    const row = rowOf({
      file: path,
      line: key === undefined ? 1 : keyLines(text)(key),
      platform: 'airflow',
      id,
      written: key === undefined ? null : scheduleText(document[key]),
      ...(timezone === undefined ? {} : { timezone }),
      paused: document.is_paused_upon_creation === true,
      ...(owner === undefined ? {} : { owner }),
      tasks,
    });
    return [row];
  });
}

/** A tag of the project makes an interval of `hours: 6`. */
function scheduleText(value: unknown): string | null {
  const text = isMap(value)
    ? Object.entries(value)
        .map(([key, inner]) => `${key}: ${textOf(inner) ?? '…'}`)
        .join(', ')
    : textOf(value);
  if (text === undefined || /^none$/i.test(text)) return null;
  return /^(?:(?:weeks|days|hours|minutes|seconds): \d+(?:, )?)+$/.test(text) ? `timedelta(${text.replaceAll(': ', '=')})` : text;
}

function isTask(path: string): boolean {
  return TASK.test(path) && !METADATA.test(path) && !/(?:^|\/)[_.][^/]*$/.test(path);
}

function taskOf(path: string, declared: ReadonlyMap<string, ScheduleFile>): ScheduledTask {
  const id = path.slice(path.lastIndexOf('/') + 1).replace(TASK, '');
  const runs = /\.ya?ml$/.test(path) ? runsIn(declared.get(path)?.documents ?? []) : path;
  return { id, writes: [], ...(runs === undefined ? {} : { runs }) };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
