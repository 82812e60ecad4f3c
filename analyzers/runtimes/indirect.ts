/** §4.3 Methods that are called by way of something else: `getattr(df.write, "orc")(p)`, `emit = df.to_csv`, then `emit(p)`, `{"csv": df.to_csv}[k](p)`. */
import type { Chain, Expr } from '../python/facts.js';
import { isMethod } from '../python/method-names.js';
import { isVerbName } from '../python/verbs.js';
import { keyText } from '../targets/combine.js';
import { decidedBinds } from '../targets/reaching.js';
import type { Evaluation, Frame } from '../targets/values.js';

const MAX_HOPS = 4;

/** As if the method were called at once, where its name is known; nothing where it may be one of several. */
export function calledDirectly(ev: Evaluation, chain: Chain, frame: Frame): Chain | undefined {
  let now = chain;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const next = byGetattr(ev, now, frame) ?? outOfDictionary(ev, now, frame) ?? byName(ev, now, frame);
    if (next === 'either') return undefined;
    if (!next) return now;
    now = next;
  }
  return now;
}

function byGetattr(ev: Evaluation, { root, steps }: Chain, frame: Frame): Chain | undefined {
  const [got, called] = steps;
  if (root.kind !== 'name' || root.name !== 'getattr' || got?.kind !== 'call' || called?.kind !== 'call') return undefined;
  const [object, name] = got.args;
  const method = name && only(ev.evaluate(name, frame).map(keyText));
  if (!object || method === undefined || !isVerbName(method)) return undefined;
  return behind(object, { kind: 'chain', root, steps: [{ kind: 'attr', name: method, line: got.line }, ...steps.slice(1)] });
}

function outOfDictionary(ev: Evaluation, chain: Chain, frame: Frame): Chain | undefined {
  const [taken] = chain.steps;
  if (chain.root.kind !== 'dict' || taken?.kind !== 'sub') return undefined;
  const key = only(ev.evaluate(taken.key, frame).map(keyText));
  const found = chain.root.entries.filter(([name]) => name.kind === 'text' && name.value === key);
  const [entry] = found;
  return key !== undefined && entry && found.length === 1 ? behind(entry[1], { ...chain, steps: chain.steps.slice(1) }) : undefined;
}

/** A name that was given a method which was not called yet. */
function byName(ev: Evaluation, chain: Chain, frame: Frame): Chain | 'either' | undefined {
  const { root, steps } = chain;
  if (root.kind !== 'name' || steps[0]?.kind !== 'call') return undefined;
  const { found } = decidedBinds(ev, frame, root.name);
  if (!found.some(({ bind }) => isMethod(bind.value))) return undefined;
  const [one, ...others] = found;
  if (!one || others.length > 0 || one.bind.index !== undefined || one.bind.how !== 'assign') return 'either';
  return behind(standingAt(one.bind.value, steps[0].line), chain);
}

/** It is done where it is called. */
function standingAt(method: Expr, line: number): Expr {
  const last = method.kind === 'chain' ? method.steps.at(-1) : undefined;
  return method.kind === 'chain' && last && last.kind !== 'sub'
    ? { ...method, steps: [...method.steps.slice(0, -1), { ...last, line }] }
    : method;
}

function behind(object: Expr, { steps }: Chain): Chain {
  if (object.kind === 'chain') return { ...object, steps: [...object.steps, ...steps] };
  return { kind: 'chain', root: object, steps };
}

function only(texts: readonly (string | undefined)[]): string | undefined {
  const [text, ...others] = new Set(texts);
  return others.length === 0 ? text : undefined;
}
