/** §4.3 One thing that a statement of SQL does to data. */
import type { Named } from './words.js';

export type SqlEffect = {
  readonly effect: 'write' | 'read';
  /** Catalog name or path, quotes taken off. */
  readonly target: string;
  readonly statement: string;
  readonly mode: string;
  readonly format: string;
  readonly partitionBy: readonly string[];
  /** Line of the target, counted from 0 within the text. */
  readonly line: number;
  /** Set for statements that declare a table and put nothing in it. */
  readonly declares?: boolean;
  /** That a statement before said, for names of one word. */
  readonly database?: string;
  /** `LOCATION` of a table that has a name as well. */
  readonly location?: string;
};

type Said = Pick<SqlEffect, 'statement' | 'mode'> & Partial<Pick<SqlEffect, 'format' | 'partitionBy' | 'declares' | 'location'>>;

export function written(named: Named | undefined, said: Said): SqlEffect | undefined {
  if (!named) return undefined;
  return { effect: 'write', ...named, partitionBy: [], ...said, format: said.format ?? named.format };
}
