/** §14.5 what each webhook gives us to do, a row each; GitHub's examples where it has one. */
import { emitterEventNames } from '@octokit/webhooks';
import { describe, expect, test } from 'vitest';
import type { BotTask } from '../../src/core/bot-task.js';
import { EVENT_TABLE, tasksOf } from '../../src/core/webhook-events.js';
import { commentDigest, type Self } from '../../src/core/webhook-payloads.js';
import { exampleOf, GITHUB_EXAMPLES, OUR_APP, ofOurApp, onPullRequest, type Payload } from '../bot/examples.js';

const SELF: Self = { appId: OUR_APP, login: 'autopilot[bot]', userId: 99_001 };
const REPOSITORY = 186_853_002;
const bySelf = (payload: Payload): Payload => ({ ...payload, sender: { login: 'autopilot[bot]', id: 5, type: 'Bot' } });
const tasks = (event: string, payload: Payload): readonly BotTask[] => tasksOf(event, payload.action, payload, SELF);
/** Kinds and what they name, without the reasons. */
const short = (event: string, payload: Payload) =>
  tasks(event, payload).map((task) => {
    if (task.kind === 'nothing') return `nothing: ${task.because}`;
    if (task.kind === 'look') return `look ${task.pullRequest ?? ''}${task.head ? `@${task.head.slice(0, 7)}` : ''}`.trim();
    return task.kind === 'command' ? `command ${task.issue}/${task.comment} ${task.as}` : task.kind;
  });

const push = { ...exampleOf('push'), repository: { id: REPOSITORY, default_branch: 'main' }, after: 'a'.repeat(40), deleted: false };
const opened = exampleOf('pull_request', 'opened');
const comment = exampleOf('issue_comment', 'created');
const said = (body: string, action = 'created'): Payload => ({ ...onPullRequest(comment, body), action });
const repository = exampleOf('repository', 'publicized');
const review = exampleOf('pull_request_review', 'submitted');
const lineComment = exampleOf('pull_request_review_comment', 'created');
const withBody = (payload: Payload, key: string, body: string): Payload => ({ ...payload, [key]: { id: 77, body } });

