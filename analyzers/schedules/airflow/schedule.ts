/** §4.1 When a DAG runs: only the value counts, never a comment or a name. */
import type { Thunk } from '../../targets/values.js';
import { type CallArgs, type Evaluate, printExpr } from '../arguments.js';
import { posixCron } from '../cron.js';

export type DagSchedule = {
  /** Several where it runs at the times of each; none where nothing starts it. */
  readonly schedules: readonly string[];
  readonly asWritten: string | null;
  readonly timezone: string;
  readonly flaw?: string;
};

const KEYWORDS = ['schedule', 'schedule_interval', 'timetable'] as const;
/** Timetables whose first argument is a cron. */
const CRON_TIMETABLES = /\b(?:CronDataIntervalTimetable|CronTriggerTimetable|MultipleCronTriggerTimetable)$/;
/** All of whose arguments are crons. */
const MULTIPLE = /\bMultipleCronTriggerTimetable$/;
/** At the times of the timetable that it is given, and besides when its data is there. */
const OR_TIME = /\b(?:Dataset|Asset)OrTimeSchedule$/;
const MAX_NESTING = 3;

export function scheduleOf(evaluate: Evaluate, args: CallArgs): DagSchedule {
  const given = KEYWORDS.map((name) => args.get(name)).find((thunk) => thunk !== undefined);
  const start = args.get('start_date') ?? evaluate.entry(args.get('default_args'), 'start_date');
  const timezone = (given && zoneIn(evaluate, given)) ?? (start && zoneIn(evaluate, start)) ?? 'UTC';
  // What no schedule means changed between versions of Airflow.
  if (!given) return { schedules: [], asWritten: null, timezone, flaw: 'no schedule is given' };
  const written = evaluate.written(given);
  const crons = timetableCrons(evaluate, written);
  if (crons.length > 0) {
    const asWritten = printExpr(written.expr);
    const isOpen = crons.some((cron) => /\{\w*\}/.test(cron));
    return { schedules: crons.map((cron) => posixCron(cron) ?? cron), asWritten, timezone, ...(isOpen ? { flaw: asWritten } : {}) };
  }
  const values = evaluate.values(given);
  const never = values.some((value) => value.kind === 'const' && value.value === null);
  const texts = values.filter(({ kind }) => kind === 'text').length > 0 ? evaluate.texts(given) : [];
  const known = texts.filter((text) => !/\{\w+\}/.test(text));
  // Of several the first that is a schedule: the others belong to another branch.
  const text = known.find((one) => posixCron(one) !== undefined) ?? known[0] ?? texts[0];
  if (text !== undefined) {
    const sure = known.length === 1 && values.length === 1;
    return {
      schedules: [posixCron(text) ?? text],
      asWritten: text,
      timezone,
      ...(sure ? {} : { flaw: [...texts, ...(never ? ['None'] : [])].join(' or ') }),
    };
  }
  if (never) return { schedules: [], asWritten: null, timezone };
  const asWritten = printExpr(written.expr);
  const open = written.expr.kind !== 'list' && values.every((value) => value.kind === 'hole') && !isMade(written.expr);
  return { schedules: [asWritten], asWritten, timezone, ...(open ? { flaw: asWritten } : {}) };
}

/** An interval, timetable or asset is known as it stands; the result of a look-up is not. */
function isMade(expr: Thunk['expr']): boolean {
  if (expr.kind === 'op') return isMade(expr.left);
  return (
    expr.kind === 'chain' && /(?:^|\.)(?:timedelta|relativedelta|[A-Z]\w*)$/.test(printExpr({ ...expr, steps: expr.steps.slice(0, -1) }))
  );
}

function timetableCrons(evaluate: Evaluate, { expr, frame }: Thunk, nesting = 0): readonly string[] {
  const timetable = timetableIn(expr);
  if (timetable && nesting < MAX_NESTING) return timetableCrons(evaluate, evaluate.written({ expr: timetable, frame }), nesting + 1);
  if (expr.kind !== 'chain') return [];
  const made = printExpr({ ...expr, steps: expr.steps.slice(0, -1) });
  const call = expr.steps.at(-1);
  if (call?.kind !== 'call' || !CRON_TIMETABLES.test(made)) return [];
  if (MULTIPLE.test(made)) {
    const all = call.args.flatMap((arg) => evaluate.texts({ expr: arg.kind === 'spread' ? arg.of : arg, frame }));
    return [...new Set(all)];
  }
  const cron = call.args[0] ?? call.keywords.find(({ name }) => name === 'cron')?.value;
  return cron ? evaluate.texts({ expr: cron, frame }).slice(0, 1) : [];
}

function timetableIn(expr: Thunk['expr']): Thunk['expr'] | undefined {
  const call = expr.kind === 'chain' ? expr.steps.at(-1) : undefined;
  if (expr.kind !== 'chain' || call?.kind !== 'call' || !OR_TIME.test(printExpr({ ...expr, steps: expr.steps.slice(0, -1) })))
    return undefined;
  return call.keywords.find(({ name }) => name === 'timetable')?.value ?? call.args[0];
}

/** A time zone anywhere in the call that makes a date or timetable. */
function zoneIn(evaluate: Evaluate, thunk: Thunk, depth = 0): string | undefined {
  const { expr, frame } = evaluate.written(thunk);
  if (expr.kind !== 'chain' || depth > 3) return undefined;
  const timetable = timetableIn(expr);
  if (timetable) return zoneIn(evaluate, { expr: timetable, frame }, depth + 1);
  for (const step of expr.steps) {
    if (step.kind !== 'call') continue;
    const zone = step.keywords.find(({ name }) => name === 'tz' || name === 'tzinfo' || name === 'timezone')?.value;
    if (zone) return zoneText(evaluate, { expr: zone, frame });
  }
  return zoneIn(evaluate, { expr: expr.root, frame }, depth + 1);
}

function zoneText(evaluate: Evaluate, thunk: Thunk): string | undefined {
  const { expr, frame } = evaluate.written(thunk);
  if (expr.kind === 'text') return expr.value;
  if (expr.kind !== 'chain') return undefined;
  if (/\b(?:utc|UTC)$/.test(printExpr(expr))) return 'UTC';
  const call = expr.steps.findLast((step) => step.kind === 'call');
  const first = call?.kind === 'call' ? (call.args[0] ?? call.keywords[0]?.value) : undefined;
  return first && evaluate.texts({ expr: first, frame })[0];
}
