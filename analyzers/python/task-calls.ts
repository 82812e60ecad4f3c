/** §4.1 A function that is called by somebody else: `put.submit(x)`, `pool.submit(put, x)`, `Thread(target=put, args=(x,))`, `map(put, xs)`. */
import type { Args, Call, Expr, Step } from './facts.js';
import { lastName } from './last-name.js';
import { elementOf } from './mapped-call.js';

type CallStep = Extract<Step, { kind: 'call' }>;
/** The call as if it stood there, and the name that it is found by. */
export type StandIn = { readonly name: string; readonly call: Call; readonly step: number };
type Read = (given: Args) => Args | undefined;

const itself: Read = (given) => given;
const eachOfThem: Read = ({ args, keywords }) => ({
  args: args.map(eachOf),
  keywords: keywords.map(({ name, value }) => ({ name, value: name === '**' ? value : eachOf(value) })),
});
const listed: Read = ({ keywords, args: [first, second] }) => ({
  args: itemsOf(first ?? keywordIn(keywords, 'args')),
  keywords: entriesOf(second ?? keywordIn(keywords, 'kwargs') ?? keywordIn(keywords, 'kwds')),
});

/** Methods of a task: of Prefect, Celery and Ray. */
const OF_TASKS: Readonly<Record<string, Read>> = {
  submit: itself,
  delay: itself,
  remote: itself,
  map: eachOfThem,
  apply_async: listed,
};

/** What takes a function first: pools, event loops, clusters. */
const TAKES: Readonly<Record<string, Read>> = {
  submit: itself,
  to_thread: itself,
  map: eachOfThem,
  imap: eachOfThem,
  imap_unordered: eachOfThem,
  starmap: ({ args: [rows] }) => (rows ? { args: [{ kind: 'spread', of: elementOf(rows, 'mapped') }], keywords: [] } : undefined),
  apply_async: listed,
};
const STARTS: ReadonlySet<string> = new Set(['Thread', 'Process', 'Timer']);

/** Words before whose brackets, or behind them, a function may stand that is called. */
export const TASK_WORDS: ReadonlySet<string> = new Set([...Object.keys(OF_TASKS), ...Object.keys(TAKES), 'delayed', 'with_options']);

/** `put.submit(x)`, where `put` is the function. */
export function calledAsTask({ chain: { root, steps }, ...call }: Call): StandIn | undefined {
  const at = steps.findIndex((step) => step.kind !== 'attr') - 1;
  const [method, made] = [steps[at], steps[at + 1]];
  const name = lastName({ kind: 'chain', root, steps: steps.slice(0, Math.max(at, 0)) });
  if (root.kind !== 'name' || method?.kind !== 'attr' || made?.kind !== 'call' || name === '') return undefined;
  const given = Object.hasOwn(OF_TASKS, method.name) ? OF_TASKS[method.name]?.(made) : undefined;
  return given && standIn(call, { kind: 'chain', root, steps: steps.slice(0, at) }, { made, given });
}

/** `pool.submit(put, x)`, `Thread(target=put, args=(x,))`, `delayed(put)(x)`. */
export function givenToBeCalled({ chain: { root, steps }, ...call }: Call): StandIn | undefined {
  const at = steps.findIndex(({ kind }) => kind === 'call');
  const [before, made, behind] = [steps[at - 1], steps[at], steps[at + 1]];
  const word = before?.kind === 'attr' ? before.name : at === 0 && root.kind === 'name' ? root.name : '';
  if (made?.kind !== 'call') return undefined;
  if (STARTS.has(word)) return startedBy(call, made);
  const [first, ...args] = made.args;
  if (!first || !isDotted(first)) return undefined;
  if (word === 'delayed') return behind?.kind === 'call' ? standIn(call, first, { made: behind, given: behind }) : undefined;
  const given = args.length > 0 && Object.hasOwn(TAKES, word) ? TAKES[word]?.({ args, keywords: made.keywords }) : undefined;
  return given && standIn(call, first, { made, given });
}

function startedBy(call: Omit<Call, 'chain'>, made: CallStep): StandIn | undefined {
  const target = keywordIn(made.keywords, 'target');
  const given = listed({ args: [], keywords: made.keywords });
  return target && given && isDotted(target) ? standIn(call, target, { made, given }) : undefined;
}

function standIn(call: Omit<Call, 'chain'>, callable: Expr, { made, given }: { readonly made: CallStep; readonly given: Args }): StandIn {
  const before = callable.kind === 'chain' ? callable : { root: callable, steps: [] };
  // The call is the place, wherever in its brackets the function stands.
  const named = before.steps.map((step) => (step.kind === 'attr' ? { ...step, line: call.line } : step));
  const { line, endLine } = made;
  const steps: readonly Step[] = [...named, { kind: 'call', line, endLine, args: given.args, keywords: given.keywords }];
  return { name: lastName(callable), step: steps.length - 1, call: { ...call, chain: { kind: 'chain', root: before.root, steps } } };
}

function isDotted(expr: Expr): boolean {
  if (expr.kind === 'name') return true;
  return expr.kind === 'chain' && expr.root.kind === 'name' && expr.steps.every(({ kind }) => kind === 'attr');
}

/** `unmapped(x)` is the same for all. */
function eachOf(value: Expr): Expr {
  if (value.kind === 'spread' || value.kind === 'const' || value.kind === 'text') return value;
  const [only, ...others] = value.kind === 'chain' ? value.steps : [];
  const isUnmapped = value.kind === 'chain' && lastName(value.root) === 'unmapped' && only?.kind === 'call' && others.length === 0;
  return (isUnmapped && only.args[0]) || elementOf(value, 'mapped');
}

function keywordIn(keywords: Args['keywords'], wanted: string): Expr | undefined {
  return keywords.find(({ name }) => name === wanted)?.value;
}

function itemsOf(given: Expr | undefined): readonly Expr[] {
  if (!given) return [];
  return given.kind === 'list' ? given.items : [{ kind: 'spread', of: given }];
}

function entriesOf(given: Expr | undefined): Args['keywords'] {
  if (!given) return [];
  const entries =
    given.kind === 'dict' ? given.entries.flatMap(([key, value]) => (key.kind === 'text' ? [{ name: key.value, value }] : [])) : [];
  return given.kind === 'dict' && entries.length === given.entries.length ? entries : [{ name: '**', value: given }];
}
