/** Texts put together as paths are. */
import { concat, fullText, type Template } from '../templates/template.js';

/** `os.path.join` and `/`: one slash between, an absolute part starts anew. */
export function joinText(parts: readonly Template[]): Template {
  let joined: Template | undefined;
  for (const part of parts) {
    const first = part.parts[0];
    if (!joined || (typeof first === 'string' && first.startsWith('/') && joined.parts.every((one) => typeof one !== 'string'))) {
      joined = joined && typeof first === 'string' ? concat(joined, part) : part;
      continue;
    }
    // Of two paths from the root of a machine the second one counts.
    if (startsAtRoot(joined) && startsAtRoot(part)) {
      joined = part;
      continue;
    }
    const last = joined.parts.at(-1);
    const slash = typeof last === 'string' && last.endsWith('/') ? '' : '/';
    const bare =
      slash === '' || !(typeof first === 'string' && first.startsWith('/'))
        ? part
        : { ...part, parts: [String(first).slice(1), ...part.parts.slice(1)] };
    const empty = part.parts.length === 0 || (part.parts.length === 1 && first === '');
    joined = concat(joined, { parts: [slash], via: [] }, empty ? { ...part, parts: [''] } : bare);
  }
  return joined ?? { parts: [''], via: [] };
}

/** `os.path.join("s3://lake", "/gold")` is `/gold`: what stands before an absolute part is lost. Before an unknown one it is meant to count. */
export function fromAbsolute(parts: readonly Template[]): readonly Template[] {
  const last = parts.findLastIndex((part, index) => index > 0 && startsAtRoot(part) && typeof parts[index - 1]?.parts[0] === 'string');
  return last < 0 ? parts : parts.slice(last);
}

function startsAtRoot({ parts: [first] }: Template): boolean {
  return typeof first === 'string' && first.startsWith('/');
}

/** Of a path what stands before its last slash, with it. */
export function folderIn(parts: Template['parts']): Template['parts'] {
  const at = parts.findLastIndex((part) => typeof part === 'string' && part.includes('/'));
  const part = parts[at];
  return typeof part === 'string' ? [...parts.slice(0, at), part.slice(0, part.lastIndexOf('/') + 1)] : [];
}

/** Of a path what stands behind its last slash, holes too; one alone may have slashes of its own. */
export function lastPart(parts: Template['parts']): Template['parts'] | undefined {
  const at = parts.findLastIndex((part) => typeof part === 'string' && part.includes('/'));
  const part = parts[at];
  if (typeof part !== 'string') return undefined;
  const file = [part.slice(part.lastIndexOf('/') + 1), ...parts.slice(at + 1)];
  return file.some((one) => typeof one === 'string' && one !== '') ? file : undefined;
}

/** The folders that a path lies in, the nearest first. */
export function foldersOf(path: Template): readonly string[] {
  const names = (fullText(path) ?? '').split('/').slice(0, MAX_FOLDERS);
  return names.slice(1).map((_, index) => names.slice(0, names.length - 1 - index).join('/'));
}

const MAX_FOLDERS = 32;
