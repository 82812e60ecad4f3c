/** Row counts of Parquet files from their footers: exact, and free beside a scan. */
import * as z from 'zod';
import { type Session, Tally } from './session.js';
import { pathList } from './sql.js';

const FILES_PER_QUERY = 500;
const FooterRow = z.object({ file: z.string(), rows: Tally });

export async function footerRows(session: Session, files: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (let at = 0; at < files.length; at += FILES_PER_QUERY) {
    const batch = files.slice(at, at + FILES_PER_QUERY);
    const sql = `SELECT file_name AS file, num_rows AS rows FROM parquet_file_metadata(${pathList(batch)})`;
    for (const { file, rows } of await session.rows(FooterRow, sql)) found.set(file, rows);
  }
  return found;
}
