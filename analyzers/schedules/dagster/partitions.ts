/** §4.1 The cron that Dagster makes of how a job's runs are cut into days, hours, weeks or months. */
import type { Program } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { type CallArgs, callsThatMake, type Evaluate, evaluatorAt } from '../arguments.js';

export type Timed = { readonly cron: string; readonly timezone?: string };

const MADE_BY = /^(Hourly|Daily|Weekly|Monthly|TimeWindow)PartitionsDefinition$/;

/** `over`: what the call that builds the schedule says of the minute, hour and day. */
export function partitionsCron(program: Program, evaluate: Evaluate, partitions: Thunk, over: CallArgs): Timed | undefined {
  const made = callsThatMake(evaluate, partitions).at(-1);
  const kind = made && MADE_BY.exec(made.name)?.[1];
  if (!made || kind === undefined) return undefined;
  const inside = evaluatorAt(program, made.frame);
  const args = inside.args(made.args, ['start_date']);
  const number = (given: string, offset: string, otherwise: number): number => {
    const value = evaluate.constOf(over.get(given)) ?? inside.constOf(args.get(offset));
    return typeof value === 'number' ? value : otherwise;
  };
  const minute = number('minute_of_hour', 'minute_offset', 0);
  const hour = number('hour_of_day', 'hour_offset', 0);
  const [timezone] = inside.texts(args.get('timezone'));
  const [own] = inside.texts(args.get('cron_schedule'));
  const cron = {
    Hourly: `${minute} * * * *`,
    Daily: `${minute} ${hour} * * *`,
    Weekly: `${minute} ${hour} * * ${number('day_of_week', 'day_offset', 0)}`,
    Monthly: `${minute} ${hour} ${number('day_of_month', 'day_offset', 1)} * *`,
    TimeWindow: own,
  }[kind];
  return cron === undefined ? undefined : { cron, ...(timezone === undefined ? {} : { timezone }) };
}
