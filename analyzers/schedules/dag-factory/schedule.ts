/** §4.1 When a DAG of dag-factory runs: a cron, a timetable, datasets, or an interval, as its forms of several versions write it. */
import { isMap, listOf, textOf, type YamlMap } from '../../documents/yaml.js';

export type Written = {
  /** Whether anything is said at all: nothing is not `null`. */
  readonly said: boolean;
  readonly written: string | null;
  readonly cron?: string;
  readonly timezone?: string;
};

const KEYS = ['schedule', 'schedule_interval', 'timetable'] as const;
const CRON_TIMETABLES = /(?:^|\.)(?:CronDataIntervalTimetable|CronTriggerTimetable|MultipleCronTriggerTimetable)$/;
const MAX_NESTING = 5;

/** What the DAG says itself, else what the default says. */
export function dagFactorySchedule(dag: YamlMap, common: YamlMap): Written {
  for (const from of [dag, common]) {
    const key = KEYS.find((one) => one in from);
    if (key !== undefined) return { said: true, ...scheduleIn(from[key]) };
  }
  return { said: false, written: null };
}

function scheduleIn(value: unknown): Omit<Written, 'said'> {
  const text = textOf(value);
  if (value === null || value === undefined || text?.toLowerCase() === 'none') return { written: null };
  if (text !== undefined) return { written: text };
  if (!isMap(value)) return { written: printed(value) };
  // `type` and `value` say the kind and the thing.
  const kind = textOf(value.type);
  const given = value.value;
  if (kind === 'cron') return scheduleIn(given);
  if ((kind === 'timedelta' || kind === 'relativedelta') && isMap(given)) return { written: callText(`datetime.${kind}`, given) };
  const timetable = [value.timetable, given, value].filter(isMap).find((one) => CRON_TIMETABLES.test(typeName(one)));
  if (!timetable) return { written: printed(value) };
  const cron = textOf(timetable.cron) ?? textOf(listOf(timetable.__args__)[0]);
  const timezone = textOf(timetable.timezone) ?? textOf(listOf(timetable.__args__)[1]);
  return { written: printed(value), ...(cron === undefined ? {} : { cron }), ...(timezone === undefined ? {} : { timezone }) };
}

function typeName(value: YamlMap): string {
  return textOf(value.__type__) ?? textOf(value.callable) ?? '';
}

/** What is written, as one line that reads like the Python it becomes. */
function printed(value: unknown, depth = 0): string {
  if (depth > MAX_NESTING) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => printed(item, depth + 1)).join(', ')}]`;
  if (!isMap(value)) return typeof value === 'string' ? value : String(value);
  const type = typeName(value);
  if (type !== '') return callText(type, value, depth);
  const [only, ...more] = Object.keys(value);
  if (only !== undefined && more.length === 0 && (only === '__or__' || only === '__and__'))
    return `(${listOf(value[only])
      .map((item) => printed(item, depth + 1))
      .join(only === '__or__' ? ' | ' : ' & ')})`;
  const shown = Object.entries(value).filter(([key]) => key !== 'file');
  return shown
    .map(([key, inner]) => (key === 'datasets' ? printed(inner, depth + 1) : `${key}: ${printed(inner, depth + 1)}`))
    .join(' or ');
}

function callText(type: string, value: YamlMap, depth = 0): string {
  const args = listOf(value.__args__).map((item) => printed(item, depth + 1));
  const named = Object.entries(value).flatMap(([key, inner]) =>
    key === '__type__' || key === '__args__' || key === 'callable' ? [] : [`${key}=${printed(inner, depth + 1)}`],
  );
  return `${type.slice(type.lastIndexOf('.') + 1)}(${[...args, ...named].join(', ')})`;
}
