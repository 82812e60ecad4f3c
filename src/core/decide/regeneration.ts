/** §10.1 what follows a rejected policy: another draft with the reviewer's words, or a person. */
import type { Decision } from '../evidence.js';
import { POLICY_ATTEMPTS } from '../numbers.js';

/** `attempts`: drafts that were rejected, this one included. */
export function decideRegeneration(attempts: number): Decision<'regenerate' | 'escalate'> {
  if (attempts < POLICY_ATTEMPTS) {
    return {
      value: 'regenerate',
      rule: 'regeneration/again',
      because: `draft ${attempts} of ${POLICY_ATTEMPTS} was rejected; draft ${attempts + 1} takes up what the reviewer said`,
    };
  }
  return {
    value: 'escalate',
    rule: 'regeneration/used-up',
    because: `${attempts} of ${POLICY_ATTEMPTS} drafts were rejected: a person writes it now`,
  };
}
