/** §4.1 which models a dbt command builds: its selection, asked of the models that there are and of what they are made from. */
import type { DbtModel } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import { splitVersion } from './versions.js';

type Chosen = ReadonlySet<DbtModel>;

/** What `dbt build --select …` builds, of models that were asked before too: many tasks give one command. */
export function builtBy(models: readonly DbtModel[]): (command: string) => Chosen {
  const graph = graphOf(models.filter(({ dataset, materialized }) => dataset || materialized === 'ephemeral'));
  const known = new Map<string, Chosen>();
  return (command) => {
    const found = known.get(command) ?? built(command, graph);
    known.set(command, found);
    return found;
  };
}

/** What only a run knows (`state:`), a named selector and what no file says select nothing rather than everything. */
function built(command: string, graph: Graph): Chosen {
  const [tool, verb = '', ...words] = command.split(/\s+/);
  const isOf = tool === 'dbt' && Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!isOf || words.some((word) => /^--selector(?:=|$)/.test(word))) return new Set();
  const items = valuesOf(words, ['--select', '-s', '--models', '--model', '-m']);
  const selected = items.length === 0 ? new Set(graph.models) : unionOf(items, graph);
  const excluded = unionOf(valuesOf(words, ['--exclude']), graph);
  return new Set([...selected].filter((model) => isOf(model.materialized) && !excluded.has(model)));
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
    } else if (open) values.push(word);
  }
  return values.map((value) => value.replace(/^["']|["']$/g, ''));
}

type Graph = {
  readonly models: readonly DbtModel[];
  readonly parents: ReadonlyMap<DbtModel, readonly DbtModel[]>;
  readonly children: ReadonlyMap<DbtModel, readonly DbtModel[]>;
  readonly bySource: ReadonlyMap<string, readonly DbtModel[]>;
};

function graphOf(models: readonly DbtModel[]): Graph {
  const byName = groupPairs(models.map((model) => [model.model, model] as const));
  const pairs = models.flatMap((model) =>
    (model.refModels ?? model.refs).flatMap((name) => {
      const named = byName.get(name) ?? [];
      const found = named.find(({ project }) => project === model.project) ?? named[0];
      return found ? [[model, found] as const] : [];
    }),
  );
  return {
    models,
    parents: groupPairs(pairs),
    children: groupPairs(pairs.map(([model, parent]) => [parent, model] as const)),
    bySource: groupPairs(models.flatMap((model) => model.sources.map((source) => [source, model] as const))),
  };
}

/** A space is "or", a comma "and". */
function unionOf(items: readonly string[], graph: Graph): Chosen {
  return new Set(
    items.flatMap((item) => {
      const [first, ...others] = item.split(',').map((part) => selectedBy(part, graph));
      return [...(first ?? [])].filter((model) => others.every((other) => other.has(model)));
    }),
  );
}

/** `@x`, `2+x`, `x+1`: with what it is made from, with what is made from it, as many steps away as are said. */
const ITEM = /^(@)?(?:(\d*)(\+))?(.*?)(?:(\+)(\d*))?$/;

function selectedBy(item: string, graph: Graph): Chosen {
  const [, around, up, above, name = '', below, down] = ITEM.exec(item) ?? [];
  const source = /^source:(.+)$/.exec(name)?.[1];
  const steps = (digits: string | undefined): number => (digits ? Number(digits) : Number.POSITIVE_INFINITY);
  // A source is no model: the first step down from it leads to those that read it.
  const named = source === undefined ? graph.models.filter((model) => matches(name, model)) : readersOf(source, graph);
  const reach = steps(down) - (source === undefined ? 0 : 1);
  const children = around || below ? reached(named, graph.children, reach) : source === undefined ? new Set(named) : new Set<DbtModel>();
  if (around) return reached([...children], graph.parents, Number.POSITIVE_INFINITY);
  return above && source === undefined ? new Set([...children, ...reached(named, graph.parents, steps(up))]) : children;
}

function reached(from: readonly DbtModel[], next: Graph['parents'], steps: number): Chosen {
  const found = new Set(from);
  let open = from;
  for (let step = 0; step < steps && open.length > 0; step++) {
    open = [...new Set(open.flatMap((model) => next.get(model) ?? []))].filter((model) => !found.has(model));
    for (const model of open) found.add(model);
  }
  return found;
}

/** `source:crm`, `source:crm.orders`, before both of them the project. */
function readersOf(source: string, { bySource }: Graph): readonly DbtModel[] {
  const parts = source.split('.');
  const isNamed = (name: string, project: string): boolean =>
    [name, name.split('.')[0], `${project}.${name}`].includes(source) || parts[0] === '*';
  return [...bySource].flatMap(([name, models]) => models.filter(({ project }) => isNamed(name, project)));
}

function matches(name: string, model: DbtModel): boolean {
  const [, method = 'fqn', value = ''] = /^(?:([a-z_]+(?:\.\w+)?):)?(.*)$/.exec(name) ?? [];
  const matcher = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  return value !== '' && matcher?.(value, model) === true;
}

const isTagged = (tag: string, { tags = [] }: DbtModel): boolean => tags.includes(tag);
const METHODS: Readonly<Record<string, (value: string, model: DbtModel) => boolean>> = {
  fqn: (value, model) => (value.includes('/') ? isAt(value, model) : isFile(value, model) || isCalled(value, model)),
  path: isAt,
  file: isFile,
  tag: isTagged,
  package: (value, { project }) => value === project,
  resource_type: (value, { materialized }) => value === (isModel(materialized) ? 'model' : materialized),
  'config.materialized': (value, { materialized }) => value === materialized,
  'config.tags': isTagged,
};

function isAt(value: string, { file }: DbtModel): boolean {
  const path = value.replace(/(?<!\/)\/+$/, '').replace(/\/\*$/, '');
  return `/${file}`.includes(`/${path}/`) || `/${file}`.endsWith(`/${path.replace(/^\.?\//, '')}`);
}

function isFile(value: string, { file }: DbtModel): boolean {
  return file === value || file.endsWith(`/${value}`);
}

function isCalled(value: string, { file, model: called }: DbtModel): boolean {
  const { name, version } = splitVersion(called);
  // All versions of a model by its name, one of them as `orders.v2` or `orders_v2`.
  const own = version === undefined ? [name] : [name, `v${version}`, `${name}_v${version}`];
  const parts = value.split('.').filter((part) => part !== '*');
  return parts.every((part) => own.includes(part) || file.split('/').includes(part));
}
