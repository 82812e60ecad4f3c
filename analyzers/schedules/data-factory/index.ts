/** §4.1 Data Factory and Synapse: triggers with a recurrence, and what the pipelines that they start run. */
import { isMap, listOf, mapOf, textOf, type YamlMap } from '../../documents/yaml.js';
import { groupPairs } from '../../pairs.js';
import { type ReadSchedule, type ReadTask, readAlone, type ScheduleFile, type ScheduleReader, withHoles } from '../reader.js';
import { keyLines, rowOf } from '../row.js';
import { recurrenceOf } from './recurrence.js';

const TRIGGER = /"(?:ScheduleTrigger|TumblingWindowTrigger)"/;
const RUNS = /"(?:notebookPath|pythonFile)"/;
const MAX_NESTING = 8;
const MAX_TASKS = 500;

const place = {
  named: /(?:^|\/)(?:triggers?|pipelines?)\/[^/]+\.json$/,
  tells: (_path: string, text: string) => TRIGGER.test(text) || (RUNS.test(text) && text.includes('"activities"')),
};

export const dataFactory: ScheduleReader = {
  ...place,
  read: ({ declared }) => {
    const files = declared.filter(({ path, text }) => place.named.test(path) && place.tells(path, text));
    const triggers = files.filter(({ text }) => TRIGGER.test(text));
    const told = triggers.length === 0 ? [] : files.map((file) => [file, documentIn(file)] as const);
    const pipelines = groupPairs(
      told.map(([file, document]) => [`${factoryOf(file.path)} ${textOf(document.name) ?? ''}`, document] as const),
    );
    return readAlone(triggers, (file) => {
      const tasksOf = (name: string) => runsIn(pipelines.get(`${factoryOf(file.path)} ${name}`)?.[0]);
      return withHoles(readTrigger(file, tasksOf));
    });
  },
};

/** The folder that holds those of its triggers and pipelines. */
function factoryOf(path: string): string {
  return path.split('/').slice(0, -2).join('/');
}

function documentIn({ text }: ScheduleFile): YamlMap {
  try {
    return mapOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function readTrigger(file: ScheduleFile, tasksOf: (pipeline: string) => readonly ReadTask[] | undefined): readonly ReadSchedule[] {
  const { name, properties } = documentIn(file);
  const { typeProperties, runtimeState, pipelines, pipeline } = mapOf(properties);
  const told = mapOf(typeProperties);
  const recurrence = mapOf(told.recurrence ?? told);
  const when = recurrenceOf(recurrence);
  if (!when) return [];
  const started = [...listOf(pipelines), pipeline].filter(isMap);
  const names = started.flatMap((one) => textOf(mapOf(one.pipelineReference).referenceName) ?? []);
  const timezone = textOf(recurrence.timeZone);
  return [
    rowOf({
      file: file.path,
      line: keyLines(file.text)('name'),
      platform: 'cron',
      id: textOf(name) ?? '{name}',
      ...when,
      ...(timezone === undefined ? {} : { timezone }),
      paused: runtimeState === 'Stopped',
      tasks: names.flatMap((one) => tasksOf(one) ?? [{ id: one, writes: [] }]),
    }),
  ];
}

/** Activities with a notebook or file, also inside others; nothing where no file tells of the pipeline. */
function runsIn(pipeline: YamlMap | undefined): readonly ReadTask[] | undefined {
  if (!pipeline) return undefined;
  const found: ReadTask[] = [];
  collect(found, mapOf(pipeline.properties), 0);
  return found;
}

function collect(found: ReadTask[], told: unknown, depth: number): void {
  if (depth > MAX_NESTING || found.length >= MAX_TASKS) return;
  if (Array.isArray(told)) for (const one of listOf(told)) collect(found, one, depth + 1);
  if (!isMap(told)) return;
  const given = mapOf(told.typeProperties);
  const program = given.notebookPath ?? given.pythonFile;
  if (program === undefined) for (const inner of Object.values(told)) collect(found, inner, depth + 1);
  else {
    // What is worked out when it runs names no program.
    const runs = textOf(program);
    found.push({ id: textOf(told.name) ?? '{name}', ...(runs ? { runs } : {}), writes: [] });
  }
}
