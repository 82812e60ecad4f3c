/** §4.1 The template engine as one function value, so that nothing here knows which engine it is. */
import { tagsOf } from './tags.js';

export type Rendered = { readonly text: string } | { readonly error: string };
/** Names may be values or functions. A function must not throw. */
export type RenderJinja = (source: string, names: Readonly<Record<string, unknown>>) => Rendered;

const MAX_SOURCE = 512 * 1024;
/** Signs in one tag that an engine follows by recursion. */
const MAX_SIGNS = 1000;

/** Why a template is not handed to an engine at all. */
export function refusedTemplate(source: string): string | undefined {
  if (source.length > MAX_SOURCE) return `${source.length} characters`;
  for (const tag of tagsOf(source)) {
    if (tag.length < MAX_SIGNS) continue;
    const bare = tag.replace(/"[^"\\]*"|'[^'\\]*'/g, '').replace(/[\d.]+/g, '');
    const signs = bare.match(/[-+*/~|.([{]|\b(?:not|and|or|if|is)\b/g)?.length ?? 0;
    if (signs > MAX_SIGNS) return `${signs} operators in one tag`;
  }
  return undefined;
}
