/** §4.1 The Python files of a repository, and the facts of those that are looked at: out of the cache, else parsed; what the others call is kept in few bytes. */
import { mayBeModel } from '../../analyzers/dbt/python-model.js';
import { isCutNotebook } from '../../analyzers/notebooks/cells.js';
import { groupPairs } from '../../analyzers/pairs.js';
import { type CalledNames, calledNames, isCalledNames, mayCallOneOf } from '../../analyzers/python/called-names.js';
import { type Expr, isGivenUp, type PythonFacts } from '../../analyzers/python/facts.js';
import { unpackFacts } from '../../analyzers/python/packed.js';
import { mayTouchData } from '../../analyzers/python/prefilter.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { mayHoldSchedule } from '../../analyzers/schedules/index.js';
import { isTestName } from '../../analyzers/standing.js';
import type { ReadPython } from '../../analyzers/syntax/extract.js';
import { findModule, type Modules, modulesOf } from '../../analyzers/targets/modules.js';
import type { FileEntry, SourceFile } from '../core/repo.js';
import type { FactsCache, RepoSource } from '../ports.js';

export type PythonFiles = {
  readonly source: RepoSource;
  readonly ports: { readonly facts: FactsCache; readonly readPython: ReadPython };
  readonly entries: ReadonlyMap<string, FileEntry>;
  readonly modules: Modules;
  readonly loaded: Map<string, PythonFacts>;
  /** Of files that were seen and not loaded. */
  readonly called: Map<string, CalledNames>;
  /** Facts under their keys, of bytes that are being parsed: the same bytes at two paths are parsed once. */
  readonly parsing: Map<string, Promise<string | undefined>>;
  readonly counts: { parsed: number; cached: number };
};

const CHUNK = 64;
/** A notebook may have 20 MB: a few of them are a batch of their own. */
const CHUNK_BYTES = 8 * 1024 * 1024;
/** Batches that are read while the files of earlier ones are parsed. */
const AHEAD = 2;
/** Files that may call a name; more than three times as many as there are callers that the link step follows. */
const EVERYWHERE = 200;

export function pythonFiles(source: RepoSource, ports: PythonFiles['ports'], listing: readonly FileEntry[]): PythonFiles {
  const entries = new Map(listing.filter(({ path }) => pythonKind(path) !== undefined).map((entry) => [entry.path, entry]));
  const modules = modulesOf([...entries.keys()], source.name);
  return { source, ports, entries, modules, loaded: new Map(), called: new Map(), parsing: new Map(), counts: { parsed: 0, cached: 0 } };
}

/** Loads the files that may touch data or hold schedules. The verdict on the same bytes never changes, so it is kept. */
export async function loadWanted(files: PythonFiles): Promise<void> {
  const { facts } = files.ports;
  const all = [...files.entries.values()];
  const known = facts.load(all.filter(({ sha }) => sha !== '').map(verdictKey));
  const follow = (entry: FileEntry, verdict: string): boolean => {
    if (verdict === WANTED) return true;
    files.called.set(entry.path, Buffer.from(verdict, 'base64'));
    return false;
  };
  const wanted: FileEntry[] = [];
  const unknown: FileEntry[] = [];
  for (const entry of all) {
    const verdict = wholeVerdict(known.get(verdictKey(entry)));
    if (verdict === undefined) unknown.push(entry);
    else if (follow(entry, verdict)) wanted.push(entry);
  }
  await load(files, wanted);
  const saved: { key: string; value: string }[] = [];
  await readThose(files, unknown, (file) => {
    const key = verdictKey(file);
    // What a folder calls its bytes is known only now.
    const before = known.has(key) ? undefined : wholeVerdict(facts.load([key]).get(key));
    const verdict = before ?? verdictOn(file.bytes);
    if (before === undefined) saved.push({ key, value: verdict });
    return follow(file, verdict);
  });
  if (saved.length > 0) facts.save(saved);
}

const WANTED = 'yes';

/** What was cut short is no verdict. */
function wholeVerdict(verdict: string | undefined): string | undefined {
  return verdict === WANTED || (verdict !== undefined && isCalledNames(Buffer.from(verdict, 'base64'))) ? verdict : undefined;
}

