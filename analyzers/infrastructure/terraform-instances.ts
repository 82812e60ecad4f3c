/** §4.1 What `for_each` and `count` make of one block of Terraform: an instance for each element that is known. */
import { fullText, literal, type Template } from '../templates/template.js';
import { isText, mapIn, NULL, type Told } from './told.js';

/** `key`: of the instance, as others name it; `each`: what stands for it inside its block. */
export type Instance = { readonly key: string; readonly each: ReadonlyMap<string, Told> };

/** More instances than these are a family: their block is read once, and what differs is a hole. */
const MAX_INSTANCES = 64;

/** Undefined where the block is made once, or nobody knows how often. */
export function instancesOf(told: Told): readonly Instance[] | undefined {
  const forEach = mapIn(told).get('for_each');
  const found = forEach === undefined ? counted(mapIn(told).get('count')) : eachIn(forEach);
  return found && found.length > 0 && found.length <= MAX_INSTANCES ? found : undefined;
}

function eachIn(told: Told): readonly Instance[] | undefined {
  if (told instanceof Map) return [...told].map(([key, value]) => instance(key, literal(key), value));
  if (!Array.isArray(told)) return undefined;
  const items = told.flatMap((item: Told): Instance[] => {
    const word = isText(item) && item !== NULL ? fullText(item) : undefined;
    return word === undefined ? [] : [instance(word, literal(word), literal(word))];
  });
  // What is not known of one may be another's too.
  return items.length === told.length ? items : undefined;
}

function instance(key: string, ...[name, value]: readonly [Template, Told]): Instance {
  return {
    key,
    each: new Map([
      ['each.key', name],
      ['each.value', value],
    ]),
  };
}

/** One and none are no loop: a job that is made or not, as somebody says. */
function counted(told: Told | undefined): readonly Instance[] | undefined {
  const count = isText(told) ? fullText(told) : undefined;
  if (count === undefined || !/^\d{1,3}$/.test(count) || Number(count) < 2 || Number(count) > MAX_INSTANCES) return undefined;
  return Array.from({ length: Number(count) }, (_, index) => ({
    key: String(index),
    each: new Map([['count.index', literal(String(index))]]),
  }));
}
