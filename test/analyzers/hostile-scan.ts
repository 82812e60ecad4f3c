/** What a repository of a few texts tells when all of it is scanned in this process, and what that cost. */
import { linkSites } from '../../analyzers/link.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import { linkTasks } from '../../analyzers/schedules/link-tasks.js';
import { extractSource } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { blobId } from '../../src/adapters/git/blob-id.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE } from '../../src/adapters/local/facts-cache.js';
import { readInfrastructureOf } from '../../src/flows/read-infrastructure.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import type { RepoSource } from '../../src/ports.js';

export function long(piece: string, times: number): string {
  return piece.repeat(times);
}

export function times(count: number, of: (n: number) => string, between = ''): string {
  return Array.from({ length: count }, (_, n) => of(n)).join(between);
}

/** The texts of one repository as a source. */
export function sourceOf(files: Readonly<Record<string, string>>): RepoSource {
  const all = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const entries = all.map(({ path, bytes }) => ({ path, sha: blobId(bytes), size: bytes.length }));
  const read: RepoSource['read'] = async function* (wanted) {
    for (const entry of wanted) {
      const bytes = all.find(({ path }) => path === entry.path)?.bytes;
      if (bytes) yield { ...entry, bytes };
    }
  };
  return { name: 'shop', commit: null, list: async () => entries, read };
}

/** `skips`: the file and the reason of each row that names what was given up; `cpu`: in milliseconds. */
export async function scanOf(files: Readonly<Record<string, string>>, parse: ParsePython) {
  const parseHcl = openHcl();
  await parseHcl('');
  const source = sourceOf(files);
  const listing = await source.list();
  const paths = listing.map(({ path }) => path);
  const python = new Map(
    Object.entries(files).flatMap(([path, text]) => (path.endsWith('.py') ? [[path, extractSource('py', text, parse)] as const] : [])),
  );
  const before = process.cpuUsage();
  const told = await readInfrastructureOf({ source, facts: NO_CACHE }, listing, { parseHcl, readTypeScript: openTypeScript() });
  const linked = linkSites(python, { infrastructure: told.facts });
  const read = readSchedules({ program: linked.program, infrastructure: linked.infrastructure, declared: told.declared, paths });
  const schedules = linkTasks(read.schedules, linked, paths);
  const cpu = process.cpuUsage(before).user / 1_000;
  const unresolved = [...linked.unresolved, ...told.unresolved, ...read.unresolved];
  return {
    cpu,
    schedules,
    targets: linked.writes.flatMap(({ targets }) => targets),
    unresolved,
    skips: unresolved.map(({ file, reason }) => `${file} ${reason}`),
  };
}
