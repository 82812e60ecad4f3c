/** §14.1 How deep brackets stand in each other: a parser that recurses over them must not be given more than its stack holds. */

export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 123 || char === 91 || char === 40) deepest = Math.max(deepest, ++depth);
    else if (char === 125 || char === 93 || char === 41) depth = Math.max(0, depth - 1);
  }
  return deepest;
}
