/** §5.2 which partitions of text files hold no row: a head alone, or nothing. */
import * as z from 'zod';
import { type Session, Tally } from './session.js';
import { type ReadFormat, readerSql, type SourcePartition } from './source.js';

/** Names of the partitions. One that cannot be read is not called empty: the measurement says what is wrong with it. */
export async function rowless(session: Session, format: ReadFormat, partitions: readonly SourcePartition[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { partition, files } of partitions) {
    const [row] = await session
      .rows(z.object({ n: Tally }), `SELECT count(*) AS n FROM (SELECT 1 FROM ${readerSql(format, files)} LIMIT 1)`)
      .catch(() => []);
    if (row?.n === 0) found.add(partition);
  }
  return found;
}
