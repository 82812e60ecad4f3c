/** §4.1 Template text made ready for the engine: what it lacks of Jinja is rewritten, and the names a template calls are listed. */

import { replaceTags, tagsOf } from './tags.js';

/** Jinja of dbt to the engine's Jinja; only tags are touched. */
export function readyTemplate(source: string): string {
  return replaceTags(source, readyTag);
}

function readyTag(tag: string): string {
  if (/^\{%[-+]?\s*(?:break|continue)\s*[-+]?%\}$/.test(tag)) return '';
  return mutation(tag)
    .replace(/\bbuiltins\s*\.\s*/g, '')
    .replace(/\bconfig\s*\.\s*(\w+)\s*\(/g, 'config_$1(')
    .replace(/\badapter\s*\.\s*dispatch\s*\(\s*(["'])(\w+)\1[^()]*\)\s*\(/g, '$2__dispatched(')
    .replace(/("[^"\\\n]*"|'[^'\\\n]*')\s*\.\s*format\s*\(/g, 'format_text($1, ')
    .replace(
      /("[^"\\\n]*%s[^"\\\n]*"|'[^'\\\n]*%s[^'\\\n]*')\s*%\s*(?:\(([^()]*)\)|([\w.]+|"[^"\\\n]*"|'[^'\\\n]*'))/g,
      'percent_text($1, $2$3)',
    );
}

/** Lists and mappings cannot be changed in place by the engine: appending makes a new list, the rest is only evaluated. */
function mutation(tag: string): string {
  const match =
    /^(\{%[-+]?)\s*(?:do\s+|set\s+\w+\s*=\s*)(\w+)\s*\.\s*(append|extend|update|insert|pop|remove)\s*\(([\s\S]*)\)\s*([-+]?%\})$/.exec(tag);
  if (!match) return tag;
  const [, open = '', name = '', method = '', value = '', close = ''] = match;
  if (method === 'append') return `${open} set ${name} = ${name} + [${value}] ${close}`;
  if (method === 'extend') return `${open} set ${name} = ${name} + (${value}) ${close}`;
  if (method === 'update') return `${open} set ${name} = dict(${name}, ${value}) ${close}`;
  return `${open} set discarded = [${value}] ${close}`;
}

export type Called = { readonly plain: ReadonlySet<string>; readonly dotted: ReadonlyMap<string, ReadonlySet<string>> };

const WORDS = new Set(['if', 'elif', 'in', 'and', 'or', 'not', 'is', 'else', 'for', 'set', 'macro', 'call', 'do', 'filter', 'import']);

/** Functions a template calls: `f(…)` and `a.b(…)`. */
export function calledNames(source: string): Called {
  const plain = new Set<string>();
  const dotted = new Map<string, Set<string>>();
  for (const tag of tagsOf(source))
    for (const match of tag.matchAll(/(?<![\w.)\]'"])([A-Za-z_]\w*)((?:\s*\.\s*[A-Za-z_]\w*){0,4})\s*\(/g)) {
      const [, root = '', rest = ''] = match;
      const path = rest.replace(/\s+/g, '').slice(1);
      if (path !== '') dotted.set(root, (dotted.get(root) ?? new Set<string>()).add(path));
      else if (!WORDS.has(root)) plain.add(root);
    }
  return { plain, dotted };
}

export type MacroParam = { readonly name: string; readonly default?: string };

/** `a, b=none, c=[1, 2]`: split outside of brackets and strings. */
export function macroParams(text: string): MacroParam[] {
  return splitTop(text, ',').flatMap((part) => {
    const [head = '', ...value] = splitTop(part, '=');
    const name = head.trim();
    if (!/^\w+$/.test(name)) return [];
    return [value.length > 0 ? { name, default: value.join('=').trim() } : { name }];
  });
}

function splitTop(text: string, sign: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const char of text) {
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    if (char === sign && depth === 0 && quote === '') parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.filter((part) => part.trim() !== '');
}
