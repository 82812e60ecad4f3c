/** §4.1 Dagster's assets of all files: functions under `@asset` and its kin, by the names and groups that select them. */

import type { ScheduledTask } from '../../../src/core/facts.js';
import { beginFile, isSpent } from '../../targets/paid.js';
import { type DefRef, type Program, scopeOf, type Unit } from '../../targets/program.js';
import { defKey, ELSEWHERE } from '../../targets/values.js';
import { type CallArgs, type Evaluate, evaluator } from '../arguments.js';
import { decoratedBy, taskOf } from '../functions.js';

export type Asset = {
  readonly of: DefRef;
  readonly name: string;
  readonly group?: string;
  readonly owners: readonly string[];
  readonly line: number;
  readonly args: CallArgs;
  readonly evaluate: Evaluate;
};
export type Assets = {
  readonly all: readonly Asset[];
  /** By `defKey`. */
  readonly byDef: ReadonlyMap<string, Asset>;
  readonly byName: ReadonlyMap<string, readonly Asset[]>;
  readonly byGroup: ReadonlyMap<string, readonly Asset[]>;
};

export const ASSET_DECORATORS = ['asset', 'multi_asset', 'graph_asset', 'graph_multi_asset', 'dbt_assets', 'dlt_assets', 'sling_assets'];

export function usesDagster({ facts }: Unit): boolean {
  return facts.imports.some(({ module }) => /^dagster(?:_\w+)?(?:\.|$)/.test(module));
}

export function findAssets(program: Program): Assets {
  const all: Asset[] = [];
  for (const unit of program.units.values()) {
    if (!usesDagster(unit)) continue;
    beginFile(program);
    for (const [scope] of unit.facts.scopes.entries()) {
      if (isSpent(program)) break;
      const asset = assetOf(program, { unit, scope });
      if (asset) all.push(asset);
    }
  }
  const byDef = new Map(all.map((asset) => [defKey(asset.of), asset]));
  return { all, byDef, byName: grouped(all, ({ name }) => name), byGroup: grouped(all, ({ group }) => group) };
}

function assetOf(program: Program, of: DefRef): Asset | undefined {
  const found = decoratedBy(of, ASSET_DECORATORS);
  const scope = scopeOf(of);
  if (!found || !scope || scope.kind !== 'def') return undefined;
  const line = found.line ?? scope.line;
  const evaluate = evaluator(program, of.unit, { scope: scope.parent, block: scope.block, pos: ELSEWHERE, line });
  const args = evaluate.args(found.args, []);
  const group = evaluate.texts(args.get('group_name'))[0];
  const name = evaluate.texts(args.get('name'))[0] ?? evaluate.texts(args.get('key')).at(-1)?.split('/').at(-1) ?? scope.name;
  const owners = evaluate.texts(args.get('owners')).flatMap((text) => (/\{\w*\}/.test(text) ? [] : text.replace(/^team:/, '')));
  return { of, name, owners, line, args, evaluate, ...(group === undefined ? {} : { group }) };
}

/** An asset as the task that makes it. */
export function assetTask({ of, name, owners }: Asset): ScheduledTask {
  return { ...taskOf(of, name), ...(owners.length > 0 ? { owners } : {}) };
}

function grouped(assets: readonly Asset[], key: (asset: Asset) => string | undefined): ReadonlyMap<string, readonly Asset[]> {
  const groups = new Map<string, Asset[]>();
  for (const asset of assets) {
    const name = key(asset);
    if (name === undefined) continue;
    const known = groups.get(name);
    if (known) known.push(asset);
    else groups.set(name, [asset]);
  }
  return groups;
}
