/** Files that a program finds when it runs: `folder.glob("*.csv")` gives one unknown element for all of them. */
import { concat, type Hole, literal, type Template } from '../templates/template.js';
import { joinText } from './library-text.js';
import { text, type Value } from './values.js';

/** What is not known of the name of such a file, and the folders on the way to it. */
const LISTED: Hole = { kind: 'opaque', name: 'listed', why: 'listed' };
const FOLDERS: Hole = { ...LISTED, name: 'folders' };
const WILDCARD = /(\*\*?|\?|\[[^\][/]*\])/;

export function listed(folder: Template | undefined, pattern: Template): Value {
  const open = { ...pattern, ...concat(...pattern.parts.flatMap((part) => (typeof part === 'string' ? opened(part) : [holding(part)]))) };
  const place = folder ? joinText([folder, open]) : open;
  return { kind: 'list', items: [[text(place)]], unordered: true };
}

function opened(part: string): readonly Template[] {
  return part.split(WILDCARD).map((piece, index) => (index % 2 === 0 ? literal(piece) : holding(piece === '**' ? FOLDERS : LISTED)));
}

function holding(hole: Hole): Template {
  return { parts: [hole], via: [] };
}

export const ANY_FILE: Template = holding(LISTED);
export const ANY_FOLDERS: Template = holding(FOLDERS);

/** Whoever reads each of them reads all of them. */
export function readWhole(template: Template): Template {
  if (!template.parts.some(isListed)) return template;
  const parts = template.parts.map((part) =>
    isListed(part) ? literal(part.name === FOLDERS.name ? '**' : '*') : { ...template, parts: [part] },
  );
  return { ...template, ...concat(...parts) };
}

function isListed(part: string | Hole): part is Hole {
  return typeof part !== 'string' && part.why === 'listed';
}
