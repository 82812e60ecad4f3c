/** §4.3, §5.2, §5.5, §6.5 whole tables: gates, words of a scan, what is profiled and what is borrowed. */
import { describe, expect, test } from 'vitest';
import { decideProfiling } from '../../src/core/decide/profiling.js';
import { decideSyntheticVolume } from '../../src/core/decide/synthetic-baseline.js';
import { GATE_TABLE } from '../../src/core/gates.js';
import { FORMAT_OF_SCAN, formatOfScan } from '../../src/core/scan-words.js';
import { FORMATS, GATES } from '../../src/core/vocabulary.js';
import { bundle } from './decide/policy.rows.js';
import { days, listing } from './decide/profile.rows.js';

describe('gates', () => {
  test('every gate of the specification has a row, and no two say the same', () => {
    expect(Object.keys(GATE_TABLE).sort()).toEqual([...GATES].sort());
    expect(new Set(Object.values(GATE_TABLE).map((row) => row.pass)).size).toBe(GATES.length);
  });

  test.each([
    ['contract_lite', ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA']],
    ['freshness_slo', ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA', 'G5_FRESHNESS']],
  ] as const)('an empty bundle at %s has something to check for %s', (level, expected) => {
    expect(GATES.filter((gate) => GATE_TABLE[gate].hasSection(bundle(level)))).toEqual(expected);
  });
});

describe('words of a scan', () => {
  test('every word of dataset.yaml is a word of the scan', () => {
    for (const format of FORMATS) expect(formatOfScan(format)).toBe(format);
  });

  test.each([
    ['JSONL', 'json'],
    ['text', undefined],
    ['hdf5', undefined],
    ['jdbc', undefined],
    ['constructor', undefined],
  ])('format %s is %s', (word, format) => {
    expect(formatOfScan(word)).toBe(format);
  });

  test('the table is written in lower case', () => {
    for (const word of Object.keys(FORMAT_OF_SCAN)) expect(word).toBe(word.toLowerCase());
  });
});

test('§5.5 the borrowed volume is the median of the peers, its band three sigma wide', () => {
  const peers = [100, 200, 300, 400, 500].map((avgRows, index) => ({ urn: `ds://sales/t${index}`, tier: 'TIER_1' as const, avgRows }));
  const { value } = decideSyntheticVolume({ urn: 'ds://sales/new', tier: 'TIER_1', daysOfHistory: 1 }, peers, { domains: {} });
  expect(value.volume).toMatchObject({ median: 300, min: 100, max: 500, peers: 5, k: 3 });
  expect(value.volume?.stddev).toBeCloseTo(141.42, 2);
});

test('§5.2 the newest seven days are profiled, in whatever order they were listed', () => {
  const { value } = decideProfiling(listing(days(9).toReversed()));
  expect(value.partitions.map((each) => each.day).sort()).toEqual(
    days(9)
      .slice(2)
      .map((each) => each.day),
  );
});

test('§5.5 a dataset is not its own peer', () => {
  const peers = [1, 2, 3, 4, 5].map((index) => ({ urn: `ds://sales/t${index}`, tier: 'TIER_2' as const, avgRows: 10 }));
  expect(decideSyntheticVolume({ urn: 'ds://sales/t1', tier: 'TIER_2', daysOfHistory: 1 }, peers, { domains: {} }).rule).toBe(
    'synthetic/too-few-peers',
  );
});
