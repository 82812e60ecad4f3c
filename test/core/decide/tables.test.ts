/** §4 to §10 every decision table, row by row, and no rule without a row. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { approvalRows, locationRows } from './approval.rows.js';
import { campaignRows } from './campaign.rows.js';
import { answerRows, autonomyRows, paceRows } from './forge.rows.js';
import * as policy from './policy.rows.js';
import * as profile from './profile.rows.js';
import * as registration from './registration.rows.js';
import type { Row } from './row.js';
import * as schedule from './schedule.rows.js';
import { writerRows } from './writer.rows.js';

const tables: Readonly<Record<string, readonly Row[]>> = {
  'urn, decision 0001': registration.urnRows,
  'owner §4.3': registration.ownerRows,
  'writer §4.3': writerRows,
  'tier §4.3': registration.tierRows,
  'enforcement §4.5': registration.enforcementRows,
  'storage §4.4': registration.storageRows,
  'orchestration §4.4': schedule.orchestrationRows,
  'slo §4.4': schedule.sloRows,
  'profiling §5.2, §5.3': profile.profilingRows,
  'confidence §5.2': profile.confidenceRows,
  'synthetic baseline §5.5': profile.syntheticRows,
  'refinement §5.5': profile.refinementRows,
  'enrichment §6.4': policy.enrichmentRows,
  'risk §8.2': policy.riskRows,
  'risk of what was found §8.2': policy.riskOfFindingsRows,
  'first proposal §6.2, §8.2, §8.3': policy.proposalRows,
  'merge §8.3': policy.mergeRows,
  'recovery §10.1': policy.recoveryRows,
  'approval §8.3': approvalRows,
  'location §4.4': locationRows,
  'pace §8.3': paceRows,
  'autonomy §8.3': autonomyRows,
  'answer §14.4': answerRows,
  'campaign §8.4': campaignRows,
};

describe.each(Object.entries(tables))('%s', (_, rows) => {
  test.each(rows.map((row) => [row.says, row] as const))('%s', (_says, row) => {
    const decision = row.decide();
    expect({ rule: decision.rule, value: decision.value }).toEqual({ rule: row.rule, value: row.value });
    expect(decision.because).toContain(row.because ?? '');
    expect(decision.because.length).toBeGreaterThan(10);
    expect(decision.because).not.toMatch(/undefined|NaN|\[object/);
  });
});

test('every rule of src/core/decide was reached by a row, and no row reached another', () => {
  const folder = new URL('../../../src/core/decide/', import.meta.url);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const written = sources.flatMap((text) => [...text.matchAll(/'([a-z][a-z0-9-]*\/[a-z0-9-]+)'/g)].map((match) => match[1]));
  const reached = Object.values(tables).flatMap((rows) => rows.map((row) => row.decide().rule));
  expect(written.length).toBeGreaterThan(60);
  expect([...new Set(reached)].sort()).toEqual([...new Set(written)].sort());
});
