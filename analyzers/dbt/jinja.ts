/** §4.1 Which templates are not handed to an engine at all, and the guard that keeps them from it. */
import type { RenderJinja } from '../../src/core/template-engine.js';
import { tagsOf } from './tags.js';

const MAX_SOURCE = 512 * 1024;
/** Signs in one tag that an engine follows by recursion. */
const MAX_SIGNS = 1000;

/** The engine, asked only for what it can be trusted with. */
export function guarded(render: RenderJinja): RenderJinja {
  return (source, names) => {
    const refused = refusedTemplate(source);
    return refused === undefined ? render(source, names) : { error: refused };
  };
}

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
