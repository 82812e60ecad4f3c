/** §4.1 The words of a command, read as its program declares them: argparse, click, typer; and by their place, as `sys.argv` has them. */

import type { Args, Expr, Param, PythonFacts } from '../python/facts.js';
import { lastName } from '../python/last-name.js';
import { defaultOf, fillHoles } from '../templates/filled.js';
import { argumentKey, type Given } from '../templates/given.js';
import { fullText, literal, type Template } from '../templates/template.js';

/** `takes`: how many words follow; a flag takes none. Without flags it is positional. */
type Declared = { readonly name: string; readonly flags: readonly string[]; readonly takes: number | 'some' };

/** Each of several words of one argument is a run of its own, up to so many. */
const MAX_RUNS = 32;
const MAX_PLACES = 40;

/** Each way to read the words of a run; what was known by name stays where the program declares nothing. */
export function readingsOf(facts: PythonFacts, given: Given): readonly Given[] {
  const { words = [] } = given;
  if (words.length === 0) return [given];
  const named = new Map(given.arguments);
  for (const [index, word] of words.slice(0, MAX_PLACES).entries()) named.set(`argv_${index + 1}`, word);
  let readings = [named];
  for (const [name, values] of readWords(words, declaredIn(facts))) {
    const some = readings.length * values.length > MAX_RUNS ? values.slice(0, 1) : values;
    readings = readings.flatMap((one) => some.map((value) => new Map([...one, [argumentKey(name), value]])));
  }
  return readings.map((one) => ({ ...given, arguments: one }));
}

function readWords(words: readonly Template[], declared: readonly Declared[]): ReadonlyMap<string, readonly Template[]> {
  const found = new Map<string, readonly Template[]>();
  const places = declared.filter(({ flags }) => flags.length === 0);
  const loose: Template[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? literal('');
    const option = optionAt(word, declared);
    if (!option) {
      if (!startsOption(word)) loose.push(word);
      // An option nobody declares here has its value behind it, as `--key value` is mostly meant.
      else if (!printedStart(word).includes('=') && words[at + 1] && !startsOption(words[at + 1])) at += 1;
      continue;
    }
    if (option.value) {
      found.set(option.of.name, [option.value]);
      continue;
    }
    const taken = takenFrom(words.slice(at + 1), option.of.takes);
    at += taken.length;
    if (taken.length > 0) found.set(option.of.name, taken);
  }
  return new Map([...positional(loose, places), ...found]);
}

type Option = { readonly of: Declared; readonly value?: Template };

function optionAt(word: Template, declared: readonly Declared[]): Option | undefined {
  const start = printedStart(word);
  if (!start.startsWith('-')) return undefined;
  const whole = fullText(word);
  const exact = declared.find(({ flags }) => whole !== undefined && flags.includes(whole));
  if (exact) return { of: exact };
  const equals = start.indexOf('=');
  const of = equals < 0 ? undefined : declared.find(({ flags }) => flags.includes(start.slice(0, equals)));
  return of && { of, value: { ...word, parts: [start.slice(equals + 1), ...word.parts.slice(1)] } };
}

function takenFrom(words: readonly Template[], takes: Declared['takes']): readonly Template[] {
  const end = words.findIndex(startsOption);
  const free = end < 0 ? words : words.slice(0, end);
  return takes === 'some' ? free : free.slice(0, takes);
}

/** In order; one that takes some takes all but what those behind it need. */
function positional(words: readonly Template[], places: readonly Declared[]): ReadonlyMap<string, readonly Template[]> {
  const found = new Map<string, readonly Template[]>();
  let at = 0;
  for (const [index, { name, takes }] of places.entries()) {
    const behind = places.slice(index + 1).reduce((sum, { takes: next }) => sum + (next === 'some' ? 1 : next), 0);
    const until = takes === 'some' ? Math.max(at + 1, words.length - behind) : at + takes;
    const taken = words.slice(at, until);
    if (taken.length > 0) found.set(name, taken);
    at = until;
  }
  return found;
}

function startsOption(word: Template | undefined): boolean {
  return word !== undefined && /^-(?:-|[A-Za-z])/.test(printedStart(word));
}

function printedStart({ parts: [first] }: Template): string {
  return typeof first === 'string' ? first : '';
}

export function declaresArguments(facts: PythonFacts): boolean {
  return declaredIn(facts).length > 0;
}

export function declaresArgument(facts: PythonFacts, wanted: string): boolean {
  return declaredIn(facts).some(({ name }) => name === wanted);
}

/** What the file declares; of several parsers or commands in one file, all of it. */
function declaredIn(facts: PythonFacts): readonly Declared[] {
  const found: Declared[] = [];
  for (const { chain } of facts.calls) {
    const [before, last] = chain.steps.slice(-2);
    if (last?.kind === 'call' && before?.kind === 'attr' && /^add_(?:argument|option)$/.test(before.name)) push(found, argparse(last));
  }
  for (const scope of facts.scopes) {
    for (const decorator of scope.decorators) push(found, click(decorator));
    if (usesTyper(facts) && scope.decorators.some(isCommand)) for (const param of scope.params) push(found, typer(param));
  }
  return found;
}

