/** §4.1 A target as a template: literal text with named holes where the program knows more than its source says. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Resolution } from '../../src/core/facts.js';
import type { Origin } from '../../src/core/origin.js';

export type HoleKind = 'param' | 'arg' | 'env' | 'time' | 'config' | 'opaque';
/** `otherwise`: the text where nobody gives it one. */
export type Hole = { readonly kind: HoleKind; readonly name: string; readonly otherwise?: string };
/** `via`: the places the text came through; `origin`: how, where somebody asks. */
export type Template = { readonly parts: readonly (string | Hole)[]; readonly via: readonly SourceRef[]; readonly origin?: Origin };

/** More values than this are a family: one hole. */
export const MAX_VALUES = 32;
const MAX_PARTS = 64;
const MAX_VIA = 12;

export function literal(text: string): Template {
  return { parts: [text], via: [] };
}

export function holed(kind: HoleKind, name: string, otherwise?: string): Template {
  return { parts: [{ kind, name: holeName(name), ...(otherwise === undefined ? {} : { otherwise }) }], via: [] };
}

/** Braces inside a name would make two holes of one. */
function holeName(name: string): string {
  const plain = name
    .replace(/[^\w.-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 80);
  return plain === '' ? 'unknown' : plain;
}

export function concat(...templates: readonly Template[]): Template {
  const parts: (string | Hole)[] = [];
  for (const part of templates.flatMap((t) => t.parts)) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return { parts: parts.slice(0, MAX_PARTS), via: joinVia(templates), ...joinOrigins(templates) };
}

/** Text that stands in the expression itself is seen in what it gives; several parts of one text have one origin. */
function joinOrigins(templates: readonly Template[]): Pick<Template, 'origin'> {
  const from = new Set(templates.flatMap(({ origin }) => (origin === undefined ? [] : origin.how === 'joined' ? origin.from : [origin])));
  if (from.size === 0) return {};
  const value = templates.map(printTemplate).join('');
  return { origin: { how: 'joined', name: '', value, from: [...from].filter(({ how }) => how !== 'written') } };
}

function joinVia(templates: readonly Template[]): SourceRef[] {
  const seen = new Map<string, SourceRef>();
  for (const ref of templates.flatMap((t) => t.via)) seen.set(`${ref.file}:${ref.line}`, ref);
  return [...seen.values()].slice(0, MAX_VIA);
}

export function through(template: Template, at: SourceRef): Template {
  return template.via.some((ref) => ref.file === at.file && ref.line === at.line)
    ? template
    : { ...template, via: [...template.via, at].slice(-MAX_VIA) };
}

/** The literal text when there is no hole. */
export function fullText(template: Template): string | undefined {
  const texts = template.parts.filter((part) => typeof part === 'string');
  return texts.length === template.parts.length ? texts.join('') : undefined;
}

export function printTemplate(template: Template): string {
  return template.parts.map((part) => (typeof part === 'string' ? part : `{${part.name}}`)).join('');
}

/** Applies a change to the literal parts only. */
export function mapText(template: Template, change: (text: string) => string): Template {
  return { ...template, parts: template.parts.map((part) => (typeof part === 'string' ? change(part) : part)) };
}

/** `partial` needs literal text that could name a dataset: a scheme, a slash or a file ending does not. */
export function resolutionOf(template: Template): Resolution {
  const holes = template.parts.filter((part) => typeof part !== 'string');
  const text = template.parts.filter((part) => typeof part === 'string').join('/');
  if (holes.length === 0) return text === '' ? 'none' : 'full';
  const naming = text.replace(/^[a-z0-9+]+:\/\//i, '').replace(/\.(?:parquet|csv|json|orc|avro|txt|gz|pkl|db)\b/gi, '');
  return /[A-Za-z0-9]{2,}/.test(naming) ? 'partial' : 'none';
}
