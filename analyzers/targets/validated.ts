/** §4.1 Classes of settings whose instances are made of a mapping: `Config(**told)`, `Config.model_validate(told)`. */
import type { Bind, Expr, Step } from '../python/facts.js';
import { keyText } from './combine.js';
import type { DefRef } from './program.js';
import { settingsIn } from './settings-files.js';
import { type BoundCall, type Evaluation, moduleFrame, type Thunk, turnsOfValue, type Value, withTurns } from './values.js';

/** Methods of a class of pydantic, or of a dataclass that is read from JSON, that no class of the repository has to write. */
export const VALIDATES: ReadonlySet<string> = new Set([
  'model_validate',
  'model_validate_json',
  'model_construct',
  'parse_obj',
  'parse_raw',
  'from_dict',
  'from_json',
]);
const TOLD: ReadonlySet<string> = new Set(['obj', 'json_data', 'data', 'b', 's', 'kvs']);

export function validated(of: DefRef, name: string, call: BoundCall): Value {
  if (name === 'model_construct') return { kind: 'instance', of, ctor: call };
  const told = call.args[0] ?? call.keywords.find((one) => TOLD.has(one.name))?.value;
  if (!told) return { kind: 'instance', of };
  return { kind: 'instance', of, ctor: { args: [], keywords: [{ name: '**', value: told }], frame: call.frame } };
}

/** A field of a class, as the class declares it. */
export type Field = { readonly of: DefRef; readonly bind: Bind };

/** What `**told` has for a field. */
export function unpackedField(ev: Evaluation, { keywords, frame }: BoundCall, name: string): Thunk | undefined {
  for (const { value } of keywords.filter((one) => one.name === '**')) {
    const told = ev.evaluate(value, frame).flatMap((one) => (one.kind === 'opened' ? settingsIn(ev, one, frame) : [one]));
    const found = told.flatMap((one) =>
      one.kind === 'dict' ? (one.entries.findLast(({ keys }) => keys.some((key) => keyText(key) === name)) ?? []) : [],
    );
    const [only, ...others] = found;
    if (only && others.length === 0) return only.values;
    if (only) return { expr: { kind: 'chain', root: value, steps: [{ kind: 'sub', key: { kind: 'text', value: name } }] }, frame };
  }
  return undefined;
}

type Given = { readonly values: readonly Value[]; readonly from: Thunk };

/** A mapping that is given for a field of another such class becomes an instance of that. */
export function asField(ev: Evaluation, field: Field, { values, from }: Given): readonly Value[] {
  const of = values.some(({ kind }) => kind === 'dict') ? classOf(ev, field) : undefined;
  if (!of) return values;
  const ctor: BoundCall = { args: [], keywords: [{ name: '**', value: from.expr }], frame: from.frame };
  return values.map((value) => (value.kind === 'dict' ? withTurns({ kind: 'instance', of, ctor }, turnsOfValue(value)) : value));
}

/** The class of a field that has to be given: what that class has by default is known of it. */
export function fieldKind(ev: Evaluation, field: Field): DefRef | undefined {
  return /\bNone\b|Optional/.test(field.bind.annotation ?? '') ? undefined : classOf(ev, field);
}

const MANY = /\b(?:list|dict|set|tuple|sequence|mapping|iterable|collection|callable|type)\b/i;

/** `paths: Paths | None`; of several classes nobody knows which one. */
function classOf(ev: Evaluation, { of, bind: { annotation = '' } }: Field): DefRef | undefined {
  if (MANY.test(annotation) || !/[A-Z]/.test(annotation)) return undefined;
  const names = annotation.match(/[A-Za-z_][\w.]*/g)?.filter((name) => !/^(?:None|Optional|Union|Annotated|typing\..*)$/.test(name)) ?? [];
  const found = names.slice(0, 3).flatMap((name) => ev.evaluate(exprOf(name), moduleFrame(of.unit)));
  const [only, ...others] = found.flatMap((value) => (value.kind === 'class' ? [value.of] : []));
  return others.length === 0 ? only : undefined;
}

function exprOf(dotted: string): Expr {
  const [root = dotted, ...names] = dotted.split('.');
  const steps = names.map((name): Step => ({ kind: 'attr', name, line: 0 }));
  return steps.length === 0 ? { kind: 'name', name: root } : { kind: 'chain', root: { kind: 'name', name: root }, steps };
}
