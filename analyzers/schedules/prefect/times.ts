/** §4.1 When something of Prefect runs: by a text, or by an object that holds one. */
import type { Program } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { type CallArgs, callsThatMake, type Evaluate, evaluatorAt, type Made, printExpr } from '../arguments.js';

export type Time = { readonly written: string | null; readonly timezone?: string; readonly isActive: boolean };

const KEYS = ['cron', 'interval', 'rrule', 'schedule', 'schedules'] as const;
type Key = (typeof KEYS)[number];

export function isTimed(keywords: readonly { readonly name: string }[]): boolean {
  return keywords.some(({ name }) => KEYS.some((key) => key === name));
}

export function timesIn(program: Program, evaluate: Evaluate, args: CallArgs): readonly Time[] {
  const times = KEYS.flatMap((key): readonly Time[] => {
    const thunk = args.get(key);
    return thunk ? timesOf(program, evaluate, thunk, key) : [];
  });
  const [timezone] = evaluate.texts(args.get('timezone'));
  return timezone === undefined ? times : times.map((time) => ({ timezone, ...time }));
}

const MAX_NESTING = 4;

export function timesOf(program: Program, evaluate: Evaluate, thunk: Thunk, key: Key = 'schedule', depth = 0): readonly Time[] {
  const { expr, frame } = evaluate.written(thunk);
  if (expr.kind === 'list' && depth < MAX_NESTING)
    return expr.items.flatMap((item) => timesOf(program, evaluatorAt(program, frame), { expr: item, frame }, key, depth + 1));
  const made = callsThatMake(evaluate, thunk).at(-1);
  const held = made && depth < MAX_NESTING ? heldBy(program, made, depth) : undefined;
  if (held) return held;
  if (expr.kind === 'const' && expr.value === null) return [{ written: null, isActive: true }];
  if (key === 'interval')
    return [{ written: expr.kind === 'const' ? `every ${printExpr(expr)} seconds` : printExpr(expr), isActive: true }];
  return [{ written: evaluate.texts(thunk)[0] ?? printExpr(expr), isActive: true }];
}

/** `CronSchedule(…)`, `Interval(…)`, `RRule(…)`, `Schedule(cron=…)`; of the first version `CronClock(…)` and `Schedule(clocks=[…])`. */
const HOLDS: readonly (readonly [name: RegExp, key: Key])[] = [
  [/^Cron(?:Schedule|Clock)?$/, 'cron'],
  [/^Interval(?:Schedule|Clock)?$/, 'interval'],
  [/^RRule(?:Schedule)?$/, 'rrule'],
];

function heldBy(program: Program, { name, args: given, frame }: Made, depth: number): readonly Time[] | undefined {
  const key = HOLDS.find(([named]) => named.test(name))?.[1];
  if (key === undefined && !/^(?:Schedule|construct_schedule)$/.test(name)) return undefined;
  const inside = evaluatorAt(program, frame);
  const args = inside.args(given, [key ?? 'clocks']);
  const clocks = key === undefined ? args.get('clocks') : undefined;
  if (clocks) return timesOf(program, inside, clocks, 'schedule', depth + 1);
  const [timezone] = inside.texts(args.get('timezone'));
  const isActive = inside.constOf(args.get('active')) !== false;
  const times = (key === undefined ? KEYS : [key]).flatMap((one) => {
    const thunk = args.get(one);
    return thunk ? timesOf(program, inside, thunk, one, depth + 1) : [];
  });
  const known = times.length > 0 ? times : [{ written: `{${key ?? 'schedule'}}`, isActive }];
  return known.map((time) => ({ ...(timezone === undefined ? {} : { timezone }), ...time, isActive }));
}
