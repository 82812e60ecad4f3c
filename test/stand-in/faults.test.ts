import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPO, refused, type TestWorld, testWorld } from './world.js';

const NAME = 'lake/orders';
let world: TestWorld;
let number: number;
beforeEach(async () => {
  world = await testWorld();
  number = await world.standIn.as('ben').talk.openIssue(NAME, 'Talk');
  await world.standIn.deliveries.settled();
});
afterEach(() => world.close());

const say = (body: string, signal?: AbortSignal) =>
  world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...REPO,
    issue_number: number,
    body,
    ...(signal === undefined ? {} : { request: { signal } }),
  });
const said = () => [...(world.standIn.seed.repository(NAME).issues.get(number)?.comments ?? [])].map(({ body }) => body);

describe('calls that go wrong', () => {
  it('fail with 500 and do nothing, once', async () => {
    world.standIn.faults.next({ operation: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments' }, { kind: 'status', status: 500 });
    expect((await refused(say('one'))).status).toBe(500);
    await say('two');
    expect(said()).toEqual(['two']);
  });

  it('are done although 502 is answered', async () => {
    world.standIn.faults.next({ path: /comments$/ }, { kind: 'done-but-status', status: 502 });
    expect((await refused(say('one'))).status).toBe(502);
    expect(said()).toEqual(['one']);
  });

  it('meet the secondary limit', async () => {
    world.standIn.faults.next({ kind: 'write' }, { kind: 'secondary-limit', retryAfterSeconds: 17, status: 429 });
    expect(await say('one').catch((error: unknown) => error)).toMatchObject({
      status: 429,
      response: { headers: { 'retry-after': '17' } },
    });
    expect(said()).toEqual([]);
  });

  it.each([
    ['before', false, []],
    ['after', true, ['one']],
  ])('lose their connection %s it is done', async (_when, afterDoing, expected) => {
    world.standIn.faults.next({ path: /comments$/ }, { kind: 'reset', afterDoing });
    await expect(say('one')).rejects.toThrow();
    expect(said()).toEqual(expected);
  });

  it('never answer until the caller gives up', async () => {
    world.standIn.faults.next({ path: /comments$/ }, { kind: 'hang', afterDoing: true });
    const giveUp = new AbortController();
    const call = say('one', giveUp.signal);
    while (said().length === 0) await new Promise((resolve) => setImmediate(resolve));
    giveUp.abort();
    await expect(call).rejects.toThrow();
  });

  it('let something happen in the moment before', async () => {
    const sha = await world.standIn.as('ben').code.push(NAME, 'fix', { files: { a: 'a' } });
    const pull = await world.standIn.as('ben').talk.openPull(NAME, { title: 'Fix', head: 'fix' });
    world.standIn.faults.next(
      { operation: '/merge' },
      { kind: 'first', act: () => world.standIn.as('cleo').code.push(NAME, 'fix', { files: { b: 'b' } }) },
    );
    const merge = world.bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...REPO, pull_number: pull, sha });
    expect((await refused(merge)).status).toBe(409);
  });

  it('carry errors beside the data in GraphQL', async () => {
    world.standIn.faults.next(
      { operation: 'query repository' },
      { kind: 'graphql-error', type: 'SOMETHING', message: 'Something went wrong' },
    );
    const answer: unknown = await world.bot
      .graphql('{ repository(owner: "lake", name: "orders") { name } }')
      .catch((error: unknown) => error);
    expect(answer).toMatchObject({ data: { repository: { name: 'orders' } }, errors: [{ type: 'SOMETHING' }] });
  });

  it('are logged with what they were and whether they wrote', async () => {
    const before = world.standIn.calls.length;
    await say('one');
    await world.bot.graphql('{ repository(owner: "lake", name: "orders") { name } rateLimit { remaining } }');
    const calls = world.standIn.calls.slice(before).filter(({ operation }) => !operation.includes('access_tokens'));
    expect(calls.map(({ operation, kind, status }) => [operation, kind, status])).toEqual([
      ['POST /repos/{owner}/{repo}/issues/{issue_number}/comments', 'write', 201],
      ['query repository rateLimit', 'read', 200],
    ]);
  });
});

describe('webhooks that go wrong', () => {
  it.each([
    ['lose', ['issue_comment.edited']],
    ['double', ['issue_comment.created', 'issue_comment.created', 'issue_comment.edited']],
    ['swap-with-next', ['issue_comment.edited', 'issue_comment.created']],
  ] as const)('%s', async (fault, expected) => {
    const start = world.received.length;
    world.standIn.deliveries.next({ event: 'issue_comment' }, fault);
    const id = await world.standIn.as('cleo').talk.comment(NAME, number, 'Hm');
    await world.standIn.as('cleo').talk.editComment(NAME, id, 'Hm?');
    expect((await world.heard()).slice(start)).toEqual(expected);
  });

  it('are found in the list of deliveries and delivered again under the same id', async () => {
    world.standIn.deliveries.next({ event: 'issue_comment' }, 'lose');
    await world.standIn.as('cleo').talk.comment(NAME, number, 'Hm');
    await world.standIn.deliveries.settled();
    const { data: deliveries } = await world.app.request('GET /app/hook/deliveries');
    const lost = deliveries.find(({ status }) => status !== 'OK');
    expect(lost).toMatchObject({ event: 'issue_comment', status_code: 0 });
    await world.app.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: Number(lost?.id) });
    await world.standIn.deliveries.settled();
    expect(world.received.at(-1)).toMatchObject({ id: lost?.guid, event: 'issue_comment', signed: true });
    const { data: whole } = await world.app.request('GET /app/hook/deliveries/{delivery_id}', { delivery_id: Number(lost?.id) });
    expect(whole.request.payload).toMatchObject({ comment: { body: 'Hm' } });
  });

  it('double keeps the delivery id', async () => {
    world.standIn.deliveries.next({ event: 'issue_comment' }, 'double');
    await world.standIn.as('cleo').talk.comment(NAME, number, 'Hm');
    await world.standIn.deliveries.settled();
    expect(new Set(world.received.slice(-2).map(({ id }) => id)).size).toBe(1);
  });
});
