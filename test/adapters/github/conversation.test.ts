/** Comments on the stand-in: read again with the author's role, answered in one place per topic. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AT, LAKE, type Lake, openLake, propose } from './lake.js';

let lake: Lake;
let number: number;
beforeEach(async () => {
  lake = await openLake();
  ({ number } = await propose(lake));
});
afterEach(async () => {
  expect(lake.standIn.violations).toEqual([]);
  await lake.close();
});

const say = (topic: string, text: string) =>
  lake.during(() => lake.github.conversation.say({ repository: lake.row.id, issue: number }, topic, text));
const comments = () => lake.standIn.seed.repository(LAKE).issues.get(number)?.comments ?? [];

test('a comment as it stands, with what its author may do now', async () => {
  const id = await lake.standIn.as('cleo').talk.comment(LAKE, number, '/autopilot hold');
  const read = () => lake.github.conversation.comment(lake.row.id, id);
  const by = { id: lake.standIn.world.account('cleo')?.id, login: 'cleo', isBot: false };
  expect(await read()).toEqual({ comment: id, by: { ...by, role: { ok: true, value: 'maintain' } }, at: AT, text: '/autopilot hold' });
  await lake.standIn.as('ada').settings.setRole(LAKE, 'cleo', 'triage');
  await lake.standIn.as('cleo').talk.editComment(LAKE, id, 'never mind');
  expect(await read()).toMatchObject({ by: { role: { value: 'triage' } }, text: 'never mind' });
  lake.standIn.faults.next({ path: /\/permission$/ }, { kind: 'status', status: 403, message: 'no' });
  expect(await read()).toMatchObject({ by: { role: { ok: false } } });
  await lake.standIn.as('cleo').talk.deleteComment(LAKE, id);
  expect(await read()).toBeUndefined();
});

test('a topic is said once and edited after; the same words are not sent', async () => {
  expect((await say('status', 'one')).operations).toEqual(['comment']);
  expect((await say('status', 'one')).operations).toEqual([]);
  expect((await say('status', 'two')).operations).toEqual(['edit-comment']);
  expect((await say('answers', 'three')).operations).toEqual(['comment']);
  expect(comments().map(({ body }) => body)).toEqual(['<!-- autopilot:status -->\ntwo', '<!-- autopilot:answers -->\nthree']);
});

test('a mark that a person copied, or a topic that begins alike, is not ours', async () => {
  await lake.standIn.as('ben').talk.comment(LAKE, number, '<!-- autopilot:status -->\nI am the bot');
  await say('status-of-it', 'other');
  expect((await say('status', 'one')).operations).toEqual(['comment']);
  expect(comments()[0]?.body).toBe('<!-- autopilot:status -->\nI am the bot');
});

test('among many comments ours is found', async () => {
  await say('status', 'one');
  for (let index = 0; index < 101; index += 1) await lake.standIn.as('ben').talk.comment(LAKE, number, `and ${index}`);
  await say('late', 'one');
  expect((await say('late', 'two')).operations).toEqual(['edit-comment']);
  expect((await say('status', 'two')).operations).toEqual(['edit-comment']);
});

test('words that are too long keep their mark, and a token goes', async () => {
  const long = `ghs_${'a1'.repeat(18)} ${'x'.repeat(70_000)}`;
  await say('status', long);
  expect(comments()[0]?.body).toMatch(/^<!-- autopilot:status -->\n\[redacted\] x+\n\n… cut/);
  expect((await say('status', long)).operations).toEqual([]);
});

test('a reaction once, and none on what is gone', async () => {
  const id = await lake.standIn.as('ben').talk.comment(LAKE, number, '/autopilot status');
  const react = () => lake.github.conversation.react({ repository: lake.row.id, comment: id }, 'eyes');
  await react();
  await react();
  expect(comments()[0]?.reactions.map(({ content }) => content)).toEqual(['eyes']);
  await lake.standIn.as('ben').talk.deleteComment(LAKE, id);
  await expect(react()).resolves.toBeUndefined();
});

test('a repository that nobody knows is told', async () => {
  await expect(lake.github.conversation.comment(99, 1)).rejects.toThrow(/repository 99/);
});
