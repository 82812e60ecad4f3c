/** Every write goes through one door: in line, within its budget, never sent twice unseen, or not at all in a dry run. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../../../src/adapters/github/client.js';
import { createGateway, type OperationRecord } from '../../../src/adapters/github/gateway.js';
import { deleteRef } from '../../../src/adapters/github/git-writes.js';
import { createIdentify } from '../../../src/adapters/github/identity.js';
import { removeLabel } from '../../../src/adapters/github/pull-writes.js';
import { createRedaction } from '../../../src/adapters/github/redact.js';
import { createContentBudget } from '../../../src/adapters/local/content-budget.js';
import { openStore } from '../../../src/adapters/local/store.js';
import { AT, BRANCH, FOLDER, LAKE, type Lake, openLake, planOf, propose } from './lake.js';
import { UNLIMITED } from './recorded.js';

let lake: Lake;
beforeEach(async () => {
  lake = await openLake();
});
afterEach(async () => {
  expect(lake.standIn.violations).toEqual([]);
  await lake.close();
});

const writes = () => lake.standIn.calls.filter(({ kind, operation }) => kind === 'write' && !operation.includes('access_tokens'));
const commentsOf = (number: number) => lake.standIn.seed.repository(LAKE).issues.get(number)?.comments ?? [];
const say = (number: number, text = 'hello') => lake.github.conversation.say({ repository: lake.row.id, issue: number }, 'status', text);
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

describe('after an unclear answer', () => {
  test.each([
    ['a comment that is there is not made again', { kind: 'done-but-status', status: 502 }, 1],
    ['nor after a reset', { kind: 'reset', afterDoing: true }, 1],
    ['one that is not there is made', { kind: 'status', status: 500 }, 2],
    ['nor is it lost with a reset', { kind: 'reset' }, 2],
  ] as const)('%s', async (_what, effect, sent) => {
    const { number } = await propose(lake);
    lake.standIn.faults.next({ operation: COMMENT }, effect);
    await say(number);
    expect(commentsOf(number)).toHaveLength(1);
    expect(writes().filter(({ operation }) => operation === COMMENT)).toHaveLength(sent);
    expect(lake.operations.at(-1)).toBe(sent === 1 ? 'comment landed' : 'comment');
  });

  test('twice unclear is given up, and asked about again next time', async () => {
    const { number } = await propose(lake);
    lake.standIn.faults.next({ operation: COMMENT }, { kind: 'status', status: 500 }, 2);
    await expect(say(number)).rejects.toMatchObject({ retry: true });
    expect([lake.operations.at(-1), commentsOf(number).length]).toEqual(['comment unclear', 0]);
    await say(number);
    expect(commentsOf(number)).toHaveLength(1);
  });

  test('a pull request is not opened twice', async () => {
    lake.standIn.faults.next({ operation: 'POST /repos/{owner}/{repo}/pulls' }, { kind: 'done-but-status', status: 502 });
    const { number } = await propose(lake);
    expect([...lake.standIn.seed.repository(LAKE).issues.keys()]).toEqual([number]);
    expect(lake.operations).toContain('open-pull-request landed');
  });

  test('a check run is not made twice', async () => {
    const { head } = await propose(lake);
    lake.standIn.faults.next({ operation: 'POST /repos/{owner}/{repo}/check-runs' }, { kind: 'done-but-status', status: 502 });
    await lake.pulls.show(head, { title: 't', summary: 's', text: 'x', annotations: [] }, undefined);
    expect(lake.standIn.seed.repository(LAKE).suites.flatMap(({ runs }) => runs)).toHaveLength(1);
  });

  test('an answer that never comes is unclear too', async () => {
    const { number } = await propose(lake);
    const { github } = lake.again({ timeoutMs: 300 });
    await github.app();
    lake.standIn.faults.next({ operation: COMMENT }, { kind: 'hang', afterDoing: true, atMostMs: 5000 });
    await github.conversation.say({ repository: lake.row.id, issue: number }, 'status', 'hello');
    expect(commentsOf(number)).toHaveLength(1);
  });
});

describe('the hourly budget', () => {
  test('is asked before every write that makes something, and a spent one sends nothing', async () => {
    const spent: number[] = [];
    const budget = {
      spend: async (installation: number, cost: number, perHour: number) => {
        expect([installation, perHour]).toEqual([lake.row.installation, 400]);
        spent.push(cost);
        return spent.length > 4 ? ({ ok: false, until: '2026-03-02T09:00:00.000Z' } as const) : ({ ok: true } as const);
      },
      spent: async () => spent.length,
    };
    const { github, operations } = lake.again({ budget });
    const ours = { forge: github.forge(lake.row), pulls: github.pullRequests(lake.row) };
    await expect(propose(ours)).rejects.toMatchObject({ until: '2026-03-02T09:00:00.000Z' });
    expect([spent, operations]).toEqual([
      [1, 1, 1, 1, 1],
      ['create-tree', 'create-commit', 'create-ref', 'open-pull-request', 'create-label parked'],
    ]);
    expect(writes()).toHaveLength(4);
  });

  test('that cannot be asked lets nothing through', async () => {
    const budget = { spend: () => Promise.reject(new Error('the store is gone')), spent: async () => 0 };
    const { github } = lake.again({ budget });
    await expect(github.forge(lake.row).commit((await lake.forge.head('main')) ?? '', planOf().files, 'm\n', AT)).rejects.toThrow(
      'the store is gone',
    );
    expect(writes()).toEqual([]);
  });
});

test('writes of one installation follow each other', async () => {
  const { number } = await propose(lake);
  let under = 0;
  let most = 0;
  const watched = async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const isWrite = init?.method === 'POST' && String(input).endsWith('/comments');
    if (isWrite) under += 1;
    most = Math.max(most, under);
    const answer = await fetch(input, init);
    if (isWrite) under -= 1;
    return answer;
  };
  const { github } = lake.again({ fetch: watched });
  lake.standIn.knobs.latencyMs = 20;
  await Promise.all(['a', 'b', 'c', 'd'].map((topic) => github.conversation.say({ repository: lake.row.id, issue: number }, topic, topic)));
  expect([most, commentsOf(number).length]).toEqual([1, 4]);
});

test('one that failed does not hold up the next', async () => {
  const { number } = await propose(lake);
  lake.standIn.faults.next({ operation: COMMENT }, { kind: 'status', status: 422, message: 'no' });
  const [first, second] = await Promise.allSettled([
    say(number),
    lake.github.conversation.say({ repository: lake.row.id, issue: number }, 'b', 'b'),
  ]);
  expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
});

test('from the signature to the merge it is four writes', async () => {
  const { number, head } = await propose(lake);
  const { operations } = await lake.during(async () => {
    const signed = await lake.forge.commit(head, [{ path: `${FOLDER}/policy_bundle.yaml`, content: 'signature: x\n' }], 'Sign\n', AT);
    await lake.forge.point(BRANCH, signed.sha, head);
    const words = { title: 't', message: 'm', method: 'squash', at: AT } as const;
    expect(await lake.pulls.merge({ branch: BRANCH, number, baseSha: '', baseBranch: 'main' }, signed.sha, words)).toMatchObject({
      kind: 'landed',
    });
  });
  expect(operations).toEqual(['create-tree', 'create-commit', 'update-ref', 'merge']);
});

describe('the reserve of the hour', () => {
  test('what anybody can cause stops short of it; what signs, merges and closes may use it', async () => {
    const { number, head } = await propose(lake);
    const budget = createContentBudget(openStore(mkdtempSync(join(tmpdir(), 'autopilot-budget-'))));
    const scarce = lake.again({ budget, contentPerHour: 10 }).github;
    for (let said = 0; said < 8; said += 1) await scarce.conversation.say({ repository: lake.row.id, issue: number }, `t${said}`, 'x');
    await expect(scarce.conversation.say({ repository: lake.row.id, issue: number }, 'more', 'x')).rejects.toThrow(
      '8 changes of this hour',
    );
    await expect(scarce.forge(lake.row).commit(head, [], 'More\n', AT)).rejects.toThrow('8 changes of this hour');
    const signed = await scarce
      .forge(lake.row)
      .commit(head, [{ path: `${FOLDER}/policy_bundle.yaml`, content: 'signed: x\n' }], 'Sign\n', AT, { urgent: true });
    expect(signed.sha).toMatch(/^[0-9a-f]{40}$/);
    await expect(scarce.pullRequests(lake.row).close(BRANCH, number, 'over')).rejects.toThrow('10 changes of this hour');
  });
});

describe('what is taken back', () => {
  const gateway = () => {
    const clock = { now: () => AT };
    const { reader, sender } = createClient({
      appId: lake.appId,
      privateKey: lake.privateKey,
      apiUrl: lake.standIn.url,
      archives: [],
      clock,
    });
    const identify = createIdentify(reader, clock);
    const rest = { redaction: createRedaction([]), budget: UNLIMITED, contentPerHour: 500, spacingMs: 0, dryRun: false };
    return { identify, ...createGateway({ reader, sender, identify, clock, onOperation: () => undefined, ...rest }) };
  };

  test('a label of ours, said once or twice', async () => {
    const { number } = await propose(lake);
    lake.standIn.faults.next({ operation: 'DELETE' }, { kind: 'done-but-status', status: 502 });
    expect(await gateway().perform(removeLabel(lake.row, number, 'autopilot'))).toEqual({ done: true, value: [] });
    expect(await gateway().perform(removeLabel(lake.row, number, 'autopilot'))).toMatchObject({ done: false, status: 404 });
  });

  test('a branch, if it stands where it was left', async () => {
    const { head } = await propose(lake);
    const { identify, perform } = gateway();
    const { node_id: id } = await identify(lake.row);
    const elsewhere = (await lake.forge.head('main')) ?? '';
    expect(await perform(deleteRef(lake.row, id, BRANCH, elsewhere))).toMatchObject({ done: false });
    expect(await lake.forge.head(BRANCH)).toBe(head);
    expect(await perform(deleteRef(lake.row, id, BRANCH, head))).toEqual({ done: true, value: true });
    expect(await lake.forge.head(BRANCH)).toBeUndefined();
  });
});

describe('a dry run', () => {
  test('tells every write and sends none', async () => {
    const { number, head } = await propose(lake);
    const before = writes().length;
    const told: OperationRecord[] = [];
    const { github } = lake.again({ dryRun: true, onOperation: (record) => void told.push(record) });
    const forge = github.forge(lake.row);
    const pulls = github.pullRequests(lake.row);
    const made = await forge.commit(head, [{ path: `${FOLDER}/x`, content: 'x' }], 'm\n', AT);
    expect(made).toEqual(await forge.commit(head, [{ path: `${FOLDER}/x`, content: 'x' }], 'm\n', AT));
    await forge.point('autopilot/other', head, undefined);
    await pulls.submit(planOf({ branch: 'autopilot/other' }), undefined);
    await pulls.submit(planOf({ body: 'other' }), number);
    await pulls.show(head, { title: 't', summary: 's', text: 'x', annotations: [] }, undefined);
    await github.conversation.say({ repository: lake.row.id, issue: number }, 'status', 'hello');
    await pulls.merge({ branch: BRANCH, number, baseSha: '', baseBranch: 'main' }, head, {
      title: 't',
      message: 'm',
      method: 'squash',
      at: AT,
    });
    await pulls.close(BRANCH, number, 'over');
    expect(told.map(({ operation }) => operation)).toEqual([
      'create-tree',
      'create-commit',
      'create-tree',
      'create-commit',
      'create-ref',
      'open-pull-request',
      'add-labels',
      'request-reviewers',
      'update-pull-request',
      'create-check-run',
      'comment',
      'merge',
      'comment',
      'close-pull-request',
    ]);
    expect(told.every(({ outcome, repository, at }) => outcome === 'dry-run' && repository === LAKE && at === AT)).toBe(true);
    expect(writes()).toHaveLength(before);
  });
});

test('a name that means another repository now is not written to', async () => {
  const { number } = await propose(lake);
  await lake.standIn.as('ada').settings.rename(LAKE, 'pond');
  await lake.standIn.seed.repo(LAKE, { files: { 'a.txt': 'a' } });
  expect(await lake.standIn.as('ada').talk.openIssue(LAKE, 'Another thing')).toBe(number);
  const { github } = lake.again({});
  const place = { repository: lake.row.id, issue: number };
  await expect(github.conversation.say(place, 'status', 'hello')).rejects.toThrow(/is another repository now/);
  expect(commentsOf(number)).toEqual([]);
});
