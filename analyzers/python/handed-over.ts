/** §4.1 A function that is handed over with its arguments is called with them: `PythonOperator(python_callable=f, op_kwargs={…})`. */
import type { Args, Bind, Call, Expr, Step } from './facts.js';
import { lastName } from './last-name.js';
import { elementOf, mappedCall } from './mapped-call.js';
import { partialCall } from './other-names.js';
import { commandCall } from './parser-command.js';
import { givenToBeCalled } from './task-calls.js';

type CallStep = Extract<Step, { kind: 'call' }>;

/** The call as if it stood there, and the name it is found by; without arguments it says nothing. */
export function handedOver(
  call: Call,
  binds: ReadonlyMap<string, readonly Bind[]>,
): { readonly name: string; readonly call: Call; readonly step: number } | undefined {
  const made = call.chain.steps.find((step): step is CallStep => step.kind === 'call' && keywordIn(step, 'python_callable') !== undefined);
  const callable = made && keywordIn(made, 'python_callable');
  if (!made || !callable) return mappedCall(call) ?? givenToBeCalled(call) ?? commandCall(call) ?? partialCall(call, binds);
  const args: Args = { args: listed(given(call, made, 'op_args')), keywords: entriesIn(given(call, made, 'op_kwargs')) };
  const name = lastName(callable);
  if (name === '' || args.args.length + args.keywords.length === 0) return undefined;
  const before = callable.kind === 'chain' ? callable : { root: callable, steps: [] };
  // The operator is the place, wherever in its brackets the function stands.
  const named = before.steps.map((step) => (step.kind === 'attr' ? { ...step, line: call.line } : step));
  const steps: readonly Step[] = [...named, { kind: 'call', line: made.line, endLine: made.endLine, ...args }];
  return { name, step: steps.length - 1, call: { ...call, chain: { kind: 'chain', root: before.root, steps } } };
}

/** What the operator is given, or each of what `partial(…).expand(…)` gives it in turn. */
function given({ chain: { steps } }: Call, made: CallStep, wanted: string): Expr | undefined {
  const expand = steps.findIndex((step) => step.kind === 'attr' && step.name === 'expand');
  const expanded = expand < 0 ? undefined : steps[expand + 1];
  const rows = expanded?.kind === 'call' ? keywordIn(expanded, wanted) : undefined;
  return keywordIn(made, wanted) ?? (rows && elementOf(rows, wanted));
}

function keywordIn({ keywords }: Args, wanted: string): Expr | undefined {
  return keywords.find(({ name }) => name === wanted)?.value;
}

function listed(given: Expr | undefined): readonly Expr[] {
  if (!given) return [];
  return given.kind === 'list' ? given.items : [{ kind: 'spread', of: given }];
}

function entriesIn(given: Expr | undefined): Args['keywords'] {
  if (!given) return [];
  const isPlain = given.kind === 'dict' && given.entries.every(([key]) => key.kind === 'text');
  if (!isPlain) return [{ name: '**', value: given }];
  return given.entries.flatMap(([key, value]) => (key.kind === 'text' ? [{ name: key.value, value }] : []));
}
