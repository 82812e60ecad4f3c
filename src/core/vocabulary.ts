/** §4.4, §6.5, §3.1: every closed word list of the specification, once. Types are derived from the lists. */

export const RUNTIMES = ['spark', 'python', 'dask', 'dbt', 'glue'] as const;
export type Runtime = (typeof RUNTIMES)[number];

export const TIERS = ['TIER_1', 'TIER_2', 'TIER_3'] as const;
export type Tier = (typeof TIERS)[number];

/** Storage formats a manifest may name. `table` means only a catalog name is known. */
export const FORMATS = ['delta', 'iceberg', 'parquet', 'csv', 'json', 'orc', 'hudi', 'avro', 'table'] as const;
export type Format = (typeof FORMATS)[number];

export const LAYERS = ['bronze', 'silver', 'gold', 'staging', 'quarantine'] as const;
export type Layer = (typeof LAYERS)[number];

export const PLATFORMS = [
  'airflow',
  'step_functions',
  'dagster',
  'prefect',
  'glue',
  'eventbridge',
  'cron',
  'kubernetes',
  'github_actions',
  'dag_factory',
  'databricks',
] as const;
export type Platform = (typeof PLATFORMS)[number];

export const ENFORCEMENT_MODELS = ['inline_sdk', 'post_write'] as const;
export type EnforcementModel = (typeof ENFORCEMENT_MODELS)[number];

export const ENRICHMENT_LEVELS = ['contract_lite', 'volume_baseline', 'freshness_slo', 'full_contract', 'advanced'] as const;
export type EnrichmentLevel = (typeof ENRICHMENT_LEVELS)[number];

/** Gate ids exactly as §6.5 spells them; what each one checks is `src/core/gates.ts`. */
export const GATES = [
  'G1_RESOLUTION',
  'G2_IDENTITY',
  'G3_SCHEMA',
  'G4_CONTRACT',
  'G5_FRESHNESS',
  'G5_PII',
  'G6_VOLUME',
  'DQ_CHECKS',
] as const;
export type Gate = (typeof GATES)[number];

export const CONFIDENCES = ['HIGH', 'MEDIUM', 'LOW'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const PII_PATTERNS = ['EMAIL', 'PHONE', 'SSN', 'ADDRESS'] as const;
/** What a person is asked to look at: the patterns, and names of people, which no pattern tells. */
export const PII_LOOKS = [...PII_PATTERNS, 'NAME'] as const;
export type PiiPattern = (typeof PII_PATTERNS)[number];

export const PII_ACTIONS = ['tokenize', 'mask', 'redact'] as const;
export type PiiAction = (typeof PII_ACTIONS)[number];

export const RISKS = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type Risk = (typeof RISKS)[number];

/** The states of a bootstrap (§3.1 and what §10 adds); edges are in `src/core/lifecycle.ts`. */
export const BOOTSTRAP_STATES = [
  'REGISTERED',
  'PROFILING_QUEUED',
  'PROFILING',
  'PROFILING_FAILED',
  'PROFILED',
  'POLICY_PENDING',
  'POLICY_REJECTED',
  'POLICY_APPROVED',
  'POLICY_SIGNED',
  'CERTIFYING',
  'CERT_DEFERRED',
  'SIGNAL_READY',
  'ESCALATED',
  'CANCELLED',
  'ROLLING_BACK',
  'ROLLED_BACK',
] as const;
export type BootstrapState = (typeof BOOTSTRAP_STATES)[number];

/** Words of `steps.*.status` in the state record, not to be mixed up with the states of the machine. */
export const STEP_STATUSES = ['NOT_STARTED', 'IN_PROGRESS', 'PENDING_APPROVAL', 'COMPLETED', 'FAILED', 'DEFERRED'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const CERTIFICATION_STATUSES = ['CERTIFIED', 'STALE', 'REVOKED'] as const;
export type CertificationStatus = (typeof CERTIFICATION_STATUSES)[number];

/** Who proposed a rule of a policy. */
export const RULE_ORIGINS = ['heuristic', 'llm', 'reviewer', 'dbt_test'] as const;
export type RuleOrigin = (typeof RULE_ORIGINS)[number];

/** Why something that was seen could not be understood. A closed list: reports are grouped by it. */
export const UNRESOLVED_REASONS = [
  'dynamic-target',
  'dynamic-sql',
  'dynamic-schedule',
  'unreadable-file',
  'broken-yaml',
  'broken-toml',
  'broken-json',
  'broken-hcl',
  'broken-jinja',
  'parse-timeout',
  'parse-error',
  'too-large',
  'too-deep',
  'line-too-long',
  'scan-fault',
  'invalid-codeowners-line',
  'ambiguous-import',
  'ambiguous-config',
  'too-many-values',
  'unreadable-catalog',
] as const;
export type UnresolvedReason = (typeof UNRESOLVED_REASONS)[number];
