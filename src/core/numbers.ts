/** Every number of the specification with its section. One that an organisation may change is a default of `settings.ts`. */

/** §3.1 fleet-wide profiling slots (leases), not bootstraps. */
export const PROFILING_SLOTS = 20;
/** §3.1 retries after the first profiling run: four runs in all. */
export const PROFILING_RETRIES = 3;
/** §10.1 policy drafts before a person is asked. */
export const POLICY_ATTEMPTS = 3;
/** A bootstrap that waited this long for a person or for data is escalated. */
export const ESCALATE_AFTER_DAYS = 30;

/** §5.2 newest partitions that are profiled. */
export const PARTITIONS_PROFILED = 7;
/** §5.2 fewer days than this: synthetic. */
export const SYNTHETIC_BELOW_DAYS = 3;
/**
 * §5.2 rows behind a confidence of HIGH, and of MEDIUM: a fault that none of n rows shows may still be in 3/n of them (rule of
 * three), so 300 rows leave room for 1 in 100 and 30 for 1 in 10. Days alone do not make up for it.
 */
export const HIGH_CONFIDENCE_ROWS = 300;
export const MEDIUM_CONFIDENCE_ROWS = 30;
/** §5.2, §5.5 real runs after which a synthetic or provisional baseline is replaced. */
export const REFINE_AFTER_RUNS = 7;
/** §5.3 rows a day: below DuckDB, above Spark. */
export const SPARK_FROM_ROWS_PER_DAY = 1_000_000;
/** §5.3 rows a day: above this Spark reads a sample. */
export const SAMPLE_FROM_ROWS_PER_DAY = 100_000_000;
/** §5.3, §10.1 share of rows in a sampled run. */
export const SAMPLE_FRACTION = 0.1;
/** §5.5 domains with fewer peers fall back to the tier. */
export const DOMAIN_PEERS = 5;

/** §5.5 width of the volume band in population standard deviations. */
export const SIGMA_COMPUTED = 2;
export const SIGMA_SYNTHETIC = 3;

/**
 * §8.2 a first rule that would have fired on this share of the partitions it was made from is judged by a person. One day of
 * seven may be an older layout that has gone; one of five is no longer an exception.
 */
export const ASK_FROM_FIRED_SHARE = 0.2;

/** §6.3 a column with fewer nulls than this is required. */
export const REQUIRED_NULL_RATE = 0.001;
/**
 * A limit on missing values that lies this far above the worst day says nothing and is no check: half of a column could be
 * lost overnight without a word. Few rows a day make it so wide; at 100 % it could never fire.
 */
export const NULL_LIMIT_SAYS_NOTHING = 0.5;
/** Rows without a single null before the rule of three puts the rate below §6.3's 0.1 %. */
export const NOT_NULL_SUPPORT_ROWS = 3000;
/** Rows below which no bound or enumeration of a column is shown. */
export const SUPPRESS_BELOW_ROWS = 20;

/** §4.3 referenced by more than this many consumers: Tier-2. */
export const TIER_2_ABOVE_CONSUMERS = 3;

/** §8.3 */
export const AUTO_MERGE_AFTER_HOURS = 48;
export const MERGE_SLA_BUSINESS_DAYS = { TIER_1: 5, TIER_2: 10 } as const;

/** §6.5 performance budget. */
export const GATE_TIMEOUT_MS = 10_000;
export const VALIDATION_BUDGET_PCT = 5;
export const PII_SCAN_TIMEOUT_MS = 10_000;

export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 24 * MS_PER_HOUR;

/** §10.1 rounds of profiling a bootstrap may take because the schema moved under it. */
export const PROFILE_ROUNDS = 3;
/** §4.4 when a dataset is due whose schedule nobody wrote down. */
export const UNSCHEDULED_UPDATE_BY = {
  TIER_1: '06:00 UTC daily',
  TIER_2: '12:00 UTC daily',
  TIER_3: '18:00 UTC daily',
} as const;
/** §5.3 rows are estimated from bytes where the format does not count them. */
export const ASSUMED_BYTES_PER_ROW = 100;
/** §6.4 full contracts start in this week, advanced rules in the other. */
export const FULL_CONTRACT_FROM_WEEK = 4;
export const ADVANCED_FROM_WEEK = 6;
/** §6.4 real runs behind an advanced rule: five weeks of days. */
export const ADVANCED_AFTER_RUNS = 35;
/** §8.3 a Tier-3 change that a person must judge has the longest of the review times. */
export const TIER_3_REVIEW_BUSINESS_DAYS = 10;
/** Two-sided 95 % of the normal distribution. */
export const Z_95 = 1.959963984540054;
/** Chance that the calibrated volume band, the one that is checked, calls a normal day abnormal: one alarm a year and dataset. */
export const CALIBRATED_FALSE_ALARM_RATE = 0.0027;
/** A column is listed as PII from the first, and "needs a look" from the second. */
export const PII_LIST_CONFIDENCE = 0.85;
export const PII_LOOK_CONFIDENCE = 0.5;
/** Rows and distinct values per column that the PII scan reads. */
export const PII_SAMPLE_ROWS = 10_000;
export const PII_SAMPLE_VALUES = 1_000;
/** Columns in one aggregate query. */
export const COLUMNS_PER_QUERY = 64;
/** Distinct counts up to this many are exact. */
export const EXACT_DISTINCT_BELOW = 5_000;
/** Open pull requests of ours in one repository, and how many may be opened there in an hour. */
export const OPEN_PER_REPOSITORY = 5;
export const OPENED_PER_REPOSITORY_AND_HOUR = 5;
/** Half of the 500 content-creating calls an hour that GitHub documents; the other half is for people's commands. */
export const CONTENT_PER_HOUR = 250;
/** Commands of one person that are answered within an hour. */
export const ANSWERS_PER_PERSON_AND_HOUR = 10;
/** Of those calls one pull request takes to open (tree, commit, branch, pull request, label, reviewers, the gate's check) … */
export const CONTENT_TO_OPEN = 7;
/** … and to be signed and merged (tree, commit, the check of the new head, the merge). */
export const CONTENT_TO_MERGE = 4;
/** How long one answer of a table catalog is waited for, and how many names of one scan it is asked. */
export const CATALOG_TIMEOUT_SECONDS = 10;
export const CATALOG_NAMES = 500;
/** Names a catalog is asked at once; where not one of them is answered, no further ones are asked. */
export const CATALOG_BATCH = 8;
/** A snapshot older than this is taken again before a merge. */
export const SNAPSHOT_MAX_AGE_MS = 10_000;
/** How long a condition that could not be seen is left before it is looked at again. */
export const LOOK_AGAIN_MS = 5 * 60_000;
/** One merge at a time into a branch; a merge call that takes longer than this is given up by whoever made it. */
export const MERGE_LEASE_MS = 2 * 60_000;
/** How long the checks of a base branch are read as an answer to a merge of ours, and how long a revert of it is looked for. */
export const MERGE_CHECKS_WATCHED_MS = 24 * MS_PER_HOUR;
export const MERGE_WATCHED_MS = 7 * MS_PER_DAY;
