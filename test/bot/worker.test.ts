/** §14.5, §14.7 how deliveries are worked: in order, once where one run is enough, again when it failed, never for ever. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ownTask } from '../../src/bot/own-task.js';
import type { BotTask } from '../../src/core/bot-task.js';
import { ProblemError } from '../../src/core/problem.js';
import { later } from '../../src/core/time.js';
import type { NewDelivery } from '../../src/ports.js';
import { exampleOf } from './examples.js';
import { makeScene, NOW, type Scene } from './scene.js';

const Said = z.array(z.object({ guid: z.string(), state: z.string(), said: z.string().nullable(), due: z.string() }));
const said = (scene: Scene) =>
  Said.parse(scene.ground.store.database.prepare('SELECT guid, state, said, due FROM inbox ORDER BY seq').all());

function delivered(guid: string, event: string, payload: unknown, lane = '7'): NewDelivery {
  return { guid, event, lane, payload: JSON.stringify(payload), receivedAt: NOW };
}

const push = (guid: string, repository = 7): NewDelivery =>
  delivered(
    guid,
    'push',
    { ref: 'refs/heads/main', after: 'a', repository: { id: repository, default_branch: 'main' } },
    String(repository),
  );

const lost = new ProblemError({ kind: 'world', what: 'The forge answered 502.', remedy: 'Try again.' });

describe('a drain', () => {
  test('works everything that is due and says so with the delivery', async () => {
    const scene = await makeScene();
    await scene.ground.inbox.accept(push('a'));
    await scene.ground.inbox.accept(delivered('b', 'ping', { zen: 'Keep it logically awesome.' }));
    expect(await scene.worker.drain()).toBe(2);
    expect(said(scene)).toMatchObject([
      { guid: 'a', state: 'done', said: 'noted scan' },
      { guid: 'b', state: 'done', said: 'every App gets ping; there is nothing to do' },
    ]);
    expect(scene.asked).toEqual([{ kind: 'scan', repository: 7, because: 'the default branch moved' }]);
    await scene.stop();
  });

  test('runs equal tasks of deliveries that came before the run once, for each repository', async () => {
    const scene = await makeScene();
    for (const [guid, repository] of [
      ['a', 7],
      ['b', 7],
      ['c', 8],
      ['d', 7],
    ] as const)
      await scene.ground.inbox.accept(push(guid, repository));
    expect(await scene.worker.drain()).toBe(4);
    expect(scene.asked.map((task) => (task.kind === 'scan' ? task.repository : 0)).toSorted()).toEqual([7, 8]);
    expect(said(scene).map((row) => `${row.guid} ${row.said}`)).toEqual([
      'a noted scan',
      'b seen by a later run',
      'c noted scan',
      'd seen by a later run',
    ]);
    await scene.stop();
  });

  test('runs a task again for what came while it ran', async () => {
    const runs: string[] = [];
    const scene: Scene = await makeScene({
      handlers: {
        scan: async () => {
          runs.push('scan');
          if (runs.length === 1) await scene.ground.inbox.accept(push('b'));
          return 'scanned';
        },
      },
    });
    await scene.ground.inbox.accept(push('a'));
    await scene.worker.drain();
    expect(runs).toEqual(['scan', 'scan']);
    await scene.stop();
  });

  test('takes a look at everything for one at each, but not the other way about', async () => {
    const scene = await makeScene();
    const look = (occasion: string, more: Partial<Extract<BotTask, { kind: 'look' }>>) =>
      scene.ground.inbox.accept(ownTask(occasion, { kind: 'look', repository: 7, because: 'x', ...more }, NOW));
    await look('one', { pullRequest: 1 });
    await look('all', {});
    await look('two', { pullRequest: 2 });
    await look('head', { head: 'abc' });
    await scene.worker.drain();
    expect(scene.asked).toEqual([
      { kind: 'look', repository: 7, pullRequest: 1, because: 'x' },
      { kind: 'look', repository: 7, because: 'x' },
    ]);
    await scene.stop();
  });

  test('follows the fleet once for many scans', async () => {
    const scene = await makeScene();
    for (const repository of [7, 8, 9])
      await scene.ground.inbox.accept(ownTask(`scanned/${repository}/1`, { kind: 'follow', because: `${repository} was scanned` }, NOW));
    await scene.worker.drain();
    expect(scene.asked).toEqual([{ kind: 'follow', because: '7 was scanned' }]);
    await scene.stop();
  });

  test('never runs two deliveries of one repository at once, and others beside them', async () => {
    const running = new Set<number>();
    const together = new Set<number>();
    const scene = await makeScene({
      handlers: {
        reopen: async ({ repository }) => {
          if (running.has(repository)) throw new Error('twice at once');
          running.add(repository);
          together.add(running.size);
          await new Promise((resolve) => setImmediate(resolve));
          running.delete(repository);
          return 'reopened';
        },
      },
    });
    const opened = exampleOf('pull_request', 'opened');
    for (let index = 0; index < 24; index += 1) {
      const id = 1 + (index % 3);
      await scene.ground.inbox.accept(
        delivered(`g${index}`, 'pull_request', { ...opened, action: 'reopened', repository: { id } }, String(id)),
      );
    }
    expect(await scene.worker.drain()).toBe(24);
    expect(await scene.ground.inbox.counts()).toEqual({ waiting: 0, done: 24, dead: 0 });
    expect(Math.max(...together)).toBe(3);
    await scene.stop();
  });
});

describe('a failure', () => {
  test('is tried again after a growing wait, and given up after eight times', async () => {
    const scene = await makeScene({ handlers: { scan: async () => Promise.reject(lost) } });
    await scene.ground.inbox.accept(push('a'));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect(await scene.worker.drain()).toBe(1);
      expect(await scene.worker.drain()).toBe(0);
      const due = await scene.ground.inbox.nextDue();
      if (due === undefined) break;
      waits.push((Date.parse(due) - Date.parse(scene.clock.now())) / 1000);
      scene.clock.set(due);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920]);
    expect(said(scene)).toMatchObject([{ state: 'dead', said: 'The forge answered 502. Try again.' }]);
    await scene.stop();
  });

  test('that says when to come back waits till then, as often as it takes', async () => {
    const until = later(NOW, 3_600_000);
    const spent = new ProblemError({ kind: 'world', what: 'The hour is spent.', remedy: 'Wait.' }, { until });
    const scene = await makeScene({ handlers: { scan: async () => Promise.reject(spent) } });
    await scene.ground.inbox.accept(push('a'));
    await scene.worker.drain();
    expect(await scene.ground.inbox.nextDue()).toBe(until);
    for (let time = 0; time < 10; time += 1) {
      scene.clock.set((await scene.ground.inbox.nextDue()) ?? '');
      await scene.worker.drain();
    }
    expect(await scene.ground.inbox.counts()).toEqual({ waiting: 1, done: 0, dead: 0 });
    await scene.stop();
  });

  test('of one task leaves the delivery to be worked again from its beginning', async () => {
    const tried: string[] = [];
    const scene = await makeScene({
      handlers: {
        reopen: async () => {
          tried.push('reopen');
          return 'reopened';
        },
        look: async () => {
          tried.push('look');
          if (tried.length === 2) throw lost;
          return 'looked';
        },
      },
    });
    await scene.ground.inbox.accept(delivered('a', 'pull_request', { ...exampleOf('pull_request', 'opened'), action: 'reopened' }));
    await scene.worker.drain();
    scene.clock.set((await scene.ground.inbox.nextDue()) ?? '');
    await scene.worker.drain();
    expect(tried).toEqual(['reopen', 'look', 'reopen', 'look']);
    expect(said(scene)).toMatchObject([{ state: 'done', said: 'reopened; looked' }]);
    await scene.stop();
  });

  test('of one delivery holds up no other of its repository', async () => {
    const scene = await makeScene({ handlers: { scan: async () => Promise.reject(lost) } });
    await scene.ground.inbox.accept(push('a'));
    await scene.ground.inbox.accept(delivered('b', 'pull_request', exampleOf('pull_request', 'opened')));
    await scene.worker.drain();
    expect(said(scene).map(({ guid, state }) => `${guid} ${state}`)).toEqual(['a waiting', 'b done']);
    await scene.stop();
  });

  test('that ends the process each time is given up without another try', async () => {
    const scene = await makeScene();
    await scene.ground.inbox.accept(push('a'));
    // Handed out eight times, and nobody ever came back.
    for (let time = 0; time < 8; time += 1) await scene.ground.inbox.claim('bot/0', NOW, 1000);
    expect(await scene.worker.drain()).toBe(1);
    expect(scene.asked).toEqual([]);
    expect(said(scene)).toMatchObject(
      [{ state: 'dead', said: /ended 8 times/ }].map((row) => ({ ...row, said: expect.stringMatching(row.said) })),
    );
    await scene.stop();
  });
});

describe('by itself', () => {
  test('a delivery is worked when it comes, and what follows is done after it, never twice at once', async () => {
    let following = 0;
    let most = 0;
    let times = 0;
    const scene = await makeScene({
      parts: {
        afterTasks: async () => {
          following += 1;
          most = Math.max(most, following);
          await new Promise((resolve) => setImmediate(resolve));
          following -= 1;
          times += 1;
        },
      },
    });
    scene.worker.run();
    for (const [guid, repository] of [
      ['a', 7],
      ['b', 8],
      ['c', 9],
    ] as const)
      await scene.ground.inbox.accept(push(guid, repository));
    scene.worker.nudge();
    await expect.poll(() => scene.ground.inbox.counts()).toEqual({ waiting: 0, done: 3, dead: 0 });
    await scene.worker.stop();
    expect(scene.asked.length).toBe(3);
    expect(most).toBe(1);
    expect(times).toBeGreaterThan(0);
    await scene.stop();
  });

  test('when it stops, what is being worked is finished and nothing more is begun', async () => {
    let release = (): void => undefined;
    const begun: string[] = [];
    const scene = await makeScene({
      handlers: {
        scan: async ({ repository }) => {
          begun.push(String(repository));
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return 'scanned';
        },
      },
    });
    await scene.ground.inbox.accept(push('a', 7));
    await scene.ground.inbox.accept({ ...push('b', 7), payload: push('b', 8).payload });
    scene.worker.run();
    await expect.poll(() => begun).toEqual(['7']);
    const stopped = scene.stop();
    release();
    await stopped;
    expect(begun).toEqual(['7']);
    const again = await makeScene({ home: scene.home });
    expect(said(again).map(({ guid, state }) => `${guid} ${state}`)).toEqual(['a done', 'b waiting']);
    await again.stop();
  });
});
