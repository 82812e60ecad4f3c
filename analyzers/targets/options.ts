/** Arguments of a job: argparse, Glue, click, widgets. The declared default when there is one, else a hole with the argument's name. */
import type { Args, Call, Expr } from '../python/facts.js';
import { isPlaceholder } from './combine.js';
import { holeAt, placeOf, placeOfScope, told } from './explained.js';
import type { Unit } from './program.js';
import { type Evaluation, type Frame, hole, moduleFrame, type Value } from './values.js';

/** `args.<name>` or `args["<name>"]`. */
export function optionOf(ev: Evaluation, options: Extract<Value, { kind: 'options' }>, name: string): readonly Value[] {
  if (options.style === 'glue') return [hole('arg', name)];
  for (const call of options.unit.facts.calls) {
    const args = lastArgs(call, 'add_argument');
    if (!args || optionName(args) !== name) continue;
    const at = { file: options.unit.path, line: call.line };
    if (isGiven(ev, options.unit, name)) return holeAt(ev, hole('arg', name), at);
    return [
      ...declared(ev, args, frameOf(options.unit, call)),
      ...holeFor(ev, args, frameOf(options.unit, call), name).flatMap((one) => holeAt(ev, one, at)),
    ];
  }
  return [hole('arg', name)];
}

/** What a job gives beats the default: the hole is filled for each run. */
function isGiven(ev: Evaluation, unit: Unit, name: string): boolean {
  return ev.program.runs.get(unit.path)?.some((run) => run.arguments.has(name)) === true;
}

function holeFor(ev: Evaluation, args: Args, frame: Frame, name: string): readonly Value[] {
  return declared(ev, args, frame).length > 0 ? [] : [hole('arg', name)];
}

function declared(ev: Evaluation, args: Args, frame: Frame, at = placeOf(ev, frame)): readonly Value[] {
  const fallback = args.keywords.find((keyword) => keyword.name === 'default');
  if (!fallback) return [];
  const values = ev.evaluate(fallback.value, frame).filter((value) => !isPlaceholder(value));
  return told(ev, values, () => ({ how: 'job-default', name: optionName(args) ?? '', at }));
}

/** The name an option is read by: `dest`, else the long flag, else the first one. */
function optionName(args: Args): string | undefined {
  const dest = args.keywords.find((keyword) => keyword.name === 'dest')?.value;
  if (dest?.kind === 'text') return dest.value;
  const flags = args.args.filter((arg) => arg.kind === 'text').map((arg) => (arg.kind === 'text' ? arg.value : ''));
  const bare = flags.find((flag) => !flag.startsWith('-'));
  const flag = bare ?? flags.find((one) => one.startsWith('--')) ?? flags[0];
  return flag?.split('/')[0]?.replace(/^-+/, '').replaceAll('-', '_');
}

function lastArgs(call: Call, name: string): Args | undefined {
  const [before, last] = call.chain.steps.slice(-2);
  return last?.kind === 'call' && before?.kind === 'attr' && before.name === name ? last : undefined;
}

function frameOf(unit: Unit, call: Call): Frame {
  return { ...moduleFrame(unit), scope: call.scope, block: call.block, pos: call.pos };
}

/** A parameter that a decorator declares: `@click.option("--out", default=…)`. */
export function declaredOption(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const decorators = frame.unit.facts.scopes[frame.scope]?.decorators ?? [];
  for (const decorator of decorators) {
    const args = optionArgs(decorator);
    if (!args || optionName(args) !== name) continue;
    const at = placeOfScope(frame.unit, frame.scope);
    const values = isGiven(ev, frame.unit, name) ? [] : declared(ev, args, moduleFrame(frame.unit), at);
    return values.length > 0 ? values : holeAt(ev, hole('arg', name), at);
  }
  return undefined;
}

function optionArgs(decorator: Expr): Args | undefined {
  if (decorator.kind !== 'chain') return undefined;
  const [before, last] = decorator.steps.slice(-2);
  const name = before?.kind === 'attr' ? before.name : decorator.root.kind === 'name' ? decorator.root.name : '';
  const args = last ?? before;
  return (name === 'option' || name === 'argument') && args?.kind === 'call' ? args : undefined;
}
