/** decision 0001 customer values: what may be shown of a partition's folder, and what stands where it may not. */
import { describe, expect, it } from 'vitest';
import { partitionLabel, pathLabel } from '../../src/core/pii/partitions.js';

describe('partitionLabel', () => {
  it.each([
    ['all', 'all'],
    ['dt=2026-02-08', 'dt=2026-02-08'],
    ['dt=2026-02-08T10%3A00%3A00Z', 'dt=2026-02-08T10%3A00%3A00Z'],
    ['date_key=20260208', 'date_key=20260208'],
    ['2026-02-08', '2026-02-08'],
    ['year=2026/month=2/day=8', 'year=2026/month=2/day=8'],
    ['country=DE/hour=07', 'country=DE/hour=07'],
    ['region=eu-west-1', 'region=eu-west-1'],
    ['version=v3.1', 'version=v3.1'],
    ['store=__HIVE_DEFAULT_PARTITION__', 'store=__HIVE_DEFAULT_PARTITION__'],
    ['email=jane@example.com', 'email=#3'],
    ['email=jane%40example.com', 'email=#3'],
    ['region=jane@example.com', 'region=#3'],
    ['customer=jane', 'customer=#3'],
    ['customer_id=17', 'customer_id=#3'],
    ['p2=2125550001', 'p2=#3'],
    ['x=20260208', 'x=#3'],
    ['geburtsdatum=1951-02-08', 'geburtsdatum=#3'],
    ['dt=2026-02-08-jane', 'dt=2026-02-08#3'],
    ['2026-02-08 jane', '2026-02-08#3'],
    ['jane', '#3'],
    ['country=DE/user=jane', 'country=DE/user=#3'],
    ['a=b=c@d', 'a=#3'],
  ])('%s is called %s', (folders, label) => expect(partitionLabel(folders, 3)).toBe(label));
});

describe('pathLabel', () => {
  it.each([
    ['lake/gold/orders/dt=2026-02-08/part-0.parquet', 'lake/gold/orders/dt=2026-02-08/part-0.parquet'],
    ['lake/gold/orders/email=jane%40example.com/part-0.parquet', 'lake/gold/orders/email=…/part-0.parquet'],
    ['lake/gold/orders/jane@example.com.csv', 'lake/gold/orders/…'],
  ])('%s is shown as %s', (path, label) => expect(pathLabel(path)).toBe(label));
});
