/** §4.3 a write target as a place: which segment names a dataset, and which is only layer, partition, version, file or hole. */
import type { Settings } from './settings.js';
import { urnWord } from './urn.js';
import { LAYERS, type Layer } from './vocabulary.js';

export type SegmentKind = 'literal' | 'layer' | 'schema' | 'partition' | 'version' | 'file' | 'hole' | 'name_hole';
export type Segment = {
  readonly text: string;
  readonly kind: SegmentKind;
  /** The word it would give a urn; set for literal, layer and schema. */
  readonly word?: string;
  readonly layer?: Layer;
};
/** `authority`: bucket, container or host. Segments are those of the path, or the parts of a catalog name. */
export type Place = {
  readonly kind: 'path' | 'catalog';
  readonly scheme: string;
  readonly authority: string;
  readonly segments: readonly Segment[];
  /** Ending of a file name, where the target is one file. */
  readonly extension?: string;
};

/** Segments that mean a layer; an organisation adds its own in `settings.layers`. */
export const LAYER_WORDS: Readonly<Record<Layer, readonly string[]>> = {
  bronze: ['bronze', 'raw', 'landing', 'ingest', 'ingested'],
  silver: ['silver', 'clean', 'cleaned', 'cleansed', 'conformed', 'refined', 'intermediate', 'interim'],
  gold: ['gold', 'curated', 'mart', 'marts', 'serving', 'published'],
  staging: ['staging', 'stg'],
  quarantine: ['quarantine', 'rejected'],
};

const HOLE = /\{[^{}]*\}/g;
/** What a file of data may end in: its form, and not its name. */
export const DATA_ENDINGS =
  'parquet|pq|csv|tsv|json|jsonl|ndjson|orc|avro|txt|h5|hdf5|zarr|nc|xls|xlsx|feather|arrow|ipc|pkl|pickle|xml|zip|gz|bz2|snappy|zst|lz4';
