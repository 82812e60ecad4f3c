/** Property tests draw the same cases in every run, so that a red build is one that its change made; `SEED=42 npm test` draws others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.SEED ?? 20260215) });
