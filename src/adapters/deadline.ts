/** §14.1 A computation that is given up when it takes too long: a parser that guesses ahead can be led astray by a few hundred bytes. */
import { createContext, Script } from 'node:vm';

const CALL = new Script('work()');

/** `undefined` when `work` was still at it after so many milliseconds. It must change nothing that others see. */
export function within<T>(milliseconds: number, work: () => T): T | undefined {
  const done: { value?: T } = {};
  const context = createContext({
    work: () => {
      done.value = work();
    },
  });
  try {
    CALL.runInContext(context, { timeout: milliseconds });
    return done.value;
  } catch (error) {
    // The error is of another realm.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
