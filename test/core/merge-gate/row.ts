/** One row of the gate's table: a sentence, how the passing pull request is changed, and every verdict that is then open. */
import type { GateDecision, VerdictState } from '../../../src/core/merge-gate/verdict.js';
import type { Change } from './passing-gate.js';

export type Row = {
  readonly says: string;
  /** The condition that the row guards, and what it must come to. */
  readonly about: string;
  readonly state: VerdictState;
  readonly change: Change;
  /** Part of what must be seen. */
  readonly seen: string;
  /** Other verdicts that do not pass either; all that are not named here must pass. */
  readonly also: Readonly<Record<string, VerdictState>>;
  readonly decides?: GateDecision['kind'];
};

type More = Partial<Pick<Row, 'seen' | 'also' | 'decides'>>;

export function rowsAbout(about: string) {
  return (state: VerdictState, says: string, change: Change, more: More = {}): Row => ({
    about,
    state,
    says,
    change,
    seen: '',
    also: {},
    ...more,
  });
}
