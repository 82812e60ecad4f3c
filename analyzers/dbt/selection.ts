/** §4.1 which models a dbt command builds, as far as its selection can be read without the project's graph. */
import type { DbtModel } from '../../src/core/facts.js';
import { splitVersion } from './versions.js';

type Selectable = Pick<DbtModel, 'file' | 'model' | 'materialized'>;

/** Names, folders and paths are followed; a selection by tag, state or source selects nothing here rather than everything. */
export function buildsModel(command: string, model: Selectable): boolean {
  const [tool, verb, ...words] = command.split(/\s+/);
  if (tool !== 'dbt' || !verb || !Object.hasOwn(VERBS, verb) || !VERBS[verb]?.(model.materialized)) return false;
  const selected = valuesOf(words, ['--select', '-s', '--models', '--model', '-m']);
  const excluded = valuesOf(words, ['--exclude']);
  return (selected.length === 0 || selected.some((item) => matches(item, model))) && !excluded.some((item) => matches(item, model));
}

const isModel = (materialized: string): boolean => materialized !== 'seed' && materialized !== 'snapshot';
const VERBS: Readonly<Record<string, (materialized: string) => boolean>> = {
  build: () => true,
  run: isModel,
  seed: (materialized) => materialized === 'seed',
  snapshot: (materialized) => materialized === 'snapshot',
};

function valuesOf(words: readonly string[], flags: readonly string[]): readonly string[] {
  const values: string[] = [];
  let open = false;
  for (const word of words) {
    const [flag = '', inline] = word.split('=', 2);
    if (word.startsWith('-')) {
      open = flags.includes(flag);
      if (open && inline) values.push(inline);
    } else if (open) values.push(...word.split(','));
  }
  return values.map((value) => value.replace(/^["']|["']$/g, ''));
}

function matches(item: string, { file, model: called }: Selectable): boolean {
  const { name: model, version } = splitVersion(called);
  const bare = item.replace(/^(?:@|\d*\+)/, '').replace(/\+\d*$/, '');
  const name = bare.replace(/^fqn:/, '');
  if (/^(?!path:)[a-z_.]+:/.test(name)) return false;
  const path = name
    .replace(/^path:/, '')
    .replace(/(?<!\/)\/+$/, '')
    .replace(/\/\*$/, '');
  if (path.includes('/')) return `/${file}`.includes(`/${path}/`) || file.endsWith(path);
  const parts = path.split('.').filter((part) => part !== '*');
  // All versions of a model by its name, one of them as `orders.v2` or `orders_v2`.
  const own = version === undefined ? [model] : [model, `v${version}`, `${model}_v${version}`];
  return parts.every((part) => own.includes(part) || file.split('/').includes(part));
}
