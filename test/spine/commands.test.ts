/** §14.4 what people say to the bot in comments, over HTTP: who may, what is answered and how, and what is never obeyed. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { later } from '../../src/core/time.js';
import { type Fleet, openFleet, type Row, SETTINGS } from './fleet.js';

let fleet: Fleet;
let secret: Row;
let open: Row;
beforeAll(async () => {
  // No time passes here: all that ben says is said within one hour.
  fleet = await openFleet({ settings: `${SETTINGS}  answers_per_person_and_hour: 100\n` });
  secret = await fleet.propose('secret');
  open = await fleet.propose('open', { visibility: 'public', roles: { tom: 'triage', pia: 'read' } });
}, 120_000);
afterEach(() => expect(fleet.standIn.violations).toEqual([]));
afterAll(() => fleet.close());

const TIMEOUT = { timeout: 60_000 };

/** Writes a comment, lets it be heard, and says which of our reactions it has, in their order. */
async function says(row: Row, login: string, text: string): Promise<readonly string[]> {
  const id = await fleet.standIn.as(login).talk.comment(row.repository, await row.number(), text);
  await fleet.settle();
  return reactionsTo(row, id);
}

async function reactionsTo(row: Row, id: number): Promise<readonly string[]> {
  const found = (await row.issue()).comments.find((comment) => comment.id === id);
  return (found?.reactions ?? []).filter(({ user }) => user.login === 'autopilot[bot]').map(({ content }) => content);
}

const answer = async (row: Row): Promise<string> => (await row.said()).find((text) => text.includes('autopilot:answers')) ?? '';
const hold = async (row: Row) => (await row.record()).pull_request?.hold;

describe('who may', TIMEOUT, () => {
  test('help: anybody who may read is shown the words', async () => {
    expect(await says(secret, 'cleo', '/autopilot help')).toEqual(['eyes', 'rocket']);
    expect(await answer(secret)).toContain('| `/autopilot hold` |');
  });

  test('status: anybody who may read is told where it stands', async () => {
    expect(await says(secret, 'cleo', '/autopilot status')).toEqual(['eyes', 'rocket']);
    expect(await answer(secret)).toMatch(/`ds:\/\/gold\/secret`.*is proposed and not merged yet.*counted from/);
  });

  test('hold on a private repository: a reader may; resume: only who may write', async () => {
    expect(await says(secret, 'cleo', '/autopilot hold')).toEqual(['eyes', 'rocket']);
    expect(await hold(secret)).toMatchObject({ by: 'cleo' });
    expect(await secret.record()).toMatchObject({ reason: expect.stringContaining('cleo') });
    expect(await says(secret, 'cleo', '/autopilot resume')).toEqual(['confused']);
    expect(await answer(secret)).toContain('needs the role write');
    expect(await hold(secret)).toBeDefined();
    expect(await says(secret, 'ben', '/autopilot resume')).toEqual(['eyes', 'rocket']);
    expect(await hold(secret)).toBeUndefined();
    expect((await secret.record()).pull_request?.hold_lifted_at).toBe(fleet.clock.at);
  });

  test('hold on a public repository: a reader may not, triage may', async () => {
    expect(await says(open, 'pia', '/autopilot hold')).toEqual(['confused']);
    expect(await hold(open)).toBeUndefined();
    expect(await says(open, 'tom', '/autopilot hold')).toEqual(['eyes', 'rocket']);
    expect(await hold(open)).toMatchObject({ by: 'tom' });
    expect(await says(open, 'tom', '/autopilot resume')).toEqual([]);
    expect(await hold(open)).toMatchObject({ by: 'tom' });
    expect(await says(open, 'ben', '/autopilot resume')).toEqual(['eyes', 'rocket']);
  });

  test('rescan: only who may write, and it says what it found', async () => {
    expect(await says(secret, 'cleo', '/autopilot rescan')).toEqual(['confused']);
    expect(await says(secret, 'ben', '/autopilot rescan')).toEqual(['eyes', 'rocket']);
    expect(await answer(secret)).toContain('Scanned main: ');
  });

  test('proceed: whoever objected for their own comment, and who may write for all', async () => {
    await says(secret, 'cleo', 'Wait.');
    await says(secret, 'ben', 'I am not sure either.');
    expect(await says(secret, 'cleo', '/autopilot proceed')).toEqual(['eyes', 'rocket']);
    expect(await answer(secret)).toContain('The comment counts as answered');
    expect(await secret.record()).toMatchObject({ reason: expect.stringContaining('ben said something') });
    // A second later: said in the very same one it would count as the first, obeyed again.
    fleet.clock.at = later(fleet.clock.at, 1000);
    expect(await says(secret, 'cleo', '/autopilot proceed')).toEqual(['eyes', 'rocket']);
    expect(await answer(secret)).toContain('No comment waits for an answer that you could give');
    expect(await says(secret, 'ben', '/autopilot proceed')).toEqual(['eyes', 'rocket']);
    expect((await secret.record()).reason).not.toContain('said something');
  });

  test('a passer-by of a public repository is answered once within the hour, wherever they say it, and a writer still is', async () => {
    const row = await fleet.propose('crowd', { visibility: 'public', roles: { tim: 'triage', pat: 'read' } });
    expect(await says(row, 'pat', '/autopilot help')).toEqual(['eyes', 'rocket']);
    expect(await answer(row)).toMatch(/my last answer to you for now: until \w+ .* UTC your commands are carried out in silence/);
    const writes = () =>
      fleet.standIn.calls.filter(({ kind, status, path }) => kind === 'write' && status < 300 && /reactions|comments/.test(path));
    const before = writes().length;
    expect(await says(row, 'pat', '/autopilot help')).toEqual([]);
    expect(await says(row, 'pat', '/autopilot rescan')).toEqual([]);
    expect(await says(row, 'pat', '/autopilot hlep')).toEqual([]);
    const { talk } = fleet.standIn.as('pat');
    const id = await talk.comment(row.repository, await row.number(), 'Nothing');
    await talk.editComment(row.repository, id, '/autopilot help');
    await talk.review(row.repository, await row.number(), { event: 'COMMENT', body: '/autopilot help' });
    await fleet.settle();
    expect(writes().length).toBe(before);
    expect(await says(row, 'ben', '/autopilot status')).toEqual(['eyes', 'rocket']);
    // What is not answered is done all the same.
    expect(await says(row, 'tim', '/autopilot hold')).toEqual(['eyes', 'rocket']);
    expect(await says(row, 'ben', '/autopilot resume')).toEqual(['eyes', 'rocket']);
    fleet.clock.at = later(fleet.clock.at, 1000);
    expect(await says(row, 'tim', '/autopilot hold')).toEqual([]);
    expect(await hold(row)).toMatchObject({ by: 'tim' });
  });

  test('a role that was taken away meanwhile does not count: it is asked for when the command is carried out', async () => {
    const row = await fleet.propose('role-lost', { roles: { tom: 'write' } });
    const id = await fleet.standIn.as('tom').talk.comment(row.repository, await row.number(), '/autopilot rescan');
    await fleet.standIn.as('ada').settings.setRole(row.repository, 'tom', 'read');
    await fleet.settle();
    expect(await reactionsTo(row, id)).toEqual(['confused']);
  });
});

