/** What the merge gate sees of a pull request on the stand-in, part by part, and that what is not seen is said. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PullRequestSnapshot } from '../../../src/core/merge-gate/snapshot.js';
import type { Matcher } from '../../../src/stand-in/faults.js';
import { personCommit } from '../../ports/person-commit.js';
import { AT, BRANCH, FOLDER, LAKE, type Lake, openLake, planOf, propose } from './lake.js';

let lake: Lake;
let head: string;
let number: number;
beforeEach(async () => {
  lake = await openLake();
  ({ head, number } = await propose(lake));
});
afterEach(async () => {
  expect(lake.standIn.violations).toEqual([]);
  await lake.close();
});

async function look(at: Pick<Lake, 'pulls'> = lake): Promise<PullRequestSnapshot> {
  const view = await at.pulls.look(BRANCH, number, 'main');
  if (view?.how !== 'forge') throw new Error('there is no pull request');
  return view.snapshot;
}
const ben = () => lake.standIn.as('ben').talk;
const ada = () => lake.standIn.as('ada').settings;
const idOf = (login: string) => lake.standIn.world.account(login)?.id;
const person = (login: string, role: string) => ({ id: idOf(login), login, isBot: false, role: { ok: true, value: role } });

test('a fresh proposal, whole', async () => {
  const base = (await lake.forge.head('main')) ?? '';
  const { botId } = await lake.github.app();
  const bot = { id: botId, login: 'autopilot[bot]', isBot: true };
  const content = planOf().files[0]?.content;
  expect(await lake.pulls.look(BRANCH, number, 'main')).toEqual({
    how: 'forge',
    app: { id: lake.appId, slug: 'autopilot', botId },
    snapshot: {
      at: AT,
      errors: [],
      installation: { ok: true, value: { suspended: false } },
      repository: {
        id: lake.row.id,
        name: LAKE,
        isPrivate: true,
        archived: false,
        disabled: false,
        locked: false,
        defaultBranch: 'main',
        methods: ['merge', 'squash', 'rebase'],
      },
      pullRequest: {
        number,
        nodeId: expect.any(String),
        url: expect.stringContaining(`/acme/lake/pull/${number}`),
        state: 'open',
        draft: false,
        locked: false,
        title: planOf().title,
        body: planOf().body,
        author: bot,
        head,
        headRef: BRANCH,
        headRepositoryId: lake.row.id,
        baseRef: 'main',
        openedAt: AT,
        mergeable: 'MERGEABLE',
        mergeState: 'CLEAN',
        inMergeQueue: false,
        labels: ['autopilot'],
      },
      base: { head: base, tree: expect.stringMatching(/^[0-9a-f]{40}$/) },
      headCommit: { sha: head, tree: expect.stringMatching(/^[0-9a-f]{40}$/), parents: [base], verified: true },
      commits: { ok: true, value: [{ sha: head, tree: expect.any(String), parents: [base], verified: true }] },
      changes: { ok: true, value: [{ path: `${FOLDER}/dataset.yaml`, mode: '100644', sha: expect.any(String), content }] },
      reviews: { ok: true, value: [] },
      threads: { ok: true, value: [] },
      comments: { ok: true, value: [] },
      timeline: { ok: true, value: [{ kind: 'labeled', at: AT, by: bot, label: 'autopilot' }] },
      checks: { ok: true, value: [] },
      rules: { ok: true, value: NO_RULES },
      config: { ok: true, value: 'merge: {}\n' },
    },
  });
});

const NO_RULES = {
  requiredChecks: [],
  upToDate: false,
  approvals: 0,
  codeOwnerApproval: false,
  dropsApprovals: false,
  lastPushApproval: false,
  conversations: false,
  signatures: false,
  linearHistory: false,
  mergeQueue: false,
  closedToUs: false,
  unmodelled: [],
  bypass: false,
};

describe('what people did', () => {
  test('reviews, threads and comments, each with the role of who it was', async () => {
    await ben().requestChanges(LAKE, number, 'This table is going away.');
    const line = { path: `${FOLDER}/dataset.yaml`, line: 1, body: 'why?' };
    await ben().review(LAKE, number, { event: 'COMMENT', comments: [line] });
    const comment = await lake.standIn.as('cleo').talk.comment(LAKE, number, `/autopilot hold\n${'x'.repeat(500)}`);
    await lake.standIn.as('cleo').talk.editComment(LAKE, comment, 'wait');
    const seen = await look();
    expect(seen.reviews).toMatchObject({
      ok: true,
      value: [
        { by: person('ben', 'write'), state: 'CHANGES_REQUESTED', commit: head, at: AT, text: 'This table is going away.' },
        { by: person('ben', 'write'), state: 'COMMENTED' },
      ],
    });
    expect(seen.threads).toMatchObject({ ok: true, value: [{ resolved: false, by: person('ben', 'write'), replies: [], unread: 0 }] });
    expect(seen.comments).toEqual({
      ok: true,
      value: [{ id: comment, by: person('cleo', 'maintain'), at: AT, editedAt: AT, url: expect.any(String), text: 'wait' }],
    });
    await ben().resolveThreads(LAKE, number);
    expect((await look()).threads).toMatchObject({ value: [{ resolved: true }] });
    const id = seen.threads.ok ? (seen.threads.value[0]?.id ?? 0) : 0;
    await lake.standIn.as('cleo').talk.reply(LAKE, id, 'wait');
    expect((await look()).threads).toMatchObject({
      value: [{ id, resolved: true, replies: [{ by: person('cleo', 'maintain'), text: 'wait' }], unread: 0 }],
    });
    for (let times = 0; times < 21; times += 1) await lake.standIn.as('cleo').talk.reply(LAKE, id, `more ${times}`);
    const { threads } = await look();
    expect(threads).toMatchObject({ value: [{ by: person('ben', 'write'), unread: 2 }] });
    expect(threads.ok && threads.value[0]?.replies.at(-1)?.text).toBe('more 20');
    expect(threads.ok && threads.value[0]?.replies).toHaveLength(20);
  });

  test('when each was edited last', async () => {
    const { talk } = lake.standIn.as('cleo');
    const review = await talk.review(LAKE, number, { event: 'COMMENT', body: 'why?' });
    const line = { path: `${FOLDER}/dataset.yaml`, line: 1, body: 'why?' };
    await talk.review(LAKE, number, { event: 'COMMENT', comments: [line] });
    const { threads } = await look();
    const began = threads.ok ? (threads.value[0]?.id ?? 0) : 0;
    const reply = await talk.reply(LAKE, began, 'I see');
    expect(JSON.stringify(await look())).not.toContain('editedAt');
    lake.clock.at = '2026-03-02T09:00:00Z';
    await talk.editReview(LAKE, number, review, 'stop');
    lake.clock.at = '2026-03-02T09:01:00Z';
    await talk.editReviewComment(LAKE, began, 'stop');
    lake.clock.at = '2026-03-02T09:02:00Z';
    await talk.editReviewComment(LAKE, reply, 'stop');
    const seen = await look();
    expect(seen.reviews.ok && seen.reviews.value.find(({ id }) => id === review)).toMatchObject({
      at: AT,
      editedAt: '2026-03-02T09:00:00Z',
      text: 'stop',
    });
    expect(seen.threads).toMatchObject({
      value: [{ at: AT, editedAt: '2026-03-02T09:01:00Z', replies: [{ at: AT, editedAt: '2026-03-02T09:02:00Z' }] }],
    });
  });

  test('what was written for a review counts from when the review was sent', async () => {
    const line = { path: `${FOLDER}/dataset.yaml`, line: 1, body: 'why?' };
    await ben().review(LAKE, number, { event: 'COMMENT', comments: [line] });
    const seen = await lookThrough(/\/graphql$/, (text) =>
      text.replaceAll(/"publishedAt":"[^"]*"/g, '"publishedAt":"2026-03-03T09:00:00Z"'),
    );
    expect(seen.threads).toMatchObject({ value: [{ at: '2026-03-03T09:00:00Z' }] });
  });

  test('blanks at the end of words are no words, those at the beginning stay, and what is behind them is not read', async () => {
    const { talk } = lake.standIn.as('cleo');
    await talk.comment(LAKE, number, `    /autopilot hold${'\n'.repeat(400)}`);
    await talk.comment(LAKE, number, `${'\n'.repeat(300)}stop`);
    const { comments } = await look();
    expect(comments.ok && comments.value.map(({ text }) => text)).toEqual(['    /autopilot hold', '\n'.repeat(300)]);
  });

  test('a role is asked afresh', async () => {
    await lake.standIn.as('cleo').talk.comment(LAKE, number, 'hm');
    await look();
    await ada().setRole(LAKE, 'cleo', 'read');
    expect((await look()).comments).toMatchObject({ value: [{ by: person('cleo', 'read') }] });
  });

  test('events in their order, and who came last to the words', async () => {
    await ben().setDraft(LAKE, number, true);
    await ben().setDraft(LAKE, number, false);
    await ben().label(LAKE, number, 'autopilot/hold');
    await ben().unlabel(LAKE, number, 'autopilot/hold');
    await lake.standIn.as('ben').code.createBranch(LAKE, 'next');
    await ben().retarget(LAKE, number, 'next');
    await ben().retarget(LAKE, number, 'main');
    lake.clock.at = '2026-03-02T09:00:00Z';
    await ben().edit(LAKE, number, { title: 'Other' });
    await ben().close(LAKE, number);
    const closed = await look();
    expect(closed.timeline.ok && closed.timeline.value.map(({ kind, label }) => (label ? `${kind} ${label}` : kind))).toEqual([
      'labeled autopilot',
      'drafted',
      'ready',
      'labeled autopilot/hold',
      'unlabeled autopilot/hold',
      'base-changed',
      'base-changed',
      'renamed',
      'closed',
    ]);
    expect(closed.pullRequest).toMatchObject({
      state: 'closed',
      closedBy: { login: 'ben' },
      editor: { login: 'ben' },
      closedAt: lake.clock.at,
    });
    await ben().reopen(LAKE, number);
    const open = await look();
    expect(open.timeline).toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ kind: 'reopened' })]) });
    expect(open.pullRequest.closedBy).toBeUndefined();
  });

  test('who took it out of the merge queue', async () => {
    await ada().setRuleset(LAKE, { name: 'queue', rules: [{ type: 'merge_queue' }] });
    await ben().enqueue(LAKE, number);
    await ben().dequeue(LAKE, number);
    expect((await look()).timeline).toMatchObject({
      value: expect.arrayContaining([expect.objectContaining({ kind: 'left-queue', by: expect.objectContaining({ login: 'ben' }) })]),
    });
  });

  test('an edited body names its editor', async () => {
    lake.clock.at = '2026-03-02T09:00:00Z';
    await lake.standIn.as('cleo').talk.edit(LAKE, number, { body: 'harmless' });
    expect((await look()).pullRequest).toMatchObject({ body: 'harmless', editor: { login: 'cleo' } });
  });

  test('a push is seen in head, commits, changes and the missing signature', async () => {
    const pushed = await lake.standIn.as('ben').code.push(LAKE, BRANCH, { files: { '.github/workflows/x.yml': 'on: push\n' } });
    const seen = await look();
    expect(seen.headCommit).toMatchObject({ sha: pushed, verified: false });
    expect(seen.commits).toMatchObject({
      value: [
        { sha: head, verified: true },
        { sha: pushed, verified: false },
      ],
    });
    expect(seen.changes).toMatchObject({ value: [{ path: '.github/workflows/x.yml' }, { path: `${FOLDER}/dataset.yaml` }] });
  });

  test.each(['merge', 'squash', 'rebase'] as const)(
    'a %s names who made it and what came of it, and still shows what it changed',
    async (method) => {
      await lake.standIn.as('ben').code.push(LAKE, 'main', { files: { 'moved.txt': 'on' } });
      const before = await look();
      const merged = await ben().merge(LAKE, number, { method });
      const seen = await look();
      expect(seen.pullRequest).toMatchObject({ state: 'merged', mergedBy: { login: 'ben' }, mergeCommit: merged, mergedAt: AT });
      expect(seen.changes).toEqual(before.changes);
      expect(seen.changes).toMatchObject({ value: [{ path: `${FOLDER}/dataset.yaml` }] });
    },
  );

  test.each(['merge', 'squash', 'rebase'] as const)('merged by %s it still shows what it brought', async (method) => {
    const before = await look();
    await lake.standIn.as('ben').code.push(LAKE, 'main', { files: { 'other.txt': 'moved on' } });
    await ben().merge(LAKE, number, { method });
    const after = await look();
    expect(after.pullRequest.state).toBe('merged');
    expect(after.changes).toEqual(before.changes);
    expect(after.changes).toMatchObject({ value: [{ path: `${FOLDER}/dataset.yaml` }] });
  });

  test('links, submodules, executables and large or binary files are told apart', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'autopilot-clone-'));
    execFileSync('git', ['clone', '--quiet', '--bare', lake.standIn.seed.repository(LAKE).git.directory, clone]);
    personCommit(clone, BRANCH, head, [
      { path: 'a-link', content: 'README.md', mode: '120000' },
      { path: 'b-module', content: head, mode: '160000' },
      { path: 'c.sh', content: 'true\n', mode: '100755' },
      { path: 'd.txt', content: 'x'.repeat(256 * 1024 + 1) },
      { path: 'e.bin', content: 'ÿþ', mode: '100644' },
    ]);
    await lake.standIn.as('ben').code.pushFrom(LAKE, clone, BRANCH);
    rmSync(clone, { recursive: true });
    const seen = await look();
    expect(seen.changes.ok && seen.changes.value.map(({ path, mode, content }) => [path, mode, content?.length])).toEqual([
      ['a-link', '120000', 9],
      ['b-module', '160000', undefined],
      ['c.sh', '100755', 5],
      ['d.txt', '100644', undefined],
      ['e.bin', '100644', 2],
      [`${FOLDER}/dataset.yaml`, '100644', planOf().files[0]?.content.length],
    ]);
  });

  test('more than one page of everything is read to its end', async () => {
    for (let index = 0; index < 103; index += 1) await ben().comment(LAKE, number, `comment ${index}`);
    const { comments } = await look();
    expect(comments.ok && comments.value.length).toBe(103);
    expect(comments.ok && comments.value.at(-1)?.text).toBe('comment 102');
  });
});

describe('checks', () => {
  test('runs and statuses of the head, each name and app once, ours marked', async () => {
    const ci = lake.standIn.ci();
    await ci.run(LAKE, head, { name: 'build', status: 'completed', conclusion: 'success' });
    await ci.run(LAKE, head, { name: 'build', status: 'completed', conclusion: 'failure' });
    await ci.run(LAKE, head, { name: 'slow', status: 'in_progress' });
    await ci.status(LAKE, head, { context: 'legacy', state: 'pending' });
    await ci.status(LAKE, head, { context: 'legacy', state: 'success' });
    await lake.pulls.show(head, { title: 't', summary: 's', text: 'x', annotations: [], conclusion: 'neutral' }, undefined);
    const { checks } = await look();
    expect(checks.ok && [...checks.value].sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'autopilot/gate', appId: lake.appId, ours: true, conclusion: 'neutral' },
      { name: 'build', appId: 15_368, ours: false, conclusion: 'failure' },
      { name: 'legacy', appId: 15_368, ours: false, conclusion: 'success' },
      { name: 'slow', appId: 15_368, ours: false },
    ]);
  });
});

/** The adapter behind something that changes what GitHub says. */
async function lookThrough(matches: RegExp, change: (text: string) => string): Promise<PullRequestSnapshot> {
  const { github } = lake.again({
    fetch: async (input, init) => {
      const answer = await fetch(input, init);
      return matches.test(String(input)) ? new Response(change(await answer.text()), answer) : answer;
    },
  });
  return look({ pulls: github.pullRequests(lake.row) });
}