function verdictKey({ sha }: Pick<FileEntry, 'sha'>): string {
  return `wanted/${sha}`;
}

function verdictOn(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (isCutNotebook(latin1) || mayTouchData(latin1) || mayHoldSchedule(latin1) || mayBeModel(latin1)) return WANTED;
  return Buffer.from(calledNames(latin1)).toString('base64');
}

/**
 * Loads the files that may call one of these functions or derive from one of these classes. What tests call decides nothing, and
 * a name that is called all over a repository is a word that everybody uses: of its callers only some would be followed. Such
 * names come back, each with the number of files that were left.
 */
export async function loadCallers(files: PythonFiles, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const others = [...files.called].filter(([path]) => !isTestName(path));
  const callers = names.map((name) => {
    const mayCall = mayCallOneOf([name]);
    return { name, paths: others.filter(([, called]) => mayCall(called)).map(([path]) => path) };
  });
  const [some, many] = [
    callers.filter(({ paths }) => paths.length <= EVERYWHERE),
    callers.filter(({ paths }) => paths.length > EVERYWHERE),
  ];
  await loadPaths(files, [...new Set(some.flatMap(({ paths }) => paths))]);
  return new Map(many.map(({ name, paths }) => [name, paths.length]));
}

/**
 * Loads what the loaded files import, and what these do: most names lead there. A file that is there when it is asked for costs one
 * reading; one that is asked for first costs working out again whoever asked.
 */
export async function loadImported(files: PythonFiles): Promise<void> {
  let open: Iterable<string> = [...files.loaded.keys()];
  for (let hop = 0; hop < IMPORT_HOPS; hop++) {
    const next = new Set<string>();
    for (const path of open) if (!isTestName(path)) for (const to of importedBy(files, path)) if (!files.loaded.has(to)) next.add(to);
    await loadPaths(files, [...next]);
    open = next;
  }
}
const IMPORT_HOPS = 2;

/** Files that a file names as a module, or as a member of one. */
function importedBy({ loaded, modules }: PythonFiles, path: string): readonly string[] {
  return (loaded.get(path)?.imports ?? []).flatMap(({ module, name, level }) => {
    const members = name === undefined || name === '*' ? [] : [module === '' ? name : `${module}.${name}`];
    return [module, ...members].flatMap((one) => findModule(modules, path, one, level) ?? []);
  });
}

/** Loads files that a name led to, and those that they in turn have the name from. */
export async function loadMissing(files: PythonFiles, missing: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
  for (let open = missing; open.size > 0; ) {
    await loadPaths(files, [...open.keys()]);
    const next = new Map<string, Set<string>>();
    for (const [path, names] of open) {
      for (const { to, name } of handedOn(files, path, names)) {
        if (!files.loaded.has(to)) next.set(to, (next.get(to) ?? new Set()).add(name));
      }
    }
    open = next;
  }
}

/** Where the names that are wanted of a file come from, as far as it imports them or makes them of what it imports. */
function handedOn({ loaded, modules }: PythonFiles, path: string, names: ReadonlySet<string>): { to: string; name: string }[] {
  const facts = loaded.get(path);
  const needed = facts ? madeOf(facts, names) : names;
  const imports = facts?.imports.filter(({ local }) => local === '*' || needed.has(local)) ?? [];
  return imports.flatMap(({ module, name, level, local }) => {
    const from = findModule(modules, path, module, level);
    const wanted = local === '*' ? [...names] : [name ?? '*'];
    return from === undefined ? [] : wanted.map((one) => ({ to: from, name: one }));
  });
}

/** Names and what they are made of: `X = Y + "/a"`. */
function madeOf({ binds }: PythonFacts, names: ReadonlySet<string>): ReadonlySet<string> {
  const values = groupPairs(binds.flatMap(({ scope, name, value }) => (scope === 0 ? [[name, value] as const] : [])));
  const found = new Set(names);
  for (const name of found) for (const value of values.get(name) ?? []) for (const one of namesIn(value)) found.add(one);
  return found;
}

