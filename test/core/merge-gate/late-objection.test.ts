/** §8.3 what a look back finds, told by when it was said or edited last. */
import { expect, test } from 'vitest';
import { decideLateObjection } from '../../../src/core/merge-gate/late-objection.js';
import { later } from '../../../src/core/time.js';
import {
  all,
  type Change,
  comment,
  commented,
  conversation,
  HEAD,
  HOUR_LATER,
  NOW,
  OPENED,
  passing,
  person,
  pull,
  repository,
  review,
  reviewed,
  snapshot,
  threads,
  unread,
} from './passing-gate.js';

const ada = person('ada', 'write');
const ben = person('ben', 'read', 22);
const isPublic = repository({ isPrivate: false });
const BEFORE = OPENED;
const MERGED = NOW;
/** Between the last look and the merge. */
const LATE = later(NOW, -2000);
const AFTER = later(NOW, 2000);
const intent = { head: HEAD, at: later(NOW, -3000) };
const answered = (comment: number, at: string) => ({ merge_intent: intent, answered: [{ comment, by: 'ada', at }] });

type Request = Parameters<typeof decideLateObjection>[1];
type Case = { readonly says: string; readonly change: Change; readonly who?: string; readonly request?: Request };

const found: readonly Case[] = [
  { says: 'a comment', change: commented(comment(ben, 'wait', { at: LATE })) },
  { says: 'a comment that was changed after the merge', change: commented(comment(ben, 'fine', { at: LATE, editedAt: AFTER })) },
  { says: 'an old comment that was edited', change: commented(comment(ben, 'stop', { at: BEFORE, editedAt: LATE })) },
  {
    says: 'an old comment that was answered and then edited',
    change: commented(comment(ben, 'stop', { at: BEFORE, editedAt: LATE })),
    request: answered(500, HOUR_LATER),
  },
  {
    says: 'an old comment that was edited to say hold',
    change: commented(comment(ben, '/autopilot hold', { at: BEFORE, editedAt: LATE })),
  },
  { says: 'a review that only comments', change: reviewed(review(ben, 'COMMENTED', { text: 'wait', at: LATE })) },
  {
    says: 'an approval that was edited',
    change: reviewed(review(ada, 'APPROVED', { text: 'Do not merge this.', at: BEFORE, editedAt: LATE })),
    who: 'ada',
  },
  { says: 'a reply', change: threads(conversation(true, ada, { replies: [comment(ben, 'wait', { at: LATE })] })) },
  {
    says: 'a comment, though conversations could not be read',
    change: all(commented(comment(ben, 'wait', { at: LATE })), snapshot({ threads: unread })),
  },
];

const notFound: readonly Case[] = [
  { says: 'what was judged', change: commented(comment(ben, 'wait', { at: BEFORE })) },
  { says: 'what came after the merge', change: commented(comment(ben, 'wait', { at: AFTER })) },
  { says: 'what was edited after the merge', change: commented(comment(ben, 'wait', { at: BEFORE, editedAt: AFTER })) },
  { says: 'a command', change: commented(comment(ben, '/autopilot status', { at: LATE })) },
  { says: 'a comment that was answered', change: commented(comment(ben, 'wait', { at: LATE })), request: answered(500, LATE) },
  { says: 'a passer-by of a public repository', change: all(isPublic, commented(comment(ben, 'wait', { at: LATE }))) },
  { says: 'an approval', change: reviewed(review(ada, 'APPROVED', { text: 'Good.', at: LATE })) },
];

const look = ({ change, request = { merge_intent: intent } }: Case) =>
  decideLateObjection(all(pull({ state: 'merged', mergedAt: MERGED }), change)(passing()).snapshot, request, ['autopilot/hold']);

test.each(found)('found: $says', (row) => {
  expect(look(row)).toMatch(new RegExp(`^${row.who ?? 'ben'} had said something at .* that nobody answered$`));
});

test.each(notFound)('not found: $says', (row) => {
  expect(look(row)).toBeUndefined();
});
