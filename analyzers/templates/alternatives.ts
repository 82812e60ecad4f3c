/** Several texts that one thing may be, as one: what they share stands, the rest is a hole. */
import { concat, type Hole, holed, MAX_VIA, type Template } from './template.js';

type Token = string | Hole;

export function sharedText(templates: readonly Template[], name: string): Template {
  const [first, ...others] = templates.map(({ parts }) => parts.flatMap(tokensOf));
  if (!first) return holed('opaque', name);
  let before = first.length;
  let after = first.length;
  for (const other of others) {
    before = Math.min(before, shared(first, other));
    after = Math.min(after, shared(first.toReversed(), other.toReversed()));
  }
  const shortest = Math.min(...[first, ...others].map((tokens) => tokens.length));
  const behind = Math.min(after, shortest - before);
  const parts = [...first.slice(0, before), ...holed('opaque', name).parts, ...(behind > 0 ? first.slice(-behind) : [])];
  return { ...concat({ parts, via: [] }), via: templates.flatMap(({ via }) => via).slice(0, MAX_VIA) };
}

/** Folders of a path are what may be shared, not letters of a name. */
function tokensOf(part: Token): readonly Token[] {
  return typeof part === 'string' ? part.split(/(?<=\/)|(?=\/)/) : [part];
}

function shared(a: readonly Token[], b: readonly Token[]): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && isSame(a[length], b[length])) length += 1;
  return length;
}

function isSame(a: Token | undefined, b: Token | undefined): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : a?.name === b?.name && a?.kind === b?.kind;
}
