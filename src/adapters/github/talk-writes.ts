/** Writes of words and reactions: comments are the one thing that GitHub takes twice without a murmur. */
import * as z from 'zod';
import type { Reader } from './client.js';
import type { Write } from './gateway.js';
import { type Place, routed } from './place.js';
import { BODY_LENGTH } from './redact.js';

const Id = z.object({ id: z.union([z.number(), z.bigint()]) }).transform(({ id }) => Number(id));

/** `find` looks for the comment of ours that would say this. */
export function comment(place: Place, issue: number, body: string, find: (reader: Reader) => Promise<number | undefined>): Write<number> {
  return {
    operation: 'comment',
    place,
    cost: 1,
    repeat: 'look-first',
    call: { route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', params: { ...routed(place), issue_number: issue, body } },
    texts: { body: BODY_LENGTH },
    answer: Id,
    landed: find,
    pretended: 0,
  };
}

export function editComment(place: Place, id: number, body: string): Write<number> {
  return {
    operation: 'edit-comment',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', params: { ...routed(place), comment_id: id, body } },
    texts: { body: BODY_LENGTH },
    answer: Id,
    landed: async () => undefined,
    pretended: id,
  };
}

/** GitHub keeps one reaction of a kind per user. */
export function react(place: Place, id: number, content: 'eyes' | 'rocket' | 'confused'): Write<number> {
  return {
    operation: 'react',
    place,
    cost: 1,
    repeat: 'same',
    call: {
      route: 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      params: { ...routed(place), comment_id: id, content },
    },
    answer: Id,
    landed: async () => undefined,
    pretended: 0,
  };
}
