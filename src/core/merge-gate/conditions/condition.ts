/** §8.3 what a condition of the merge gate is: the words of its row in docs/merge-gate.md, and the function that judges one scene. */
import type { Reading } from '../snapshot.js';
import type { Verdict } from '../verdict.js';
import type { ConditionName } from './names.js';
import type { PullRequestRecord, Scene } from './scene.js';

export type Outcome = Omit<Verdict, 'id' | 'condition'>;

export type Condition = {
  /** As the specification counts them, for readers: the gate has 22 conditions; one may have several rows. */
  readonly number: number;
  readonly id: ConditionName;
  /** In a reader's words, as a thing that is so. */
  readonly condition: string;
  readonly passes: string;
  readonly waits?: string;
  readonly blocks?: string;
  readonly unknown?: string;
  /** True of what can only hold after the gateway has signed. */
  readonly afterSigning?: true;
  readonly judge: (scene: Scene) => Outcome;
};

export function pass(seen: string): Outcome {
  return { state: 'pass', seen };
}

export function wait(seen: string, until?: string): Outcome {
  return until === undefined ? { state: 'wait', seen } : { state: 'wait', seen, until };
}

export function block(seen: string): Outcome {
  return { state: 'block', seen };
}

export function unknown(seen: string): Outcome {
  return { state: 'unknown', seen };
}

/** What the forge did not say is never taken for "none". */
export function given<T>(reading: Reading<T>, what: string, judge: (value: T) => Outcome): Outcome {
  return reading.ok ? judge(reading.value) : unknown(`${what} could not be read: ${reading.because}`);
}

/** Without a record of what we wrote there is nothing to compare with. */
export function recorded(scene: Scene, judge: (pull: PullRequestRecord) => Outcome): Outcome {
  return scene.pull ? judge(scene.pull) : unknown('our record holds no pull request');
}

/** Which of them are there, as a reader lists them: a, b and 2 more. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
