/** §4.1 Names that a file gives to what has another one: `import save as s`, `w = lib.io.save`, `w = partial(put, fs)`. */
import type { Bind, Call, Chain, Expr, FactsIndex, Import, Step } from './facts.js';
import { lastName } from './last-name.js';

/** Of one name of a file. */
const MAX_NAMES = 12;
const MAX_HOPS = 3;

type Named = { readonly imports: readonly Import[]; readonly binds: readonly Bind[] };
type CallStep = Extract<Step, { kind: 'call' }>;

/** For a name, also a dotted one, what it is called where it comes from. */
export function otherNames(facts: Named): (name: string) => readonly string[] {
  const given = new Map<string, Set<string>>();
  for (const { name, as } of givenNames(facts)) given.set(as, (given.get(as) ?? new Set<string>()).add(name));
  const known = new Map<string, readonly string[]>();
  return (name) => {
    const found = known.get(name) ?? followed(name, given);
    known.set(name, found);
    return found;
  };
}

function followed(name: string, given: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const found = new Set<string>();
  let open: readonly string[] = [name];
  for (let hops = 0; hops < MAX_HOPS && open.length > 0; hops++) {
    open = open.flatMap((one) => [...(given.get(one) ?? [])]).slice(0, MAX_NAMES);
    for (const one of open) found.add(one);
  }
  found.delete(name);
  return [...found].slice(0, MAX_NAMES);
}

/** What the file names anew for others, and does not call itself. */
export function handedOn({ imports, binds }: Named, isUsed: (name: string) => boolean): FactsIndex['renamed'] {
  const isOfModule = ({ scope }: { readonly scope: number }): boolean => scope === 0;
  const found = givenNames({ imports: imports.filter(isOfModule), binds: binds.filter(isOfModule) });
  return found.flatMap(({ name, as }) => (isUsed(as) || as.includes('.') ? [] : [[name, as] as const]));
}

function givenNames({ imports, binds }: Named): readonly { readonly name: string; readonly as: string }[] {
  return [
    ...imports.flatMap(({ name, local }) => (name === undefined || name === local || local === '*' ? [] : [{ name, as: local }])),
    ...binds.flatMap((bind) => {
      const name = isPlain(bind) && isDotted(bind.value) ? lastName(bind.value) : '';
      return name === '' || name === bind.name ? [] : [{ name, as: bind.name }];
    }),
  ];
}

function isPlain({ how, key, index }: Bind): boolean {
  return how === 'assign' && key === undefined && index === undefined;
}

function isDotted(value: Expr): boolean {
  return (
    value.kind === 'name' || (value.kind === 'chain' && value.root.kind === 'name' && value.steps.every(({ kind }) => kind === 'attr'))
  );
}

/** The call that stands for one of a function which `partial` has given its first arguments, or for `partial` itself. */
export function partialCall(
  call: Call,
  binds: ReadonlyMap<string, readonly Bind[]>,
): { readonly name: string; readonly call: Call; readonly step: number } | undefined {
  const { root, steps } = call.chain;
  const own = givenPartial(call.chain);
  if (own) return withArguments(call, own, []);
  const [first, ...rest] = steps;
  if (root.kind !== 'name' || first?.kind !== 'call') return undefined;
  const bound = (binds.get(root.name) ?? [])
    .slice(-MAX_NAMES)
    .filter(isPlain)
    .flatMap(({ value }) => givenPartial(value) ?? []);
  const last = bound.at(-1);
  if (!last) return undefined;
  const said = new Set(first.keywords.map(({ name }) => name));
  const args = {
    ...first,
    args: [...last.args, ...first.args],
    keywords: [...last.keywords.filter(({ name }) => !said.has(name)), ...first.keywords],
  };
  return withArguments(call, args, rest);
}

function withArguments(call: Call, given: CallStep, rest: readonly Step[]): ReturnType<typeof partialCall> {
  const [callable, ...args] = given.args;
  const name = callable && isDotted(callable) ? lastName(callable) : '';
  if (!callable || name === '') return undefined;
  const before: Pick<Chain, 'root' | 'steps'> = callable.kind === 'chain' ? callable : { root: callable, steps: [] };
  const steps: readonly Step[] = [...before.steps, { ...given, args }, ...rest];
  return { name, step: before.steps.length, call: { ...call, chain: { kind: 'chain', root: before.root, steps } } };
}

/** What `partial(…)` and `functools.partial(…)` are given. */
export function givenPartial(value: Expr): CallStep | undefined {
  if (value.kind !== 'chain') return undefined;
  const step = value.steps.at(-1);
  const before = value.steps.at(-2);
  const isPartial = before
    ? value.steps.length === 2 && before.kind === 'attr' && before.name === 'partial'
    : lastName(value.root) === 'partial';
  return isPartial && step?.kind === 'call' ? step : undefined;
}
