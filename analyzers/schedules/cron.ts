/** §4.1 Schedules as five-field POSIX cron: presets, and what is no cron at all. */
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
  const word = plain.replace(/^@/, '').toLowerCase();
  if (Object.hasOwn(PRESETS, word)) return PRESETS[word];
  return plain.split(' ').length === 5 && isCron(plain) ? plain : undefined;
}

/** Five fields that a scheduler would take. */
function isCron(text: string): boolean {
  if (text.length > 200) return false;
  try {
    return new CronPattern(text, undefined, { mode: '5-part' }).pattern === text;
  } catch {
    return false;
  }
}
