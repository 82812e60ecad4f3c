/** Where the scanner and a program that runs the same files say different things: each difference stands beside its fixture, with the reason. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** `ours` and `theirs` are what each says; `missing` stands for a row that one of them does not have. */
const Difference = z.strictObject({
  row: z.string(),
  key: z.string().optional(),
  in: z.array(z.string()).optional(),
  ours: z.unknown(),
  theirs: z.unknown(),
  because: z.string().min(20),
});
type Difference = z.infer<typeof Difference>;
export type Row = Readonly<Record<string, unknown>>;
export type Rows = ReadonlyMap<string, Row>;
type Said = { readonly ours: unknown; readonly theirs: unknown };

/** What is written in `differences.yml` of a fixture, for one program or target. */
export function differencesOf(folder: string, where: string): Readonly<Record<string, Said>> {
  const file = join(folder, 'differences.yml');
  if (!existsSync(file)) return {};
  const written: readonly Difference[] = z.array(Difference).parse(parse(readFileSync(file, 'utf8')));
  const here = written.filter((one) => one.in === undefined || one.in.includes(where));
  return Object.fromEntries(here.map(({ row, key, ours, theirs }) => [key === undefined ? row : `${row}: ${key}`, { ours, theirs }]));
}

/** Every place where two tables differ, row by row and key by key. */
export function differencesBetween(ours: Rows, theirs: Rows): Readonly<Record<string, Said>> {
  const found: Record<string, Said> = {};
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].toSorted()) {
    const [own, other] = [ours.get(name), theirs.get(name)];
    if (!own || !other) found[name] = { ours: own ? 'there' : 'missing', theirs: other ? 'there' : 'missing' };
    else
      for (const key of Object.keys(own))
        if (JSON.stringify(own[key]) !== JSON.stringify(other[key])) found[`${name}: ${key}`] = { ours: own[key], theirs: other[key] };
  }
  return found;
}
