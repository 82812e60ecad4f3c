/** Which files are worth parsing: one call-shaped regular expression on the bytes read as latin-1, made from the table of verbs. */
import { DISTINCT_NAMES } from './verbs.js';

/** Other openings of a read or write: a writer or reader property, SQL text, a table by name. */
const SHAPES = [
  String.raw`\.\s*(?:write|writeStream|read|readStream)\s*(?:\.|\\|\)|\r?\n|$)`,
  String.raw`\b(?:spark\w*|snow(?:park|flake)\w*|sqlContext|hiveContext|session|sc|self|ctx)\s*\.\s*(?:sql|table)\s*\(`,
  String.raw`\.\s*sql\s*\(`,
  String.raw`(?:pq|parquet)\.read_table\s*\(`,
  String.raw`\bDeltaTable\s*[.(]`,
  String.raw`\.\s*load_table\s*\(|\b(?:import|from)\s+pyiceberg\b`,
  String.raw`\b(?:import|from)\s+duckdb\b`,
  String.raw`\bgoogle\.cloud(?:\.|\s+import\s+)bigquery\b`,
  String.raw`\bimport\s+dlt\b|\bpyspark(?:\.|\s+import\s+)pipelines\b`,
  String.raw`\bdask\.bag\b|\bfrom\s+dask\s+import\b`,
  String.raw`\.\s*execute\s*\(\s*(?:\w+\s*\.\s*)*text\s*\(`,
  String.raw`\bgetattr\s*\([^()\n]{0,80}(?:\.\s*(?:write|read)\b|["']to_)`,
  String.raw`%(?:%)?sql\b`,
  // A script that another program runs.
  String.raw`\bspark-submit\b|\b(?:subprocess|os)\s*\.\s*(?:run|call|check_call|check_output|Popen|system)\s*\([^()]{0,200}\.py\b`,
  String.raw`\bdbutils\s*\.\s*notebook\s*\.\s*run\s*\(`,
  // A program that makes jobs.
  String.raw`\baws_cdk\b`,
  // A dbt model in Python.
  String.raw`\bdef\s+model\s*\(\s*dbt\b`,
];

const UTF16 = /^(?:\xff\xfe|\xfe\xff|[^\0]\0[^\0]\0|\0[^\0]\0[^\0])/;

const names = DISTINCT_NAMES.toSorted().join('|');
/** Made from `verbs.ts`, so that no verb can be forgotten here. */
export const NEEDLES = new RegExp(`(?:\\b(?:${names})(?:\\s|\\\\)*(?:\\(|\\.))|${SHAPES.join('|')}`, 'm');

/** Of UTF-16 every other byte is NUL. */
export function mayTouchData(latin1: string): boolean {
  return NEEDLES.test(UTF16.test(latin1) ? latin1.replaceAll('\0', '') : latin1);
}
