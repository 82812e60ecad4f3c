/** §4.3 CODEOWNERS as GitHub reads it: the last matching line wins, one without owners clears. */
import type { Codeowners, OwnerRule } from '../../src/core/facts.js';
import type { Flaw } from '../flaw.js';
import { matchesPattern, readPattern, splitPath } from './pattern.js';

/** Where GitHub looks, in this order; the first that exists is the only one used. */
export const CODEOWNERS_PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/** GitHub does not use a larger file at all. */
const MAX_BYTES = 3 * 1024 * 1024;

/** A person, a team, or an address. */
const OWNER = /^(?:@[\w.-]+(?:\/[\w.-]+)?|[^\s@]+@[^\s@]+)$/;

export type ReadCodeowners = { readonly rules: readonly OwnerRule[]; readonly flaws: readonly Flaw[] };

export function parseCodeowners(text: string): ReadCodeowners {
  const size = text.length > MAX_BYTES ? text.length : new TextEncoder().encode(text).length;
  if (size > MAX_BYTES) return { rules: [], flaws: [{ reason: 'too-large', line: 1, text: `${size} bytes` }] };
  const rules: OwnerRule[] = [];
  const flaws: Flaw[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const [pattern, ...owners] = words(raw);
    if (pattern === undefined) continue;
    const line = index + 1;
    if (isPattern(pattern) && owners.every((owner) => OWNER.test(owner))) rules.push({ pattern, owners, line });
    else flaws.push({ reason: 'invalid-codeowners-line', line, text: raw.trim().slice(0, 160) });
  }
  return { rules, flaws };
}

/** The first of the three places, out of the files that exist. */
export function codeownersPlace(paths: ReadonlySet<string>): string | undefined {
  return CODEOWNERS_PLACES.find((place) => paths.has(place));
}

/** Owners as written; `rule` is the line that decided, absent when none matched. */
export type PathOwner = { readonly owners: readonly string[]; readonly rule?: OwnerRule };

/** Patterns are read once for all paths, and each path is looked up once. */
export function ownerLookup({ rules }: Codeowners): (path: string) => PathOwner {
  const read = rules.map((rule) => ({ rule, pattern: readPattern(rule.pattern) }));
  const known = new Map<string, PathOwner>();
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const split = splitPath(path);
    const rule = read.findLast(({ pattern }) => matchesPattern(pattern, split))?.rule;
    const found = rule ? { owners: rule.owners, rule } : { owners: [] };
    known.set(path, found);
    return found;
  };
}

/** Words of a line up to its comment; `\ ` is a space inside a word. */
function words(line: string): string[] {
  const found: string[] = [];
  let word = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '\\' && line.charAt(at + 1) === ' ') {
      word += ' ';
      at += 1;
    } else if (char === ' ' || char === '\t') {
      if (word !== '') found.push(word);
      word = '';
    } else if (char === '#' && word === '') break;
    else word += char;
  }
  if (word !== '') found.push(word);
  return found;
}

/** Three things of .gitignore that GitHub leaves out: negation, character ranges, an escaped hash. */
function isPattern(pattern: string): boolean {
  return !pattern.startsWith('!') && !pattern.startsWith('\\#') && !/[[\]]/.test(pattern);
}
