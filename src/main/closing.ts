/** What was opened is closed again, the last first, however the work between ends: a server left open keeps its process and its port. */

export type Later = (close: () => unknown) => void;

export async function closing<T>(work: (atTheEnd: Later) => Promise<T>): Promise<T> {
  const closers: (() => unknown)[] = [];
  const [ended] = await Promise.allSettled([work((close) => void closers.push(close))]);
  const faults: unknown[] = [];
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      faults.push(error);
    }
  }
  // Why the work failed says more than what could not be closed after it.
  if (ended.status === 'rejected') throw ended.reason;
  if (faults.length > 0) throw faults[0];
  return ended.value;
}
