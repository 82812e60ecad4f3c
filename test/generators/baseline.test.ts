/** §5.4, §5.5 baseline.json: the specification's figures, the three kinds, and what is never in it. */
import { describe, expect, it } from 'vitest';
import { type BaselineInput, draftBaseline } from '../../generators/baseline.js';
import { renderJson } from '../../generators/render/json.js';
import { Baseline } from '../../src/core/artifacts/baseline.js';
import type { ColumnState, Measurements, PartitionMeasurement, ProfilingPlan } from '../../src/core/measurements.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';

/** Seven days with the specification's mean, population deviation, minimum and maximum. */
const ROWS = [118200, 139939, 144263, 143631, 143457, 141160, 165800];
const DAYS = ['2026-02-08', '2026-02-09', '2026-02-10', '2026-02-11', '2026-02-12', '2026-02-13', '2026-02-14'];
const STAMP = { now: '2026-02-15T10:35:00Z', bootstrapId: 'boot-2026-02-15-001' };

function day(i: number): PartitionMeasurement {
  const rows = ROWS[i] ?? 0;
  const total: ColumnState = { nulls: 0, finite: rows, sum: rows * 50, mean: 50, m2: rows * 100, min: 1, max: 900 - i };
  const columns = {
    order_id: { nulls: 0, minLength: 10, maxLength: 10, sumLength: rows * 10 },
    customer_id: { nulls: Math.round(rows * 0.0002), minLength: 8, maxLength: 8, sumLength: rows * 8 },
    order_total: total,
    email: { nulls: Math.round(rows * 0.0312), minLength: 9, maxLength: 40, sumLength: rows * 20 },
    created_at: { nulls: 0, minTime: `${DAYS[i]}T00:00:00.000Z`, maxTime: `${DAYS[i]}T23:59:59.000Z` },
  };
  return { partition: `dt=${DAYS[i]}`, day: DAYS[i] ?? '', rows, columns };
}

function measurements(n: number): Measurements {
  return {
    engine: 'duckdb',
    columns: [
      { name: 'order_id', canonicalType: 'string', nullable: false },
      { name: 'customer_id', canonicalType: 'string', nullable: false },
      { name: 'order_total', canonicalType: 'decimal(12,2)', nullable: false },
      { name: 'email', canonicalType: 'string', nullable: true },
      { name: 'created_at', canonicalType: 'timestamp', nullable: true },
    ],
    partitionBy: ['dt'],
    partitions: Array.from({ length: n }, (_, i) => day(i)),
    histograms: { order_total: { edges: [1, 450, 900], counts: [900000, 96450] } },
    distinct: {
      order_id: { estimate: 996450, standardError: 0.01, method: 'theta' },
      order_total: { estimate: 40000, standardError: 0, method: 'exact' },
    },
    pii: [
      { column: 'email', pattern: 'EMAIL', sampled: 1000, matched: 998, name: 1 },
      { column: 'customer_id', pattern: 'PHONE', sampled: 1000, matched: 700, name: 0 },
    ],
    piiValues: { order_id: 1000, customer_id: 1000, email: 1000 },
    leftOut: [],
    sampleFraction: 1,
  };
}

const named = (name: string) => ({ name, canonicalType: 'string', nullable: true });
const plan = (kind: ProfilingPlan['kind']): ProfilingPlan => ({ kind, engine: 'duckdb', sampleFraction: 1, partitions: [] });
const input = (over: Partial<BaselineInput> = {}): BaselineInput => ({
  urn: 'ds://curated/orders_enriched',
  stamp: STAMP,
  plan: plan('full'),
  measurements: measurements(7),
  settings: DEFAULT_SETTINGS,
  ...over,
});

