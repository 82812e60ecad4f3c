/** §14.5 GitHub's own 329 example payloads through the real address, and every event that app.yml subscribes to down to its handler. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { readOwnTask } from '../../src/bot/own-task.js';
import { EVENT_TABLE } from '../../src/core/webhook-events.js';
import { type Example, GITHUB_EXAMPLES, OUR_EXAMPLES } from './examples.js';
import { makeScene, post, type Scene } from './scene.js';

const Row = z.object({
  guid: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  payload: z.string(),
  state: z.string(),
  said: z.string().nullable(),
});
const all: readonly Example[] = [...GITHUB_EXAMPLES, ...OUR_EXAMPLES];
const guidOf = (index: number) => `72d3162e-cc78-11e3-81ab-${String(index).padStart(12, '0')}`;

let scene: Scene;
beforeAll(async () => {
  scene = await makeScene();
});
afterAll(() => scene.stop());

const rows = () => z.array(Row).parse(scene.ground.store.database.prepare('SELECT * FROM inbox ORDER BY seq').all());

test('there are 329 examples', () => {
  expect(GITHUB_EXAMPLES.length).toBe(329);
});

test('each is stored once, as it came, however often it is sent', async () => {
  const answers = new Map<string, number>();
  for (const time of ['first', 'again']) {
    for (const [index, { event, payload }] of all.entries()) {
      const { status, said } = await post(scene.url, { event, guid: guidOf(index), text: JSON.stringify(payload) });
      const key = `${time} ${status} ${said.trim()}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
    }
  }
  expect([...answers]).toEqual([
    ['first 202 {"status":"new"}', all.length],
    ['again 202 {"status":"known"}', all.length],
  ]);
  expect(rows().map(({ guid, event, payload }) => [guid, event, payload])).toEqual(
    all.map(({ event, payload }, index) => [guidOf(index), event, JSON.stringify(payload)]),
  );
}, 120_000);

describe('worked', () => {
  beforeAll(() => scene.worker.drain());

  test('all are done, none failed, and none was unreadable', async () => {
    expect(await scene.ground.inbox.counts()).toEqual({ waiting: 0, done: all.length, dead: 0 });
    // Repositories of examples are real ones of people; a star, a fork or a wiki page asks nothing of us.
    expect(rows().flatMap(({ event, said }) => (/could not be read/.test(said ?? '') ? [`${event}: ${said}`] : []))).toEqual([]);
  });

  const subscribed = EVENT_TABLE.filter(({ delivered, says }) => delivered === 'subscribed' || says !== 'nothing');
  const cells = subscribed.flatMap(({ event, actions }) => (actions.length === 0 ? [''] : actions).map((action) => ({ event, action })));

  test.each(cells)('$event $action reaches a handler', ({ event, action }) => {
    const here = rows().filter((row) => row.event === event && (row.action ?? '') === action);
    expect(here.filter(({ said }) => /noted|seen by a later run/.test(said ?? '')).length).toBeGreaterThan(0);
  });
});

test('app.yml subscribes to the events of the table, and to no other', () => {
  const manifest = z.object({ default_events: z.array(z.string()) }).parse(parse(readFileSync('app.yml', 'utf8')));
  const subscribed = new Set(EVENT_TABLE.filter(({ delivered }) => delivered === 'subscribed').map(({ event }) => event));
  expect(manifest.default_events.toSorted()).toEqual([...subscribed].toSorted());
});

test('an event of ours cannot come from outside', async () => {
  const text = JSON.stringify({ kind: 'scan', repository: 1, because: 'x' });
  expect((await post(scene.url, { event: 'own.task', guid: 'a', text })).status).toBe(400);
  expect(readOwnTask({ event: 'push', payload: text })).toBeUndefined();
});
