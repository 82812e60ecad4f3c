/** §4.3 What is written and yet is no dataset: buffers, temporary files, tests, documentation, models. */
import type { Verdict } from '../src/core/origin.js';
import type { Unit } from './targets/program.js';
import { fullText, printTemplate, type Template } from './templates/template.js';

const BUFFER =
  /^(?:BytesIO|StringIO|TextIOWrapper|ZipFile|buffer|buf|stdout|stderr|sys\.stdout|output_buffer|csv_buffer|parquet_buffer|tmp|temp_file|tmp_file)$|_buffer$|_buf$/i;
const TEMPORARY =
  /^(?:mkdtemp|mkstemp|gettempdir|TemporaryDirectory|NamedTemporaryFile|TemporaryFile|SpooledTemporaryFile|tmpdir|tmp_path|temp_dir|tmp_dir|tmpdirname|temp_path|temp_file)$/;
const TEMP_PATH = /^(?:file:(?:\/\/)?|dbfs:(?:\/\/)?|\/dbfs)?\/(?:tmp|temp|var\/tmp)(?:\/|$)/i;
/** What is kept there is made again at any time. */
const CACHE_PATH = /(?:^|\/)\.cache\//;
const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.(?:py|ipynb)$/;
const TEST_FOLDER = /(?:^|\/)(?:tests?|unit_?tests?|integration_?tests?|testing)\//i;
const EXAMPLE_FOLDER = /(?:^|\/)(?:docs?|examples?|tutorials?)\//i;
/** A table that is there for the time of the job: `x__temp`, `global_temp.x`. */
const TEMP_TABLE = /^global_temp\.|(?:^|[._])(?:te?mp|temporary)$/i;
/** A file of text in the folder where the job happens to run itself: nobody else finds it there. A folder of its own is kept for somebody. */
const WORKING_FOLDER = /^(?:\.\/)?[^/{}:]+\.(?:csv|tsv|json|jsonl|xlsx?|txt|pkl)$/;
/** Chapters of a course: `4-storage/1-partitions/`. */
const CHAPTERS = /(?:^|\/)\d+[-_. ][^/]*\/(?:[^/]+\/)*\d+[-_. ][^/]*\//;
const TEST_TARGET = /^\.?\/?tests?\//;
/** Not `*.json`: files of one kind are data. */
const SETTINGS_FILE = /^[^*]*\.(?:sql|json|ya?ml|conf|ini|toml|properties)$/i;
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

/** Undefined where nothing speaks against a dataset. */
export function whyNotDataset({ effect, format, templates, unit }: Standing): Verdict | undefined {
  if (isTestFile(unit))
    return because('test', 'its file is one that a test runner collects, or lies beside tests and runs nothing by itself');
  if (STREAMS.has(format)) return because('stream', `${format} keeps nothing that could be read again later`);
  if (effect === 'write' && DATABASES.has(format)) return because('database', `${format} is a database of its own, outside the lake`);
  if (effect === 'read' && format === 'text' && templates.length > 0 && templates.every((one) => SETTINGS_FILE.test(printTemplate(one))))
    return because('settings', 'a text file with the ending of settings or statements tells a job what to do');
  if (EXAMPLE_FOLDER.test(unit.path)) return because('example', 'its file lies in a folder of documentation or examples');
  if (CHAPTERS.test(unit.path)) return because('example', 'its file lies in numbered folders, as chapters of a course do');
  const reasons = templates.map((template) => whyNotTarget(template, effect) ?? whyNotPlace(template, { effect, format }));
  return reasons.length > 0 && reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

function because(why: string, reason: string): Verdict {
  return { why, because: reason };
}

function whyNotTarget(template: Template, effect: 'write' | 'read'): Verdict | undefined {
  const [first] = template.parts;
  if (first === undefined) return undefined;
  const only = template.parts.length === 1;
  if (typeof first !== 'string') {
    if (only && first.kind === 'opaque' && BUFFER.test(first.name)) return because('buffer', `{${first.name}} is a buffer in memory`);
    if (TEMPORARY.test(first.name)) return because('temp', `{${first.name}} is a temporary file or folder`);
  }
  if (TEMP_PATH.test(printTemplate(template))) return because('temp', 'its path lies in the folder for temporary files');
  if (CACHE_PATH.test(printTemplate(template)))
    return because('temp', 'its path lies in a folder called .cache, which is made again at any time');
  const full = fullText(template);
  if (effect === 'write' && full !== undefined && TEST_TARGET.test(full)) return because('test', 'its path begins with a folder of tests');
  if (full !== undefined && PICTURE.test(full)) return because('plot', 'its path has the ending of a picture or a page');
  return undefined;
}

function whyNotPlace(template: Template, { effect, format }: Pick<Standing, 'effect' | 'format'>): Verdict | undefined {
  const printed = printTemplate(template);
  if (format === 'table') {
    const isTemp = TEMP_TABLE.test(printed.replaceAll('`', ''));
    return isTemp ? because('temp', 'the name is that of a table for the time of the job') : undefined;
  }
  if (effect === 'read' && printed.startsWith('{code_folder}/')) return because('bundled', 'the file comes with the code');
  const isLocal = effect === 'write' && fullText(template) !== undefined && WORKING_FOLDER.test(printed);
  return isLocal ? because('local', 'the file lies where the job happens to run: nobody else finds it there') : undefined;
}

/** Reasons that the call itself gives, in words. */
const SAID_BY_CALL: Readonly<Record<string, string>> = {
  model: 'what is saved is a model or a pipeline, no table of data',
  debug: 'the format keeps nothing: it shows data or throws it away',
  stream: 'it is added to without an end: only a stream that takes what is there and stops is a batch',
  report: 'values made in the program go to one file of this machine in the same breath: something to look at',
  settings: 'its lines go to the driver at once: a list that the job is told by',
  database: 'its tables are values of the program, or lie in a database of its own: they are no data of the lake',
  declaration: 'the statement declares a table and puts no data into it',
  unreached: 'no run comes to it: it stands behind a return or an exit, or in a branch that is never taken',
  temp: 'the name is that of a view, which is there for the time of the job',
};

export function verdictOfCall(why: string): Verdict {
  return because(why, (Object.hasOwn(SAID_BY_CALL, why) ? SAID_BY_CALL[why] : undefined) ?? 'the call by its name makes no dataset');
}

/** A file that shows or checks something, by its folder alone. */
export function isShown(path: string): boolean {
  return TEST_FOLDER.test(path) || EXAMPLE_FOLDER.test(path) || CHAPTERS.test(path);
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