test.each([
  ['failure', 'success'],
  ['success', 'failure'],
] as const)('of two suites with one name, the first %s and the second %s, the one that is not fine is seen', async (first, second) => {
  const ci = lake.standIn.ci();
  await ci.run(LAKE, head, { name: 'build', status: 'completed', conclusion: first });
  await ci.run(LAKE, head, { name: 'build-2', status: 'completed', conclusion: second });
  const seen = await lookThrough(/\/check-runs\?/, (text) =>
    text
      .replaceAll(/"name":"build-2"/g, '"name":"build"')
      .replaceAll(/"check_suite":\{"id":\d+\}/g, (_all, at: number) => `"check_suite":{"id":${at}}`),
  );
  expect(seen.checks).toMatchObject({ ok: true, value: [{ name: 'build', conclusion: 'failure' }] });
});

test('a login that somebody else took since speaks for nobody', async () => {
  await lake.standIn.as('cleo').talk.comment(LAKE, number, 'fine by me');
  const seen = await lookThrough(/\/collaborators\/cleo\/permission/, (text) => text.replaceAll(`"id":${idOf('cleo')}`, '"id":12345'));
  expect(seen.comments).toMatchObject({ value: [{ by: { login: 'cleo', role: { ok: false } } }] });
});

describe('rules', () => {
  test('classic protection', async () => {
    await ada().protect(LAKE, 'main', {
      checks: {
        strict: true,
        required: [
          { context: 'build', appId: 15_368 },
          { context: 'any', appId: null },
        ],
      },
      reviews: { count: 2, codeOwners: true, dismissStale: true, lastPushApproval: true },
      conversationResolution: true,
      signatures: true,
      linearHistory: true,
    });
    expect((await look()).rules).toEqual({
      ok: true,
      value: {
        ...NO_RULES,
        requiredChecks: [{ name: 'build', appId: 15_368 }, { name: 'any' }],
        upToDate: true,
        approvals: 2,
        codeOwnerApproval: true,
        dropsApprovals: true,
        lastPushApproval: true,
        conversations: true,
        signatures: true,
        linearHistory: true,
      },
    });
  });

  test('a ruleset and protection are joined, the stricter counts', async () => {
    await ada().protect(LAKE, 'main', { checks: { strict: false, required: [{ context: 'build', appId: null }] }, reviews: { count: 1 } });
    await ada().setRuleset(LAKE, {
      name: 'strict',
      rules: [
        { type: 'pull_request', parameters: { ...REVIEWS, required_approving_review_count: 2, allowed_merge_methods: ['squash'] } },
        {
          type: 'required_status_checks',
          parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: 'test', integration_id: 7 }] },
        },
        { type: 'deletion' },
        { type: 'non_fast_forward' },
      ],
    });
    expect((await look()).rules).toEqual({
      ok: true,
      value: {
        ...NO_RULES,
        requiredChecks: [{ name: 'test', appId: 7 }, { name: 'build' }],
        upToDate: true,
        approvals: 2,
        methods: ['squash'],
      },
    });
  });

  test.each<readonly [string, object, object]>([
    ['a type that nobody knows yet', { type: 'unattributed_changes', parameters: {} }, { unmodelled: ['unattributed_changes'] }],
    [
      'a type that the gate does not model',
      { type: 'required_deployments', parameters: { required_deployment_environments: ['production'] } },
      { unmodelled: ['required_deployments'] },
    ],
    [
      'a parameter that nobody knows yet',
      { type: 'pull_request', parameters: { ...BASE_REVIEWS(), require_unattributed_changes_approval: true } },
      { unmodelled: ['pull_request.require_unattributed_changes_approval'] },
    ],
    ['a merge queue', { type: 'merge_queue', parameters: QUEUE() }, { mergeQueue: true }],
    ['a branch that is closed', { type: 'update' }, { closedToUs: true }],
    ['signatures', { type: 'required_signatures' }, { signatures: true }],
    ['a straight history', { type: 'required_linear_history' }, { linearHistory: true }],
  ])('%s', async (_what, rule, expected) => {
    lake.standIn.seed.orgRuleset('acme', { name: 'one', rules: [ruleOf(rule)] });
    expect((await look()).rules).toEqual({ ok: true, value: { ...NO_RULES, ...expected } });
  });

  test('a ruleset that we may pass by', async () => {
    const bypass = [{ actorId: lake.appId, actorType: 'Integration', mode: 'always' }] as const;
    await ada().setRuleset(LAKE, { name: 'soft', rules: [{ type: 'update' }], bypass });
    expect((await look()).rules).toEqual({ ok: true, value: { ...NO_RULES, bypass: true } });
  });

  test('a branch where others may merge only', async () => {
    await ada().protect(LAKE, 'main', { restrictions: { users: ['ben'], teams: [], apps: [] } });
    expect((await look()).rules).toMatchObject({ value: { closedToUs: true } });
    await ada().protect(LAKE, 'main', { restrictions: { users: [], teams: [], apps: ['autopilot'] } });
    expect((await look()).rules).toMatchObject({ value: { closedToUs: false } });
  });
});

