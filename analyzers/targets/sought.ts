/** §4.1 `found = ""`, then a loop that looks for it: behind that loop it is what was found, not the empty text before. */
import type { Bind } from '../python/facts.js';
import { blockPath } from './blocks.js';
import type { Frame } from './values.js';

type Found = readonly { readonly bind: Bind }[];

/** Without the empty text that a name had before a loop that sets it under a condition. */
export function unlessSought<T extends Found>(found: T, frame: Frame): T | T[number][] {
  if (found.length < 2 || !found.some(isEmpty)) return found;
  const sought = found.filter(({ bind }) => isSought(bind, frame));
  return sought.length === 0 ? found : found.filter((one) => !isEmpty(one) || sought.includes(one));
}

function isEmpty({ bind: { value, how } }: Found[number]): boolean {
  return how === 'assign' && value.kind === 'text' && value.value === '';
}

/** In an `if` of a loop that is over. */
function isSought({ block }: Bind, { unit, block: at }: Frame): boolean {
  const [path, here] = [blockPath(unit, block), blockPath(unit, at)];
  const kindOf = (one: number): string | undefined => unit.facts.blocks[one]?.kind;
  const condition = path.findIndex((one) => kindOf(one) === 'if');
  const loop = path.findIndex((one, index) => index > condition && kindOf(one) === 'for' && !here.includes(one));
  return condition >= 0 && loop > condition;
}
