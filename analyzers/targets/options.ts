/** Arguments of a job: argparse, Glue, click, typer, widgets. What a run gives, else the declared default, else a hole with the argument's name. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Args, Call, Expr } from '../python/facts.js';
import { defaultOf } from '../templates/filled.js';
import { fullText } from '../templates/template.js';
import { distinctTemplates, isPlaceholder, keyText } from './combine.js';
import { argumentName, declaringDecorator, isCommand, usesTyper } from './declared-arguments.js';
import { noteDefault } from './environment-choice.js';
import { given } from './job-arguments.js';
import { argumentsNamed } from './parsers.js';
import type { Unit } from './program.js';
import { isEntry, isGiven, runsOf } from './script-runs.js';
import { holeAt, placeOfScope, traced } from './trace.js';
import { type Evaluation, type Frame, hole, moduleFrame, text, type Value } from './values.js';

/** `args.<name>` or `args["<name>"]`, `dbutils.widgets.get("<name>")`. */
export function optionOf(ev: Evaluation, options: Extract<Value, { kind: 'options' }>, name: string): readonly Value[] {
  if (options.style === 'glue') return [hole('arg', name)];
  return options.style === 'widgets' ? widgetNamed(ev, options.unit, name) : argumentNamed(ev, options, name);
}

function widgetNamed(ev: Evaluation, unit: Unit, name: string): readonly Value[] {
  for (const call of unit.facts.calls) {
    const made = widget(call);
    if (made?.name !== name) continue;
    const fallback = made.fallback ? ev.evaluate(made.fallback, frameOf(unit, call)) : [];
    return unlessGiven(ev, unit, { kind: 'arg', name, fallback, at: { file: unit.path, line: call.line } });
  }
  return [hole('arg', name)];
}

function argumentNamed(ev: Evaluation, { unit, parser }: Extract<Value, { kind: 'options' }>, name: string): readonly Value[] {
  const made = argumentsNamed(unit, name, parser);
  const [only, ...others] = made;
  if (!only) return [hole('arg', name)];
  const worth = made.map(({ fallback, call }) => (fallback ? ev.evaluate(fallback, frameOf(unit, call)) : []));
  const at = { file: unit.path, line: only.line };
  if (others.length === 0 && only.command !== undefined)
    return ofCommand(ev, unit, { kind: 'arg', name, fallback: worth.flat(), at }, only.command);
  const values = unlessGiven(ev, unit, { kind: 'arg', name, fallback: worth.flat(), at });
  // One of several parsers has no default.
  const isOpen = others.length > 0 && worth.some((one) => one.length === 0) && !values.some(({ kind }) => kind === 'hole');
  return isOpen ? [...values, hole('arg', name)] : values;
}

/** What a run gives to another command of the program is not given to this one. */
function ofCommand(ev: Evaluation, unit: Unit, asked: Fallback, command: string): readonly Value[] {
  const runs = runsOf(ev.program, unit.path);
  const own = runs.filter(({ words = [] }) => words.some((word) => fullText(word) === command));
  if (own.length === runs.length) return unlessGiven(ev, unit, asked);
  const known = asked.fallback.filter((value) => !isPlaceholder(value));
  const fallback = known.length > 0 ? known : [hole('opaque', asked.name, 'job-argument')];
  const told = own.map((run) => given(run, { kind: 'arg', name: asked.name }));
  const texts = distinctTemplates(told.flatMap((one) => one ?? []));
  if (texts.length > 1 || (texts.length === 1 && told.includes(undefined))) return [hole('opaque', asked.name, 'job-argument')];
  const place = own[0]?.at[0];
  if (texts.length === 1) return traced(ev, texts.map(text), () => ({ how: 'job', name: asked.name, at: place }));
  return traced(ev, fallback, () => ({ how: defaultOf('arg'), name: asked.name, at: asked.at }));
}

type Made = { readonly name: string | undefined; readonly fallback: Expr | undefined };

/** Widgets of notebooks, by the object that makes and gives them. */
const WIDGETS = 'widgets';
const MAKES_WIDGET: readonly string[] = ['text', 'dropdown', 'combobox'];

/** `dbutils.widgets`, whatever `dbutils` came from. */
export function areWidgets(of: string, name: string): boolean {
  return name === WIDGETS && /dbutils$/i.test(of);
}

