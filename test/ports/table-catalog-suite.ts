/** What every `TableCatalog` must do, whoever fills it. */
import { describe, expect, test } from 'vitest';
import type { TableCatalog } from '../../src/ports.js';
import type { HeldTable } from './catalog-servers.js';

export type CatalogGround = {
  readonly catalog: TableCatalog;
  readonly hold: (table: HeldTable) => Promise<void>;
  /** From now on whoever asks is turned away. */
  readonly refuse: () => Promise<void>;
};

const ORDERS: HeldTable = {
  ...{ database: 'gold', table: 'orders', kind: 'table', format: 'parquet' },
  ...{ location: 's3://lake/gold/orders', partitionBy: ['day', 'country'] },
};
const name = (table: string, database = 'gold') => ({ database, table });

export function tableCatalogSuite(make: () => Promise<CatalogGround>, unreachable: () => TableCatalog): void {
  describe('table catalog', () => {
    test('says where a table lies, in which format and by which columns', async () => {
      const { catalog, hold } = await make();
      await hold(ORDERS);
      await hold({ ...ORDERS, table: 'events', format: 'delta', partitionBy: [] });
      const place = { kind: 'table', location: 's3://lake/gold/orders' };
      expect(await catalog.lookUp([name('orders'), name('events')])).toEqual([
        { kind: 'found', table: { ...place, format: 'parquet', partitionBy: ['day', 'country'] } },
        { kind: 'found', table: { ...place, format: 'delta', partitionBy: [] } },
      ]);
    });

    test('says that a view has no place', async () => {
      const { catalog, hold } = await make();
      await hold({ ...ORDERS, kind: 'view' });
      expect(await catalog.lookUp([name('orders')])).toEqual([{ kind: 'found', table: { kind: 'view', partitionBy: [] } }]);
    });

    test('answers each name in its place: a table or a database that is not there is absent', async () => {
      const { catalog, hold } = await make();
      await hold(ORDERS);
      const answers = await catalog.lookUp([name('none'), name('orders'), name('orders', 'nowhere'), name('orders')]);
      expect(answers.map(({ kind }) => kind)).toEqual(['absent', 'found', 'absent', 'found']);
      expect(await catalog.lookUp([])).toEqual([]);
    });

    test('passes on no place that holds a password', async () => {
      const { catalog, hold } = await make();
      await hold({ ...ORDERS, location: 's3://key:secret@lake/orders' });
      const [answer] = await catalog.lookUp([name('orders')]);
      expect(answer).toMatchObject({ kind: 'found' });
      expect(JSON.stringify(answer)).not.toContain('secret');
    });

    test('that turns us away is not read, which is another thing than absent', async () => {
      const { catalog, hold, refuse } = await make();
      await hold(ORDERS);
      await refuse();
      const answers = await catalog.lookUp([name('orders'), name('none')]);
      expect(answers.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
    });

    test('that is not there is not read', async () => {
      const [answer] = await unreachable().lookUp([name('orders')]);
      expect(answer).toMatchObject({ kind: 'unreadable', because: expect.stringMatching(/\w+/) });
    });
  });
}
