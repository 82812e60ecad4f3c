/** §4.1 The calls that a machine's definition is made of, followed through names of its file. */
import type { Expr } from '../python/facts.js';
import type { CallSite, Unit } from '../targets/program.js';

const MAX_STEPS = 5_000;

type Search = { readonly unit: Unit; readonly lines: Set<number>; readonly seen: Set<string>; readonly open: Expr[] };

/** Lines where calls of the definition stand. */
export function linesReached({ unit, call, step }: CallSite): ReadonlySet<number> {
  const made = call.chain.steps[step];
  if (made?.kind !== 'call') return new Set();
  const search: Search = {
    unit,
    lines: new Set(),
    seen: new Set(),
    open: [...made.args.slice(2), ...made.keywords.map(({ value }) => value)],
  };
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const expr = search.open.pop();
    if (!expr) break;
    follow(search, expr);
  }
  return search.lines;
}

function follow(search: Search, expr: Expr): void {
  if (expr.kind === 'name') named(search, expr.name);
  else if (expr.kind === 'list') search.open.push(...expr.items);
  else if (expr.kind === 'dict') search.open.push(...expr.entries.map(([, value]) => value));
  else if (expr.kind === 'choice') search.open.push(...expr.of);
  else if (expr.kind === 'op' && expr.op === 'or') search.open.push(expr.left, expr.right);
  else if (expr.kind === 'spread') search.open.push(expr.of);
  else if (expr.kind === 'each' || expr.kind === 'lambda') search.open.push(expr.body);
  else if (expr.kind === 'chain') {
    search.open.push(expr.root);
    const [first] = expr.steps;
    if (expr.root.kind === 'name' && first?.kind === 'attr') named(search, `${expr.root.name}.${first.name}`);
    for (const step of expr.steps) {
      if (step.kind === 'attr') returned(search, step.name);
      if (step.kind !== 'call') continue;
      search.lines.add(step.line);
      search.open.push(...step.args, ...step.keywords.map(({ value }) => value));
    }
  }
}

function named(search: Search, name: string): void {
  if (search.seen.has(name)) return;
  search.seen.add(name);
  for (const { value } of search.unit.bindsByName.get(name) ?? []) search.open.push(value);
  returned(search, name);
  // `chain = a; chain.next(b)` says more of the chain beside its bind.
  for (const { chain } of search.unit.facts.calls) {
    const last = chain.steps.at(-2);
    if (
      chain.root.kind === 'name' &&
      chain.root.name === name &&
      last?.kind === 'attr' &&
      /^(?:next|branch|when|otherwise|add_?catch|iterator|item_?processor)$/i.test(last.name)
    )
      search.open.push(chain);
  }
}

function returned(search: Search, name: string): void {
  if (search.seen.has(`${name}()`)) return;
  search.seen.add(`${name}()`);
  for (const index of search.unit.scopesByName.get(name) ?? []) search.open.push(...(search.unit.facts.scopes[index]?.returns ?? []));
}