/** `dbutils.widgets.text("zone", "gold")`. */
function widget({ chain: { steps } }: Call): Made | undefined {
  const [before, made, call] = steps.slice(-3);
  const makes = made?.kind === 'attr' && MAKES_WIDGET.includes(made.name);
  if (!makes || before?.kind !== 'attr' || before.name !== WIDGETS || call?.kind !== 'call') return undefined;
  const given = (at: number, ...names: readonly string[]) => call.keywords.find(({ name }) => names.includes(name))?.value ?? call.args[at];
  const name = given(0, 'name');
  return { name: name?.kind === 'text' ? name.value : undefined, fallback: given(1, 'defaultValue', 'default_value') };
}

type Fallback = {
  readonly kind: 'arg' | 'env';
  readonly name: string;
  readonly fallback: readonly Value[];
  /** Where it is declared. */
  readonly at: SourceRef | undefined;
};

/**
 * What a run gives beats the default, so the default waits in the hole until it is known which run it is. Several defaults
 * cannot wait: they stand unless a run of this very file says more.
 */
export function unlessGiven(ev: Evaluation, unit: Unit, { kind, name, fallback, at }: Fallback): readonly Value[] {
  const known = fallback.filter((value) => !isPlaceholder(value));
  const unknown = (value: Value): readonly Value[] => (at ? holeAt(ev, value, at) : [value]);
  if (known.length === 0) return unknown(hole(kind, name));
  const byRun = isGiven(ev.program, kind, name);
  const [only] = known;
  const otherwise = byRun && only && known.length === 1 ? keyText(only) : undefined;
  if (otherwise !== undefined) return unknown({ kind: 'hole', hole: kind, name, otherwise });
  if (byRun && runsOf(ev.program, unit.path).length > 0) return unknown(hole(kind, name));
  // Nobody knows whether another run gives more.
  ev.unbound.add(`run ${name}`);
  for (const value of known) noteDefault(ev, keyText(value));
  return traced(ev, known, () => ({ how: defaultOf(kind), name, at }));
}

function declared(ev: Evaluation, args: Args, frame: Frame): readonly Value[] {
  const fallback = defaultIn(args);
  return fallback ? ev.evaluate(fallback, frame) : [];
}

function defaultIn({ keywords }: Args): Expr | undefined {
  return keywords.find(({ name }) => name === 'default')?.value;
}

function frameOf(unit: Unit, call: Call): Frame {
  return { ...moduleFrame(unit), scope: call.scope, block: call.block, pos: call.pos };
}

/** A parameter that a decorator declares: `@click.option("--out", default=…)`, or one of a command of typer. */
export function declaredOption(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const { facts } = frame.unit;
  const decorators = facts.scopes[frame.scope]?.decorators ?? [];
  const at = placeOfScope(frame.unit, frame.scope);
  for (const decorator of decorators) {
    const made = declaringDecorator(decorator);
    if (!made || argumentName(made.args) !== name) continue;
    return unlessGiven(ev, frame.unit, { kind: 'arg', name, fallback: declared(ev, made.args, moduleFrame(frame.unit)), at });
  }
  if (!usesTyper(facts) || !decorators.some(isCommand)) return undefined;
  const fallback = facts.scopes[frame.scope]?.params.find((param) => param.name === name)?.default;
  return unlessGiven(ev, frame.unit, { kind: 'arg', name, fallback: fallback ? ev.evaluate(fallback, moduleFrame(frame.unit)) : [], at });
}

/** A parameter of a function that a run calls by its name; what the run does not give is the default. */
export function entryParameter(ev: Evaluation, name: string, { unit, scope: number }: Frame): readonly Value[] | undefined {
  const scope = unit.facts.scopes[number];
  if (scope?.kind !== 'def' || scope.parent !== 0 || !isEntry(ev.program, unit.path, scope.name)) return undefined;
  const written = scope.params.find((param) => param.name === name)?.default;
  const [known, ...others] = (written ? ev.evaluate(written, moduleFrame(unit)) : []).filter((value) => !isPlaceholder(value));
  const otherwise = known && keyText(known);
  // A default that is no text waits for nobody.
  if (others.length > 0 || (known && otherwise === undefined)) return undefined;
  const open = { kind: 'hole', hole: 'arg', name, entry: scope.name, ...(otherwise === undefined ? {} : { otherwise }) } as const;
  return holeAt(ev, open, placeOfScope(unit, number));
}
