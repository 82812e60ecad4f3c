/** §4.1 A schedule as a row, whatever declares it. */
import type { Schedule } from '../../src/core/facts.js';
import { posixCron } from './cron.js';
import type { ReadSchedule, ReadTask } from './reader.js';

type Told = Pick<Schedule, 'file' | 'line' | 'platform' | 'id'> & {
  /** As written; undefined or null where nothing starts it. */
  readonly written: string | null | undefined;
  /** The cron, where what is written holds one among other things, or in words of its own. */
  readonly cron?: string | undefined;
  readonly timezone?: string;
  /** It waits until a person starts it, which no file says: its times stand. */
  readonly paused?: boolean;
  /** What declares it says that it never runs. */
  readonly off?: boolean;
  readonly owner?: string;
  readonly tasks: readonly ReadTask[];
};

export function rowOf({ written, cron, timezone, paused, off, owner, ...told }: Told): ReadSchedule {
  const asWritten = written ?? null;
  const text = off ? null : (cron ?? asWritten);
  return {
    file: told.file,
    line: told.line,
    platform: told.platform,
    id: told.id,
    schedule: text === null ? null : (posixCron(text) ?? text),
    scheduleAsWritten: asWritten,
    timezone: timezone ?? 'UTC',
    enabled: text !== null && paused !== true,
    ...(owner === undefined ? {} : { owner }),
    tasks: told.tasks,
  };
}

/** Longer lines are no key with a value. */
const MAX_LENGTH = 500;

/** The first line of each key, looked up and not searched for: a file of many schedules has as many lines. */
export function keyLines(text: string): (key: string) => number {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const found = line.length > MAX_LENGTH ? undefined : keyIn(line);
    if (found !== undefined && !lines.has(found)) lines.set(found, index + 1);
  }
  return (wanted) => lines.get(wanted) ?? 1;
}

function keyIn(line: string): string | undefined {
  return /^[\s-]*(?:"([^"]*)"\s*|'([^']*)'\s*|([^\s"':-][^:]*)):/.exec(line)?.slice(1).find(Boolean);
}
