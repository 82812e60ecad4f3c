/** §4.1 Schedules as five-field POSIX cron: presets, the six-field form of AWS, and what is no cron at all. */
import { CronPattern } from 'croner';

/** Words that stand for a cron; with and without the `@`, as schedulers accept them. */
const PRESETS: Readonly<Record<string, string>> = {
  hourly: '0 * * * *',
  daily: '0 0 * * *',
  midnight: '0 0 * * *',
  weekly: '0 0 * * 0',
  monthly: '0 0 1 * *',
  quarterly: '0 0 1 */3 *',
  yearly: '0 0 1 1 *',
  annually: '0 0 1 1 *',
};

/** The cron a text stands for; `undefined` when it is none (`@once`, `@continuous`, an expression of another kind). */
export function posixCron(text: string): string | undefined {
  const plain = text.trim().replace(/\s+/g, ' ');
  const preset = PRESETS[plain.replace(/^@/, '').toLowerCase()];
  if (preset !== undefined) return preset;
  return plain.split(' ').length === 5 && isCron(plain) ? plain : undefined;
}

/** Five fields that a scheduler would take. */
export function isCron(text: string): boolean {
  if (text.length > 200) return false;
  try {
    return new CronPattern(text, undefined, { mode: '5-part' }).pattern === text;
  } catch {
    return false;
  }
}

/**
 * `cron(m h dom month dow year)` and `rate(n unit)` of AWS. Week days count from 1 = Sunday there, `?` says nothing, the year is dropped.
 * A rate counts from deployment, so its cron is the nearest one: none where it does not divide the hour or day.
 */
export function awsCron(expression: string): string | undefined {
  const text = expression.trim();
  const inner = /^cron\(([^()]*)\)$/.exec(text)?.[1];
  if (inner !== undefined) return fromSixFields(inner.trim().split(/\s+/));
  const rate = /^rate\(\s*(\d{1,5})\s+(minute|hour|day)s?\s*\)$/.exec(text);
  return rate ? fromRate(Number(rate[1]), rate[2] ?? '') : undefined;
}

function fromSixFields(fields: readonly string[]): string | undefined {
  const [minute, hour, day, month, weekday, year] = fields;
  if (fields.length !== 6 || !minute || !hour || !day || !month || !weekday || !year) return undefined;
  // A single past or future year, `L`, `W` and `#` have no five-field form.
  if (year !== '*' || /[LW#]/.test(day + weekday.replace(/[A-Z]{3}/gi, ''))) return undefined;
  const fields5 = [minute, hour, day, month, shiftedWeekday(weekday)].map((field, index) => posixField(field, LAST[index] ?? 0));
  const cron = fields5.join(' ');
  return isCron(cron) ? cron : undefined;
}

/** The greatest value of each field, where an open step ends. */
const LAST = [59, 23, 31, 12, 6];

/** `?` says nothing, leading zeros go, `5/15` runs from 5 to the end. */
function posixField(field: string, last: number): string {
  const parts = field.split(',').map((part) => {
    const [, from, step] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
    if (from === undefined || step === undefined) return part;
    return Number(from) === 0 ? `*/${step}` : `${from}-${last}/${step}`;
  });
  return parts
    .join(',')
    .replace('?', '*')
    .replace(/\b0+(?=\d)/g, '');
}

/** Days count from 1 = Sunday there; the width of a step stays. */
function shiftedWeekday(field: string): string {
  const shift = (days: string) => days.replace(/\d+/g, (day) => String(Number(day) - 1));
  return field
    .split(',')
    .map((part) => {
      const [days = '', step] = part.split('/');
      return step === undefined ? shift(days) : `${shift(days)}/${step}`;
    })
    .join(',');
}

function fromRate(count: number, unit: string): string | undefined {
  if (count < 1) return undefined;
  if (unit === 'minute') return count === 1 ? '* * * * *' : 60 % count === 0 && count < 60 ? `*/${count} * * * *` : undefined;
  if (unit === 'hour') return count === 1 ? '0 * * * *' : 24 % count === 0 && count < 24 ? `0 */${count} * * *` : undefined;
  return count === 1 ? '0 0 * * *' : count === 7 ? '0 0 * * 0' : undefined;
}
