/** §4.1 A cron of Quartz as one of five fields: seconds come first and a year last, and a week begins with Sunday as 1. */

type Field = { readonly first: number; readonly last: number; readonly names: readonly string[] };

const MINUTE: Field = { first: 0, last: 59, names: [] };
const HOUR: Field = { first: 0, last: 23, names: [] };
const DAY: Field = { first: 1, last: 31, names: [] };
const MONTH: Field = { first: 1, last: 12, names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] };
const WEEKDAY: Field = { first: 1, last: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };

/**
 * `0 30 6 ? * MON-FRI`; undefined for what has no such cron: several seconds, a year, `L`, `W`, `#`, days of the month and of the
 * week at once. A second within the minute is left out, as a cron has minutes.
 */
export function quartzCron(asWritten: string): string | undefined {
  const fields = asWritten.trim().toUpperCase().split(/\s+/);
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = '', year = '*'] = fields;
  if (fields.length < 6 || fields.length > 7 || !/^[0-5]?\d$/.test(second) || !isAny(year)) return undefined;
  if (!isAny(day) && !isAny(weekday)) return undefined;
  const read = [inField(minute, MINUTE), inField(hour, HOUR), inField(day, DAY), inField(month, MONTH), inWeek(weekday)];
  return read.includes(undefined) ? undefined : read.join(' ');
}

function isAny(field: string): boolean {
  return field === '*' || field === '?';
}

function inField(written: string, field: Field): string | undefined {
  if (isAny(written)) return '*';
  const parts = written.split(',').map((part) => partIn(part, field, 0));
  return parts.includes(undefined) ? undefined : parts.join(',');
}

function inWeek(written: string): string | undefined {
  if (isAny(written)) return '*';
  const parts = written.split(',').map((part) => partIn(part, WEEKDAY, -1));
  return parts.includes(undefined) ? undefined : parts.join(',');
}

/** `a`, `a-b`, `a/n` (from a on), `a-b/n`; what runs over the end begins anew. `moved`: how much less a number is for others. */
function partIn(part: string, field: Field, moved: number): string | undefined {
  const [range = '', step, ...more] = part.split('/');
  const [from = '', to, ...others] = range.split('-');
  const first = range === '*' ? field.first : numberOf(from, field);
  const last = range === '*' || (step !== undefined && to === undefined) ? field.last : to === undefined ? first : numberOf(to, field);
  if (first === undefined || last === undefined || more.length > 0 || others.length > 0) return undefined;
  if (step !== undefined && !/^[1-9]\d?$/.test(step)) return undefined;
  const shown = (number: number, written: string): string => (field.names.includes(written) ? written : String(number + moved));
  if (first > last)
    return step === undefined
      ? `${first + moved}-${field.last + moved},${field.first + moved}${last === field.first ? '' : `-${last + moved}`}`
      : undefined;
  if (step === undefined) return to === undefined ? shown(first, from) : `${shown(first, from)}-${shown(last, to)}`;
  return first === field.first && last === field.last ? `*/${step}` : `${first + moved}-${last + moved}/${step}`;
}

function numberOf(written: string, { first, last, names }: Field): number | undefined {
  const named = names.indexOf(written);
  const number = named >= 0 ? named + first : /^\d{1,2}$/.test(written) ? Number(written) : undefined;
  return number !== undefined && number >= first && number <= last ? number : undefined;
}
