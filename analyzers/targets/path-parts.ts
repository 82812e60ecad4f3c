/** §4.1 What a path is taken apart into, and what lies in a folder: as far as it is written. */
import { concat, holed, literal, type Template } from '../templates/template.js';
import { joinText } from './library-text.js';
import { hole, text, textOf, type Value } from './values.js';

/** What stands behind the last slash. A text without one may be no path: members of an Enum are their values. */
export function fileNameIn(template: Template): Template | undefined {
  const at = template.parts.findLastIndex((part) => typeof part === 'string' && part.includes('/'));
  const slashed = template.parts[at];
  if (typeof slashed !== 'string') return undefined;
  const own = slashed.slice(slashed.lastIndexOf('/') + 1);
  return { ...template, parts: [...(own === '' ? [] : [own]), ...template.parts.slice(at + 1)] };
}

/** A path without its ending, and the ending: what is unknown at its end may have any. A file may begin with its only dots. */
export function withoutEnding(template: Template): readonly [Template, string] | undefined {
  const last = template.parts.at(-1);
  if (typeof last !== 'string') return undefined;
  const from = last.lastIndexOf('/') + 1;
  const dot = last.lastIndexOf('.');
  const isWhole = from > 0 || template.parts.length === 1;
  const hasEnding = dot >= from && (!isWhole || last.slice(from, dot).replaceAll('.', '') !== '');
  const rest = hasEnding ? last.slice(0, dot) : last;
  const parts = [...template.parts.slice(0, -1), ...(rest === '' ? [] : [rest])];
  return [{ ...template, parts }, hasEnding ? last.slice(dot) : ''];
}

/** What a pattern finds: as many as there are, and each of them has a name where the pattern has none. */
export function listed(pattern: Template): Value {
  const found = concat(...pattern.parts.map((part) => (typeof part === 'string' ? named(part) : { ...pattern, parts: [part] })));
  return { kind: 'list', items: [[text({ ...found, via: pattern.via })]], unordered: true };
}

const WILD: ReadonlySet<string> = new Set(['*', '?']);

/** `**` and the folders below it are one name with what follows. */
function named(pattern: string): Template {
  const pieces: Template[] = [];
  let [from, at] = [0, 0];
  while (at < pattern.length) {
    const end = endOfWild(pattern, at);
    if (end > at) {
      pieces.push(literal(pattern.slice(from, at)), holed('opaque', 'glob'));
      from = end;
    }
    at = Math.max(end, at + 1);
  }
  return concat(...pieces, literal(pattern.slice(from)));
}

function endOfWild(pattern: string, from: number): number {
  let at = from;
  while (WILD.has(pattern[at] ?? '') || (pattern[at] === '/' && pattern.slice(from, at) === '**' && WILD.has(pattern[at + 1] ?? '')))
    at += 1;
  return at;
}

export function listedIn(folder: Template, pattern: Template): Value {
  return listed(joinText([folder, pattern]));
}

/** `os.path.splitext`. */
export function splitEnding(value: Template | undefined): Value {
  const found = value && withoutEnding(value);
  return found ? { kind: 'list', items: [[text(found[0])], [textOf(found[1])]] } : hole('opaque', 'splitext');
}

export function suffixOf(template: Template): Value {
  const found = withoutEnding(template);
  return found ? textOf(found[1]) : hole('opaque', 'suffix');
}
