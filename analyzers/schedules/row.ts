/** §4.1 A schedule as declared in a file of plain values. */
import type { Schedule, ScheduledTask } from '../../src/core/facts.js';
import { posixCron } from './cron.js';

type Told = Pick<Schedule, 'file' | 'line' | 'platform' | 'id'> & {
  /** As written; undefined or null where nothing starts it. */
  readonly written: string | null | undefined;
  /** The cron, where what is written holds one among other things. */
  readonly cron?: string;
  readonly timezone?: string;
  readonly paused?: boolean;
  readonly owner?: string;
  readonly tasks: readonly ScheduledTask[];
};

export function rowOf({ written, cron, timezone, paused, owner, ...told }: Told): Schedule {
  const asWritten = written ?? null;
  const text = cron ?? asWritten;
  return {
    file: told.file,
    line: told.line,
    platform: told.platform,
    id: told.id,
    schedule: text === null ? null : (posixCron(text) ?? text),
    scheduleAsWritten: asWritten,
    timezone: timezone ?? 'UTC',
    enabled: asWritten !== null && paused !== true,
    ...(owner === undefined ? {} : { owner }),
    tasks: told.tasks,
  };
}

const MAX_LINES = 20_000;

/** The first line, from `from` on, that begins with a key or a list item of this text; the line above it where there is none. */
export function lineOfKey(text: string, key: string, from = 1): number {
  const lines = text.split('\n', MAX_LINES);
  const wanted = [`${key}:`, `"${key}":`, `'${key}':`];
  const found = lines.findIndex((line, index) => index >= from - 1 && wanted.some((one) => line.replace(/^[\s-]*/, '').startsWith(one)));
  return found < 0 ? from : found + 1;
}

/** The line where a pair stands: `name: orders`. */
export function lineOfPair(text: string, key: string, value: string): number {
  const lines = text.split('\n', MAX_LINES);
  const found = lines.findIndex((line) => {
    const [, before, after] = /^[\s-]*["']?([\w-]+)["']?\s*:\s*["']?(.*)$/.exec(line) ?? [];
    return (
      before === key && after !== undefined && (after === value || (after.startsWith(value) && /^["'\s]/.test(after.slice(value.length))))
    );
  });
  return found < 0 ? 1 : found + 1;
}