describe('what is never obeyed', TIMEOUT, () => {
  test('a bot', async () => {
    const { bot } = fleet.standIn.ci('copycat').app;
    await fleet.standIn.as('ada').settings.setRole(secret.repository, bot.login, 'write');
    const before = await answer(secret);
    expect(await says(secret, bot.login, '/autopilot hold')).toEqual([]);
    expect(await hold(secret)).toBeUndefined();
    expect(await answer(secret)).toBe(before);
  });

  test('a comment that was edited into a command, and it is said once how it is done', async () => {
    const { talk } = fleet.standIn.as('ben');
    const row = await fleet.propose('edited');
    const id = await talk.comment(row.repository, await row.number(), 'Looks fine');
    await fleet.settle();
    await talk.editComment(row.repository, id, '/autopilot hold');
    await fleet.settle();
    await talk.editComment(row.repository, id, '/autopilot hold now');
    await fleet.settle();
    expect(await hold(row)).toBeUndefined();
    expect(await reactionsTo(row, id)).toEqual([]);
    expect((await row.said()).filter((text) => text.includes('write it again as a new comment'))).toHaveLength(1);
  });

  test('a comment that was edited to say hold still holds, until somebody resumes', async () => {
    const row = await fleet.propose('edited-hold');
    const { talk } = fleet.standIn.as('ben');
    const id = await talk.comment(row.repository, await row.number(), 'Looks fine');
    await fleet.settle();
    fleet.clock.at = later(fleet.clock.at, 1000);
    await talk.editComment(row.repository, id, '/autopilot hold');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('held by ben') });
    fleet.clock.at = later(fleet.clock.at, 1000);
    expect(await says(row, 'ben', '/autopilot resume')).toEqual(['eyes', 'rocket']);
    expect(await answer(row)).toContain('Resumed');
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('hold lifted') });
    fleet.clock.at = later(fleet.clock.at, 1000);
    await talk.editComment(row.repository, id, '/autopilot hold now');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('held by ben') });
  });

  test('a comment that says something else, or is gone, by the time it is read', async () => {
    const { talk } = fleet.standIn.as('ben');
    const number = await secret.number();
    const changed = await talk.comment(secret.repository, number, '/autopilot hold');
    await talk.editComment(secret.repository, changed, '/autopilot status');
    const gone = await talk.comment(secret.repository, number, '/autopilot hold');
    await talk.deleteComment(secret.repository, gone);
    await fleet.settle();
    expect(await hold(secret)).toBeUndefined();
    expect(await reactionsTo(secret, changed)).toEqual([]);
  });

  test('a command on a line of the diff or in a review: it is said where commands are read', async () => {
    const row = await fleet.propose('on-a-line');
    const { talk } = fleet.standIn.as('ben');
    const path = `${row.folder}/dataset.yaml`;
    await talk.review(row.repository, await row.number(), { event: 'COMMENT', comments: [{ path, line: 1, body: '/autopilot hold' }] });
    await talk.review(row.repository, await row.number(), { event: 'COMMENT', body: '/autopilot hold' });
    await fleet.settle();
    expect(await hold(row)).toBeUndefined();
    expect((await row.said()).filter((text) => text.includes('in the conversation of the pull request only'))).toHaveLength(1);
  });

  test('a quoted command, one in a fence, one in the middle', async () => {
    for (const text of ['> /autopilot hold', '```\n/autopilot hold\n```', 'Please /autopilot hold'])
      expect(await says(secret, 'ben', text)).toEqual([]);
    expect(await hold(secret)).toBeUndefined();
    await says(secret, 'ben', '/autopilot proceed');
  });
});

