/** §4.3 One CODEOWNERS pattern against one path, without regular expressions: time is bounded by pattern length times path length. */

export type PathPattern = {
  readonly parts: readonly string[];
  /** The pattern must reach the end of the path. */
  readonly whole: boolean;
  /** Its longest piece without `*` and `?`: a path that does not hold it need not be looked at. */
  readonly needs: string;
};
export type SplitPath = { readonly path: string; readonly segments: readonly string[] };

export function matchesPath(pattern: string, path: string): boolean {
  return matchesPattern(readPattern(pattern), splitPath(path));
}

export function splitPath(path: string): SplitPath {
  return { path, segments: path.split('/').filter((segment) => segment !== '') };
}

export function matchesPattern({ parts, whole, needs }: PathPattern, { path, segments }: SplitPath): boolean {
  if (parts.length === 0 || segments.length === 0 || !path.includes(needs)) return false;
  // `*.py`, `jobs`: one segment anywhere.
  if (!whole && parts.length === 2 && parts[0] === '**') return segments.some((segment) => matchesSegment(parts[1] ?? '', segment));
  const lengths = matchedLengths(parts, segments);
  // A pattern that names a folder owns what is below it; `dir/*` names files only.
  return whole ? lengths.has(segments.length) : lengths.size > 0;
}

export function readPattern(pattern: string): PathPattern {
  const parts = pattern.split('/').filter((part) => part !== '');
  const needs = parts
    .flatMap((part) => part.split(/[*?]+/))
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
  if (parts.length === 0) return { parts, whole: true, needs };
  const isFolder = pattern.endsWith('/');
  const isAnchored = pattern.replace(/\/$/, '').includes('/');
  const last = parts.at(-1);
  const full = [...(isAnchored ? [] : ['**']), ...parts, ...(isFolder ? ['**'] : [])];
  return { parts: full, needs, whole: isFolder || last === '**' || (isAnchored && last === '*') };
}

/** How many leading segments the whole pattern can cover; a last `**` covers one or more. */
function matchedLengths(parts: readonly string[], segments: readonly string[]): ReadonlySet<number> {
  let reached = new Set([0]);
  for (const [index, part] of parts.entries()) {
    const next = new Set<number>();
    if (part === '**') {
      const first = Math.min(...reached);
      const from = index === parts.length - 1 ? first + 1 : first;
      for (let length = from; length <= segments.length; length++) next.add(length);
    } else for (const length of reached) if (matchesSegment(part, segments[length])) next.add(length + 1);
    if (next.size === 0) return next;
    reached = next;
  }
  return reached;
}

/** `*` any characters, `?` one: goes back to the last star only, so it is quadratic at worst. */
function matchesSegment(part: string, segment: string | undefined): boolean {
  if (segment === undefined) return false;
  let at = 0;
  let star = -1;
  let resume = 0;
  let p = 0;
  while (at < segment.length) {
    const char = part.charAt(p);
    if (char === '*') {
      star = p++;
      resume = at;
    } else if (p < part.length && (char === '?' || char === segment.charAt(at))) {
      p += 1;
      at += 1;
    } else if (star >= 0) {
      p = star + 1;
      at = ++resume;
    } else return false;
  }
  while (part.charAt(p) === '*') p += 1;
  return p === part.length;
}
