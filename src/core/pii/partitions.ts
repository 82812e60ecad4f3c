/** decision 0001 customer values: a partition's folder is a value too, so only dates, versions and plain enumerations are shown. */
import { isIdentifierName, nameWords } from './names.js';
import { isPersonalName } from './personal-names.js';

const DAY = /^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?![0-9])/;
/** A month, a day or an instant, and nothing behind it. */
const DATE =
  /^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01])(?:[T _-](?:[01][0-9]|2[0-3])(?:[:-]?[0-5][0-9]){0,2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?$/;
/** 2026, 202602, 20260208, 2026020810: digits that a telephone number may be as well, so the key must speak of time. */
const COMPACT_DATE = /^(?:19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])?)?)?$/;
const TIMES = new Set(
  'date dates dt ds day d month mon ym yyyymm yyyymmdd period week year y yyyy p partition time ts hour snapshot load ingest asof'.split(
    ' ',
  ),
);
const VERSION = /^v?[0-9]{1,5}(?:\.[0-9]{1,5}){0,3}$/i;
/** A country, a currency, an hour. */
const SHORT_CODE = /^[A-Za-z0-9]{1,3}$/;
const PLAIN_WORD = /^[\p{L}][\p{L}0-9_-]{0,31}$/u;
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';
/** Keys whose values are few and made by nobody but the organisation. */
const ENUMERATIONS = new Set(
  'country region continent state market currency language lang locale hour minute month quarter week weekday year day env environment stage source system channel platform type kind category status format layer zone tier size color priority table dataset topic version batch run bucket shard chunk part split'.split(
    ' ',
  ),
);

/** Whether the value of one `key=value` folder may be shown. */
export function isShownValue(key: string, value: string): boolean {
  if (isPersonalName(key)) return false;
  if (value === HIVE_NULL || DATE.test(value)) return true;
  const words = nameWords(key);
  if (COMPACT_DATE.test(value) && words.some((word) => TIMES.has(word))) return true;
  if (isIdentifierName(key)) return false;
  return SHORT_CODE.test(value) || (words.some((word) => ENUMERATIONS.has(word)) && (VERSION.test(value) || PLAIN_WORD.test(value)));
}

/** What a partition is called in every document: `email=jane@example.com`, the third of its table, is `email=#3`. */
export function partitionLabel(folders: string, position: number): string {
  const labels = folders.split('/').map((folder) => {
    const [key, value] = pairOf(folder);
    if (key === undefined)
      return folder === 'all' || DATE.test(folder) || COMPACT_DATE.test(folder) ? folder : `${dayIn(folder)}#${position}`;
    return isShownValue(key, value) ? folder : `${key}=${isPersonalName(key) ? '' : dayIn(value)}#${position}`;
  });
  return labels.join('/');
}

/** A path for a message: values of partitions that may not be shown become `…`, so do addresses. */
export function pathLabel(path: string): string {
  const labels = path.split('/').map((segment) => {
    const [key, value] = pairOf(segment);
    if (key !== undefined && !isShownValue(key, value)) return `${key}=…`;
    return segment.includes('@') ? '…' : segment;
  });
  return labels.join('/');
}

function pairOf(folder: string): readonly [string, string] | readonly [undefined, undefined] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(folder) ?? [];
  return key === undefined || value === undefined ? [undefined, undefined] : [key, decoded(value)];
}

function dayIn(value: string): string {
  return DAY.exec(value)?.[0] ?? '';
}

/** Spark percent-encodes what a path may not hold. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