const rows: readonly (readonly [says: string, event: string, payload: Payload, gives: readonly string[]])[] = [
  ['a push to the default branch', 'push', { ...push, ref: 'refs/heads/main' }, ['scan']],
  ['our own push to the default branch: a merge', 'push', bySelf({ ...push, ref: 'refs/heads/main' }), ['scan']],
  ['a push to a branch of ours', 'push', { ...push, ref: 'refs/heads/autopilot/gold/orders' }, ['look @aaaaaaa']],
  ['a branch of ours deleted', 'push', { ...push, ref: 'refs/heads/autopilot/x', deleted: true, after: '0'.repeat(40) }, ['look']],
  ['our own push to a branch of ours', 'push', bySelf({ ...push, ref: 'refs/heads/autopilot/x' }), ['nothing: we pushed this ourselves']],
  ['a push elsewhere', 'push', { ...push, ref: 'refs/heads/feature' }, ['nothing: a push to a branch that is not ours to watch']],
  [
    'a tag named like the default branch',
    'push',
    { ...push, ref: 'refs/tags/main' },
    ['nothing: a push to a branch that is not ours to watch'],
  ],
  [
    'a branch whose end is the default branch',
    'push',
    { ...push, ref: 'refs/heads/x/main' },
    ['nothing: a push to a branch that is not ours to watch'],
  ],
  ['a pull request opened', 'pull_request', opened, ['look 2']],
  ['opened by us', 'pull_request', bySelf(opened), ['nothing: we did this ourselves']],
  [
    'opened by a bot user of ours that was renamed',
    'pull_request',
    { ...opened, sender: { login: 'old[bot]', id: 99_001 } },
    ['nothing: we did this ourselves'],
  ],
  ['opened by another bot', 'pull_request', { ...opened, sender: { login: 'renovate[bot]', id: 6 } }, ['look 2']],
  ['merged by us', 'pull_request', bySelf({ ...opened, action: 'closed' }), ['look 2']],
  ['reopened', 'pull_request', { ...opened, action: 'reopened' }, ['reopen', 'look 2']],
  ['reopened by us', 'pull_request', bySelf({ ...opened, action: 'reopened' }), ['nothing: we did this ourselves']],
  ['labelled', 'pull_request', { ...opened, action: 'labeled' }, ['look 2']],
  ['a review', 'pull_request_review', review, ['look 2']],
  ['a review of ours', 'pull_request_review', bySelf(review), ['nothing: we did this ourselves']],
  ['a review with a command', 'pull_request_review', withBody(review, 'review', '/autopilot hold'), ['command 2/77 elsewhere', 'look 2']],
  [
    'a command at a line',
    'pull_request_review_comment',
    withBody(lineComment, 'comment', '/autopilot hold'),
    ['command 2/77 elsewhere', 'look 2'],
  ],
  [
    'a deleted command at a line',
    'pull_request_review_comment',
    { ...withBody(lineComment, 'comment', '/autopilot hold'), action: 'deleted' },
    ['look 2'],
  ],
  ['a conversation resolved', 'pull_request_review_thread', exampleOf('pull_request_review_thread', 'resolved'), ['look 118']],
  ['a comment on a pull request', 'issue_comment', said('Is this right?'), ['look 1']],
  ['a command on a pull request', 'issue_comment', said('/autopilot hold'), ['command 1/492700400 written', 'look 1']],
  ['an unknown word of a command', 'issue_comment', said('/autopilot make-coffee'), ['command 1/492700400 written', 'look 1']],
  ['a command in a quote', 'issue_comment', said('> /autopilot hold'), ['look 1']],
  ['edited into a command', 'issue_comment', said('/autopilot proceed', 'edited'), ['command 1/492700400 edited', 'look 1']],
  [
    'a command edited away',
    'issue_comment',
    { ...said('never mind', 'edited'), changes: { body: { from: '/autopilot proceed' } } },
    ['command 1/492700400 edited', 'look 1'],
  ],
  ['a command deleted', 'issue_comment', said('/autopilot hold', 'deleted'), ['look 1']],
  ['our own comment, a command by its looks', 'issue_comment', bySelf(said('/autopilot proceed')), ['nothing: we wrote this ourselves']],
  ['a comment on an issue', 'issue_comment', comment, ['nothing: a comment that is neither a command nor on a pull request']],
  ['a command on an issue', 'issue_comment', { ...comment, comment: { id: 78, body: '/autopilot status' } }, ['command 1/78 written']],
  ['a check of somebody ended', 'check_run', exampleOf('check_run', 'completed'), ['look @ec26c3e']],
  ['the same, started by our push', 'check_run', bySelf(exampleOf('check_run', 'completed')), ['look @ec26c3e']],
  ['a check of our own ended', 'check_run', ofOurApp('check_run', 'completed'), ['nothing: a check run of our own']],
  ['our gate is asked for again', 'check_run', ofOurApp('check_run'), ['look @d6fde92']],
  [
    'another check is asked for again',
    'check_run',
    exampleOf('check_run', 'rerequested'),
    ['nothing: a check run that is not ours to repeat'],
  ],
  ['a check began, perhaps with its conclusion', 'check_run', exampleOf('check_run', 'created'), ['look @ec26c3e']],
  ['a suite of somebody ended', 'check_suite', exampleOf('check_suite', 'completed'), ['look @ec26c3e']],
  ['a suite of our own ended', 'check_suite', ofOurApp('check_suite', 'completed'), ['nothing: a check suite of our own']],
  ['a status', 'status', exampleOf('status'), ['look @6113728']],
  ['a status that our push caused', 'status', bySelf(exampleOf('status')), ['look @6113728']],
  ['a protection rule', 'branch_protection_rule', exampleOf('branch_protection_rule', 'created'), ['look']],
  ['a ruleset', 'repository_ruleset', { ...repository, action: 'edited' }, ['look']],
  [
    'a ruleset of the organisation',
    'repository_ruleset',
    { action: 'edited' },
    ['nothing: it names no repository; the hourly sweep sees what follows from it'],
  ],
  ['installed', 'installation', exampleOf('installation', 'created'), ['sync-installation']],
  ['removed', 'installation', exampleOf('installation', 'deleted'), ['sync-installation']],
  ['repositories added', 'installation_repositories', exampleOf('installation_repositories', 'added'), ['sync-installation']],
  ['renamed', 'repository', { ...repository, action: 'renamed' }, ['sync-installation', 'look']],
  ['transferred by us, if that could be', 'repository', bySelf({ ...repository, action: 'transferred' }), ['sync-installation', 'look']],
  ['archived', 'repository', { ...repository, action: 'archived' }, ['sync-installation', 'look']],
  ['deleted', 'repository', { ...repository, action: 'deleted' }, ['sync-installation']],
  [
    'another default branch',
    'repository',
    { ...repository, action: 'edited', changes: { default_branch: { from: 'master' } } },
    ['sync-installation', 'scan', 'look'],
  ],
  [
    'another description',
    'repository',
    { ...repository, action: 'edited', changes: { description: { from: 'x' } } },
    ['nothing: nothing of the repository that we go by was edited'],
  ],
  ['hello', 'ping', exampleOf('ping'), ['nothing: every App gets ping; there is nothing to do']],
  ['a star', 'star', exampleOf('star', 'created'), ['nothing: star is no event that we listen to']],
  ['an event named like what every object has', 'constructor', {}, ['nothing: constructor is no event that we listen to']],
  [
    'an action that GitHub will have next year',
    'pull_request',
    { ...opened, action: 'folded' },
    ['nothing: pull_request.folded asks nothing of us'],
  ],
  [
    'a payload without what is needed',
    'pull_request',
    { action: 'opened' },
    ['nothing: its payload could not be read at repository, pull_request'],
  ],
];

