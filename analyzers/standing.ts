/** §4.3 What is written and yet is no dataset: buffers, temporary files, tests, documentation, models. */
import type { Unit } from './targets/program.js';
import { fullText, printTemplate, type Template } from './targets/template.js';

const BUFFER =
  /^(?:BytesIO|StringIO|TextIOWrapper|buffer|buf|stdout|stderr|sys\.stdout|output_buffer|csv_buffer|parquet_buffer|tmp|temp_file|tmp_file)$|_buffer$|_buf$/i;
const TEMPORARY =
  /^(?:mkdtemp|mkstemp|gettempdir|TemporaryDirectory|NamedTemporaryFile|TemporaryFile|SpooledTemporaryFile|tmpdir|tmp_path|temp_dir|tmp_dir|tmpdirname|temp_path|temp_file)$/;
const TEMP_PATH = /^(?:file:(?:\/\/)?|dbfs:(?:\/\/)?|\/dbfs)?\/(?:tmp|temp|var\/tmp)(?:\/|$)/i;
const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.(?:py|ipynb)$/;
const TEST_FOLDER = /(?:^|\/)(?:tests?|unit_?tests?|integration_?tests?|testing)\//i;
const EXAMPLE_FOLDER = /(?:^|\/)(?:docs?|examples?|tutorials?)\//i;
/** A table that is there for the time of the job: `x__temp`, `global_temp.x`. */
const TEMP_TABLE = /^global_temp\.|(?:^|[._])_*(?:te?mp|temporary)$/i;
/** A file in the folder where the job happens to run: nobody else finds it there. */
const WORKING_FOLDER = /^(?:\.\.?\/.*|[^/{}:]+\.(?:csv|tsv|json|jsonl|xlsx?|txt|parquet|feather|pkl))$/;
/** Chapters of a course: `4-storage/1-partitions/`. */
const CHAPTERS = /(?:^|\/)\d+[-_. ][^/]*\/(?:[^/]+\/)*\d+[-_. ][^/]*\//;
const TEST_TARGET = /^\.?\/?tests?\//;
const SETTINGS_FILE = /\.(?:sql|json|ya?ml|conf|ini|toml|properties)$/i;
/** Sources and sinks that keep nothing. */
const STREAMS = new Set(['kafka', 'socket', 'rate', 'kinesis', 'eventhubs', 'pubsub']);
/** Kept by a database of its own, not in the lake. */
const DATABASES = new Set([
  'jdbc',
  'dynamodb',
  'mongodb',
  'documentdb',
  'elasticsearch',
  'opensearch',
  'postgresql',
  'mysql',
  'sqlserver',
  'oracle',
]);
const PICTURE = /\.(?:png|jpe?g|svg|pdf|html?)$/i;

export type Standing = {
  readonly effect: 'write' | 'read';
  readonly format: string;
  readonly templates: readonly Template[];
  readonly unit: Unit;
};

export function whyNotDataset({ effect, format, templates, unit }: Standing): string | undefined {
  if (isTestFile(unit)) return 'test';
  if (STREAMS.has(format)) return 'stream';
  if (effect === 'write' && DATABASES.has(format)) return 'database';
  if (effect === 'read' && format === 'text' && templates.length > 0 && templates.every((one) => SETTINGS_FILE.test(printTemplate(one))))
    return 'settings';
  if (EXAMPLE_FOLDER.test(unit.path) || CHAPTERS.test(unit.path)) return 'example';
  const reasons = templates.map((template) => whyNotTarget(template, effect) ?? whyNotPlace(template, { effect, format }));
  return reasons.length > 0 && reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

function whyNotTarget(template: Template, effect: 'write' | 'read'): string | undefined {
  const [first] = template.parts;
  if (first === undefined) return undefined;
  const only = template.parts.length === 1;
  if (typeof first !== 'string') {
    if (only && first.kind === 'opaque' && BUFFER.test(first.name)) return 'buffer';
    if (TEMPORARY.test(first.name)) return 'temp';
  }
  if (TEMP_PATH.test(printTemplate(template))) return 'temp';
  const full = fullText(template);
  if (effect === 'write' && full !== undefined && TEST_TARGET.test(full)) return 'test';
  if (full !== undefined && PICTURE.test(full)) return 'plot';
  return undefined;
}

function whyNotPlace(template: Template, { effect, format }: Pick<Standing, 'effect' | 'format'>): string | undefined {
  const printed = printTemplate(template);
  if (format === 'table') return TEMP_TABLE.test(printed.replaceAll('`', '')) ? 'temp' : undefined;
  if (effect === 'read' && printed.startsWith('{code_folder}/')) return 'bundled';
  return effect === 'write' && fullText(template) !== undefined && WORKING_FOLDER.test(printed) ? 'local' : undefined;
}

/** A file that a test runner collects, by its name alone. */
export function isTestName(path: string): boolean {
  return TEST_FILE.test(path);
}

/** Asked at every call of a file. */
const TESTS = new WeakMap<Unit, boolean>();

/** A file that a test runner collects, or one beside tests that has nothing to run by itself. */
export function isTestFile(unit: Unit): boolean {
  const known = TESTS.get(unit);
  if (known !== undefined) return known;
  const isTest = isTestName(unit.path) || (TEST_FOLDER.test(unit.path) && hasTests(unit));
  TESTS.set(unit, isTest);
  return isTest;
}

function hasTests(unit: Unit): boolean {
  const imports = unit.facts.imports.some((one) => /^(?:pytest|unittest|mock|chispa|moto)\b/.test(one.module));
  const tests = unit.facts.scopes.some(
    (scope) => (scope.kind === 'def' && scope.name.startsWith('test_')) || (scope.kind === 'class' && scope.name.startsWith('Test')),
  );
  const runs = unit.facts.main || unit.facts.scopes.some((scope) => scope.kind === 'def' && /^(?:main|run)$/.test(scope.name));
  return imports || tests || !runs;
}
