/** §4.1 What a path is taken apart into, as far as it is written. */
import { fullText, type Template } from '../templates/template.js';
import { hole, text, textOf, type Value } from './values.js';

/** Of a path what stands before its last slash, with it. */
export function folderIn(parts: Template['parts']): Template['parts'] {
  const at = parts.findLastIndex((part) => typeof part === 'string' && part.includes('/'));
  const part = parts[at];
  return typeof part === 'string' ? [...parts.slice(0, at), part.slice(0, part.lastIndexOf('/') + 1)] : [];
}

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

/** `os.path.splitext`. */
export function splitEnding(value: Template | undefined): Value {
  const found = value && withoutEnding(value);
  return found ? { kind: 'list', items: [[text(found[0])], [textOf(found[1])]] } : hole('opaque', 'splitext');
}

export function suffixOf(template: Template): Value {
  const found = withoutEnding(template);
  return found ? textOf(found[1]) : hole('opaque', 'suffix');
}

/** The folders that a path lies in, the nearest first. */
export function foldersOf(path: Template): readonly string[] {
  const names = (fullText(path) ?? '').split('/').slice(0, MAX_FOLDERS);
  return names.slice(1).map((_, index) => names.slice(0, names.length - 1 - index).join('/'));
}

const MAX_FOLDERS = 32;