const EXTENSION = new RegExp(`\\.(${DATA_ENDINGS})$`, 'i');
const DATE = /^(?:(?:19|20)\d\d(?:[-_.]?\d\d){0,2}(?:[T_-]?\d\d(?:[:-]?\d\d){0,2}Z?)?|\d+|%[A-Za-z].*|y{4}.*)$/;
const VERSION = /^(?:v\d+(?:[._-]\d+)*|\d+(?:\.\d+)+|latest|current)$/i;
const DATE_SUFFIX = /[-_.](?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?$/;
const YEAR_SUFFIX = /[-_.](?:19|20)\d\d$/;
/** Files that Spark and people call the same in every folder: the folder is the dataset. */
const ANY_FILE = /^(?:part-.*|\*.*|data|file|files|output|out|result|results|part|chunk|batch)$/i;
/** A hole that stands for the name itself, not for a date or a run: the folder above it is not the dataset. */
const NAME_HOLE = /(?:^|[^a-z])(?:table|tbl|entity|dataset|model|view)(?:$|[^a-z])/i;
const NAME_KEYS: ReadonlySet<string> = new Set(['dataset', 'dataset_name', 'table', 'table_name']);
const SCHEMA_KEYS: ReadonlySet<string> = new Set(['domain', 'schema', 'database']);

/** Reads any string; what it cannot place ends as holes, never as a throw. */
export function readPlace(target: string, settings: Pick<Settings, 'layers'>): Place {
  const text = target.trim().slice(0, 2048).replaceAll('\\', '/').replace(/[`"']/g, '');
  const bare = text.replace(HOLE, '');
  if (!bare.includes('/') && !bare.includes(':') && !EXTENSION.test(bare)) {
    const parts = split(text, '.').filter((part) => part !== '');
    return { kind: 'catalog', scheme: '', authority: '', segments: parts.map((part) => segment(part, settings)) };
  }
  const head = /^((?:jdbc:)?[a-z][a-z0-9+.-]*):(?:\/\/([^/]*))?/i.exec(text);
  const rest = head ? text.slice(head[0].length) : text;
  const parts = split(rest, '/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const last = parts.at(-1) ?? '';
  const stem = last.replace(EXTENSION, '').replace(EXTENSION, '');
  const segments = belowPartitions(
    parts.map((part, index) => (index === parts.length - 1 && stem !== last ? fileSegment(part, stem) : segment(part, settings))),
    stem !== last,
  );
  const extension = stem === last ? undefined : last.slice(stem.length + 1).toLowerCase();
  return {
    kind: 'path',
    scheme: schemeName(head?.[1] ?? ''),
    authority: head?.[2] ?? '',
    segments,
    ...(extension === undefined ? {} : { extension }),
  };
}

/** s3a and s3n are how Hadoop spells s3; the bytes are the same. */
function schemeName(scheme: string): string {
  const name = scheme.toLowerCase();
  return name === 's3a' || name === 's3n' ? 's3' : name;
}

/** Splits at a separator that stands outside `{…}`. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of text) {
    if (char === '{') depth += 1;
    if (char === '}') depth = Math.max(0, depth - 1);
    if (char === separator && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts;
}

function segment(text: string, settings: Pick<Settings, 'layers'>): Segment {
  const bare = text.replace(HOLE, '');
  if (bare.includes('=')) return keyed(text);
  const word = withoutDate(bare, bare !== text);
  if (word === undefined) return hole(text);
  if (bare !== text && DATE.test(word)) return { text, kind: 'partition' };
  if (DATE.test(bare)) return { text, kind: 'partition' };
  if (VERSION.test(bare)) return { text, kind: 'version' };
  const layer = layerOfWord(word, settings);
  if (layer && bare === text) return { text, kind: 'layer', word: word.replace(/^\d+[_-]/, ''), layer };
  return { text, kind: 'literal', word };
}

/** A year alone may belong to a name (census_2020), unless it is a file's or a hole goes on with the date. */
function withoutDate(bare: string, years: boolean): string | undefined {
  const word = urnWord(bare)?.replace(DATE_SUFFIX, '');
  return word === undefined ? undefined : urnWord(years ? word.replace(YEAR_SUFFIX, '') : word);
}

function hole(text: string): Segment {
  if (!text.includes('{')) return { text, kind: 'partition' };
  return { text, kind: NAME_HOLE.test(text) ? 'name_hole' : 'hole' };
}

/** `dt=2026-02-08` is a partition; `dataset=orders` says the name, `domain=sales` where it belongs. */
function keyed(text: string): Segment {
  const [key = '', value = ''] = text.split(/=(.*)/s);
  const word = urnWord(value.replace(HOLE, ''));
  if (word !== undefined && NAME_KEYS.has(key.toLowerCase())) return { text, kind: 'literal', word };
  if (word !== undefined && SCHEMA_KEYS.has(key.toLowerCase())) return { text, kind: 'schema', word };
  return { text, kind: 'partition' };
}

/**
 * Everything from the first `key=` folder below a name on belongs to the partition: a file there is no dataset, and a hole
 * there is a partition's value. Only `dataset=` and `schema=` still say what they say. Folders of dates or holes without a
 * key may as well sort several datasets: they are partitions only where the file below them repeats the name above.
 */
function belowPartitions(segments: readonly Segment[], isFile: boolean): readonly Segment[] {
  const keyedAt = segments.findIndex(({ text, kind }, index) => kind === 'partition' && isKeyed(text) && nameBefore(segments, index));
  const at = keyedAt >= 0 ? keyedAt : isFile ? repeatedBelow(segments) : -1;
  if (at < 0) return segments;
  return segments.map((each, index) => (index < at || saysName(each) ? each : { text: each.text, kind: 'partition' }));
}

const isKeyed = (text: string) => text.replace(HOLE, '').includes('=');

function saysName({ text, kind }: Segment): boolean {
  return isKeyed(text) && (kind === 'literal' || kind === 'schema');
}

function nameBefore(segments: readonly Segment[], index: number): boolean {
  return segments.slice(0, index).some((each) => each.kind === 'literal');
}

/** gold/orders/{date}/orders.csv: where the folders between begin, or -1. */
function repeatedBelow(segments: readonly Segment[]): number {
  const named = segments.slice(0, -1).findLastIndex((each) => each.kind === 'literal');
  const between = segments.slice(named + 1, -1);
  const same = named >= 0 && segments[named]?.word === segments.at(-1)?.word;
  return same && between.length > 0 && between.every(({ kind }) => kind === 'partition' || kind === 'hole') ? named + 1 : -1;
}

function fileSegment(text: string, stem: string): Segment {
  const bare = stem.replace(HOLE, '');
  const word = withoutDate(bare, true);
  if (word === undefined || ANY_FILE.test(bare) || DATE.test(word)) {
    return { text, kind: word === undefined && NAME_HOLE.test(stem) ? 'name_hole' : 'file' };
  }
  return { text, kind: 'literal', word };
}

function layerOfWord(word: string, settings: Pick<Settings, 'layers'>): Layer | undefined {
  const plain = word.replace(/^\d+[_-]/, '');
  const own = LAYERS.find((layer) => settings.layers[layer]?.some((each) => [word, plain].includes(each.toLowerCase())));
  return own ?? LAYERS.find((layer) => LAYER_WORDS[layer].includes(plain));
}

/** The layer a place lies in: its last segment that means one. */
export function layerOf(place: Place): Layer | undefined {
  return place.segments.findLast((each) => each.layer !== undefined)?.layer;
}

/** Index of the segment that names the dataset; -1 where nothing literal does. */
export function nameIndex(place: Place): number {
  const { segments } = place;
  const named = segments.findLastIndex((each) => each.kind === 'literal');
  const after = segments.slice(named + 1);
  if (after.some((each) => each.kind === 'name_hole')) return -1;
  const layer = segments.findLastIndex((each) => each.kind === 'layer');
  const unknown = segments.some((each) => each.text.includes('{') && each.kind !== 'partition' && each.kind !== 'file');
  // gold/{x}: the hole is the table. gold/ alone, or orders/gold/: nothing is missing.
  if (layer > named && segments.slice(layer + 1).some((each) => each.kind === 'hole')) return -1;
  if (named === -1 && layer !== -1) return unknown ? -1 : layer;
  return named;
}

/** The table's root: without the partition, the run or the part file that one write goes to. */
export function datasetRoot(target: string, place: Place): string {
  const at = nameIndex(place);
  const tail = place.segments.slice(at + 1);
  const keep = tail.findLastIndex((each) => each.kind === 'version' || each.kind === 'layer' || each.kind === 'schema');
  const dropped = tail.slice(keep + 1);
  if (place.kind === 'catalog' || at < 0 || dropped.length === 0) return target;
  let root = target.trim().replace(/\/+$/, '');
  for (const each of dropped.toReversed()) root = root.slice(0, root.length - each.text.length).replace(/[/\\]+$/, '');
  return `${root}/`;
}
