/** §4.1 The cron that something of Dagster is given: a text, or one that its partitions make. */
import type { Program } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { type Evaluate, evaluatorAt, printExpr } from '../arguments.js';
import { partitionsCron, type Timed } from './partitions.js';

type CronSaid = { readonly written: string | undefined; readonly timed?: Timed | undefined };

/** A cron, or `partitions.get_cron_schedule(hour_of_day=3)`: that of the partitions. */
export function cronSaid(program: Program, evaluate: Evaluate, thunk: Thunk | undefined): CronSaid {
  const written = thunk && evaluate.written(thunk);
  const steps = written?.expr.kind === 'chain' ? written.expr.steps : [];
  const [asked, over] = steps.slice(-2);
  if (written?.expr.kind === 'chain' && asked?.kind === 'attr' && asked.name === 'get_cron_schedule' && over?.kind === 'call') {
    const inside = evaluatorAt(program, written.frame);
    const before = steps.slice(0, -2);
    const partitions = { expr: before.length === 0 ? written.expr.root : { ...written.expr, steps: before }, frame: written.frame };
    const timed = partitionsCron(program, inside, partitions, inside.args(over, []));
    if (timed) return { written: timed.cron, timed };
  }
  return { written: cronText(evaluate, thunk) };
}

/** One text, or several crons as they are written. */
export function cronText(evaluate: Evaluate, thunk: Thunk | undefined): string | undefined {
  if (!thunk) return undefined;
  const { expr } = evaluate.written(thunk);
  if (expr.kind === 'list') {
    const crons = evaluate.texts(thunk);
    return crons.length === 1 ? crons[0] : `[${crons.join(', ')}]`;
  }
  const texts = evaluate.texts(thunk);
  return texts.find((text) => !/\{\w*\}/.test(text)) ?? texts[0] ?? printExpr(expr);
}
