/** §4.1 A dbt model written in Python: `def model(dbt, session)`, read like every other file. */

import type { Args, Call, PythonFacts } from '../python/facts.js';
import { plainValue } from '../python/literal.js';
import type { Evaluated } from './evaluate.js';
import { versionedName } from './versions.js';

/** Whether a Python file's text may be a dbt model, so that it is worth parsing. */
export function mayBeModel(latin1: string): boolean {
  return /^def model\(\s*\w+\s*,\s*\w+/m.test(latin1);
}

export function evaluatePython(facts: PythonFacts): { readonly line: number; readonly says: Evaluated } | undefined {
  const model = facts.scopes.find((scope) => scope.kind === 'def' && scope.name === 'model' && scope.params.length >= 2);
  const handle = model?.params[0]?.name;
  if (!model || handle === undefined) return undefined;
  const refs = new Set<string>();
  const sources = new Set<string>();
  const config: Record<string, unknown> = {};
  for (const call of facts.calls) readCall(call, handle, { refs, sources, config });
  return { line: model.line, says: { refs: [...refs], sources: [...sources], viaMacro: [], config } };
}

type Into = { readonly refs: Set<string>; readonly sources: Set<string>; readonly config: Record<string, unknown> };

function readCall({ chain }: Call, handle: string, into: Into): void {
  const [method, call] = chain.steps;
  if (chain.root.kind !== 'name' || chain.root.name !== handle || method?.kind !== 'attr' || call?.kind !== 'call') return;
  const texts = call.args.flatMap((arg) => (arg.kind === 'text' ? arg.value : []));
  const last = texts.at(-1);
  if (method.name === 'ref' && last !== undefined) into.refs.add(versionedName(last, versionIn(call)));
  if (method.name === 'source' && texts.length === 2) into.sources.add(texts.join('.'));
  if (method.name === 'config') for (const { name, value } of call.keywords) into.config[name] = plainValue(value);
}

/** `dbt.ref("orders", v=2)`. */
function versionIn({ keywords }: Args): unknown {
  const version = keywords.find(({ name }) => name === 'v' || name === 'version');
  return version && plainValue(version.value);
}
