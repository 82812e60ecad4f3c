/** The embedded adapters, put through the suites of their ports, and what only they promise. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createObjects } from '../../src/adapters/local/objects.js';
import { openDatabase } from '../../src/adapters/local/sqlite.js';
import { createGraph, createRecords, createSlots, lockStore, openStore } from '../../src/adapters/local/store.js';
import { createWorkflow } from '../../src/adapters/local/workflow.js';
import { graphSuite, objectsSuite, recordsSuite, slotsSuite, workflowSuite } from './suites.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'autopilot-test-'));

recordsSuite(async () => createRecords(openStore(folder())));
workflowSuite(async () => createWorkflow(openStore(folder())));
slotsSuite(async () => createSlots(openStore(folder())));
graphSuite(async () => createGraph(openStore(folder())));
objectsSuite(async () => createObjects(folder()));

describe('the store of a laptop', () => {
  test('a store of a newer version is left alone, with a sentence that names it', () => {
    const home = folder();
    openStore(home).database.exec('PRAGMA user_version = 99');
    expect(() => openStore(home)).toThrow(/newer version of sf \(store version 99/);
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

  test('what was written is there when it is opened again', async () => {
    const home = folder();
    await createGraph(openStore(home)).upsertDataset('ds://gold/orders', 'sales', []);
    expect(await createGraph(openStore(home)).dataset('ds://gold/orders')).toEqual({ owner: 'sales', consumers: [] });
  });
});
