/** Waking those who wait: nobody misses a ring that came just before they sat down. */

export type Bell = {
  /** Wakes one who waits, or the next who would. */
  ring(): void;
  /** Until the bell rings or so many milliseconds have gone by. */
  wait(ms: number): Promise<void>;
  /** Wakes everybody for good. */
  stop(): void;
  stopped(): boolean;
};

export function createBell(): Bell {
  const waiting: (() => void)[] = [];
  const state = { rung: false, stopped: false };
  return {
    ring: () => {
      const wake = waiting.shift();
      if (wake) wake();
      else state.rung = true;
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (state.rung || state.stopped) {
          state.rung = false;
          resolve();
          return;
        }
        const wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(wake), 1);
          resolve();
        }, ms);
        waiting.push(wake);
      }),
    stop: () => {
      state.stopped = true;
      for (const wake of waiting.splice(0)) wake();
    },
    stopped: () => state.stopped,
  };
}

/** Work that never runs twice at once; asked for while it runs, it runs once more afterwards. */
export function single(
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): { readonly ask: () => void; readonly ended: () => Promise<void> } {
  const state: { running?: Promise<void>; again: boolean } = { again: false };
  const run = async (): Promise<void> => {
    do {
      state.again = false;
      await work().catch(failed);
    } while (state.again);
    delete state.running;
  };
  return {
    ask: () => {
      if (state.running) state.again = true;
      else state.running = run();
    },
    ended: async () => {
      state.again = false;
      await state.running;
    },
  };
}
