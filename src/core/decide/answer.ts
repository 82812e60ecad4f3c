/** §14.4 whether a person's command is answered: talking costs writes that merges need, and on a public repository anybody can speak. */
import type { Decision } from '../evidence.js';
import { ROLES, type Role } from '../merge-gate/snapshot.js';

export type AnswerInput = {
  readonly role: Role;
  readonly isPrivate: boolean;
  /** How often this person was answered within the hour. */
  readonly answered: number;
  /** `pace.answers_per_person_and_hour`. */
  readonly perHour: number;
};

/** The rule of an answer after which this person hears no more within the hour. */
export const LAST_ANSWER = 'answer/last';

/** Only about what is said: what the person may ask for is done either way. */
export function decideAnswer({ role, isPrivate, answered, perHour }: AnswerInput): Decision<boolean> {
  if (role === 'none') return { value: false, rule: 'answer/no-role', because: 'they have no role in the repository' };
  const isPasserBy = !isPrivate && ROLES.indexOf(role) < ROLES.indexOf('write');
  if (isPasserBy && answered > 0) {
    const because = 'on a public repository who may not write is answered once an hour';
    return { value: false, rule: 'answer/passer-by', because };
  }
  if (answered >= perHour) {
    return { value: false, rule: 'answer/spent', because: `they were answered ${answered} times within the hour, of at most ${perHour}` };
  }
  const because = `they were answered ${answered} times within the hour, of at most ${perHour}`;
  return { value: true, rule: isPasserBy || answered === perHour - 1 ? LAST_ANSWER : 'answer/free', because };
}
