/** What every adapter of the bot's ports must do, whoever fills it. */
import { describe, expect, test } from 'vitest';
import type { InstalledRepository } from '../../src/core/repo.js';
import type { Answers, ContentBudget, Inbox, Installations, Leases, NewDelivery } from '../../src/ports.js';

const NOW = '2026-02-15T10:00:00Z';
const SOON = '2026-02-15T10:05:00Z';
const NEXT = '2026-02-15T11:00:00Z';
const LATER = '2026-02-17T10:00:00Z';
const HOUR = 3_600_000;

const delivery = (guid: string, lane = '7', more: Partial<NewDelivery> = {}): NewDelivery => ({
  guid,
  event: 'push',
  lane,
  payload: `{"guid":"${guid}"}`,
  receivedAt: NOW,
  ...more,
});

/** The guids that so many claims of different workers bring. */
async function claimed(inbox: Inbox, workers: number, now = NOW): Promise<readonly (string | undefined)[]> {
  const guids = [];
  for (let worker = 0; worker < workers; worker += 1) guids.push((await inbox.claim(`w${worker}`, now, HOUR))?.guid);
  return guids;
}

export function inboxSuite(make: () => Promise<Inbox>): void {
  describe('inbox', () => {
    test('a delivery is accepted once, however often and at once it comes', async () => {
      const inbox = await make();
      const first = delivery('a', '7', { action: 'opened' });
      expect(await Promise.all([inbox.accept(first), inbox.accept(first)])).toEqual(['new', 'known']);
      expect(await inbox.accept(first)).toBe('known');
      expect(await inbox.claim('w', NOW, HOUR)).toEqual({ ...first, seq: 1, attempts: 1 });
      expect(await inbox.counts()).toEqual({ waiting: 1, done: 0, dead: 0 });
    });

    test('one at a time in a lane, oldest first; other lanes beside it', async () => {
      const inbox = await make();
      for (const [guid, lane] of [
        ['a', '7'],
        ['b', '7'],
        ['c', '8'],
      ] as const)
        await inbox.accept(delivery(guid, lane));
      expect(await claimed(inbox, 3)).toEqual(['a', 'c', undefined]);
      await inbox.done('a', 'scanned', NOW);
      expect(await claimed(inbox, 3)).toEqual(['b', 'c', undefined]);
    });

    test('a worker gets back what it held, another when the lease has ended', async () => {
      const inbox = await make();
      await inbox.accept(delivery('a'));
      await inbox.claim('one', NOW, HOUR);
      expect(await inbox.claim('two', SOON, HOUR)).toBeUndefined();
      expect(await inbox.claim('one', SOON, HOUR)).toMatchObject({ guid: 'a', attempts: 2 });
      expect(await inbox.nextDue()).toBe('2026-02-15T11:05:00Z');
      expect(await inbox.claim('two', '2026-02-15T11:05:00Z', HOUR)).toMatchObject({ guid: 'a', attempts: 3 });
    });

    test('one that failed waits without holding up its lane', async () => {
      const inbox = await make();
      await inbox.accept(delivery('a'));
      await inbox.accept(delivery('b'));
      await inbox.claim('w', NOW, HOUR);
      await inbox.failed('a', 'the forge answered 502', SOON, NOW);
      expect((await inbox.claim('w', NOW, HOUR))?.guid).toBe('b');
      await inbox.done('b', 'looked', NOW);
      expect(await inbox.nextDue()).toBe(SOON);
      expect(await inbox.claim('w', NOW, HOUR)).toBeUndefined();
      expect(await inbox.claim('w', SOON, HOUR)).toMatchObject({ guid: 'a', attempts: 2 });
    });

    test('one that was postponed has not used up an attempt', async () => {
      const inbox = await make();
      await inbox.accept(delivery('a'));
      await inbox.claim('w', NOW, HOUR);
      await inbox.postpone('a', 'the hour is spent', NEXT);
      expect(await inbox.nextDue()).toBe(NEXT);
      expect(await inbox.claim('w', NEXT, HOUR)).toMatchObject({ guid: 'a', attempts: 1 });
    });

    test('one that was given up is taken in anew when its sender repeats it, behind the others', async () => {
      const inbox = await make();
      await inbox.accept(delivery('a'));
      await inbox.claim('w', NOW, HOUR);
      await inbox.failed('a', 'eight times in vain', undefined, NOW);
      expect(await inbox.claim('w', LATER, HOUR)).toBeUndefined();
      expect(await inbox.counts()).toEqual({ waiting: 0, done: 0, dead: 1 });
      await inbox.accept(delivery('b'));
      expect(await inbox.accept(delivery('a', '7', { payload: '{"again":true}' }))).toBe('again');
      await inbox.claim('w', NOW, HOUR);
      await inbox.done('b', 'scanned', NOW);
      expect(await inbox.claim('w', NOW, HOUR)).toMatchObject({ guid: 'a', attempts: 1, payload: '{"again":true}' });
      expect(await inbox.counts()).toEqual({ waiting: 1, done: 1, dead: 0 });
    });

    test('what is done stays known until it is pruned, and what waits is never pruned', async () => {
      const inbox = await make();
      for (const guid of ['a', 'b', 'c']) await inbox.accept(delivery(guid));
      await inbox.done('a', 'scanned', NOW);
      await inbox.done('b', 'scanned', LATER);
      expect(await inbox.known(['a', 'b', 'c', 'd'])).toEqual(new Set(['a', 'b', 'c']));
      await inbox.prune(LATER);
      expect(await inbox.known(['a', 'b', 'c', 'd'])).toEqual(new Set(['b', 'c']));
      expect(await inbox.counts()).toEqual({ waiting: 1, done: 1, dead: 0 });
    });

    test('the place in line of the newest grows with every acceptance, also of a repeated one', async () => {
      const inbox = await make();
      expect(await inbox.newest()).toBe(0);
      await inbox.accept(delivery('a'));
      await inbox.accept(delivery('b'));
      const before = await inbox.newest();
      await inbox.failed('a', 'in vain', undefined, NOW);
      await inbox.accept(delivery('a'));
      expect(await inbox.newest()).toBeGreaterThan(before);
    });

    test('an empty inbox has nothing due', async () => {
      const inbox = await make();
      expect(await inbox.nextDue()).toBeUndefined();
      expect(await inbox.claim('w', NOW, HOUR)).toBeUndefined();
      expect(await inbox.known([])).toEqual(new Set());
    });
  });
}

