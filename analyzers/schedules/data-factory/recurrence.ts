/** §4.1 A recurrence of Data Factory as a cron, where one says the same: by the time that it begins at, and by its own. */
import { listOf, mapOf, textOf, type YamlMap } from '../../documents/yaml.js';

const DAYS: readonly string[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export type Recurrence = { readonly written: string; readonly cron?: string };

export function recurrenceOf(told: YamlMap): Recurrence | undefined {
  const frequency = textOf(told.frequency)?.toLowerCase();
  const interval = Number(told.interval ?? 1);
  if (frequency === undefined || !Number.isSafeInteger(interval) || interval < 1) return undefined;
  const written = interval === 1 ? `every ${frequency}` : `every ${interval} ${frequency}s`;
  const cron = cronOf(frequency, interval, told);
  return { written, ...(cron === undefined ? {} : { cron }) };
}

type Start = { readonly minute: number; readonly hour: number; readonly date: number; readonly day: number };

function cronOf(frequency: string, interval: number, told: YamlMap): string | undefined {
  const start = startOf(textOf(told.startTime));
  if (frequency === 'minute') return 60 % interval === 0 ? `${stepsFrom(start.minute, interval, 60)} * * * *` : undefined;
  if (frequency === 'hour') return 24 % interval === 0 ? `${start.minute} ${stepsFrom(start.hour, interval, 24)} * * *` : undefined;
  if (interval !== 1) return undefined;
  const own = mapOf(told.schedule);
  const time = `${numbersIn(own.minutes) ?? start.minute} ${numbersIn(own.hours) ?? start.hour}`;
  if (frequency === 'day') return `${time} * * *`;
  if (frequency === 'week') return `${time} * * ${daysIn(own.weekDays) ?? start.day}`;
  if (frequency !== 'month' || own.monthlyOccurrences !== undefined) return undefined;
  // The last days of a month are no number of a cron.
  const dates = own.monthDays === undefined ? `${start.date}` : numbersIn(own.monthDays);
  return dates === undefined || dates.includes('-') ? undefined : `${time} ${dates} * *`;
}

/** Every so many from the first on. */
function stepsFrom(start: number, interval: number, most: number): string {
  const first = start % interval;
  if (interval === 1) return '*';
  if (interval === most) return `${first}`;
  return first === 0 ? `*/${interval}` : `${first}-${most - 1}/${interval}`;
}

/** Midnight of the first day where nothing is said. */
function startOf(text: string | undefined): Start {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text ?? '');
  const [year = 0, month = 1, date = 1, hour = 0, minute = 0] = (found ?? []).slice(1).map(Number);
  return { minute, hour, date, day: found ? new Date(Date.UTC(year, month - 1, date)).getUTCDay() : 0 };
}

function numbersIn(told: unknown): string | undefined {
  const found = listOf(told).filter((one) => Number.isSafeInteger(one));
  return found.length === 0 ? undefined : found.join(',');
}

function daysIn(told: unknown): string | undefined {
  const found = listOf(told).flatMap((one) => {
    const day = DAYS.indexOf(textOf(one)?.toLowerCase() ?? '');
    return day < 0 ? [] : [day];
  });
  return found.length === 0 ? undefined : found.toSorted((a, b) => a - b).join(',');
}
