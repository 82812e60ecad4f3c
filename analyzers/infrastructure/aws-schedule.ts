/** §4.1 The schedules of EventBridge, its Scheduler and Glue as five-field cron: their week begins with Sunday as 1, and a year follows. */

const UNITS: Readonly<Record<string, (every: number) => string | undefined>> = {
  minute: (every) => (60 % every === 0 ? (every === 1 ? '* * * * *' : `*/${every} * * * *`) : undefined),
  hour: (every) => (24 % every === 0 ? (every === 1 ? '0 * * * *' : `0 */${every} * * *`) : undefined),
  day: (every) => (every === 1 ? '0 0 * * *' : undefined),
};

/**
 * `cron(0 6 ? * MON-FRI *)` and `rate(1 hour)`; undefined for what has no cron, such as `at(…)`, `L`, `W` and `#`. A rate
 * counts from when it was made: the cron has its pace, not its minute.
 */
export function posixCron(asWritten: string): string | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(asWritten.trim());
  if (rate) return UNITS[rate[2] ?? '']?.(Number(rate[1]));
  const inner = /^cron\(([^()]*)\)$/.exec(asWritten.trim())?.[1];
  const fields = inner?.trim().split(/\s+/) ?? [];
  const [minute = '', hour = '', day = '', month = '', weekday = '', year] = fields;
  if (fields.length !== 6 || year === undefined || /[LW#]/.test(`${day} ${weekday}`.replaceAll(/WED/gi, ''))) return undefined;
  const days = weekdays(weekday);
  return days === undefined ? undefined : [plain(minute), plain(hour), day === '?' ? '*' : plain(day), plain(month), days].join(' ');
}

/** `00` is `0`; `0/15` is every fifteenth from the first on. */
function plain(field: string): string {
  return field
    .split(',')
    .map((part) => part.replaceAll(/\b0+(?=\d)/g, '').replace(/^0\//, '*/'))
    .join(',');
}

function weekdays(field: string): string | undefined {
  if (field === '?' || field === '*') return '*';
  const moved = field.split(',').map((part) => {
    const [range = '', step] = part.split('/');
    const ends = range
      .split('-')
      .map((end) => (/^[1-7]$/.test(end) ? String(Number(end) - 1) : /^[A-Z]{3}$/i.test(end) ? end.toUpperCase() : undefined));
    return ends.includes(undefined) ? undefined : `${ends.join('-')}${step === undefined ? '' : `/${step}`}`;
  });
  return moved.includes(undefined) ? undefined : moved.join(',');
}
