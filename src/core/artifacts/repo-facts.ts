/** Facts as they come back from a process that scans, or from the store. Strict: a field that is added to them and forgotten here is a loud mistake. */
import * as z from 'zod';
import { SourceRef } from '../evidence.js';
import type { RepoFacts } from '../facts.js';
import { FORMATS, PLATFORMS, RUNTIMES, UNRESOLVED_REASONS } from '../vocabulary.js';

const Count = z.int().min(0);
const Line = z.int().min(1);
const Texts = z.array(z.string());
const Runtime = z.enum(RUNTIMES);

const Read = z.strictObject({
  file: z.string(),
  line: Line,
  endLine: Line,
  cell: z.tuple([Count, Line]).exactOptional(),
  api: z.string(),
  format: z.string(),
  targets: Texts,
  resolution: z.enum(['full', 'partial', 'none']),
  dataset: z.boolean(),
  whyNot: z.string().exactOptional(),
  runtime: Runtime,
  confidence: z.number().min(0).max(1),
  via: z.array(SourceRef),
});
const Write = z.strictObject({ ...Read.shape, mode: z.string(), partitionBy: Texts });

const Model = z.strictObject({
  project: z.string(),
  file: z.string(),
  model: z.string(),
  materialized: z.string(),
  relation: z.string(),
  relationWhen: z.record(z.string(), z.string()),
  refs: Texts,
  refModels: Texts.exactOptional(),
  sources: Texts,
  sourceRelations: Texts.exactOptional(),
  viaMacro: Texts,
  owner: z.string().exactOptional(),
  tags: Texts.exactOptional(),
  ownerBy: z.literal('dbt_group').exactOptional(),
  dataset: z.boolean(),
  partitionBy: Texts,
  at: SourceRef,
});

const Schedule = z.strictObject({
  file: z.string(),
  line: Line,
  platform: z.enum(PLATFORMS),
  id: z.string(),
  schedule: z.string().nullable(),
  scheduleAsWritten: z.string().nullable(),
  timezone: z.string(),
  enabled: z.boolean(),
  owner: z.string().exactOptional(),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      runs: z.string().exactOptional(),
      owners: Texts.exactOptional(),
      lines: z.tuple([Line, Line]).exactOptional(),
      writes: z.array(Count),
      targets: z.array(z.strictObject({ write: Count, of: Texts })).exactOptional(),
      line: Line.exactOptional(),
    }),
  ),
});

/** Without what catalogs said: they are asked by those who have their passwords. */
export const ScannedFacts = z.strictObject({
  repository: z.string(),
  commit: z.string().nullable(),
  files: z.strictObject({ seen: Count, parsed: Count, cached: Count }),
  runtimes: z.array(z.strictObject({ path: z.string(), runtime: Runtime, evidence: SourceRef })),
  writes: z.array(Write),
  reads: z.array(Read),
  dbt: z.array(Model),
  schedules: z.array(Schedule),
  codeowners: z.strictObject({
    file: z.string().exactOptional(),
    rules: z.array(z.strictObject({ pattern: z.string(), owners: Texts, line: Line })),
  }),
  unresolved: z.array(z.strictObject({ ...SourceRef.shape, reason: z.enum(UNRESOLVED_REASONS), text: z.string() })),
  declared: z
    .array(z.strictObject({ name: z.string(), location: z.string(), format: z.string(), partitionBy: Texts, at: SourceRef }))
    .exactOptional(),
}) satisfies z.ZodType<RepoFacts>;

const Because = z.string();
const Answer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('found'),
    table: z.strictObject({
      kind: z.enum(['table', 'view']),
      location: z.string().exactOptional(),
      format: z.enum(FORMATS).exactOptional(),
      partitionBy: Texts,
    }),
  }),
  z.strictObject({ kind: z.literal('absent') }),
  z.strictObject({ kind: z.literal('unreadable'), because: Because }),
  z.strictObject({ kind: z.literal('left-out'), because: Because }),
]);

/** With what catalogs said. */
export const StoredFacts = z.strictObject({
  ...ScannedFacts.shape,
  asked: z.array(z.strictObject({ name: z.string(), catalog: z.string(), answer: Answer })).exactOptional(),
}) satisfies z.ZodType<RepoFacts>;
