/** §4.3 The verb that a function of a module is, by its qualified name. */
import type { Verb } from '../../python/verb.js';
import { MODULE_FUNCTIONS } from '../../python/verbs.js';
import type { Value } from '../../targets/values.js';

export function functionOf(receiver: readonly Value[]): Verb | undefined {
  for (const value of receiver)
    if (value.kind === 'library' && Object.hasOwn(MODULE_FUNCTIONS, value.name)) return MODULE_FUNCTIONS[value.name];
  return undefined;
}
