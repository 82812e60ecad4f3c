/** Time that passes only while nobody is waited for. */

export type Allowance = {
  /** From now on somebody is waited for; called again, for one more. */
  pause(): void;
  resume(): void;
  end(): void;
};

export function allowance(ms: number, over: () => void): Allowance {
  let left = ms;
  let waits = 0;
  let since = performance.now();
  let timer = setTimeout(over, left);
  return {
    pause: () => {
      waits += 1;
      if (waits > 1) return;
      clearTimeout(timer);
      left -= performance.now() - since;
    },
    resume: () => {
      waits -= 1;
      if (waits > 0) return;
      since = performance.now();
      timer = setTimeout(over, Math.max(0, left));
    },
    end: () => {
      clearTimeout(timer);
      waits = Number.POSITIVE_INFINITY;
    },
  };
}