export function leasesSuite(make: () => Promise<Leases>): void {
  describe('leases', () => {
    test('one owner at a time, until it expires or is released; every taking has a higher token', async () => {
      const leases = await make();
      const first = await leases.take('sweep', 'one', NOW, HOUR);
      expect(await leases.take('sweep', 'two', SOON, HOUR)).toBeUndefined();
      const expired = await leases.take('sweep', 'two', NEXT, HOUR);
      await leases.release('sweep', 'two');
      const released = await leases.take('sweep', 'one', NEXT, HOUR);
      const tokens = [first, expired, released].map((lease) => lease?.token ?? 0);
      expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
      expect(new Set([0, ...tokens]).size).toBe(4);
    });

    test('the holder may take it again, and only the holder lets go', async () => {
      const leases = await make();
      await leases.take('sweep', 'one', NOW, HOUR);
      await leases.release('sweep', 'two');
      expect(await leases.take('sweep', 'two', SOON, HOUR)).toBeUndefined();
      expect(await leases.take('sweep', 'one', SOON, HOUR)).toBeDefined();
    });

    test('names do not meet, and a job remembers its last run', async () => {
      const leases = await make();
      await leases.take('sweep', 'one', NOW, HOUR);
      expect(await leases.take('weekly', 'two', NOW, HOUR)).toBeDefined();
      expect(await leases.lastRun('weekly')).toBeUndefined();
      await leases.ran('weekly', NOW);
      await leases.ran('weekly', LATER);
      expect(await leases.lastRun('weekly')).toBe(LATER);
    });
  });
}

export function answersSuite(make: () => Promise<Answers>): void {
  describe('answers to commands', () => {
    test('are counted for an hour, per person and installation, and a command once however often it is carried out', async () => {
      const answers = await make();
      const asked = (command: string, person = 7, installation = 1) => ({ installation, person, command });
      await answers.note(asked('a'), NOW);
      await answers.note(asked('a'), SOON);
      await answers.note(asked('b'), SOON);
      await answers.note(asked('c', 8), SOON);
      expect(await answers.given(asked('d'), SOON)).toEqual([NOW, SOON]);
      expect(await answers.given(asked('b'), SOON)).toEqual([NOW]);
      expect(await answers.given(asked('d', 8), SOON)).toEqual([SOON]);
      expect(await answers.given(asked('d', 7, 2), SOON)).toEqual([]);
      expect(await answers.given(asked('d'), NEXT)).toEqual([SOON]);
    });
  });
}

