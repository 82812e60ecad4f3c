/** What the bot and a process that scans say to each other. What the process says is checked: it has read a stranger's files. */
import * as z from 'zod';
import type { FileEntry, SourceFile } from '../../core/repo.js';

export type ToChild =
  | { readonly kind: 'scan'; readonly name: string; readonly commit: string | null; readonly cpuMs: number }
  | { readonly kind: 'listed'; readonly files: readonly FileEntry[] }
  | { readonly kind: 'files'; readonly read: number; readonly files: readonly SourceFile[]; readonly isLast: boolean }
  /** What was asked for last could not be had: this scan leads to nothing. */
  | { readonly kind: 'fault' };

const Index = z.int().min(0);

export const FromChild = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('list') }),
  /** Begins a read of files of the listing, by their places in it. */
  z.strictObject({ kind: z.literal('read'), read: Index, files: z.array(Index) }),
  /** The next files of a read. */
  z.strictObject({ kind: z.literal('more'), read: Index }),
  /** Nothing more of a read is wanted. */
  z.strictObject({ kind: z.literal('enough'), read: Index }),
  z.strictObject({ kind: z.literal('warned'), line: z.string().transform((line) => line.slice(0, 500)) }),
  /** `facts`: as JSON. `isGrown`: the process has taken memory that it will not give back. */
  z.strictObject({ kind: z.literal('scanned'), facts: z.string(), isGrown: z.boolean() }),
  z.strictObject({ kind: z.literal('failed'), message: z.string(), stack: z.string() }),
]);
export type FromChild = z.infer<typeof FromChild>;
