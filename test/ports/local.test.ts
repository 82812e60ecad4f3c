/** The embedded adapters, put through the suites of their ports, and what only they promise. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createAnswers } from '../../src/adapters/local/answers.js';
import { createContentBudget } from '../../src/adapters/local/content-budget.js';
import { createInbox } from '../../src/adapters/local/inbox.js';
import { createInstallations } from '../../src/adapters/local/installations.js';
import { createLeases } from '../../src/adapters/local/leases.js';
import { createObjects } from '../../src/adapters/local/objects.js';
import { openDatabase } from '../../src/adapters/local/sqlite.js';
import { createGraph, createRecords, createSlots, lockStore, openStore } from '../../src/adapters/local/store.js';
import { createWorkflow } from '../../src/adapters/local/workflow.js';
import { answersSuite, contentBudgetSuite, inboxSuite, installationsSuite, leasesSuite } from './bot-suites.js';
import { graphSuite, objectsSuite, recordsSuite, slotsSuite, workflowSuite } from './suites.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'autopilot-test-'));

recordsSuite(async () => createRecords(openStore(folder())));
workflowSuite(async () => createWorkflow(openStore(folder())));
slotsSuite(async () => createSlots(openStore(folder())));
graphSuite(async () => createGraph(openStore(folder())));
objectsSuite(async () => createObjects(folder()));
inboxSuite(async () => createInbox(openStore(folder())));
leasesSuite(async () => createLeases(openStore(folder())));
answersSuite(async () => createAnswers(openStore(folder())));
contentBudgetSuite(async () => createContentBudget(openStore(folder())));
installationsSuite(async () => createInstallations(openStore(folder())));

const Body = z.object({ body: z.string() });

describe('the store of a laptop', () => {
  test('a store of a newer version is left alone, with a sentence that names it', () => {
    const home = folder();
    openStore(home).database.exec('PRAGMA user_version = 99');
    expect(() => openStore(home)).toThrow(/newer version of sf \(store version 99/);
  });

  test('a record of an older version keeps the branch that it merges into', () => {
    const home = folder();
    const before = openStore(home);
    const body = JSON.stringify({ pull_request: { base: 'main', base_sha: 'c' } });
    before.database.prepare('INSERT INTO record (urn, bootstrap_id, rev, body) VALUES (?, ?, 0, ?)').run('ds://a/b', 'x', body);
    before.database.exec('DROP TABLE answer; PRAGMA user_version = 3');
    before.close();
    const { database } = openStore(home);
    const row = Body.parse(database.prepare('SELECT body FROM record').get());
    expect(JSON.parse(row.body)).toEqual({ pull_request: { base_branch: 'main', base_sha: 'c' } });
  });

  test('a file that is no database is named', () => {
    const path = join(folder(), 'store.db');
    writeFileSync(path, 'this is not a database, and long enough to be looked at as one by anybody');
    expect(() => openDatabase(path, { durable: true, migrations: [] })).toThrow(/not a store that can be opened/);
  });

  test('only one process works on it', () => {
    const home = folder();
    openStore(home);
    const held = lockStore(home);
    expect(() => lockStore(home)).toThrow(/Another sf is working on/);
    held.release();
    lockStore(home).release();
  });

  test('a write that was cut off leaves nothing once it is repeated', async () => {
    const home = folder();
    const cutOff = createObjects(home, (phase) => {
      if (phase === 'before') throw new Error('killed');
    });
    await expect(cutOff.put('datasets/a/b.json', '{}')).rejects.toThrow('killed');
    const whole = createObjects(home);
    expect(await whole.get('datasets/a/b.json')).toBeUndefined();
    expect(readdirSync(join(home, 'datasets/a'))).toEqual(['.b.json.tmp']);
    await whole.put('datasets/a/b.json', '{}');
    expect(readdirSync(join(home, 'datasets/a'))).toEqual(['b.json']);
  });

  test('the making of the store is told before and after, and its opening is not', () => {
    const home = folder();
    const seen: string[] = [];
    for (const _ of [1, 2]) openStore(home, (phase, effect) => void seen.push(`${phase} ${effect.replace(home, '')}`)).database.close();
    expect(seen).toEqual(['before file /store.db', 'after file /store.db']);
  });

  test('deliveries that arrive together are one effect, and all or none of them is kept', async () => {
    const home = folder();
    const effects: string[] = [];
    const inbox = createInbox(openStore(home, (phase, effect) => void effects.push(`${phase} ${effect}`)));
    const delivery = { event: 'push', lane: '1', payload: '{}', receivedAt: '2026-02-15T10:00:00Z' };
    await Promise.all(['a', 'b', 'a'].map((guid) => inbox.accept({ ...delivery, guid })));
    expect(effects.slice(2, 4)).toEqual(['before 3 deliveries accepted', 'after 3 deliveries accepted']);

    const broken = createInbox(
      openStore(home, (phase) => {
        if (phase === 'before') throw new Error('the disk is gone');
      }),
    );
    const answers = await Promise.allSettled(['c', 'd'].map((guid) => broken.accept({ ...delivery, guid })));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await inbox.known(['a', 'b', 'c', 'd'])).toEqual(new Set(['a', 'b']));
  });

  test('an acceptance is promised when the disk has it; a claim and an end wait for nothing', async () => {
    const seen: string[] = [];
    const store = openStore(folder(), (phase, effect) => {
      if (!effect.startsWith('file')) seen.push(`${phase} ${effect}`);
    });
    const inbox = createInbox(store);
    await inbox.accept({ guid: 'a', event: 'push', lane: '1', payload: '{}', receivedAt: '2026-02-15T10:00:00Z' });
    seen.push('promised');
    await inbox.claim('w', '2026-02-15T10:00:00Z', 1000);
    await inbox.done('a', 'scanned', '2026-02-15T10:00:00Z');
    expect(seen.filter((each) => !/^before d/.test(each))).toEqual([
      'after delivery a accepted',
      'before store settled',
      'after store settled',
      'promised',
      'after delivery leased to w',
      'after delivery a done',
    ]);
    expect(store.database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    store.close();
  });

  test('what comes while the disk is busy is written together, and a log that cannot be synced accepts nothing', async () => {
    const effects: string[] = [];
    const home = folder();
    const store = openStore(home, (phase, effect) => void (phase === 'before' && effects.push(effect)));
    const inbox = createInbox(store);
    const accept = (guid: string) => inbox.accept({ guid, event: 'push', lane: '1', payload: '{}', receivedAt: '2026-02-15T10:00:00Z' });
    const first = accept('a');
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, accept('b'), accept('c')]);
    expect(effects.filter((effect) => effect.includes('accepted'))).toEqual(['delivery a accepted', '2 deliveries accepted']);
    store.close();

    const second = openStore(home);
    rmSync(join(home, 'store.db-wal'));
    const answer = createInbox(second).accept({ guid: 'd', event: 'push', lane: '1', payload: '{}', receivedAt: '2026-02-15T10:00:00Z' });
    await expect(answer).rejects.toThrow(/store.db-wal/);
  });

  test('the text of a delivery goes when it is done', async () => {
    const store = openStore(folder());
    const inbox = createInbox(store);
    await inbox.accept({ guid: 'a', event: 'push', lane: '1', payload: '{"secret":1}', receivedAt: '2026-02-15T10:00:00Z' });
    await inbox.done('a', 'scanned', '2026-02-15T10:00:01Z');
    expect(store.database.prepare('SELECT payload, said FROM inbox').all()).toEqual([{ payload: '', said: 'scanned' }]);
  });

  test('what was written is there when it is opened again', async () => {
    const home = folder();
    await createGraph(openStore(home)).upsertDataset('ds://gold/orders', 'sales', []);
    expect(await createGraph(openStore(home)).dataset('ds://gold/orders')).toEqual({ owner: 'sales', consumers: [] });
  });
});
