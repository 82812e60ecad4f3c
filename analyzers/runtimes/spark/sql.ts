/** §4.3 SQL text handed to Spark, and `%sql` cells. */
import type { SqlCell } from '../../python/facts.js';
import { sqlEffects } from '../../sql/statements.js';
import { templatesOf } from '../../targets/evaluate.js';
import { keyword, namedCalls, unroll } from '../chain.js';
import type { CallInFrame, Site } from '../site.js';
import { type SqlEngine, siteOfEffect, textSites } from '../sql-text.js';
import { currentDatabase } from './current-database.js';
import { isOnSession } from './sites.js';

const SPARK: SqlEngine = { api: 'spark.sql', runtime: 'spark' };

export function sqlSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame, ev);
  const sites: Site[] = [];
  for (const named of namedCalls(chain.steps, chain.own)) {
    if (named.name !== 'sql' || !isOnSession({ chain, named, called: call.chain.root })) continue;
    const text = named.args.args[0] ?? keyword(named.args, 'sqlQuery', 'query');
    if (!text) continue;
    const engine = { ...SPARK, current: currentDatabase(ev, { ...named.frame, line: named.line }) };
    sites.push(...textSites(engine, templatesOf(ev, { expr: text, frame: named.frame }), named));
  }
  return sites;
}

/** `tables`: their format, where another engine than Spark runs them; `current`: the database that was said before. */
export function cellSites(
  cell: SqlCell,
  { tables, current }: { readonly tables: string | undefined; readonly current?: string | undefined },
): readonly Site[] {
  const engine: SqlEngine = { ...(tables === undefined ? SPARK : ({ api: 'sql', runtime: 'python', tables } as const)), current };
  return sqlEffects(cell.text).map((effect) =>
    siteOfEffect(engine, effect, { line: cell.line + effect.line, endLine: cell.endLine, holes: [], via: [] }),
  );
}
