/** §4.1 What a template says when the engine cannot follow it: literal references, and its configuration cut out. */
import { tagsOf } from './tags.js';
import { versionedName } from './versions.js';

export type Scanned = {
  readonly refs: readonly string[];
  readonly sources: readonly string[];
  /** The `set` and `config` tags that stand on their own. */
  readonly head: string;
  readonly config: string;
};

const TEXT = String.raw`\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*`;
const REF = new RegExp(String.raw`\bref\s*\(${TEXT}(?:,${TEXT})?(?:,\s*v(?:ersion)?\s*=\s*["']?([\w.]+)["']?\s*)?[,)]`, 'g');
const SOURCE = new RegExp(String.raw`\bsource\s*\(${TEXT},${TEXT}[,)]`, 'g');

/** `template` holds no Jinja comments any more. */
export function scanTemplate(template: string): Scanned {
  const refs = new Set<string>();
  const sources = new Set<string>();
  const sets: string[] = [];
  const configs: string[] = [];
  for (const tag of tagsOf(template)) {
    for (const [, a, b, c, d, version] of tag.matchAll(REF)) refs.add(versionedName(c ?? d ?? a ?? b ?? '', version));
    for (const [, a, b, c, d] of tag.matchAll(SOURCE)) sources.add(`${a ?? b ?? ''}.${c ?? d ?? ''}`);
    if (/^\{%[-+]?\s*set\s+\w+\s*=/.test(tag)) sets.push(tag);
    if (/^\{[{%][-+]?\s*(?:do\s+)?config\s*\(/.test(tag)) configs.push(tag);
  }
  const config = configs.join('');
  return { refs: [...refs], sources: [...sources], head: sets.join('') + config, config };
}
