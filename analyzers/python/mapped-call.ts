/** §4.1 A task of Airflow or Prefect that is called with more said about it: `f.override(…)(x)`, `f.with_options(…)(x)`, `f.partial(a=…).expand(b=[…])`, `f.expand_kwargs([{…}])`. */
import type { Args, Call, Expr, Step } from './facts.js';
import { lastName } from './last-name.js';

type CallStep = Extract<Step, { kind: 'call' }>;
type Keyword = Args['keywords'][number];

const SAYS_MORE: ReadonlySet<string> = new Set(['override', 'partial', 'expand', 'expand_kwargs', 'with_options']);

/** The call of the function as if it stood there; without a call that gives something it says nothing. */
export function mappedCall({ chain, ...call }: Call): { readonly name: string; readonly call: Call; readonly step: number } | undefined {
  const { root, steps } = chain;
  const from = steps.findIndex((step) => step.kind === 'attr' && SAYS_MORE.has(step.name));
  if (from < 0 || root.kind !== 'name' || steps.slice(0, from).some(({ kind }) => kind !== 'attr')) return undefined;
  const said = saidIn(steps.slice(from));
  const name = lastName(from === 0 ? root : { ...chain, steps: steps.slice(0, from) });
  if (!said || name === '') return undefined;
  const { last, args, keywords } = said;
  const made: CallStep = { ...last, args, keywords };
  const named = steps.slice(0, from).map((step) => (step.kind === 'attr' ? { ...step, line: call.line } : step));
  return { name, step: from, call: { ...call, chain: { kind: 'chain', root, steps: [...named, made] } } };
}

type Said = Args & { readonly last: CallStep };

/** What is said in turn, up to the call that makes the task. */
function saidIn(steps: readonly Step[]): Said | undefined {
  const keywords: Keyword[] = [];
  for (let at = 0; at < steps.length; at += 2) {
    const [step, behind] = [steps[at], steps[at + 1]];
    // Behind `override(…)` the function is called as it is.
    if (step?.kind === 'call') return at === 0 ? undefined : { last: step, args: step.args, keywords: [...keywords, ...step.keywords] };
    if (step?.kind !== 'attr' || behind?.kind !== 'call' || !SAYS_MORE.has(step.name)) return undefined;
    if (step.name === 'partial') keywords.push(...behind.keywords);
    if (step.name === 'expand') return { last: behind, args: [], keywords: [...keywords, ...behind.keywords.map(eachOf)] };
    const [rows] = behind.args;
    if (step.name === 'expand_kwargs')
      return { last: behind, args: [], keywords: rows ? [...keywords, { name: '**', value: elementOf(rows, 'mapped') }] : keywords };
  }
  return undefined;
}

function eachOf({ name, value }: Keyword): Keyword {
  return { name, value: name === '**' ? value : elementOf(value, name) };
}

/** Each element, whichever it is: an index that no program can name. */
export function elementOf(list: Expr, name: string): Expr {
  return { kind: 'chain', root: list, steps: [{ kind: 'sub', key: { kind: 'name', name: `${name}#` } }] };
}