test.each(rows)('%s', (_, event, payload, gives) => {
  expect(short(event, payload)).toEqual(gives);
});

describe('of every example', () => {
  test('something is said: tasks, or nothing with a reason', () => {
    for (const { event, payload } of GITHUB_EXAMPLES) {
      const gives = tasks(event, payload);
      expect(gives.length).toBeGreaterThan(0);
      for (const task of gives) if (task.kind === 'nothing') expect(task.because).not.toBe('');
    }
  });

  test('what we did ourselves starts nothing but a scan, a look at what was closed, or a reading of what is installed', () => {
    const loops = GITHUB_EXAMPLES.filter(({ event }) => !/^(check_|status|branch_protection)/.test(event)).flatMap(({ event, payload }) =>
      tasks(event, bySelf(payload)).flatMap((task) => {
        const isMeant = task.kind === 'look' && (payload.action === 'closed' || event === 'repository');
        return ['nothing', 'scan', 'sync-installation'].includes(task.kind) || isMeant ? [] : [`${event}.${payload.action} ${task.kind}`];
      }),
    );
    expect(loops).toEqual([]);
  });
});

test('a command carries the digest of its text, by which it is known again', () => {
  const [task] = tasks('issue_comment', said('/autopilot hold\r\nbecause'));
  expect(task).toMatchObject({ kind: 'command', repository: REPOSITORY, bodyDigest: commentDigest('/autopilot hold\r\nbecause') });
});

test('every event and action of the table is one that GitHub’s own list has', () => {
  const known = new Set<string>(emitterEventNames);
  const cells = EVENT_TABLE.flatMap(({ event, actions }) =>
    actions.length === 0 ? [event] : actions.map((action) => `${event}.${action}`),
  );
  expect(cells.filter((cell) => !known.has(cell))).toEqual([]);
});

test('no event and action stands in two rows', () => {
  const cells = EVENT_TABLE.flatMap(({ event, actions }) =>
    actions.length === 0 ? [event] : actions.map((action) => `${event}.${action}`),
  );
  expect(cells.filter((cell, index) => cells.indexOf(cell) !== index)).toEqual([]);
});