describe('how it is answered', TIMEOUT, () => {
  test('words beside a command object as well: the answer names all that it needs to go on, and that is what it needs', async () => {
    const row = await fleet.propose('beside');
    const reason = async () => (await row.record()).reason;
    expect(await says(row, 'ben', '/autopilot hold please')).toEqual(['eyes', 'rocket']);
    expect(await answer(row)).toContain('To go on it needs `/autopilot resume`, and `/autopilot proceed` as well');
    expect(await reason()).toContain('held by ben');
    fleet.clock.at = later(fleet.clock.at, 1000);
    await says(row, 'ben', '/autopilot resume');
    expect(await answer(row)).toMatch(
      /The hold is lifted, \*\*and it still does not go on\*\*:\n\n- ben said something at .*says `\/autopilot proceed`/,
    );
    expect(await reason()).toContain('ben said something');
    fleet.clock.at = later(fleet.clock.at, 1000);
    await says(row, 'ben', '/autopilot proceed');
    expect(await reason()).toContain('counted from');
    expect(await says(row, 'ben', '/autopilot proceed, thanks')).toEqual(['confused']);
    expect(await answer(row)).toContain('Your comment stands as an objection until');
  });

  test('a mistyped word objects until it is answered, deleted, or edited to a command alone', async () => {
    const row = await fleet.propose('mistyped');
    const reason = async () => (await row.record()).reason;
    const { talk } = fleet.standIn.as('ben');
    const id = await talk.comment(row.repository, await row.number(), '/autopilot hodl');
    await fleet.settle();
    expect(await answer(row)).toContain('Did you mean `/autopilot hold`?');
    expect(await answer(row)).toContain('stands as an objection until it is answered with `/autopilot proceed`, deleted, or edited');
    expect(await reason()).toContain('ben said something');
    await talk.editComment(row.repository, id, '/autopilot status');
    await fleet.settle();
    expect(await reason()).not.toContain('said something');
    await says(row, 'ben', '/autopilot statsu');
    expect(await reason()).toContain('ben said something');
    fleet.clock.at = later(fleet.clock.at, 1000);
    await says(row, 'ben', '/autopilot proceed');
    expect(await reason()).not.toContain('said something');
  });

  test('an unknown word gets a suggestion, a later one is told so, and neither an eye', async () => {
    expect(await says(secret, 'ben', '/autopilot hodl')).toEqual(['confused']);
    expect(await answer(secret)).toContain('Did you mean `/autopilot hold`?');
    expect(await says(secret, 'ben', '/autopilot tier TIER_1')).toEqual(['confused']);
    expect(await answer(secret)).toContain('not available in this version');
  });

  test('the eyes come only after the role was asked for, and the rocket last', async () => {
    const before = fleet.standIn.calls.length;
    await says(secret, 'ben', '/autopilot status');
    const calls = fleet.standIn.calls.slice(before);
    const role = calls.findIndex(({ path }) => path.includes('/collaborators/ben/permission'));
    const reactions = calls.flatMap(({ path, kind }, at) => (kind === 'write' && path.endsWith('/reactions') ? [at] : []));
    expect(role).toBeGreaterThanOrEqual(0);
    expect(reactions).toHaveLength(2);
    expect(reactions[0]).toBeGreaterThan(role);
  });

  test('one comment of ours holds the answers, however many were given', async () => {
    expect((await secret.said()).filter((text) => text.includes('autopilot:answers'))).toHaveLength(1);
  });
});
