/** §4.3 SQL text handed to Spark, and `%sql` cells. */
import type { SqlCell } from '../../python/facts.js';
import { sqlEffects } from '../../sql/statements.js';
import { templatesOf } from '../../targets/evaluate.js';
import { keyword, namedCalls, unroll } from '../chain.js';
import type { CallInFrame, Site } from '../site.js';
import { type SqlEngine, siteOfEffect, textSites } from '../sql-text.js';
import { isOnSession } from './sites.js';

const SPARK: SqlEngine = { api: 'spark.sql', runtime: 'spark' };

export function sqlSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame, ev);
  const sites: Site[] = [];
  for (const named of namedCalls(chain.steps, chain.own)) {
    if (named.name !== 'sql' || !isOnSession({ chain, named, called: call.chain.root })) continue;
    const text = named.args.args[0] ?? keyword(named.args, 'sqlQuery', 'query');
    if (text) sites.push(...textSites(SPARK, templatesOf(ev, { expr: text, frame: named.frame }), named));
  }
  return sites;
}

/** `tables`: their format, where another engine than Spark runs them. */
export function cellSites(cell: SqlCell, tables?: string): readonly Site[] {
  const engine = tables === undefined ? SPARK : ({ api: 'sql', runtime: 'python', tables } as const);
  return sqlEffects(cell.text).map((effect) =>
    siteOfEffect(engine, effect, { line: cell.line + effect.line, endLine: cell.endLine, holes: [], via: [] }),
  );
}
