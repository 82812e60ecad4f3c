/** Which names a pattern of branch protection, a ruleset or CODEOWNERS means. */

/** fnmatch with path semantics: `*` stops at a slash, `**` does not. */
export function matches(pattern: string, name: string): boolean {
  return expressionOf(pattern, '^', '$').test(name);
}

/** As in a .gitignore: a slash inside ties the pattern to the root, a folder means all below it. */
export function ownsPath(pattern: string, path: string): boolean {
  const rooted = pattern.replace(/\/$/, '').includes('/');
  const body = pattern.replace(/^\//, '').replace(/\/$/, '');
  // `docs/*` means the files of one folder; only a pattern that does not end in a star also means what lies below.
  const below = pattern.endsWith('/') ? '/.*$' : /\/\*$/.test(pattern) ? '$' : '(/.*)?$';
  return expressionOf(body, rooted ? '^' : '^(.*/)?', below).test(path);
}

function expressionOf(pattern: string, start: string, end: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[wild] ?? wild);
  return new RegExp(start + body + end);
}
