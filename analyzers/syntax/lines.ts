/** Offsets in a source to lines and columns; questions go mostly forward. */

export type Lines = {
  /** The first line is 1. */
  readonly lineOf: (index: number) => number;
  /** A number that grows along the file: lines first, then columns. */
  readonly positionOf: (index: number) => number;
};

export function linesOf(source: string): Lines {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  let last = 0;

  function rowOf(index: number): number {
    if (index >= (starts[last] ?? 0) && index < (starts[last + 1] ?? Number.MAX_SAFE_INTEGER)) return last;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    last = low;
    return low;
  }

  return {
    lineOf: (index) => rowOf(index) + 1,
    positionOf(index) {
      const row = rowOf(index);
      return row * 100_000 + Math.min(index - (starts[row] ?? 0), 99_999);
    },
  };
}
