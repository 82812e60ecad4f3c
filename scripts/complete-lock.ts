/**
 * Adds to package-lock.json the binaries of other platforms that the registry at hand did not know: `npm ci` refuses a lock without
 * them, on every platform. Exact versions come from the package that asks for them; their digests are not known and stay absent.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

/** Records, not objects: they keep npm's order of keys. */
const Lock = z.record(z.string(), z.unknown());
const Packages = z.record(z.string(), Lock);
const Entry = z.object({ dev: z.boolean().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() });
type Packages = z.infer<typeof Packages>;
type Lock = { readonly document: z.infer<typeof Lock>; readonly packages: Packages };

export type MissingBinary = { readonly name: string; readonly version: string; readonly dev: boolean };

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

export function readLock(path: string): Lock {
  const document = Lock.parse(JSON.parse(readFileSync(path, 'utf8')));
  return { document, packages: Packages.parse(document.packages) };
}

export function missingBinaries(packages: Packages): readonly MissingBinary[] {
  return Object.entries(packages).flatMap(([at, entry]) => {
    const { dev = false, optionalDependencies = {} } = Entry.parse(entry);
    return Object.entries(optionalDependencies)
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${at}/node_modules/${name}`])
      .map(([name, version]) => ({ name, version, dev }));
  });
}

/** What npm writes for a package of another platform, read off its name; undefined when the name or version does not say it. */
export function lockEntry({ name, version, dev }: MissingBinary): Packages[string] | undefined {
  const words = name.split(/[/-]/);
  const os = OS.find((word) => words.includes(word));
  const cpu = CPU.find((word) => words.includes(word));
  if (!os || !cpu || !/^\d+\.\d+\.\d+[-.\w]*$/.test(version)) return undefined;
  const musl = words.some((word) => word.startsWith('musl'));
  const libc = os === 'linux' ? { libc: [musl ? 'musl' : 'glibc'] } : {};
  return { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
}

function main(): void {
  const { document, packages } = readLock('package-lock.json');
  const missing = missingBinaries(packages);
  const added = missing.flatMap((binary) => {
    const entry = lockEntry(binary);
    if (!entry) console.error(`not understood, add it by hand: ${binary.name} ${binary.version}`);
    return entry ? [[`node_modules/${binary.name}`, entry] as const] : [];
  });
  const sorted = [...Object.entries(packages), ...added].sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync('package-lock.json', `${JSON.stringify({ ...document, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  console.log(`${added.length} binaries of other platforms added to package-lock.json`);
  if (added.length < missing.length) process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