function namesIn(value: Expr): readonly string[] {
  if (value.kind === 'name') return [value.name];
  if (value.kind === 'chain') return namesIn(value.root);
  return value.kind === 'cat' ? value.parts.flatMap(namesIn) : [];
}

async function loadPaths(files: PythonFiles, paths: readonly string[]): Promise<void> {
  const open = paths.filter((path) => !files.loaded.has(path)).flatMap((path) => files.entries.get(path) ?? []);
  await load(files, open);
}

async function load(files: PythonFiles, entries: readonly FileEntry[]): Promise<void> {
  const absent = takeCached(
    files,
    entries.filter(({ sha }) => sha !== ''),
  );
  await readThose(files, [...absent, ...entries.filter(({ sha }) => sha === '')], () => true);
}

/** Facts out of the cache; what it does not have comes back. */
function takeCached<T extends FileEntry>(files: PythonFiles, entries: readonly T[]): readonly T[] {
  if (entries.length === 0) return [];
  const cached = files.ports.facts.load(entries.map(factsKey));
  return entries.filter((entry) => {
    const text = cached.get(factsKey(entry));
    // What is no facts of this version counts as absent.
    const facts = text === undefined ? undefined : unpackFacts(text);
    if (!facts) return true;
    keep(files, entry.path, facts);
    files.counts.cached += 1;
    return false;
  });
}

/** Reads on while the files of earlier batches are parsed. */
async function readThose(files: PythonFiles, entries: readonly FileEntry[], isWanted: (file: SourceFile) => boolean): Promise<void> {
  const underWay: Promise<void>[] = [];
  let batch: SourceFile[] = [];
  let bytes = 0;
  for await (const file of files.source.read(entries)) {
    if (!isWanted(file)) continue;
    // The bytes belong to the source until the next file: what is kept is copied.
    batch.push({ ...file, bytes: new Uint8Array(file.bytes) });
    bytes += file.bytes.length;
    if (batch.length < CHUNK && bytes < CHUNK_BYTES) continue;
    if (underWay.length >= AHEAD) await underWay.shift();
    const extracted = extract(files, batch);
    // It is awaited later; until then nobody is to take its failure for one that nobody handles.
    extracted.catch(() => undefined);
    underWay.push(extracted);
    batch = [];
    bytes = 0;
  }
  await Promise.all([...underWay, extract(files, batch)]);
}

/** The facts of a batch, those that the cache holds under the same bytes included. */
async function extract(files: PythonFiles, batch: readonly SourceFile[]): Promise<void> {
  const open = takeCached(files, batch);
  if (open.length === 0) return;
  const own = new Map(
    open.filter((file) => !files.parsing.has(factsKey(file))).map((file): [string, SourceFile] => [factsKey(file), file]),
  );
  const jobs = [...own.values()].map(({ path, sha, bytes }) => ({ kind: pythonKind(path) ?? 'py', sha, bytes }));
  const read = files.ports.readPython(jobs);
  for (const [index, key] of [...own.keys()].entries())
    files.parsing.set(
      key,
      read.then((texts) => texts[index]),
    );
  const texts = await Promise.all(open.map((file) => files.parsing.get(factsKey(file))));
  const saved: { key: string; value: string }[] = [];
  for (const [index, file] of open.entries()) {
    const text = texts[index];
    const facts = text === undefined ? undefined : unpackFacts(text);
    if (text === undefined || !facts) continue;
    keep(files, file.path, facts);
    const key = factsKey(file);
    const isOwn = own.get(key) === file;
    files.counts[isOwn ? 'parsed' : 'cached'] += 1;
    if (isOwn && !isGivenUp(facts)) saved.push({ key, value: text });
  }
  files.ports.facts.save(saved);
  for (const key of own.keys()) files.parsing.delete(key);
}

function keep(files: PythonFiles, path: string, facts: PythonFacts): void {
  files.loaded.set(path, facts);
  files.called.delete(path);
}

export function factsKey({ path, sha }: Pick<FileEntry, 'path' | 'sha'>): string {
  return `${pythonKind(path) ?? 'py'}/${sha}`;
}
