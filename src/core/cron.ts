/** §4.4 five-field POSIX cron: when it runs, how far apart, and in which words a person would say it. */

export type Cron = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** Cron's own rule: with both fields restricted, a day counts when either names it. */
  readonly dayIsAny: boolean;
  readonly weekdayIsAny: boolean;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `undefined` for anything that is not five plain fields; other people's extensions are not guessed at. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length !== 5 || minute === undefined || hour === undefined || day === undefined) return undefined;
  if (month === undefined || weekday === undefined) return undefined;
  const minutes = expand(minute, 0, 59, []);
  const hours = expand(hour, 0, 23, []);
  const days = expand(day, 1, 31, []);
  const months = expand(month, 1, 12, MONTHS);
  const weekdays = expand(weekday, 0, 7, WEEKDAYS);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: [...new Set(weekdays.map((each) => each % 7))].sort((a, b) => a - b),
    dayIsAny: day.startsWith('*'),
    weekdayIsAny: weekday.startsWith('*'),
  };
}

function expand(field: string, low: number, high: number, names: readonly string[]): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|[0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?:\/([0-9]+))?$/.exec(part);
    if (!match?.[1] || (match[1] === '*' && match[2] !== undefined)) return undefined;
    const from = match[1] === '*' ? low : numberOf(match[1], low, names);
    const open = match[1] === '*' || (match[3] !== undefined && match[2] === undefined);
    const to = open ? high : numberOf(match[2] ?? match[1], low, names);
    const step = Number(match[3] ?? '1');
    if (from === undefined || to === undefined || step < 1 || from < low || to > high || from > to) return undefined;
    for (let value = from; value <= to; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function numberOf(text: string, low: number, names: readonly string[]): number | undefined {
  if (/^[0-9]{1,2}$/.test(text)) return Number(text);
  const index = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  return index < 0 ? undefined : index + (names === MONTHS ? low : 0);
}

const MINUTES_PER_DAY = 1440;
/** 2024 to 2031: two cycles of leap years in one stretch, so that a schedule for 29 February shows its gap. */
const FIRST_DAY = Date.UTC(2024, 0, 1);
const REFERENCE_DAYS = 2 * 1461;

/** Minutes between two runs that follow each other, the longest there is; `undefined` when it runs never or once. */
export function longestGapMinutes(cron: Cron): number | undefined {
  const key = JSON.stringify(cron);
  const known = GAPS.get(key);
  if (known) return known.minutes;
  if (GAPS.size >= MAX_GAPS) GAPS.clear();
  const minutes = longestGapOf(cron);
  GAPS.set(key, { minutes });
  return minutes;
}

/** Thousands of days are walked for a gap, and thousands of tasks may run by one cron. */
const GAPS = new Map<string, { readonly minutes: number | undefined }>();
const MAX_GAPS = 1_000;

function longestGapOf(cron: Cron): number | undefined {
  const times = cron.hours.flatMap((hour) => cron.minutes.map((minute) => hour * 60 + minute));
  const days = Array.from({ length: REFERENCE_DAYS }, (_, day) => day).filter((day) => runsOn(cron, day));
  const [first, last] = [times.at(0), times.at(-1)];
  if (first === undefined || last === undefined || days.length === 0) return undefined;
  const within = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const between = days.slice(1).map((day, index) => (day - (days[index] ?? day)) * MINUTES_PER_DAY - last + first);
  return [...within, ...between].reduce((longest, gap) => Math.max(longest, gap), 0);
}

function runsOn(cron: Cron, dayNumber: number): boolean {
  const date = new Date(FIRST_DAY + dayNumber * MINUTES_PER_DAY * 60_000);
  if (!cron.months.includes(date.getUTCMonth() + 1)) return false;
  const byDay = cron.days.includes(date.getUTCDate());
  const byWeekday = cron.weekdays.includes(date.getUTCDay());
  return cron.dayIsAny || cron.weekdayIsAny ? byDay && byWeekday : byDay || byWeekday;
}

/** `02:00` and `daily`, `weekly on Mon`, `monthly on day 1`: the first time of a day it runs, and how often. */
export function cadence(cron: Cron): { readonly time: string; readonly words: string } {
  const [hour, minute] = [cron.hours[0] ?? 0, cron.minutes[0] ?? 0];
  return { time: clock(hour, minute), words: [timesOfDay(cron), daysOf(cron), monthsOf(cron)].filter((word) => word !== '').join(' ') };
}

const clock = (hour: number, minute: number) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

function timesOfDay({ hours, minutes }: Cron): string {
  if (minutes.length > 1) return hours.length === 24 ? `every ${spacing(minutes, 60) ?? 'few'} minutes` : `${minutes.length} times an hour`;
  if (hours.length === 24) return 'hourly';
  if (hours.length === 1) return '';
  const every = spacing(hours, 24);
  return every === undefined ? `at ${hours.map((hour) => clock(hour, minutes[0] ?? 0)).join(',')}` : `every ${every} hours`;
}

/** The one distance between neighbours round the clock, if there is one. */
function spacing(values: readonly number[], round: number): number | undefined {
  const gaps = values.map((value, index) => ((values[(index + 1) % values.length] ?? value) - value + round) % round);
  return gaps.every((gap) => gap === gaps[0]) ? gaps[0] : undefined;
}

function daysOf(cron: Cron): string {
  const days = `day${cron.days.length > 1 ? 's' : ''} ${cron.days.join(',')}`;
  const weekdays = cron.weekdays.map((day) => WEEKDAYS[day]).join(',');
  if (cron.days.length < 31 && cron.weekdays.length < 7) {
    return `on ${days} ${cron.dayIsAny || cron.weekdayIsAny ? 'if' : 'or'} ${weekdays}`;
  }
  if (cron.days.length < 31) return cron.months.length === 12 ? `monthly on ${days}` : `on ${days}`;
  if (cron.weekdays.length < 7) {
    if (weekdays === 'Mon,Tue,Wed,Thu,Fri') return 'on weekdays';
    return timesOfDay(cron) === '' ? `weekly on ${weekdays}` : `on ${weekdays}`;
  }
  return timesOfDay(cron) === '' || timesOfDay(cron).startsWith('at ') ? 'daily' : '';
}

function monthsOf({ months }: Cron): string {
  return months.length === 12 ? '' : `in ${months.map((month) => MONTHS[month - 1]).join(',')}`;
}
