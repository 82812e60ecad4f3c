/** §4.1 Schedules that are given to a module of Terraform which lies elsewhere: what starts by them is made there. */
import { printTemplate } from '../templates/template.js';
import type { Trigger } from './terraform-triggers.js';
import { at, mapIn, type Told, textIn, wordIn } from './told.js';

/** An argument that is a schedule as a whole; the words before it are of what it starts. */
const SCHEDULE = /^(?:(\w+)_)?(?:schedule(?:_expression)?|cron(?:_expression|_schedule)?)$/;
/** What is kept, mended or made larger by a clock is no job. */
const UPKEEP = /backup|snapshot|maintenance|patch|scal|retention|rotat/i;
const WRITTEN = /^(?:cron|rate|at)\(/;
/** `rules = { nightly = { schedule_expression = … } }`, or a list of such. */
const MAX_NESTING = 2;

export function handedToModule(name: string, told: Told): readonly Trigger[] {
  if (UPKEEP.test(name)) return [];
  const isOff =
    ['create', 'enabled', 'create_schedule'].some((key) => wordIn(at(told, key)) === 'false') || wordIn(at(told, 'count')) === '0';
  return schedulesIn(told, { id: name, isOff }, 0);
}

type Above = { readonly id: string; readonly isOff: boolean };

function schedulesIn(told: Told, { id, isOff }: Above, nesting: number): readonly Trigger[] {
  return [...mapIn(told)].flatMap(([key, value]): readonly Trigger[] => {
    if (UPKEEP.test(key)) return [];
    const written = textIn(value);
    const [whole, of] = SCHEDULE.exec(key) ?? [];
    if (written && whole && WRITTEN.test(printTemplate(written)))
      return [triggerIn(told, { id: nameIn(told, of) ?? id, isOff, asWritten: printTemplate(written) })];
    return nesting < MAX_NESTING && value instanceof Map ? schedulesIn(value, { id: key, isOff }, nesting + 1) : [];
  });
}

function triggerIn(told: Told, { id, isOff, asWritten }: Above & { readonly asWritten: string }): Trigger {
  const isDisabled = isOff || wordIn(at(told, 'enabled')) === 'false' || wordIn(at(told, 'state')) === 'DISABLED';
  const timezone = wordIn(at(told, 'schedule_expression_timezone')) ?? wordIn(at(told, 'timezone')) ?? 'UTC';
  return { platform: 'eventbridge', id, asWritten, timezone, enabled: !isDisabled, starts: [] };
}

/** `lambda_schedule` is of what `lambda_name` is. */
function nameIn(told: Told, of: string | undefined): string | undefined {
  const name = (of === undefined ? undefined : textIn(at(told, `${of}_name`))) ?? textIn(at(told, 'name'));
  return name && (printTemplate(name) || undefined);
}
