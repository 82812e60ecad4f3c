/** §4.1 The evidence a value carries: added where the evaluation meets a step, and only while somebody asks. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { HoleReason, Origin, StepHow } from '../../src/core/origin.js';
import { settingOf } from '../config/expression.js';
import type { Expr } from '../python/facts.js';
import { lastName } from '../python/last-name.js';
import { type HoleKind, printTemplate } from '../templates/template.js';
import type { Unit } from './program.js';
import { asTemplate, type Evaluation, type Frame, type Value } from './values.js';

export type TraceStep = { readonly how: StepHow; readonly name: string; readonly at?: SourceRef | undefined };

/** The values with one more step behind them; as they are when nobody asks. */
export function traced(ev: Evaluation, values: readonly Value[], step: () => TraceStep): readonly Value[] {
  if (!ev.program.explains) return values;
  const { at, ...rest } = step();
  return values.map((value) => withStep(value, { ...rest, ...(at ? { at } : {}) }));
}

function withStep(value: Value, step: Omit<TraceStep, 'at'> & { readonly at?: SourceRef }): Value {
  if (value.kind !== 'text' && value.kind !== 'hole') return value;
  const template = asTemplate(value);
  if (!template) return value;
  const printed = printTemplate(template);
  const before = template.origin;
  if (value.kind === 'hole') {
    const from = [before ?? unknownOrigin(value.name, value.why ?? REASONS[value.hole], undefined)];
    return { ...value, origin: { ...step, value: printed, from } };
  }
  const origin: Origin = { ...step, value: printed, from: before ? shown(before, step.at) : [] };
  return { kind: 'text', template: { ...template, origin } };
}

/** What is written in the line of the step itself, or is put together there, is no step of its own. */
function shown(before: Origin, at: SourceRef | undefined): readonly Origin[] {
  if (before.how === 'joined') return before.from;
  const here = before.at === undefined || (before.at.file === at?.file && before.at.line === at.line);
  return before.how === 'written' && here ? [] : [before];
}

/** A text or a hole that comes out of an expression and says nothing about itself yet. */
export function leaves(ev: Evaluation, values: readonly Value[], expr: Expr, frame: Frame): readonly Value[] {
  if (!ev.program.explains) return values;
  const at = placeOf(ev, frame);
  return values.map((value) => {
    if (value.kind === 'hole')
      return value.origin ? value : { ...value, origin: unknownOrigin(value.name, value.why ?? REASONS[value.hole], at) };
    if (value.kind !== 'text' || value.template.origin) return value;
    const setting = settingOf(expr);
    if (setting) return withStep(value, setting);
    const how = expr.kind === 'text' ? 'written' : 'worked-out';
    const name = expr.kind === 'text' ? '' : lastName(expr);
    return withStep(value, { how, name, ...(at ? { at } : {}) });
  });
}

export const REASONS: Readonly<Record<HoleKind, HoleReason>> = {
  param: 'not-given',
  arg: 'job-argument',
  env: 'environment',
  time: 'run-time',
  config: 'read-at-run-time',
  opaque: 'not-followed',
};

/** A hole that begins at a place of its own, where that is known better than by the statement around it. */
export function holeAt(ev: Evaluation, value: Value, at: SourceRef): readonly Value[] {
  if (!ev.program.explains || value.kind !== 'hole') return [value];
  return [{ ...value, origin: unknownOrigin(value.name, value.why ?? REASONS[value.hole], at) }];
}

export function unknownOrigin(name: string, why: HoleReason, at: SourceRef | undefined): Origin {
  return { how: 'hole', name, value: `{${name}}`, why, ...(at ? { at } : {}), from: [] };
}

/** The line of the statement a frame stands at; none for a frame that sees its whole file. */
export function placeOf(ev: Evaluation, { unit, pos }: Frame): SourceRef | undefined {
  const { lines } = ev.program;
  const known = lines.get(unit.path) ?? new Map([...unit.facts.binds, ...unit.facts.calls].map((one) => [one.pos, one.line]));
  lines.set(unit.path, known);
  const line = known.get(pos);
  return line === undefined ? undefined : { file: unit.path, line };
}

export function placeOfScope(unit: Unit, scope: number): SourceRef {
  return { file: unit.path, line: unit.facts.scopes[scope]?.line ?? 1 };
}
