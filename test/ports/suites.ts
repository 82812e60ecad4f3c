/** What every adapter of a port must do, whoever fills it. Each suite takes a maker of a fresh, empty adapter. */
import { describe, expect, test } from 'vitest';
import type { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import { NO_COUNTS } from '../../src/core/lifecycle.js';
import type { LineageGraph, ObjectStore, Records, Slots, WorkflowEngine } from '../../src/ports.js';

const NOW = '2026-02-15T10:00:00Z';
const LATER = '2026-02-17T10:00:00Z';
const HOUR = 3_600_000;

function recordOf(urn: string, bootstrap_id: string): BootstrapRecord {
  return {
    dataset_urn: urn,
    bootstrap_id,
    tier: 'TIER_3',
    current_step: 'REGISTERED',
    started_at: NOW,
    steps: {
      registration: { status: 'IN_PROGRESS' },
      profiling: { status: 'NOT_STARTED' },
      policy_config: { status: 'NOT_STARTED' },
      certification_init: { status: 'NOT_STARTED' },
    },
    enforcement_model: 'post_write',
    runtime_detected: 'spark',
    rev: 0,
    counters: NO_COUNTS,
  };
}

const claim = (records: Records, urn: string) => records.claim(urn, '2026-02-15', (id) => recordOf(urn, id));
const entry = { at: NOW, event: 'registered', from: 'REGISTERED', to: 'PROFILING_QUEUED' };

export function recordsSuite(make: () => Promise<Records>): void {
  describe('records', () => {
    test('a urn is claimed once, and the second claim returns what stands', async () => {
      const records = await make();
      const first = await claim(records, 'ds://gold/orders');
      const second = await claim(records, 'ds://gold/orders');
      expect(first.created).toBe(true);
      expect(second).toEqual({ record: first.record, created: false });
    });

    test('ids of a day are counted on, past three digits too', async () => {
      const records = await make();
      for (let index = 1; index <= 12; index += 1) await claim(records, `ds://gold/t${index}`);
      const ids = (await records.all()).map((record) => record.bootstrap_id);
      expect(ids[0]).toBe('boot-2026-02-15-001');
      expect(ids[11]).toBe('boot-2026-02-15-012');
    });

    test('a save that read another revision writes nothing', async () => {
      const records = await make();
      const { record } = await claim(records, 'ds://gold/orders');
      const saved = await records.save({ ...record, current_step: 'PROFILING_QUEUED' }, entry);
      expect(saved?.rev).toBe(1);
      expect(await records.save({ ...record, current_step: 'CANCELLED' }, entry)).toBeUndefined();
      expect((await records.load('ds://gold/orders'))?.current_step).toBe('PROFILING_QUEUED');
      expect(await records.ledger(record.bootstrap_id)).toEqual([entry]);
    });

    test('what is not there is undefined', async () => {
      const records = await make();
      expect(await records.load('ds://gold/none')).toBeUndefined();
      expect(await records.byBootstrapId('boot-2026-02-15-001')).toBeUndefined();
      expect(await records.all()).toEqual([]);
    });
  });
}

export function workflowSuite(make: () => Promise<WorkflowEngine>): void {
  describe('workflow engine', () => {
    test('starting twice gives one item', async () => {
      const engine = await make();
      await engine.start('boot-1', 'register', NOW);
      await engine.start('boot-1', 'register', NOW);
      const item = await engine.claim('w', NOW, HOUR);
      expect(item?.command).toBe('register');
      await engine.complete(item?.token ?? '');
      expect(await engine.claim('w', NOW, HOUR)).toBeUndefined();
    });

    test('first in, first out; an item handed on goes behind the others', async () => {
      const engine = await make();
      await engine.start('a', 'register', NOW);
      await engine.start('b', 'register', NOW);
      const first = await engine.claim('w', NOW, HOUR);
      await engine.complete(first?.token ?? '', 'profile');
      const order = [];
      for (let item = await engine.claim('w', NOW, HOUR); item; item = await engine.claim('w', NOW, HOUR)) {
        order.push(`${item.execution} ${item.command}`);
        await engine.complete(item.token);
      }
      expect(order).toEqual(['b register', 'a profile']);
    });

    test('another worker waits for the lease, the holder gets its item back', async () => {
      const engine = await make();
      await engine.start('a', 'register', NOW);
      const held = await engine.claim('one', NOW, HOUR);
      expect(await engine.claim('two', NOW, HOUR)).toBeUndefined();
      expect(await engine.claim('one', NOW, HOUR)).toEqual(held);
      expect((await engine.claim('two', '2026-02-15T11:00:00Z', HOUR))?.token).toBe(held?.token);
    });

    test('a parked item comes back when it is due, or when it is woken', async () => {
      const engine = await make();
      await engine.start('a', 'await-approval', NOW);
      await engine.park((await engine.claim('w', NOW, HOUR))?.token ?? '', LATER);
      expect(await engine.claim('w', NOW, HOUR)).toBeUndefined();
      expect(await engine.describe('a')).toEqual({ running: true, command: 'await-approval', due: LATER });
      await engine.wake('a', NOW);
      expect((await engine.claim('w', NOW, HOUR))?.command).toBe('await-approval');
    });

    test('woken while it is worked on, an item is due at once when it is parked, and only that time', async () => {
      const engine = await make();
      await engine.start('a', 'await-approval', NOW);
      const held = await engine.claim('w', NOW, HOUR);
      await engine.wake('a', NOW);
      expect(await engine.claim('other', NOW, HOUR)).toBeUndefined();
      await engine.park(held?.token ?? '', LATER);
      expect(await engine.describe('a')).toEqual({ running: true, command: 'await-approval', due: NOW });
      await engine.park((await engine.claim('w', NOW, HOUR))?.token ?? '', LATER);
      expect(await engine.claim('w', NOW, HOUR)).toBeUndefined();
    });

    test('whoever is handed an item after it was woken has seen what woke it', async () => {
      const engine = await make();
      await engine.start('a', 'await-approval', NOW);
      await engine.claim('w', NOW, HOUR);
      await engine.wake('a', NOW);
      const again = await engine.claim('w', NOW, HOUR);
      await engine.park(again?.token ?? '', LATER);
      expect((await engine.describe('a')).due).toBe(LATER);
    });

    test('completing a spent token does nothing', async () => {
      const engine = await make();
      await engine.start('a', 'register', NOW);
      const token = (await engine.claim('w', NOW, HOUR))?.token ?? '';
      await engine.complete(token, 'profile');
      await engine.complete(token, 'sign');
      expect((await engine.claim('w', NOW, HOUR))?.command).toBe('profile');
    });

    test('a stopped execution hands nothing out', async () => {
      const engine = await make();
      await engine.start('a', 'register', NOW);
      await engine.stop('a');
      expect(await engine.claim('w', NOW, HOUR)).toBeUndefined();
      expect(await engine.describe('a')).toEqual({ running: false });
    });
  });
}

export function slotsSuite(make: () => Promise<Slots>): void {
  describe('profiling slots', () => {
    test('no more than allowed, and a holder keeps its own', async () => {
      const slots = await make();
      expect(await slots.take('a', 2, NOW, HOUR)).toBe(true);
      expect(await slots.take('b', 2, NOW, HOUR)).toBe(true);
      expect(await slots.take('c', 2, NOW, HOUR)).toBe(false);
      expect(await slots.take('a', 2, NOW, HOUR)).toBe(true);
    });

    test('whoever has stood in line longest is named at each release', async () => {
      const slots = await make();
      await slots.take('a', 1, NOW, HOUR);
      await slots.take('c', 1, NOW, HOUR);
      await slots.take('b', 1, NOW, HOUR);
      expect(await slots.release('a')).toBe('c');
      expect(await slots.release('a')).toBe('c');
      expect(await slots.take('c', 1, NOW, HOUR)).toBe(true);
      expect(await slots.release('c')).toBe('b');
      await slots.take('b', 1, NOW, HOUR);
      expect(await slots.release('b')).toBeUndefined();
    });

    test('released and expired slots are free again', async () => {
      const slots = await make();
      await slots.take('a', 1, NOW, HOUR);
      await slots.release('a');
      expect(await slots.take('b', 1, NOW, HOUR)).toBe(true);
      expect(await slots.take('c', 1, '2026-02-15T11:00:00Z', HOUR)).toBe(true);
    });
  });
}

export function objectsSuite(make: () => Promise<ObjectStore>): void {
  describe('object store', () => {
    test('puts, replaces and lists by prefix in order', async () => {
      const objects = await make();
      await objects.put('datasets/gold/b/x.json', '1');
      await objects.put('datasets/gold/a/x.json', '1');
      await objects.put('datasets/gold/a/x.json', '2');
      expect(await objects.get('datasets/gold/a/x.json')).toBe('2');
      expect(await objects.list('datasets/gold/')).toEqual(['datasets/gold/a/x.json', 'datasets/gold/b/x.json']);
      expect(await objects.get('datasets/none')).toBeUndefined();
    });

    test('ifAbsent keeps what stands', async () => {
      const objects = await make();
      await objects.put('k', 'first', { ifAbsent: true });
      await objects.put('k', 'second', { ifAbsent: true });
      expect(await objects.get('k')).toBe('first');
    });

    test.each(['../escape', '/absolute', 'a/../b', 'a//b', '.hidden', 'a\0b', ''])('the key %j is refused', async (key) => {
      const objects = await make();
      await expect(objects.put(key, 'x')).rejects.toThrow('cannot be the key');
    });
  });
}

export function graphSuite(make: () => Promise<LineageGraph>): void {
  describe('lineage graph', () => {
    test('an upsert replaces owner and consumers', async () => {
      const graph = await make();
      await graph.upsertDataset('ds://gold/orders', 'data-platform', ['r:b.py', 'r:a.py']);
      await graph.upsertDataset('ds://gold/other', 'finance', []);
      await graph.upsertDataset('ds://gold/orders', 'sales', ['r:c.py']);
      expect(await graph.dataset('ds://gold/orders')).toEqual({ owner: 'sales', consumers: ['r:c.py'] });
      expect(await graph.dataset('ds://gold/other')).toEqual({ owner: 'finance', consumers: [] });
      expect(await graph.dataset('ds://gold/none')).toBeUndefined();
    });
  });
}
