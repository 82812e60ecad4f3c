/** §4.1 The function of a command: `parser.set_defaults(func=load)`, which the program calls with what that parser was given. */
import type { Args, Call, Step } from './facts.js';
import { lastName } from './last-name.js';

/** What the function is mostly called among the defaults. */
const IS_FUNCTION = /^_?(?:func|function|fn|handler|callback|command|cmd|run|main|action)$/;

/** The call as if it stood there. */
export function commandCall({ chain, ...call }: Call): { readonly name: string; readonly call: Call; readonly step: number } | undefined {
  const [named, made] = chain.steps.slice(-2);
  if (named?.kind !== 'attr' || named.name !== 'set_defaults' || made?.kind !== 'call') return undefined;
  const plain = made.keywords.filter(({ value }) => value.kind === 'name' || isDotted(value));
  const callable = (plain.find((one) => IS_FUNCTION.test(one.name)) ?? (plain.length === 1 ? plain[0] : undefined))?.value;
  const name = callable && lastName(callable);
  if (!callable || !name) return undefined;
  const none: Args = { args: [], keywords: [] };
  const parsed: readonly Step[] = [...chain.steps.slice(0, -2), { ...named, name: 'parse_args' }, { ...made, ...none }];
  const before = callable.kind === 'chain' ? callable : { root: callable, steps: [] };
  const steps: readonly Step[] = [...before.steps, { ...made, args: [{ ...chain, steps: parsed }], keywords: [] }];
  return { name, step: before.steps.length, call: { ...call, chain: { ...chain, root: before.root, steps } } };
}

function isDotted(value: Args['args'][number]): boolean {
  return value.kind === 'chain' && value.root.kind === 'name' && value.steps.every(({ kind }) => kind === 'attr');
}
