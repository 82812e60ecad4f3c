/** §4.1 What the parsers of a file declare: an argument by its name, with the default that stands last, and whose it is. */
import type { Args, Bind, Call, Chain, Expr } from '../python/facts.js';
import { argumentName } from './declared-arguments.js';
import { memberKey, type Unit } from './program.js';
import type { Frame } from './values.js';

/** `line`: where it is declared; `call`: where its default stands; `command`: the word that chooses its parser. */
export type DeclaredArgument = {
  readonly parser: string;
  readonly line: number;
  readonly call: Call;
  readonly fallback: Expr | undefined;
  readonly command: string | undefined;
};

/** Of the parser that is asked, where that declares it; else of each that does. */
export function argumentsNamed(unit: Unit, name: string, asked: string | undefined): readonly DeclaredArgument[] {
  const found = new Map<string, DeclaredArgument>();
  for (const call of unit.facts.calls) {
    const [before, made] = call.chain.steps.slice(-2);
    if (made?.kind !== 'call' || before?.kind !== 'attr') continue;
    const fallback = defaultOf(before.name, made, name);
    if (!fallback) continue;
    const { key, command } = parserOf(unit, call.scope, { ...call.chain, steps: call.chain.steps.slice(0, -2) });
    const known = found.get(key);
    if (known && !fallback.value) continue;
    found.set(key, { parser: key, line: known?.line ?? call.line, call, fallback: fallback.value, command });
  }
  const own = asked === undefined ? undefined : found.get(asked);
  return own ? [own] : [...found.values()];
}

/** Undefined where the call says nothing of the argument. */
function defaultOf(method: string, made: Args, name: string): { readonly value: Expr | undefined } | undefined {
  const keyword = (wanted: string) => made.keywords.find((one) => one.name === wanted)?.value;
  if (method === 'set_defaults') {
    const value = keyword(name);
    return value && { value };
  }
  return /^add_(?:argument|option)$/.test(method) && argumentName(made) === name ? { value: keyword('default') } : undefined;
}

/** Which parser `p.parse_args()` asks. */
export function parserAsked({ unit, scope }: Frame, before: Expr): string | undefined {
  if (before.kind !== 'chain') return undefined;
  const last = before.steps.at(-1);
  const asks = last?.kind === 'attr' && /^parse_(?:known_)?args$/.test(last.name);
  return asks ? parserOf(unit, scope, { ...before, steps: before.steps.slice(0, -1) }).key : undefined;
}

type Parser = { readonly key: string; readonly command?: string };

const MAX_GROUPS = 4;
const GROUP = /^add_(?:argument_group|mutually_exclusive_group)$/;

/** By the name it has and the scope that binds it; a group of arguments is its parser. */
function parserOf(unit: Unit, from: number, chain: Chain, hops = 0): Parser {
  const { root, steps } = chain;
  const names = steps.map((step) => (step.kind === 'attr' ? step.name : '()'));
  if (root.kind !== 'name') return { key: names.join('.') };
  const dotted = [root.name, ...names].join('.');
  const { scope, bind } = bound(unit, from, dotted);
  const made = bind?.value;
  const [before, call] = made?.kind === 'chain' ? made.steps.slice(-2) : [];
  if (made?.kind === 'chain' && before?.kind === 'attr' && call?.kind === 'call') {
    if (GROUP.test(before.name) && hops < MAX_GROUPS) return parserOf(unit, scope, { ...made, steps: made.steps.slice(0, -2) }, hops + 1);
    const [word] = before.name === 'add_parser' ? call.args : [];
    if (word?.kind === 'text') return { key: `${scope} ${dotted}:${word.value}`, command: word.value };
  }
  return { key: `${scope} ${dotted}` };
}

function bound({ bindsByScope, facts }: Unit, from: number, name: string): { readonly scope: number; readonly bind?: Bind | undefined } {
  for (let scope = from; ; scope = facts.scopes[scope]?.parent ?? 0) {
    const bind = bindsByScope.get(memberKey(scope, name))?.at(-1);
    if (bind) return { scope, bind };
    if (scope === 0) return { scope: 0 };
  }
}