export function contentBudgetSuite(make: () => Promise<ContentBudget>): void {
  describe('content budget', () => {
    test('no more than the hour holds, and the answer says when there is room', async () => {
      const budget = await make();
      expect(await budget.spend(1, 3, 10, NOW)).toEqual({ ok: true });
      expect(await budget.spend(1, 5, 10, SOON)).toEqual({ ok: true });
      expect(await budget.spend(1, 3, 10, SOON)).toEqual({ ok: false, until: NEXT });
      expect(await budget.spend(1, 8, 10, SOON)).toEqual({ ok: false, until: '2026-02-15T11:05:00Z' });
      expect(await budget.spend(1, 2, 10, SOON)).toEqual({ ok: true });
      expect(await budget.spent(1, SOON)).toBe(10);
    });

    test('what is an hour old is free again, at the moment that was promised', async () => {
      const budget = await make();
      await budget.spend(1, 10, 10, NOW);
      const refused = await budget.spend(1, 1, 10, SOON);
      expect(refused).toEqual({ ok: false, until: NEXT });
      expect(await budget.spent(1, NEXT)).toBe(0);
      expect(await budget.spend(1, 1, 10, NEXT)).toEqual({ ok: true });
    });

    test('installations do not share', async () => {
      const budget = await make();
      await budget.spend(1, 10, 10, NOW);
      expect(await budget.spend(2, 10, 10, NOW)).toEqual({ ok: true });
    });

    test('more than an hour holds waits for an empty hour, and a budget of none holds for an hour', async () => {
      const budget = await make();
      await budget.spend(1, 1, 10, NOW);
      expect(await budget.spend(1, 12, 10, SOON)).toEqual({ ok: false, until: NEXT });
      expect(await budget.spend(1, 12, 10, NEXT)).toEqual({ ok: true });
      expect(await budget.spend(2, 1, 0, NOW)).toEqual({ ok: false, until: NEXT });
    });
  });
}

export function installationsSuite(make: () => Promise<Installations>): void {
  const orders: InstalledRepository = {
    id: 70,
    name: 'acme/orders',
    installation: 1,
    defaultBranch: 'main',
    state: 'active',
    isPrivate: true,
  };
  const seen = { commit: 'c1', tree: 't1', at: NOW };
  const autonomy = { value: { kind: 'alone' as const }, rule: 'autonomy/alone', because: 'no rule asks for a person' };

  describe('installations', () => {
    test('a repository is found by its id, under the name it has now', async () => {
      const installations = await make();
      await installations.saveRepository(orders);
      expect(await installations.repository(70)).toEqual(orders);
      await installations.saveRepository({ ...orders, name: 'acme/sales-orders' });
      expect((await installations.repository(70))?.name).toBe('acme/sales-orders');
      expect(await installations.repository(71)).toBeUndefined();
    });

    test('what the forge says replaces what it said, and what was noted beside stays', async () => {
      const installations = await make();
      await installations.saveRepository(orders);
      await installations.noteScan(70, seen);
      await installations.noteAutonomy(70, autonomy);
      await installations.noteFollowed(70, seen);
      await installations.saveRepository({ ...orders, state: 'archived' });
      expect(await installations.repository(70)).toEqual({ ...orders, state: 'archived', scanned: seen, autonomy, followed: seen });
    });

    test('whoever notes one thing puts nothing back that another noted meanwhile', async () => {
      const installations = await make();
      await installations.saveRepository(orders);
      const newer = { commit: 'c2', tree: 't2', at: LATER };
      await Promise.all([
        installations.noteScan(70, newer),
        installations.saveRepository({ ...orders, name: 'acme/sales-orders', defaultBranch: 'trunk' }),
        installations.noteFollowed(70, seen),
        installations.noteAutonomy(70, autonomy),
      ]);
      await installations.noteFollowed(70, newer);
      expect(await installations.repository(70)).toEqual({
        ...{ ...orders, name: 'acme/sales-orders', defaultBranch: 'trunk' },
        ...{ scanned: newer, autonomy, followed: newer },
      });
    });

    test('it is removed by the installation that has it, and by no other', async () => {
      const installations = await make();
      await installations.saveRepository(orders);
      await installations.noteScan(70, seen);
      await installations.noteRemoved(70, 2);
      expect(await installations.repository(70)).toEqual({ ...orders, scanned: seen });
      await installations.noteRemoved(70, 1);
      expect(await installations.repository(70)).toEqual({ ...orders, state: 'removed', scanned: seen });
    });

    test('nothing is noted of a repository that is not known', async () => {
      const installations = await make();
      await installations.noteScan(71, seen);
      await installations.noteRemoved(71, 1);
      expect(await installations.repositories()).toEqual([]);
    });

    test('everything comes ordered by id', async () => {
      const installations = await make();
      for (const id of [100, 9, 70]) await installations.saveRepository({ ...orders, id });
      await installations.saveInstallation({ id: 2, account: 'acme', state: 'active' });
      await installations.saveInstallation({ id: 1, account: 'globex', state: 'active' });
      await installations.saveInstallation({ id: 2, account: 'acme', state: 'suspended' });
      expect((await installations.repositories()).map(({ id }) => id)).toEqual([9, 70, 100]);
      expect(await installations.installations()).toEqual([
        { id: 1, account: 'globex', state: 'active' },
        { id: 2, account: 'acme', state: 'suspended' },
      ]);
    });
  });
}
