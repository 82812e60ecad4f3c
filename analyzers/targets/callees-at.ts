/** §4.1 What a call step may call, worked out once for all that ask. */
import { calleesOf, placeOfCall } from './callees.js';
import { newEvaluation } from './evaluate.js';
import { isSpent, paid, paidAgain } from './paid.js';
import { type CallSite, type Program, stepKey } from './program.js';
import { type Callees, memoryOf } from './remembered.js';

/**
 * What is called at a place that knows nothing of its own callers. A word like `save` has hundreds of calls, each asked about for
 * every def of that name.
 */
export function calleesAt(program: Program, site: CallSite): Callees {
  const { callees } = memoryOf(program);
  const steps = callees.get(site.call);
  const key = stepKey(site);
  const known = steps?.get(key);
  if (known) return paidAgain(program, known);
  const found = paid(program, (): Callees => {
    const ev = newEvaluation(program);
    const values = calleesOf(ev, site, placeOfCall(site));
    return { values, isOpen: ev.unbound.size > 0 };
  });
  if (!isSpent(program)) callees.set(site.call, new Map([...(steps ?? []), [key, found]]));
  return found.value;
}