const REVIEWS = BASE_REVIEWS();
function BASE_REVIEWS() {
  return {
    required_approving_review_count: 0,
    require_code_owner_review: false,
    dismiss_stale_reviews_on_push: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  };
}
function QUEUE() {
  return {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'SQUASH',
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
  };
}
function ruleOf(rule: object): { readonly type: string } {
  if (!('type' in rule) || typeof rule.type !== 'string') throw new Error('no rule');
  return { ...rule, type: rule.type };
}

describe('what could not be read is unknown, and all else is there', () => {
  const FORBIDDEN = { kind: 'status', status: 403, message: 'Resource not accessible by integration' } as const;
  test.each<readonly [keyof PullRequestSnapshot, Matcher]>([
    ['checks', { path: /\/check-runs$/ }],
    ['checks', { path: /\/statuses$/ }],
    ['rules', { path: /\/protection$/ }],
    ['rules', { path: /\/rules\/branches\// }],
    ['changes', { path: /\/compare\// }],
    ['config', { path: /\/contents\// }],
    ['installation', { path: /^\/app\/installations\/\d+$/ }],
  ])('%s, where GitHub refuses %o', async (part, matcher) => {
    lake.standIn.faults.next(matcher, FORBIDDEN);
    const seen = await look();
    const unread = Object.entries(seen).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null && 'ok' in value && value.ok === false ? [name] : [],
    );
    expect(unread).toEqual([part]);
    expect(seen[part]).toMatchObject({ ok: false, because: expect.stringContaining('403') });
  });

  test('a role', async () => {
    await ben().comment(LAKE, number, 'hm');
    lake.standIn.faults.next({ path: /\/collaborators\/ben\/permission$/ }, FORBIDDEN);
    expect((await look()).comments).toMatchObject({ value: [{ by: { login: 'ben', role: { ok: false } } }] });
  });

  test('a protection that we may not know of is not none', async () => {
    lake.standIn.faults.next({ path: /\/protection$/ }, { kind: 'status', status: 404, message: 'Not Found' });
    expect((await look()).rules).toMatchObject({ ok: false });
  });

  test('an error beside the data is kept', async () => {
    lake.standIn.faults.next({ path: '/graphql' }, { kind: 'graphql-error', type: 'INTERNAL', message: 'Something went wrong' });
    expect((await look()).errors).toEqual(['Something went wrong']);
  });

  test('a limit in the middle parks the whole look', async () => {
    lake.standIn.faults.next({ path: /\/protection$/ }, { kind: 'secondary-limit', retryAfterSeconds: 60 });
    await expect(look()).rejects.toMatchObject({ until: '2026-03-02T08:01:00.000Z' });
  });

  test('a suspended installation is told', async () => {
    ada().suspendInstallation('autopilot', 'acme');
    await expect(look()).rejects.toThrow(/suspended/);
  });

  test('no settings are none', async () => {
    await lake.standIn.as('ben').code.push(LAKE, 'main', { files: { '.github/autopilot.yml': null } });
    expect((await look()).config).toEqual({ ok: true, value: undefined });
  });

  test('no pull request is none', async () => {
    expect(await lake.pulls.look('autopilot/no/such', undefined, 'main')).toBeUndefined();
  });
});
