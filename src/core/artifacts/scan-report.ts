/** §14 `sf-scan/1`: what `sf scan --format json` prints, field by field. */
import * as z from 'zod';
import { SourceRef } from '../evidence.js';
import { DatasetUrn } from '../urn.js';
import { ENFORCEMENT_MODELS, PLATFORMS, RUNTIMES, TIERS, UNRESOLVED_REASONS } from '../vocabulary.js';

const Line = z.int().min(1);

const Site = z.strictObject({
  file: z.string(),
  line: Line,
  end_line: Line,
  /** Notebooks: cell index and line in the cell; `line` is the raw line of the JSON. */
  cell: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
  api: z.string(),
  format: z.string(),
  targets: z.array(z.string()),
  resolution: z.enum(['full', 'partial', 'none']),
  dataset: z.boolean(),
  why_not: z.string().optional(),
  runtime: z.enum(RUNTIMES),
  urn: DatasetUrn.nullable(),
  /** Of a write with several targets: the dataset of each, in their order. `urn` is the first of them. */
  urns: z.array(DatasetUrn.nullable()).optional(),
  confidence: z.number().min(0).max(1),
  via: z.array(SourceRef),
});
const Write = Site.extend({ mode: z.string().nullable(), partition_by: z.array(z.string()) });

const DbtRow = z.strictObject({
  project: z.string(),
  file: z.string(),
  model: z.string(),
  materialized: z.string(),
  relation: z.string(),
  relation_when: z.record(z.string(), z.string()),
  refs: z.array(z.string()),
  sources: z.array(z.string()),
  via_macro: z.array(z.string()),
  owner: z.string().nullable(),
  dataset: z.boolean(),
});

const ScheduleRow = z.strictObject({
  file: z.string(),
  line: Line,
  platform: z.enum(PLATFORMS),
  id: z.string(),
  schedule: z.string().nullable(),
  schedule_as_written: z.string().nullable(),
  timezone: z.string(),
  enabled: z.boolean(),
  tasks: z.array(z.strictObject({ id: z.string(), runs: z.string().nullable(), writes: z.array(z.int().min(0)) })),
});

const DatasetRowOut = z.strictObject({
  urn: DatasetUrn.nullable(),
  runtime: z.enum(RUNTIMES),
  tier: z.enum(TIERS),
  enforcement_model: z.enum(ENFORCEMENT_MODELS),
  owner_team: z.string(),
  storage: z.strictObject({ location: z.string(), format: z.string(), partition_by: z.array(z.string()) }),
  orchestration: z.array(
    z.strictObject({ platform: z.enum(PLATFORMS), id: z.string(), schedule: z.string().nullable(), task: z.string().nullable() }),
  ),
  consumers: z.array(z.string()),
  decisions: z.array(z.strictObject({ rule: z.string(), value: z.unknown(), because: z.string() })),
  /** Where several files write it: all of them; `speaks` is the one that gives owner, runtime and format. */
  written_by: z.array(z.strictObject({ repository: z.string(), file: z.string(), line: Line, speaks: z.boolean() })).optional(),
  /** Indices into `writes`. */
  writes: z.array(z.int().min(0)),
});

export const ScanReport = z.strictObject({
  schema: z.literal('sf-scan/1'),
  commit: z.string().nullable(),
  files: z.strictObject({ seen: z.int().min(0), parsed: z.int().min(0), cached: z.int().min(0) }),
  runtimes: z.array(z.strictObject({ path: z.string(), runtime: z.enum(RUNTIMES), evidence: SourceRef })),
  writes: z.array(Write),
  reads: z.array(Site),
  dbt: z.array(DbtRow),
  schedules: z.array(ScheduleRow),
  datasets: z.array(DatasetRowOut),
  unresolved: z.array(z.strictObject({ reason: z.enum(UNRESOLVED_REASONS), file: z.string(), line: Line, text: z.string() })),
});
export type ScanReport = z.infer<typeof ScanReport>;
