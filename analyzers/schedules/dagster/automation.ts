/** §4.1 Assets of Dagster that run by a cron of their own: `@asset(automation_condition=AutomationCondition.on_cron("@daily"))`. */
import type { Expr } from '../../python/facts.js';
import { beginFile } from '../../targets/paid.js';
import type { Program } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { type CallArgs, callsThatMake, type Evaluate, evaluatorAt } from '../arguments.js';
import type { ReadSchedule } from '../reader.js';
import { rowOf } from '../row.js';
import { type Asset, assetTask } from './assets.js';
import { cronSaid } from './crons.js';

/** A condition that a cron has come to, and the rule that was there before it. */
export const CRON_CONDITIONS = ['on_cron', 'cron_tick_passed', 'materialize_on_cron'] as const;
const CONDITIONS: ReadonlySet<string> = new Set(CRON_CONDITIONS);
const KEYS = ['automation_condition', 'auto_materialize_policy'] as const;
/** Assets of one function that are looked at. */
const MAX_ASSETS = 200;
const MAX_NESTING = 6;

type Told = { readonly written: string; readonly timezone?: string };

/** One row for each time: what one function makes at one time it makes at once. */
export function schedulesOfAsset(program: Program, asset: Asset): readonly ReadSchedule[] {
  const { of, name, line, args, evaluate } = asset;
  beginFile(program);
  const found = conditionsIn(program, evaluate, args).flatMap((thunk) => onCron(program, evaluatorAt(program, thunk.frame), thunk) ?? []);
  const times = new Map(found.map((told) => [JSON.stringify(told), told]));
  return [...times.values()].map((told) =>
    rowOf({ file: of.unit.path, line, platform: 'dagster', id: name, ...told, tasks: [assetTask(asset)] }),
  );
}

/** Its own, or those of each asset that it makes: `specs=[AssetSpec(…)]`, `outs={"a": AssetOut(…)}`. */
function conditionsIn(program: Program, evaluate: Evaluate, args: CallArgs): readonly Thunk[] {
  const own = conditionOf(args);
  if (own) return [own];
  const made = ['specs', 'outs'].flatMap((key) => {
    const thunk = args.get(key);
    return thunk ? eachIn(evaluate, thunk) : [];
  });
  return made.slice(0, MAX_ASSETS).flatMap((thunk): readonly Thunk[] => {
    const call = callsThatMake(evaluatorAt(program, thunk.frame), thunk).at(-1);
    const condition = call && conditionOf(evaluatorAt(program, call.frame).args(call.args, []));
    return condition ? [condition] : [];
  });
}

function conditionOf(args: CallArgs): Thunk | undefined {
  return KEYS.map((key) => args.get(key)).find((thunk) => thunk !== undefined);
}

function eachIn(evaluate: Evaluate, thunk: Thunk): readonly Thunk[] {
  const { expr, frame } = evaluate.written(thunk);
  if (expr.kind === 'list') return expr.items.flatMap((item) => eachIn(evaluate, { expr: item, frame }));
  if (expr.kind === 'each') return [{ expr: expr.body, frame }];
  if (expr.kind === 'chain') return [{ expr, frame }];
  return evaluate.values(thunk).flatMap((value) => evaluate.entries(value).map(([, entry]) => entry));
}

/** A condition may be one of several that are joined. */
function onCron(program: Program, evaluate: Evaluate, thunk: Thunk, depth = 0): Told | undefined {
  if (depth > MAX_NESTING) return undefined;
  const { expr, frame } = evaluate.written(thunk);
  const among = (all: readonly Expr[], where: Thunk['frame']) =>
    all.map((one) => onCron(program, evaluatorAt(program, where), { expr: one, frame: where }, depth + 1)).find((one) => one !== undefined);
  if (expr.kind === 'op') return among([expr.left, expr.right], frame);
  const calls = callsThatMake(evaluate, { expr, frame });
  const rules = calls.findLast(({ name }) => name === 'with_rules');
  if (rules) return among(rules.args.args, rules.frame);
  const made = calls.find(({ name }) => CONDITIONS.has(name));
  if (!made) return undefined;
  const inside = evaluatorAt(program, made.frame);
  const args = inside.args(made.args, ['cron_schedule', 'cron_timezone']);
  const [timezone] = inside.texts(args.get('cron_timezone') ?? args.get('timezone'));
  const { written, timed } = cronSaid(program, inside, args.get('cron_schedule'));
  const zone = timezone ?? timed?.timezone;
  return written === undefined ? undefined : { written, ...(zone === undefined ? {} : { timezone: zone }) };
}
