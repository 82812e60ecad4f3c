/** §8.3 business days: Monday to Friday in UTC. Public holidays differ by team and are left to the reader. */
import { MS_PER_DAY } from './numbers.js';
import { instant } from './time.js';

const isWeekend = (ms: number) => [0, 6].includes(new Date(ms).getUTCDay());

/** The same time of day, `days` business days on; a start on a weekend counts as the Monday after. */
export function addBusinessDays(from: string, days: number): string {
  let at = Date.parse(from);
  while (isWeekend(at)) at += MS_PER_DAY;
  for (let left = days; left > 0; ) {
    at += MS_PER_DAY;
    if (!isWeekend(at)) left -= 1;
  }
  return instant(at);
}
