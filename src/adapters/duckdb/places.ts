/** Where a location lies on this machine: root/<bucket>/<key>, and never anywhere else. */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathLabel } from '../../core/pii/partitions.js';
import { ProblemError } from '../../core/problem.js';
import { isHidden } from './layout.js';

export type LakeFile = { readonly path: string; readonly bytes: number };

const MAX_FILES = 200_000;
const MAX_DEPTH = 24;

/** The folder that everything must lie in, without links. */
export async function resolveRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch {
    // told below
  }
  throw new ProblemError({ kind: 'usage', what: `The lake folder ${root} is not there.`, remedy: 'Name an existing folder with --data.' });
}

/** Ways a location may be meant, most literal first, as paths below the root. */
export function candidatePaths(location: string): readonly string[] {
  const url = /^(?:s3|s3a|s3n|gs|abfss?|wasbs?|dbfs|hdfs|oss):(?:\/\/)?(.*)$/s.exec(location);
  const path = url?.[1] ?? location;
  if (url === null && (location.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(location))) throw outside(location);
  // abfss://container@account.dfs.core.windows.net/key: the container is the bucket.
  const segments = path
    .replace(/^([^/@]+)@[^/]*/, '$1')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (segments.length === 0 || segments.some((part) => part === '..' || part.includes('\0') || part.includes('\\')))
    throw outside(location);
  const literal = segments.join('/');
  const isCatalogName = url === null && segments.length === 1 && /^[\w$-]+(?:\.[\w$-]+)+$/.test(literal);
  return isCatalogName ? [literal, literal.replaceAll('.', '/')] : [literal];
}

/** The path below the root, or `undefined` when nothing lies there. */
export async function findLocation(root: string, location: string): Promise<string | undefined> {
  for (const candidate of candidatePaths(location)) {
    if ((await insideRoot(root, candidate, location)) !== undefined) return candidate;
  }
  return undefined;
}

/** The real path of something below the root; a link that leads out of it is refused. */
export async function insideRoot(root: string, below: string, location: string): Promise<string | undefined> {
  const real = await realpath(join(root, below)).catch(() => undefined);
  if (real === undefined) return undefined;
  if (real !== root && !real.startsWith(root + sep)) throw leadsOut(below, location);
  return real;
}

/** Every visible file at or below a path, paths below the root with `/`, sorted. */
export async function filesBelow(root: string, below: string, location: string): Promise<readonly LakeFile[]> {
  const files: LakeFile[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH || files.length > MAX_FILES) throw tooLarge(location);
    const real = await insideRoot(root, path, location);
    if (real === undefined) return;
    const entry = await stat(real);
    if (entry.isFile()) files.push({ path, bytes: entry.size });
    if (!entry.isDirectory()) return;
    for (const name of (await readdir(real)).sort()) if (!isHidden(name)) await visit(`${path}/${name}`, depth + 1);
  };
  await visit(below, 0);
  return files;
}

export async function hasDeltaLog(root: string, below: string): Promise<boolean> {
  return lstat(join(root, below, '_delta_log')).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

function outside(location: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(location)} does not lie inside the lake folder.`,
    remedy:
      'Name a place below it, without "..", absolute paths or links that lead out: in the job, or by `locations` in --org-config before it is started.',
  });
}

function leadsOut(below: string, location: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(pathLabel(below))} of ${location} does not lie inside the lake folder: it is a link that leads out of it.`,
    remedy: 'Put the files themselves there, or name a folder with --data that holds both.',
  });
}

function tooLarge(location: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(location)} holds more than ${MAX_FILES} files or folders nested deeper than ${MAX_DEPTH}.`,
    remedy: 'Point at one dataset, not at the folder that holds them all.',
  });
}
