/** §4.3 Decorators that make what a function gives a table: without a word it is called as the function. */
import type { Expr } from '../../python/facts.js';
import type { Verb } from '../../python/verb.js';
import { newEvaluation } from '../../targets/evaluate.js';
import type { Program, Unit } from '../../targets/program.js';
import { moduleFrame } from '../../targets/values.js';
import { argument, type NamedCall } from '../chain.js';
import { type CallInFrame, type Site, siteOf } from '../site.js';
import { functionOf } from './functions.js';

/** `@dlt.table(comment="…")` over `def orders()`; options that nobody sees may hold a name. */
export function namedByDef({ call, frame }: CallInFrame, { namesDef, target }: Verb, named: NamedCall): NamedCall {
  if (!namesDef || argument(named.args, target) || named.args.keywords.some(({ name }) => name === '**')) return named;
  const def = frame.unit.facts.scopes.find(({ decorators }) => decorators.includes(call.chain) || decorators.some(isAt(named)));
  return def ? withName(named, target.keywords, def.name) : named;
}

function isAt({ name, line }: NamedCall): (decorator: Expr) => boolean {
  return (one) => one.kind === 'chain' && one.steps.some((step) => step.kind === 'attr' && step.name === name && step.line === line);
}

function withName(named: NamedCall, [keyword = 'name']: readonly string[], name: string): NamedCall {
  const given = { name: keyword, value: { kind: 'text', value: name } } as const;
  return { ...named, args: { ...named.args, keywords: [...named.args.keywords, given] } };
}

/** `@dlt.table` that is not called. */
export function bareDecorators(program: Program, unit: Unit): readonly Site[] {
  if (!unit.facts.imports.some(({ module }) => module === 'dlt' || module.startsWith('pyspark'))) return [];
  const frame = moduleFrame(unit);
  return unit.facts.scopes.flatMap(({ name, line, decorators }) =>
    decorators.flatMap((one): readonly Site[] => {
      if (one.kind !== 'name' && (one.kind !== 'chain' || one.steps.some(({ kind }) => kind === 'call'))) return [];
      const ev = newEvaluation(program);
      const verb = functionOf(ev.evaluate(one, frame));
      if (!verb?.namesDef) return [];
      const call: NamedCall = { name, args: { args: [], keywords: [] }, line, endLine: line, frame, index: 0 };
      const site = siteOf(verb, { ev, named: withName(call, verb.target.keywords, name) });
      return site ? [site] : [];
    }),
  );
}