describe('a full baseline', () => {
  const baseline = draftBaseline(input());

  it('gives the figures of the specification to the digit', () => {
    expect(baseline).toMatchObject({
      dataset_urn: 'ds://curated/orders_enriched',
      bootstrap_id: 'boot-2026-02-15-001',
      profiling_metadata: {
        profiled_at: '2026-02-15T10:35:00Z',
        partitions_sampled: 7,
        date_range: ['2026-02-08', '2026-02-14'],
        total_rows_sampled: 996450,
        is_synthetic: false,
        confidence: 'HIGH',
      },
      volume: {
        avg_row_count: 142350,
        stddev_row_count: 12800,
        min_row_count: 118200,
        max_row_count: 165800,
        anomaly_lower_bound: 116750,
        anomaly_upper_bound: 167950,
      },
    });
  });

  it('says how often the two-sigma band is wrong, and gives one that is not', () => {
    expect(baseline.volume).toMatchObject({ method: 'sigma', k: 2, n: 7, expected_false_alarm_rate: 0.134, alerting: 'on' });
    expect(baseline.volume?.calibrated_bounds?.expected_false_alarm_rate).toBe(0.0027);
    expect(baseline.volume?.calibrated_bounds?.lower).toBeLessThan(116750);
  });

  it('describes columns by family, null rate and the declared state', () => {
    expect(
      baseline.schema?.columns.map(({ name, type, nullable, null_rate }) => [name, type, nullable, Number(null_rate.toFixed(4))]),
    ).toEqual([
      ['order_id', 'STRING', false, 0],
      ['customer_id', 'STRING', false, 0.0002],
      ['order_total', 'DECIMAL', false, 0],
      ['email', 'STRING', true, 0.0312],
      ['created_at', 'TIMESTAMP', true, 0],
    ]);
    expect(baseline.schema?.columns[2]).toMatchObject({
      numeric: { min: 1, max: 900, mean: 50, stddev: 10 },
      histogram: { edges: [1, 450, 900] },
    });
    expect(baseline.schema?.columns[4]).toMatchObject({ temporal: { min: '2026-02-08T00:00:00.000Z', max: '2026-02-14T23:59:59.000Z' } });
  });

  it('lists personal data it is sure of, and what needs a look beside it', () => {
    expect(baseline.pii_scan).toEqual({
      columns_with_pii: ['email'],
      pii_patterns_detected: { email: { pattern: 'EMAIL', confidence: 0.99 } },
      needs_a_look: { customer_id: { pattern: 'PHONE', confidence: 0.67 } },
      values_sampled: 3000,
      looked_at: {
        order_id: { values: 1000, matched: 0 },
        customer_id: { values: 1000, matched: 700 },
        email: { values: 1000, matched: 998 },
      },
    });
    const suppressed = baseline.schema?.columns.map(({ name, suppressed: why }) => [name, why]);
    expect(suppressed).toEqual([
      ['order_id', 'identifier'],
      ['customer_id', 'pii'],
      ['order_total', undefined],
      ['email', 'pii'],
      ['created_at', undefined],
    ]);
  });

  it('asks for a look at a column of text that is called like the name of a person', () => {
    const seen = measurements(7);
    const columns = [...seen.columns, ...['full_name', 'last_name', 'empty_name', 'first_name'].map(named)];
    const piiValues = { ...seen.piiValues, full_name: 1000, first_name: 1000, last_name: 0 };
    const pii = [...seen.pii, { column: 'first_name', pattern: 'EMAIL', sampled: 1000, matched: 998, name: 0 } as const];
    const { pii_scan: scan } = draftBaseline(input({ measurements: { ...seen, columns, piiValues, pii } }));
    expect(scan.needs_a_look).toEqual({
      customer_id: { pattern: 'PHONE', confidence: 0.67 },
      full_name: { pattern: 'NAME', confidence: 0.5 },
    });
    expect(scan.columns_with_pii).toEqual(['email', 'first_name']);
  });

  it('is the same bytes for the same facts, and reads back', () => {
    const text = renderJson(baseline);
    expect(renderJson(draftBaseline(input()))).toBe(text);
    expect(Baseline.parse(JSON.parse(text))).toEqual(baseline);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).toContain('    "date_range": ["2026-02-08", "2026-02-14"],');
  });
});

describe('values', () => {
  it('stay inside when the organisation says so', () => {
    const text = renderJson(draftBaseline(input({ settings: { show_values: false } })));
    for (const word of ['"numeric"', '"temporal"', '"histogram"']) expect(text).not.toContain(word);
    expect(text).toContain('"suppressed": "switched_off"');
  });
  it('stay inside below twenty rows', () => {
    const few = measurements(3);
    const partitions = few.partitions.map(({ columns, ...partition }) => ({
      ...partition,
      rows: 6,
      columns: Object.fromEntries(Object.entries(columns).map(([name, state]) => [name, { ...state, nulls: 0 }])),
    }));
    const column = draftBaseline(input({ plan: plan('provisional'), measurements: { ...few, partitions } })).schema?.columns[2];
    expect(column).toMatchObject({ suppressed: 'few_rows' });
    expect(column).not.toHaveProperty('numeric');
  });
});

