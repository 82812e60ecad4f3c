/** §4.1 Lines at which the commands of a file stand: what starts one script several times has a line for each. */

/** Asked for in the order of the text: of equal pieces each is the next one. What a comment says is none. */
export function linesInOrder(text: string): (piece: string) => number {
  let from = 0;
  let line = 1;
  let missed = 0;
  return (piece) => {
    const found = piece === '' || missed > MAX_MISSED ? -1 : nextOf(text, piece, from);
    if (found < 0) return missed++ > MAX_MISSED ? line : firstLineOf(text, piece);
    line += countLines(text, from, found);
    from = found;
    const here = line;
    line += countLines(text, from, found + piece.length);
    from = found + piece.length;
    return here;
  };
}

/** Where so many are spelled otherwise in the text, those behind them are not looked for. */
const MAX_MISSED = 100;
/** Comments that are passed over on the way to one piece. */
const MAX_COMMENTS = 100;

function nextOf(text: string, piece: string, from: number): number {
  let found = text.indexOf(piece, from);
  for (let passed = 0; found >= 0 && passed < MAX_COMMENTS && isComment(text, found); passed++)
    found = text.indexOf(piece, found + piece.length);
  return found;
}

function isComment(text: string, at: number): boolean {
  return /^\s*#/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
}

function firstLineOf(text: string, piece: string): number {
  const found = piece === '' ? -1 : text.indexOf(piece);
  return found < 0 ? 1 : 1 + countLines(text, 0, found);
}

function countLines(text: string, from: number, until: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