function push(into: Declared[], declared: Declared | undefined): void {
  if (declared) into.push(declared);
}

function argparse(call: Args): Declared | undefined {
  const texts = textsOf(call.args);
  const flags = texts.filter((text) => text.startsWith('-'));
  const name = argumentName(call);
  if (name === undefined) return undefined;
  const action = textAt(call, 'action') ?? 'store';
  return { name, flags, takes: /^(?:store_(?:true|false|const)|count|help|version|append_const)$/.test(action) ? 0 : counted(call) };
}

function counted(call: Args): Declared['takes'] {
  const nargs = call.keywords.find(({ name }) => name === 'nargs')?.value;
  if (nargs?.kind === 'const' && typeof nargs.value === 'number') return nargs.value < 0 ? 'some' : nargs.value;
  return nargs?.kind === 'text' && /^[+*]$/.test(nargs.value) ? 'some' : 1;
}

/** The name an option is read by: `dest`, else the long flag, else the first one. */
export function argumentName(args: Args): string | undefined {
  const dest = textAt(args, 'dest');
  if (dest !== undefined) return dest;
  const flags = textsOf(args.args);
  const bare = flags.find((flag) => !flag.startsWith('-'));
  const flag = bare ?? flags.find((one) => one.startsWith('--')) ?? flags[0];
  return flag?.split('/')[0]?.replace(/^-+/, '').replaceAll('-', '_');
}

function click(decorator: Expr): Declared | undefined {
  const made = declaringDecorator(decorator);
  const name = made && argumentName(made.args);
  if (!made || name === undefined) return undefined;
  if (made.kind === 'argument') return { name, flags: [], takes: counted(made.args) };
  const flags = textsOf(made.args.args).filter((text) => text.startsWith('-'));
  const isFlag = made.args.keywords.some(({ name: key, value }) => key === 'is_flag' && value.kind === 'const' && value.value === true);
  return { name, flags: flags.flatMap((flag) => flag.split('/')), takes: isFlag || flags.some((flag) => flag.includes('/')) ? 0 : 1 };
}

/** `@click.option(…)`, `@click.argument(…)`, `@option(…)`. */
export function declaringDecorator(decorator: Expr): { readonly kind: 'option' | 'argument'; readonly args: Args } | undefined {
  if (decorator.kind !== 'chain') return undefined;
  const [before, last] = decorator.steps.slice(-2);
  const name = before?.kind === 'attr' ? before.name : decorator.root.kind === 'name' ? decorator.root.name : '';
  const args = last ?? before;
  return (name === 'option' || name === 'argument') && args?.kind === 'call' ? { kind: name, args } : undefined;
}

export function usesTyper({ imports }: PythonFacts): boolean {
  return imports.some(({ module }) => module === 'typer');
}

/** `@app.command()`. */
export function isCommand(decorator: Expr): boolean {
  return decorator.kind === 'chain' && decorator.steps.some((step) => step.kind === 'attr' && step.name === 'command');
}

/** A parameter without a default is positional, one with is an option. */
function typer({ name, default: fallback, annotation, star }: Param): Declared | undefined {
  if (star === 'args' || star === 'kwargs') return undefined;
  const made = fallback?.kind === 'chain' ? lastName({ ...fallback, steps: fallback.steps.slice(0, -1) }) : '';
  const call = fallback?.kind === 'chain' ? fallback.steps.at(-1) : undefined;
  const isOption = made === 'Option' || /\bOption\(/.test(annotation ?? '') || (fallback !== undefined && made !== 'Argument');
  const own = call?.kind === 'call' ? textsOf(call.args).filter((text) => text.startsWith('-')) : [];
  const flags = own.length > 0 ? own : [`--${name.replaceAll('_', '-')}`];
  const takes = /\bbool\b/.test(annotation ?? '') ? 0 : /^(?:typing\.)?(?:List|list)\b/.test(annotation ?? '') ? 'some' : 1;
  return { name, flags: isOption ? flags : [], takes };
}

function textsOf(args: readonly Expr[]): readonly string[] {
  return args.flatMap((arg) => (arg.kind === 'text' ? [arg.value] : []));
}

function textAt(args: Args, wanted: string): string | undefined {
  const value = args.keywords.find(({ name }) => name === wanted)?.value;
  return value?.kind === 'text' ? value.value : undefined;
}

/** A target where what was given is not: the default, which is the rest of what is known. */
export function withDefaults(template: Template): Template {
  return fillHoles(
    template,
    ({ otherwise }) => (otherwise === undefined ? undefined : literal(otherwise)),
    (name, value, { kind }) => ({ how: defaultOf(kind), name, value, from: [] }),
  );
}
