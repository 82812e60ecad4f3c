/** §4.1 What a schedule of Dagster starts: a job, or assets selected by function, key or group. */

import type { ScheduledTask } from '../../../src/core/facts.js';
import { type DefRef, type Program, scopeOf } from '../../targets/program.js';
import { defKey, ELSEWHERE, type Thunk } from '../../targets/values.js';
import { callsThatMake, type Evaluate, evaluatorAt, type Made } from '../arguments.js';
import { decoratedBy, taskOf } from '../functions.js';
import { type Asset, type Assets, assetTask } from './assets.js';

export type Job = {
  /** The job's own name; a selection has none. */
  readonly name?: string;
  readonly tasks: readonly ScheduledTask[];
  readonly assets: readonly Asset[];
  /** How its runs are cut, where it says so itself. */
  readonly partitions?: Thunk;
};
export type Repository = { readonly program: Program; readonly assets: Assets };

const NOTHING: Job = { tasks: [], assets: [] };
const MAX_NESTING = 6;
const MAX_TASKS = 500;

export function jobOf(repository: Repository, evaluate: Evaluate, thunk: Thunk, depth = 0): Job {
  if (depth > MAX_NESTING) return NOTHING;
  const { expr, frame } = evaluate.written(thunk);
  const inner = (one: Thunk): Job => jobOf(repository, evaluatorAt(repository.program, one.frame), one, depth + 1);
  if (expr.kind === 'list') return together(expr.items.map((item) => inner({ expr: item, frame })));
  if (expr.kind === 'op') return together([inner({ expr: expr.left, frame }), inner({ expr: expr.right, frame })]);
  const made = callsThatMake(evaluate, { expr, frame });
  const job = made.map((call) => madeJob(repository, call, inner)).find((one) => one !== undefined);
  if (job) return job;
  const defs = evaluate.values(thunk).flatMap((value) => (value.kind === 'def' ? [value.of] : []));
  if (defs.length > 0) return together(defs.map((of) => definedJob(repository, of)));
  const named = evaluate.texts(thunk);
  return named.length === 0 ? NOTHING : selectedBy(repository.assets, named);
}

/** `define_asset_job(…)`, `AssetSelection.groups(…)`, `graph.to_job(…)`. */
function madeJob(repository: Repository, { name, args, frame }: Made, inner: (one: Thunk) => Job): Job | undefined {
  const evaluate = evaluatorAt(repository.program, frame);
  const given = args.args.map((expr): Thunk => ({ expr, frame }));
  if (name === 'define_asset_job' || name === 'to_job') {
    const bound = evaluate.args(args, name === 'to_job' ? ['name'] : ['name', 'selection']);
    const selection = bound.get('selection');
    const partitions = bound.get('partitions_def');
    const [own] = evaluate.texts(bound.get('name'));
    const selected = selection ? inner(selection) : NOTHING;
    return { ...selected, ...(own === undefined ? {} : { name: own }), ...(partitions ? { partitions } : {}) };
  }
  if (name === 'assets') return together(given.map(inner));
  const texts = given.flatMap((one) => evaluate.texts(one));
  if (name === 'groups') return fromAssets(texts.flatMap((group) => repository.assets.byGroup.get(group) ?? []));
  // A key is a path of names, the last of which is the asset's.
  if (name === 'keys') return fromAssets(texts.flatMap((key) => repository.assets.byName.get(key.split('/').at(-1) ?? key) ?? []));
  return undefined;
}

function definedJob({ program, assets }: Repository, of: DefRef): Job {
  const asset = assets.byDef.get(defKey(of));
  if (asset) return fromAssets([asset]);
  const call = decoratedBy(of, ['job', 'graph']);
  const scope = scopeOf(of);
  if (!call || !scope) return { name: scope?.name ?? '', tasks: [taskOf(of)], assets: [] };
  const evaluate = evaluatorAt(program, { unit: of.unit, scope: of.scope, block: scope.block, pos: ELSEWHERE });
  const bound = evaluate.args(call.args, []);
  const steps = (of.unit.callsByScope.get(of.scope) ?? []).flatMap(({ chain: { root } }) =>
    root.kind === 'name' ? evaluate.values({ expr: root, frame: evaluate.frame }) : [],
  );
  const tasks = steps.flatMap((step) => (step.kind === 'def' ? [taskOf(step.of)] : []));
  const partitions = bound.get('partitions_def');
  const name = evaluate.texts(bound.get('name'))[0] ?? scope.name;
  return { name, tasks: tasks.slice(0, MAX_TASKS), assets: [], ...(partitions ? { partitions } : {}) };
}

/** Selections as text: `*`, `group:orders`, `key:orders`, or a name. */
function selectedBy({ all, byGroup, byName }: Assets, texts: readonly string[]): Job {
  return fromAssets(
    texts.flatMap((text) => {
      const [, kind, value = ''] = /^\+?(?:(group|key):)?["']?([\w*/-]+)["']?\+?$/.exec(text) ?? [];
      if (value === '*') return all;
      return (kind === 'group' ? byGroup.get(value) : byName.get(value.split('/').at(-1) ?? value)) ?? [];
    }),
  );
}

function fromAssets(assets: readonly Asset[]): Job {
  const some = [...new Set(assets)].slice(0, MAX_TASKS);
  return { assets: some, tasks: some.map(assetTask) };
}

function together(jobs: readonly Job[]): Job {
  const name = jobs.length === 1 ? jobs[0]?.name : undefined;
  const partitions = jobs.find((job) => job.partitions)?.partitions;
  return {
    tasks: jobs.flatMap(({ tasks }) => tasks).slice(0, MAX_TASKS),
    assets: jobs.flatMap(({ assets }) => assets).slice(0, MAX_TASKS),
    ...(name === undefined ? {} : { name }),
    ...(partitions ? { partitions } : {}),
  };
}
