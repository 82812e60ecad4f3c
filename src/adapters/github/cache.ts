/** Answers kept for the next time: by ETag, where the forge then says "not modified" for free, or for good where a SHA is the address. */

export type KeptAnswer = {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  readonly etag: string | undefined;
};
export type AnswerCache = {
  get(key: string): KeptAnswer | undefined;
  put(key: string, answer: KeptAnswer): void;
};

const OVERHEAD = 512;

/** The least recently used go first; an answer over an eighth of the room is not kept at all. */
export function createAnswerCache(maxBytes: number): AnswerCache {
  const kept = new Map<string, KeptAnswer>();
  let bytes = 0;
  const weigh = (answer: KeptAnswer) => answer.body.byteLength + OVERHEAD;
  const drop = (key: string) => {
    const old = kept.get(key);
    if (old) bytes -= weigh(old);
    kept.delete(key);
  };
  return {
    get: (key) => {
      const answer = kept.get(key);
      if (answer) {
        kept.delete(key);
        kept.set(key, answer);
      }
      return answer;
    },
    put: (key, answer) => {
      drop(key);
      if (weigh(answer) > maxBytes / 8) return;
      kept.set(key, answer);
      bytes += weigh(answer);
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) return;
        drop(oldest);
      }
    },
  };
}
