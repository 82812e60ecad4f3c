/** §4.1 Arguments of a call in a DAG file: bound to names, evaluated over files, or followed to where they are written. */
import type { Args, Expr, Placed } from '../python/facts.js';
import { calledName } from '../targets/called-name.js';
import { type DefValue, givenBy } from '../targets/callees.js';
import { newEvaluation, templatesOf } from '../targets/evaluate.js';
import { moduleUnit, type Program, type Unit } from '../targets/program.js';
import { reachingBinds } from '../targets/reaching.js';
import { type BoundArgs, type Evaluation, type Frame, moduleFrame, type Thunk, type Value } from '../targets/values.js';
import { fullText, printTemplate } from '../templates/template.js';

export type CallArgs = ReadonlyMap<string, Thunk>;
export type Evaluate = {
  readonly unit: Unit;
  args(call: Args, positions: readonly string[]): CallArgs;
  readonly frame: Frame;
  values(thunk: Thunk | undefined): readonly Value[];
  /** Arguments of a call here, bound to the parameters of a def. */
  bind(def: DefValue, call: Args): BoundArgs;
  /** Texts as far as they are known, unknown parts as `{name}`. */
  texts(thunk: Thunk | undefined): readonly string[];
  constOf(thunk: Thunk | undefined): number | boolean | null | undefined;
  /** The value under a key of a dictionary, spread ones included; the last one wins. */
  entry(thunk: Thunk | undefined, key: string): Thunk | undefined;
  entries(value: Value): readonly (readonly [string, Thunk])[];
  /** Follows a name to the expression it was bound to, in this file or the one it is imported from. */
  written(thunk: Thunk): Thunk;
};

/** `given`: arguments of the function the place stands in, where its call is known. */
export function evaluator(program: Program, unit: Unit, { scope, block, pos }: Placed, given?: BoundArgs): Evaluate {
  return evaluatorAt(program, { unit, scope, block, pos, ...(given ? { bound: given } : {}) });
}

/** An evaluator where another place's names are seen. */
export function evaluatorAt(program: Program, frame: Frame): Evaluate {
  const fresh = (): Evaluation => newEvaluation(program);
  const values = (thunk: Thunk | undefined) => (thunk ? fresh().evaluate(thunk.expr, thunk.frame) : []);
  const evaluate: Evaluate = {
    unit: frame.unit,
    frame,
    values,
    bind: (def, call) => givenBy(fresh(), def, { args: call.args, keywords: call.keywords, frame }).bound,
    args: (call, positions) => bound(evaluate, call, { positions, frame }),
    texts: (thunk) => (thunk ? [...new Set(templatesOf(fresh(), thunk).map(printTemplate))] : []),
    constOf: (thunk) => {
      const found = values(thunk).find((value) => value.kind === 'const');
      return found?.kind === 'const' ? found.value : undefined;
    },
    entry: (thunk, key) =>
      values(thunk)
        .flatMap((value) => evaluate.entries(value))
        .findLast(([name]) => name === key)?.[1],
    entries: (value) =>
      value.kind === 'dict' ? value.entries.flatMap((entry) => entry.keys.flatMap((key) => named(key, entry.values))) : [],
    written: (thunk) => written(program, thunk),
  };
  return evaluate;
}

function named(key: Value, thunk: Thunk): (readonly [string, Thunk])[] {
  const text = key.kind === 'text' ? fullText(key.template) : undefined;
  return text === undefined ? [] : [[text, thunk]];
}

type Binding = { readonly positions: readonly string[]; readonly frame: Frame };

function bound(evaluate: Evaluate, call: Args, { positions, frame }: Binding): CallArgs {
  const found = new Map<string, Thunk>();
  for (const [index, expr] of call.args.entries()) {
    const name = positions[index];
    if (name !== undefined && expr.kind !== 'spread') found.set(name, { expr, frame });
  }
  for (const { name, value } of call.keywords) {
    if (name !== '**') found.set(name, { expr: value, frame });
    else
      for (const spread of evaluate.values({ expr: value, frame }))
        for (const [key, thunk] of evaluate.entries(spread)) if (!found.has(key)) found.set(key, thunk);
  }
  return found;
}

const MAX_HOPS = 5;

function written(program: Program, thunk: Thunk): Thunk {
  let at = thunk;
  for (let hops = 0; hops < MAX_HOPS && at.expr.kind === 'name'; hops++) {
    const next = boundTo(at, at.expr.name) ?? imported(program, at.frame.unit, at.expr.name);
    if (!next) break;
    at = next;
  }
  return at;
}

function boundTo({ frame }: Pick<Thunk, 'frame'>, name: string): Thunk | undefined {
  const { unit } = frame;
  const bind = reachingBinds(frame, name).binds[0] ?? unit.bindsByName.get(name)?.findLast(({ scope, key }) => scope === 0 && !key);
  if (bind?.how !== 'assign' || bind.index !== undefined) return undefined;
  return { expr: bind.value, frame: { unit, scope: bind.scope, block: bind.block, pos: bind.pos } };
}

/** The name as the module it comes from sees it at its end. */
function imported(program: Program, unit: Unit, name: string): Thunk | undefined {
  const from = unit.importsByName.get(name)?.find(({ local }) => local === name);
  const module = from?.name === undefined ? undefined : moduleUnit(program, unit.path, from);
  return module && from?.name !== undefined ? { expr: { kind: 'name', name: from.name }, frame: moduleFrame(module) } : undefined;
}

/** Source-like text of an expression, for what is shown as written. */
export function printExpr(expr: Expr, depth = 0): string {
  if (depth > 6) return '…';
  const inner = (one: Expr) => printExpr(one, depth + 1);
  switch (expr.kind) {
    case 'text':
      return JSON.stringify(expr.value);
    case 'const':
      return expr.value === null ? 'None' : typeof expr.value === 'boolean' ? (expr.value ? 'True' : 'False') : String(expr.value);
    case 'name':
      return expr.name;
    case 'list':
      return `[${expr.items.map(inner).join(', ')}]`;
    case 'op':
      return `${inner(expr.left)} ${expr.op} ${inner(expr.right)}`;
    case 'cat':
      return expr.parts.map(inner).join(' + ');
    case 'choice':
      return expr.of.map(inner).join(' or ');
    case 'chain':
      return inner(expr.root) + expr.steps.map((step) => printStep(step, inner)).join('');
    case 'opaque':
      return expr.text;
    default:
      return '…';
  }
}

function printStep(step: Extract<Expr, { kind: 'chain' }>['steps'][number], inner: (one: Expr) => string): string {
  if (step.kind === 'attr') return `.${step.name}`;
  if (step.kind === 'sub') return `[${inner(step.key)}]`;
  const keywords = step.keywords.map(({ name, value }) => (name === '**' ? `**${inner(value)}` : `${name}=${inner(value)}`));
  return `(${[...step.args.map(inner), ...keywords].join(', ')})`;
}

/** A call in a chain of them, `a.b(x).c(y)` having two. */
export type Made = { readonly name: string; readonly args: Args; readonly frame: Frame };

/** The calls that make a value, in order. */
export function callsThatMake(evaluate: Evaluate, thunk: Thunk): readonly Made[] {
  const { expr, frame } = evaluate.written(thunk);
  if (expr.kind !== 'chain') return [];
  return expr.steps.flatMap((args, index): readonly Made[] =>
    args.kind === 'call' ? [{ name: calledName(frame.unit, expr, index), args, frame }] : [],
  );
}
