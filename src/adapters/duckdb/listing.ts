/** §5.2 files of a location -> partitions, and which formats are read today. */
import type { PartitionListing } from '../../core/measurements.js';
import { partitionLabel, pathLabel } from '../../core/pii/partitions.js';
import { ProblemError } from '../../core/problem.js';
import type { Format } from '../../core/vocabulary.js';
import { placeOf } from './layout.js';
import type { LakeFile } from './places.js';
import type { ReadFormat } from './source.js';

const EXTENSIONS: Readonly<Record<ReadFormat, RegExp>> = {
  parquet: /\.(parquet|parq|pq)$/i,
  csv: /\.(csv|tsv)(\.gz)?$/i,
  json: /\.(json|jsonl|ndjson)(\.gz)?$/i,
};
const READ_FORMATS: readonly ReadFormat[] = ['parquet', 'csv', 'json'];

/** The format as asked for; `table` takes what lies there. A Delta log is never overlooked: its folder holds files that are dead. */
export function chooseFormat(location: string, format: Format, files: readonly LakeFile[], hasLog: boolean): ReadFormat {
  if (hasLog) throw unreadable(location, 'a Delta table');
  if (format !== 'table') return readableFormat(location, format);
  const found = READ_FORMATS.find((one) => files.some(({ path }) => EXTENSIONS[one].test(path)));
  if (found === undefined && files.length > 0) throw unreadable(location, 'of no format that its file names tell');
  return found ?? 'parquet';
}

export function readableFormat(location: string, format: Format): ReadFormat {
  const known = READ_FORMATS.find((one) => one === format);
  if (known === undefined) throw unreadable(location, `of format ${format}`);
  return known;
}

/**
 * The files that are data of this format. Where no name tells it, names without an extension are taken (some writers give
 * none); a 0-byte text file says nothing and is left out. A folder of other files than the job writes is refused by name.
 */
function dataFiles(location: string, files: readonly LakeFile[], format: ReadFormat): readonly LakeFile[] {
  const told = files.filter(({ path }) => EXTENSIONS[format].test(path));
  const found = told.length > 0 ? told : files.filter(({ path }) => !(path.split('/').at(-1) ?? '').includes('.'));
  const [first] = files;
  if (found.length === 0 && first) {
    const what = `${location} holds ${JSON.stringify(pathLabel(first.path))} but no file named as ${FORMAT_NAMES[format]} is, which the job writes.`;
    throw new ProblemError({
      kind: 'usage',
      what,
      remedy: 'Take files of other formats away, or name the format in the settings (locations).',
    });
  }
  return format === 'parquet' ? found : found.filter(({ bytes }) => bytes > 0);
}

export const FORMAT_NAMES: Readonly<Record<ReadFormat, string>> = { parquet: 'Parquet', csv: 'CSV', json: 'JSON lines' };

/** Newest last: by day where there is one, else by name. From here on a partition is called by what may be shown of it. */
export function partitionsOf(
  { location, below }: { readonly location: string; readonly below: string },
  files: readonly LakeFile[],
  format: ReadFormat,
): { readonly partitions: readonly PartitionListing[]; readonly keys: readonly string[] } {
  const found = new Map<string, { day?: string; files: string[]; bytes: number }>();
  const keys = new Set<string>();
  for (const { path, bytes } of dataFiles(location, files, format)) {
    const relative = path === below ? (path.split('/').at(-1) ?? path) : path.slice(below.length + 1);
    const place = placeOf(relative);
    for (const key of place.keys) keys.add(key);
    const known = found.get(place.partition) ?? { ...(place.day === undefined ? {} : { day: place.day }), files: [], bytes: 0 };
    known.files.push(path);
    known.bytes += bytes;
    found.set(place.partition, known);
  }
  const partitions = [...found.entries()].map(([partition, listed]) => ({ partition, ...listed }));
  const labelled = partitions
    .sort((a, b) => order(a, b))
    .map(({ partition, ...listed }, i) => ({ partition: partitionLabel(partition, i + 1), ...listed }));
  return { partitions: labelled, keys: [...keys] };
}

function order(a: PartitionListing, b: PartitionListing): number {
  const left = `${a.day ?? ''} ${a.partition}`;
  const right = `${b.day ?? ''} ${b.partition}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

function unreadable(location: string, what: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `${location} is ${what}, which is not read today.`,
    remedy: 'Parquet, CSV (also gzipped) and JSON lines are; export the table as one of them, or let the baseline be synthetic.',
  });
}
