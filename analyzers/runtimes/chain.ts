/** §4.3 A chain of calls as a runtime reads it: with what its variable was made of, and with what was said of that since. */
import type { Args, Chain, Expr, Step } from '../python/facts.js';
import type { Place } from '../python/verb.js';
import { keyText } from '../targets/combine.js';
import { decidedBinds, reachingBinds } from '../targets/reaching.js';
import { type Evaluation, type Frame, moduleFrame, type Thunk } from '../targets/values.js';

/** A step of a chain with the frame of the statement it stands in. */
export type PlacedStep = {
  readonly step: Step;
  readonly frame: Frame;
  /** Nobody knows whether it was come to. */
  readonly isUnsure?: true;
};
/** `own`: index of the first step that belongs to the call itself; those before come from the variable it starts with. */
export type Unrolled = { readonly root: Expr; readonly frame: Frame; readonly steps: readonly PlacedStep[]; readonly own: number };

/** What was done to a variable between two places, where its kind of value changes in place. */
export type Since = (of: {
  readonly ev: Evaluation | undefined;
  readonly name: string;
  readonly made: Unrolled;
  /** From the place where it was made to the one where it is used. */
  readonly from: Frame;
  readonly to: Frame;
}) => readonly PlacedStep[];

const MAX_HOPS = 12;

/** A chain together with what its variable was made of: `w = df.write.format(f)`, later `w.save(p)`. */
export function unroll(chain: Chain, frame: Frame, ev?: Evaluation, since?: Since, hops = 0): Unrolled {
  const own = chain.steps.map((step): PlacedStep => ({ step: ev ? withKeywords(ev, step, frame) : step, frame }));
  const before = chain.root.kind === 'name' && hops < MAX_HOPS ? madeOf(chain.root.name, frame, ev) : undefined;
  if (chain.root.kind !== 'name' || before?.expr.kind !== 'chain') return { root: chain.root, frame, steps: own, own: 0 };
  const made = unroll(before.expr, before.frame, ev, since, hops + 1);
  const more = since?.({ ev, name: chain.root.name, made, from: before.frame, to: frame }) ?? [];
  const steps = [...made.steps, ...more, ...own];
  return { root: made.root, frame: made.frame, steps, own: steps.length - own.length };
}

/** `to_parquet(path, **told)`: what the dictionary holds stands there by its names. */
export function withKeywords<T extends Step>(ev: Evaluation, step: T, frame: Frame): T {
  if (step.kind !== 'call' || !step.keywords.some(({ name }) => name === '**')) return step;
  const named = new Set(step.keywords.map(({ name }) => name));
  const keywords = step.keywords.flatMap((keyword) => {
    const values = keyword.name === '**' ? ev.evaluate(keyword.value, frame) : [];
    const dicts = values.flatMap((value) => (value.kind === 'dict' ? [value] : []));
    const keys = new Set(dicts.flatMap(({ entries }) => entries.flatMap(({ keys: [key] }) => (key ? (keyText(key) ?? []) : []))));
    const given = [...keys].filter((key) => !named.has(key)).map((key) => ({ name: key, value: entryOf(keyword.value, key) }));
    const isKnown = dicts.length > 0 && dicts.length === values.length && !dicts.some(({ isOpen }) => isOpen);
    return [...(isKnown ? [] : [keyword]), ...given];
  });
  return { ...step, keywords };
}

function entryOf(of: Expr, key: string): Expr {
  return { kind: 'chain', root: of, steps: [{ kind: 'sub', key: { kind: 'text', value: key } }] };
}

/** The expression a name was last given, or the argument it stands for. */
export function madeOf(name: string, frame: Frame, ev: Evaluation | undefined): Thunk | undefined {
  const binds = ev ? decidedBinds(ev, frame, name).found.map(({ bind }) => bind) : reachingBinds(frame, name).binds;
  const bind = binds.find((one) => one.how === 'assign' && one.index === undefined);
  if (bind) return { expr: bind.value, frame: { ...frame, block: bind.block, pos: bind.pos } };
  return frame.bound?.get(name);
}

export type NamedCall = {
  readonly name: string;
  readonly args: Args;
  readonly line: number;
  readonly endLine: number;
  readonly frame: Frame;
  readonly index: number;
  readonly isUnsure?: true;
};

/** The `name(…)` steps of a chain, in order. `line` is that of the name. */
export function namedCalls(steps: readonly PlacedStep[], from = 0): NamedCall[] {
  const found: NamedCall[] = [];
  for (let index = Math.max(from, 1); index < steps.length; index++) {
    const placed = steps[index];
    const before = steps[index - 1]?.step;
    if (placed?.step.kind !== 'call' || before?.kind !== 'attr') continue;
    const { step, frame, isUnsure } = placed;
    found.push({
      name: before.name,
      args: step,
      line: before.line,
      endLine: step.endLine,
      frame,
      index,
      ...(isUnsure ? { isUnsure } : {}),
    });
  }
  return found;
}

/** The name of a step that has one. */
export function nameOf(placed: PlacedStep | undefined): string {
  return placed?.step.kind === 'attr' ? placed.step.name : '';
}

/** The name a method is called on: the attribute before it, or the variable. */
export function receiverName({ steps, root }: Unrolled, index: number): string {
  const before = steps[index - 2];
  if (before) return nameOf(before);
  return root.kind === 'name' ? root.name : '';
}

/** The argument at a place, by keyword first. */
export function argument(args: Args, place: Place | undefined): Expr | undefined {
  if (!place) return undefined;
  const keyword = args.keywords.find(({ name }) => place.keywords.includes(name));
  return keyword?.value ?? (place.at === undefined ? undefined : args.args[place.at]);
}

export function keyword(args: Args, ...names: readonly string[]): Expr | undefined {
  return argument(args, { keywords: names });
}

/** What the file or the object got that the chain begins with, where no function around it binds it. */
export function heldBy(chain: Unrolled): Unrolled | undefined {
  const { root, frame, steps } = chain;
  if (isOfFile(chain)) return unroll({ kind: 'chain', root, steps: [] }, moduleFrame(frame.unit));
  const first = steps[0]?.step;
  if (root.kind !== 'name' || root.name !== 'self' || first?.kind !== 'attr') return undefined;
  const bind = frame.unit.bindsByName.get(`self.${first.name}`)?.at(-1);
  if (bind?.value.kind !== 'chain') return undefined;
  return unroll(bind.value, { unit: frame.unit, scope: bind.scope, block: bind.block, pos: bind.pos });
}

/** The chain begins with a name that no function around it binds. */
function isOfFile({ root, frame: { unit, scope } }: Unrolled): boolean {
  if (root.kind !== 'name') return false;
  for (let at = scope; at > 0; at = unit.facts.scopes[at]?.parent ?? 0) {
    const isParam = unit.facts.scopes[at]?.params.some(({ name }) => name === root.name);
    if (isParam || unit.bindsByName.get(root.name)?.some((bind) => bind.scope === at)) return false;
  }
  return scope > 0;
}
