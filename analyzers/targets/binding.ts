/** Arguments of a call put to the parameters of a def. */
import type { Expr, Param } from '../python/facts.js';
import { declaresArgument } from './declared-arguments.js';
import type { BoundArgs, BoundCall, Evaluation, Frame, Thunk } from './values.js';

/** `skip`: parameters that are given by themselves (`self`). Positions behind `*args` are given up, where it may fill more than `*rest`. */
export function bindArgs(ev: Evaluation, params: readonly Param[], call: BoundCall, skip: number): BoundArgs {
  const bound = new Map<string, Thunk>();
  const places = params.slice(skip).filter((param) => param.star === undefined);
  for (const [index, expr] of call.args.entries()) {
    const param = places[index];
    if (expr.kind === 'spread') {
      spreadList(ev, call, { expr, index, places, bound });
      break;
    }
    if (param) bound.set(param.name, { expr, frame: call.frame });
  }
  const rest = params.find((param) => param.star === 'args');
  const left = call.args.slice(places.length);
  const spread = call.args.findIndex(({ kind }) => kind === 'spread');
  if (rest && (spread < 0 || spread >= places.length)) bound.set(rest.name, { expr: { kind: 'list', items: left }, frame: call.frame });
  const more = params.find((param) => param.star === 'kwargs');
  if (more) bound.set(more.name, { expr: { kind: 'dict', entries: unnamed(params, call) }, frame: call.frame });
  for (const { name, value } of call.keywords) {
    if (name !== '**') {
      bound.set(name, { expr: value, frame: call.frame });
      continue;
    }
    const unpackedHere = unpacked(ev, value, call, params);
    for (const [key, thunk] of unpackedHere) if (!bound.has(key)) bound.set(key, thunk);
  }
  return bound;
}

/** `f(**told)`: each entry by its key; of several dictionaries, as in a loop, what any of them has there. */
function unpacked(ev: Evaluation, value: Expr, { frame }: BoundCall, params: readonly Param[]): ReadonlyMap<string, Thunk> {
  const values = ev.evaluate(value, frame);
  const dicts = values.filter((one) => one.kind === 'dict');
  const found = new Map<string, Thunk>();
  // `f(**vars(args))`: each argument of the job that a parameter is called after.
  for (const options of values.filter((one) => one.kind === 'options'))
    for (const { name, star } of params)
      if (star === undefined && declaresArgument(options.unit.facts, name)) found.set(name, entryOf(value, name, frame));
  for (const { keys, values } of dicts.flatMap((dict) => dict.entries)) {
    const [key] = keys;
    const [only] = key?.kind === 'text' ? key.template.parts : [];
    if (typeof only !== 'string' || found.has(only)) continue;
    found.set(only, dicts.length > 1 ? entryOf(value, only, frame) : values);
  }
  return found;
}

function entryOf(of: Expr, key: string, frame: Frame): Thunk {
  return { expr: { kind: 'chain', root: of, steps: [{ kind: 'sub', key: { kind: 'text', value: key } }] }, frame };
}

/** What `**more` takes: the keywords that no parameter has. */
function unnamed(params: readonly Param[], { keywords }: BoundCall): readonly (readonly [Expr, Expr])[] {
  const named = new Set(params.map(({ name }) => name));
  return keywords
    .filter(({ name }) => !named.has(name))
    .map(({ name, value }) => [name === '**' ? { kind: 'spread', of: value } : { kind: 'text', value: name }, value]);
}

type Spread = {
  readonly expr: BoundCall['args'][number];
  readonly index: number;
  readonly places: readonly Param[];
  readonly bound: Map<string, Thunk>;
};

/** `f(*args)`: each element by its index, when the list is known. */
function spreadList(ev: Evaluation, call: BoundCall, { expr, index, places, bound }: Spread): void {
  if (expr.kind !== 'spread') return;
  const [list] = ev.evaluate(expr.of, call.frame);
  if (list?.kind !== 'list') return;
  for (const [offset] of list.items.entries()) {
    const param = places[index + offset];
    const key = { kind: 'const', value: offset } as const;
    if (param) bound.set(param.name, { expr: { kind: 'chain', root: expr.of, steps: [{ kind: 'sub', key }] }, frame: call.frame });
  }
}
