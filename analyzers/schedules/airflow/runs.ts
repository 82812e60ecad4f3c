/** §4.1 What a task runs, as far as it is literal: a script, a module, the file of a function, or a dbt command. */
import { isCommandKey, isScript } from '../../infrastructure/job-keys.js';
import { isSqlFile } from '../../runs/sql-files.js';
import type { Thunk, Value } from '../../targets/values.js';
import type { CallArgs, Evaluate } from '../arguments.js';
import { scriptOf } from '../script.js';
import { callableOf, type Runs } from './callable.js';

const MAX_NESTING = 6;

/** Where a task may run one of several things, as in a loop, each of them. */
export function runsOf(evaluate: Evaluate, operator: string, args: CallArgs): readonly Runs[] {
  const callable = callableOf(evaluate, args.get('python_callable'));
  if (callable) return [callable];
  // A job of dbt's own cloud is defined there.
  if (operator.startsWith('DbtCloud')) return [];
  if (operator.startsWith('Dbt')) return [{ runs: dbtCommand(evaluate, operator, args) }];
  const files = ['sql', 'hql', 'query'].flatMap((key) => (operator.endsWith('Operator') ? evaluate.texts(args.get(key)) : []));
  const named = files.filter((text) => isSqlFile(text) && !/\s/.test(text));
  if (named.length > 0) return named.map((runs) => ({ runs }));
  return firstFound([...args], ([key, thunk]) => search(evaluate, key, { thunk, depth: 0 })).map((runs) => ({ runs }));
}

function firstFound<T>(items: readonly T[], find: (item: T) => readonly string[]): readonly string[] {
  for (const item of items) {
    const found = find(item);
    if (found.length > 0) return found;
  }
  return [];
}

type Searched = { readonly thunk: Thunk; readonly depth: number };

function search(evaluate: Evaluate, key: string, { thunk, depth }: Searched): readonly string[] {
  if (depth > MAX_NESTING) return [];
  const values = evaluate.values(thunk);
  const isText = values.some(({ kind }) => kind === 'text');
  const scripts = isText ? evaluate.texts(thunk).filter((one) => !/^\{\w+\}$/.test(one) && isScript(key, one)) : [];
  if (scripts.length > 0) return scripts;
  if (isCommandKey(key)) return commandTexts(evaluate.texts(thunk), values);
  return firstFound(values, (value) => {
    const inside = value.kind === 'list' ? value.items.flat().flatMap((item) => evaluate.entries(item)) : [];
    return firstFound([...evaluate.entries(value), ...inside], ([name, inner]) =>
      search(evaluate, name, { thunk: inner, depth: depth + 1 }),
    );
  });
}

/** A list of words is one command, several texts are alternatives. */
function commandTexts(texts: readonly string[], values: readonly Value[]): readonly string[] {
  const commands = values.some(({ kind }) => kind === 'list') ? [texts.join(' ')] : texts;
  return [...new Set(commands.flatMap((command) => scriptOf(command) ?? []))];
}

/** Selections of a dbt group or operator; without any, all of the project. */
function dbtCommand(evaluate: Evaluate, operator: string, args: CallArgs): string {
  const render = args.get('render_config');
  const inside = (name: string): readonly string[] => {
    const given = args.get(name) ?? (render && keywordOf(evaluate, render, name));
    return evaluate.texts(given);
  };
  const verb = /^Dbt(Seed|Run|Snapshot|Test|Build|Ls)/.exec(operator)?.[1]?.toLowerCase() ?? 'build';
  const select = inside('select');
  const exclude = inside('exclude');
  return [
    `dbt ${verb}`,
    ...(select.length > 0 ? ['--select', ...select] : []),
    ...(exclude.length > 0 ? ['--exclude', ...exclude] : []),
  ].join(' ');
}

/** A keyword of the call that made a value: `RenderConfig(select=[…])`. */
function keywordOf(evaluate: Evaluate, thunk: Thunk, name: string): Thunk | undefined {
  const { expr, frame } = evaluate.written(thunk);
  const call = expr.kind === 'chain' ? expr.steps.findLast((step) => step.kind === 'call') : undefined;
  const value = call?.kind === 'call' ? call.keywords.find((keyword) => keyword.name === name)?.value : undefined;
  return value && { expr: value, frame };
}
