/** §8.3 of an installation's hourly writes a share is kept for what stops, ends or merges a change: nobody can talk it away. */

/** A fifth of 250 lets twelve changes be signed and merged within an hour, whatever else is written. */
const RESERVED_SHARE = 0.2;

/** What all other writes may take of the hour. */
export function withoutReserve(perHour: number): number {
  return perHour - Math.floor(perHour * RESERVED_SHARE);
}