describe('the kinds', () => {
  it.each([
    [7, 'full', 'HIGH', undefined],
    [6, 'full', 'MEDIUM', true],
    [5, 'provisional', 'MEDIUM', true],
    [2, 'full', 'LOW', true],
  ] as const)('%i partitions of a %s plan: %s', (n, kind, confidence, provisional) => {
    const { profiling_metadata: meta } = draftBaseline(input({ plan: plan(kind), measurements: measurements(n) }));
    expect([meta.confidence, meta.provisional, meta.is_synthetic]).toEqual([confidence, provisional, false]);
  });

  it('borrows volume from peers, three sigma wide', () => {
    const borrowedVolume = { median: 1000, stddev: 100, min: 10, max: 5000, peers: 6, k: 3 };
    const baseline = draftBaseline(input({ plan: plan('synthetic'), measurements: measurements(1), borrowedVolume }));
    expect(baseline.volume).toMatchObject({
      avg_row_count: 1000,
      anomaly_lower_bound: 700,
      anomaly_upper_bound: 1300,
      k: 3,
      n: 6,
      method: 'synthetic_median',
      alerting: 'wide',
    });
    expect(baseline.profiling_metadata).toMatchObject({ is_synthetic: true, confidence: 'LOW', partitions_sampled: 1 });
  });

  it('has neither volume nor schema without history and peers', () => {
    const baseline = draftBaseline(input({ plan: plan('synthetic'), measurements: undefined }));
    expect(baseline.profiling_metadata).toMatchObject({ is_synthetic: true, confidence: 'LOW', date_range: null, total_rows_sampled: 0 });
    expect(baseline.volume).toBeUndefined();
    expect(baseline.schema).toBeUndefined();
  });

  it.each([
    ['seven days of forty rows are not HIGH', 40, 'MEDIUM'],
    ['seven days of four rows are LOW', 4, 'LOW'],
    ['seven days of fifty are HIGH', 50, 'HIGH'],
  ])('counts rows for its confidence: %s', (_, rows, confidence) => {
    const seen = measurements(7);
    const partitions = seen.partitions.map((partition) => ({ ...partition, rows, columns: {} }));
    const { profiling_metadata: meta } = draftBaseline(input({ measurements: { ...seen, partitions } }));
    // All seven days are there: nothing to wait for.
    expect([meta.confidence, meta.provisional]).toEqual([confidence, undefined]);
  });

  it('claims no columns of files without a row', () => {
    const seen = measurements(2);
    const partitions = seen.partitions.map((partition) => ({ ...partition, rows: 0 }));
    const baseline = draftBaseline(input({ plan: plan('synthetic'), measurements: { ...seen, partitions } }));
    expect(baseline.schema).toBeUndefined();
    expect(baseline.partitions).toHaveLength(2);
  });

  it('needs measurements to be computed', () => {
    expect(() => draftBaseline(input({ measurements: undefined }))).toThrow('needs measurements');
  });

  it('reports what was left out and the share of a sample', () => {
    const full = measurements(7);
    const sampled = full.partitions.map((partition) => ({
      ...partition,
      rowsRead: 1000,
      columns: { ...partition.columns, email: { nulls: 250 } },
    }));
    const left = [{ partition: 'dt=2026-02-07', reason: 'another schema' }];
    const baseline = draftBaseline(input({ measurements: { ...full, partitions: sampled, leftOut: left } }));
    expect(baseline.profiling_metadata).toMatchObject({ total_rows_sampled: 7000, left_out: left });
    expect(baseline.schema?.columns[3]?.null_rate).toBe(0.25);
    expect(baseline.volume?.avg_row_count).toBe(142350);
  });
});

describe('renderJson', () => {
  it.each([
    [{}, '{}\n'],
    [{ a: undefined }, '{}\n'],
    [{ a: [], b: {} }, '{\n  "a": [],\n  "b": {}\n}\n'],
    [{ a: { b: { c: 1 } } }, '{\n  "a": {\n    "b": { "c": 1 }\n  }\n}\n'],
    [{ 'k"': 'line\nbreak' }, '{\n  "k\\"": "line\\nbreak"\n}\n'],
  ])('row %#', (value, text) => expect(renderJson(value)).toBe(text));
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %f', (value) => expect(() => renderJson({ value })).toThrow('not a JSON value'));
});
