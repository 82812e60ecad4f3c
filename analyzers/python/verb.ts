/** §4.3 A call that reads or writes data: what the tables of verbs are made of. */
import type { Runtime } from '../../src/core/vocabulary.js';

/** Where in a call the target stands: a position, or a keyword. */
export type Place = { readonly at?: number; readonly keywords: readonly string[] };

export type Verb = {
  readonly api: string;
  readonly effect: 'write' | 'read';
  readonly format: string;
  readonly target: Place;
  readonly runtime: Runtime;
  /** Written when the call does not say. */
  readonly mode?: string;
  readonly modeKeyword?: Place;
  readonly partition?: Place;
  /** The argument that is true where what is there is added to, and the one that is true where it is replaced, over the mode. */
  readonly adds?: Place;
  readonly replaces?: Place;
  /** The argument that says the format, over the verb's own. */
  readonly formatKeyword?: Place;
  /** The argument that says in which database, schema or catalog a name of one word lies. */
  readonly within?: Place;
  /** The target is SQL text, or the name of a table. */
  readonly sql?: SqlText;
  /** The argument that says where the files of a table go. */
  readonly located?: Place;
  /** Arguments that make what is written a table of a catalog. */
  readonly registers?: { readonly database: Place; readonly table: Place };
  /** A decorator whose target is called as the function is, where nothing names it. */
  readonly namesDef?: true;
  /** What the same call does beside. */
  readonly also?: Verb;
  /** Set where such a call never holds a dataset (`model`, `plot`). */
  readonly never?: string;
};

/** What a piece of SQL is handed to. */
export type SqlText = {
  /** Why tables that it names are no datasets, where they never are. */
  readonly whyNotTables?: string;
};

export const place = (at: number | undefined, ...keywords: readonly string[]): Place =>
  at === undefined ? { keywords } : { at, keywords };

export const frame = (api: string, format: string, target: Place, more: Partial<Verb> = {}): Verb => ({
  api,
  effect: 'write',
  format,
  target,
  runtime: 'python',
  ...more,
});
export const reads = (api: string, format: string, target: Place, more: Partial<Verb> = {}): Verb => ({
  ...frame(api, format, target, more),
  effect: 'read',
});
