/** §5.2 which partition a file belongs to, read from its path below the dataset's folder. */
import { isPersonalName } from '../../core/pii/personal-names.js';

export type Place = { readonly partition: string; readonly day?: string; readonly keys: readonly string[] };

/** The one partition of a table that has none. */
export const UNPARTITIONED = 'all';

/** Folders and files that engines put beside data: `_delta_log`, `_SUCCESS`, `.crc`. `_` in a key (`_date=…`) is data. */
export function isHidden(name: string): boolean {
  return (name.startsWith('_') || name.startsWith('.')) && !name.includes('=');
}

/**
 * With a day in the path the partition is the day, whatever is nested below (an hour, a region):
 * volume and freshness are per day. Without one it is the whole chain of `key=value` folders.
 */
export function placeOf(relativePath: string): Place {
  const folders = relativePath.split('/').slice(0, -1);
  const file = relativePath.split('/').at(-1) ?? '';
  const pairs = folders.flatMap((folder) => keyValue(folder));
  const keys = pairs.map(({ key }) => key);
  // A date of birth is no day of the data.
  const dayPair = pairs.find(({ key, value }) => dayOf(value) !== undefined && !isPersonalName(key));
  if (dayPair !== undefined) return place(dayPair.folder, dayOf(dayPair.value), keys);
  const calendar = calendarDay(pairs);
  if (calendar !== undefined) return place(calendar.partition, calendar.day, keys);
  if (pairs.length > 0) return place(pairs.map(({ folder }) => folder).join('/'), undefined, keys);
  const named = folders.find((folder) => dayOf(folder) !== undefined);
  if (named !== undefined) return place(named, dayOf(named), keys);
  const inName = /(?:^|[^0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[^0-9]|$)/.exec(file)?.[1];
  const day = inName === undefined ? undefined : dayOf(inName);
  return day === undefined ? place(UNPARTITIONED, undefined, keys) : place(day, day, keys);
}

function place(partition: string, day: string | undefined, keys: readonly string[]): Place {
  return day === undefined ? { partition, keys } : { partition, day, keys };
}

type Pair = { readonly folder: string; readonly key: string; readonly value: string };

function keyValue(folder: string): readonly Pair[] {
  const match = /^([^=]+)=(.*)$/s.exec(folder);
  return match?.[1] === undefined || match[2] === undefined ? [] : [{ folder, key: match[1], value: decoded(match[2]) }];
}

/** Spark percent-encodes what a path may not hold. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** `2026-02-08`, `20260208`, or an instant that starts so. */
function dayOf(value: string): string | undefined {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])/.exec(value) ?? /^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})$/.exec(value);
  return match === null ? undefined : validDay(`${match[1]}-${match[2]}-${match[3]}`);
}

/** year=2026/month=2/day=8 */
function calendarDay(pairs: readonly Pair[]): { partition: string; day: string } | undefined {
  const find = (names: readonly string[]) =>
    pairs.find(({ key, value }) => names.includes(key.toLowerCase()) && /^[0-9]{1,4}$/.test(value));
  const [year, month, day] = [find(['year', 'y', 'yyyy']), find(['month', 'm', 'mm']), find(['day', 'd', 'dd'])];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const valid = validDay(`${year.value}-${month.value.padStart(2, '0')}-${day.value.padStart(2, '0')}`);
  return valid === undefined ? undefined : { partition: [year, month, day].map(({ folder }) => folder).join('/'), day: valid };
}

function validDay(day: string): string | undefined {
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}
