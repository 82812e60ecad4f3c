/** decision 0001 customer values: why a column's bounds stay inside. The adapter asks before it returns, the baseline prints the answer. */
import { typeFamily } from '../canonical-types.js';
import type { PiiEvidence, ValueShape } from '../measurements.js';
import { SUPPRESS_BELOW_ROWS } from '../numbers.js';
import { holdsPersonalData } from './assess.js';
import { isIdentifierName } from './names.js';
import { isPersonalName } from './personal-names.js';

export type SuppressionInput = {
  readonly name: string;
  readonly canonicalType: string;
  /** Evidence of this column only. */
  readonly pii: readonly PiiEvidence[];
  /** What its numbers or dates look like, where somebody looked. */
  readonly shape?: ValueShape | undefined;
  /** Values that are not null, over all partitions. */
  readonly values: number;
  readonly distinct?: number | undefined;
  readonly averageLength?: number | undefined;
  readonly showValues: boolean;
};
export type Suppression = 'pii' | 'identifier' | 'free_text' | 'few_rows' | 'switched_off';

/** A whole-number column with nearly as many values as rows is a key, whatever it is called. */
const KEY_SHARE = 0.9;
const FREE_TEXT_LENGTH = 40;
/** From this share of its distinct values on a column of long whole numbers is one of numbers that were given to somebody. */
const LONG_NUMBER_SHARE = 0.5;
/** Dates of birth lie far back; an event has few such dates, and those are somebody's default. */
const OLD_DATE_SHARE = 0.1;

export function suppressionOf(column: SuppressionInput): Suppression | undefined {
  if (!column.showValues) return 'switched_off';
  if (holdsPersonalData(column.pii) || isPersonalName(column.name) || hasOldDates(column)) return 'pii';
  if (isIdentifierName(column.name) || isKeyLike(column) || hasLongNumbers(column)) return 'identifier';
  if (typeFamily(column.canonicalType) === 'STRING' && (column.averageLength ?? 0) > FREE_TEXT_LENGTH) return 'free_text';
  return column.values < SUPPRESS_BELOW_ROWS ? 'few_rows' : undefined;
}

function isKeyLike({ canonicalType, distinct, values }: SuppressionInput): boolean {
  const isWhole = typeFamily(canonicalType) === 'INTEGER' || /^decimal\([0-9]+,0\)$/.test(canonicalType);
  return isWhole && distinct !== undefined && values >= SUPPRESS_BELOW_ROWS && distinct >= KEY_SHARE * values;
}

/** Telephone, card, account and insurance numbers are whole numbers of seven digits or more, whatever type they were stored in. */
function hasLongNumbers({ shape }: SuppressionInput): boolean {
  return shape !== undefined && shape.longNumbers > 0 && shape.longNumbers >= LONG_NUMBER_SHARE * shape.sampled;
}

function hasOldDates({ shape }: SuppressionInput): boolean {
  return shape !== undefined && shape.oldDates > 0 && shape.oldDates >= OLD_DATE_SHARE * shape.sampled;
}
