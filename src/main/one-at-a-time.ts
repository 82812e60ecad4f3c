/** Work that is never done twice at once: what comes meanwhile waits its turn. */

export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

export function oneAtATime(): OneAtATime {
  const last: { ended: Promise<unknown> } = { ended: Promise.resolve() };
  return (work) => {
    const next = last.ended.then(work);
    // Whoever asked hears of a failure; whoever is next goes on.
    last.ended = next.catch(() => undefined);
    return next;
  };
}
