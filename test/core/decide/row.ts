/** One row of a decision table: a sentence, how it is decided, and what must come out. */
import type { Decision } from '../../../src/core/evidence.js';

export type Row = {
  readonly says: string;
  readonly decide: () => Decision<unknown>;
  readonly rule: string;
  readonly value: unknown;
  /** What the sentence must mention: the number or name the reader needs. */
  readonly because?: string;
};
