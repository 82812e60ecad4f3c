/** §4.3 Words that hang on the turn of a loop as the targets do: each target has those of its own turn. */

import type { Site } from '../runtimes/site.js';
import { printTemplate, type Template } from '../templates/template.js';
import type { Turns } from '../templates/turns.js';
import type { Read } from './linking.js';

type ReadIn = (turns: Turns) => Pick<Read, 'sites' | 'isUnreached'>;

/** `readIn`: the same call read in some turns alone; `mayPass`: a turn may not come to it. */
export function wordsByTurn(sites: readonly Site[], readIn: ReadIn, mayPass: boolean): readonly Site[] {
  return sites.flatMap((site) => (site.templates.length > 1 && (mayPass || isOpen(site)) ? eachInTurn(site, readIn) : [site]));
}

/** Of several words that one of its calls may say, nobody knows which holds. */
function isOpen({ format, mode, partitionBy }: Site): boolean {
  return [format, mode, ...partitionBy].some((word) => /^\{(?:format|mode|partition_by)\}$/.test(word));
}

function eachInTurn(site: Site, readIn: ReadIn): readonly Site[] {
  const found = new Map<string, Site>();
  for (const template of site.templates) {
    const read = template.turns && readIn(template.turns);
    if (read?.isUnreached) continue;
    const one = read?.sites.find((other) => isThere(other, site, template)) ?? site;
    const key = JSON.stringify([one.format, one.mode, one.partitionBy, one.whyNot]);
    const known = found.get(key);
    found.set(key, { ...(known ?? one), templates: [...(known?.templates ?? []), template] });
  }
  return [...found.values()];
}

function isThere(other: Site, { api, effect, line }: Site, template: Template): boolean {
  const text = printTemplate(template);
  return other.api === api && other.effect === effect && other.line === line && other.templates.some((one) => printTemplate(one) === text);
}

/** Sites of one place whose words differ: which of them holds is not known. */
export function eitherWords([first, ...others]: readonly Site[]): Pick<Site, 'format' | 'mode' | 'partitionBy'> | undefined {
  if (!first) return undefined;
  const isSame = (word: (site: Site) => string) => others.every((other) => word(other) === word(first));
  return {
    format: isSame(({ format }) => format) ? first.format : '{format}',
    mode: isSame(({ mode }) => mode) ? first.mode : '{mode}',
    partitionBy: isSame(({ partitionBy }) => partitionBy.join()) ? first.partitionBy : ['{partition_by}'],
  };
}
