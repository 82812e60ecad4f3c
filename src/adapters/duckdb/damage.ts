/** §10.1 which file broke a query: cut off while it was written, or not what its name says. */
import * as z from 'zod';
import { pathLabel } from '../../core/pii/partitions.js';
import { ProblemError } from '../../core/problem.js';
import { FORMAT_NAMES } from './listing.js';
import type { Session } from './session.js';
import { type ReadFormat, readerSql } from './source.js';

type Scene = { readonly session: Session; readonly root: string; readonly format: ReadFormat; readonly files: readonly string[] };

/** The error as a sentence about one file. DuckDB's own text is dropped: it quotes values it could not convert. */
export async function damagedFile(error: unknown, scene: Scene): Promise<ProblemError> {
  if (error instanceof ProblemError) return error;
  const message = error instanceof Error ? error.message : '';
  const suspects = [...scene.files].sort((a, b) => Number(message.includes(b)) - Number(message.includes(a)));
  for (const file of suspects) {
    const why = await readThrough(scene, file);
    if (why !== undefined) return damaged(file.slice(scene.root.length + 1), scene.format, damageIn(why, scene.format));
  }
  const kind = /^[A-Z][A-Za-z ]{2,40}(?=:)/.exec(message)?.[0] ?? 'an error';
  return new ProblemError({
    kind: 'world',
    what: `DuckDB stopped with ${kind} although every file is readable alone.`,
    remedy: 'Look for partitions whose columns disagree, or let the baseline be synthetic.',
  });
}

async function readThrough({ session, format }: Scene, file: string): Promise<unknown> {
  const sql = `SELECT max(hash(COLUMNS(*))) FROM ${readerSql(format, [file])}`;
  return session.rows(z.unknown(), sql).then(
    () => undefined,
    (error: unknown) => error,
  );
}

type Damage = 'cut-off' | 'ragged' | 'not-utf-8';

function damageIn(why: unknown, format: ReadFormat): Damage {
  const message = why instanceof Error ? why.message : '';
  return format !== 'parquet' && /utf-?8|unicode|encod/i.test(message) ? 'not-utf-8' : 'cut-off';
}

const SAYS: Readonly<Record<Damage, string>> = {
  'cut-off': 'it is cut off or damaged',
  ragged: 'its rows do not have the same number of columns',
  'not-utf-8': 'it is not UTF-8 text',
};

const REMEDIES: Readonly<Record<ReadFormat, string>> = {
  parquet: 'Write that partition again or take the file away, then profile again.',
  csv: 'Check its delimiter, quotes and column count, or take the file away, then profile again.',
  json: 'Check that every line is one JSON object, or take the file away, then profile again.',
};

export function damaged(file: string, format: ReadFormat, damage: Damage): ProblemError {
  const what = `${JSON.stringify(pathLabel(file))} cannot be read as ${FORMAT_NAMES[format]}: ${SAYS[damage]}.`;
  const remedy = damage === 'not-utf-8' ? 'Write it as UTF-8, then profile again.' : REMEDIES[format];
  return new ProblemError({ kind: 'world', what, remedy });
}
