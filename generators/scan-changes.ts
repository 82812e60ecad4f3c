/** §14.2 Two reports of one repository to `sf-changes/1`: rows that are new, changed and gone. A line that only moved is no change. */
import type { ScanChanges } from '../src/core/artifacts/scan-changes.js';
import type { ScanReport } from '../src/core/artifacts/scan-report.js';

export type ChangedFiles = ScanChanges['files'];
export type Compared = {
  readonly ref: string;
  readonly since: string;
  readonly before: ScanReport;
  readonly after: ScanReport;
  readonly files: ChangedFiles;
};

type Dataset = ScanChanges['datasets']['gone'][number];
type Schedule = ScanChanges['schedules']['gone'][number];
type Site = ScanReport['reads'][number] | ScanReport['writes'][number];

export function scanChanges({ ref, since, before, after, files }: Compared): ScanChanges {
  const moved = new Map(files.flatMap(({ path, from }) => (from === undefined ? [] : [[from, path] as const])));
  const touched = new Set(files.flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]));
  const now = (file: string): string => moved.get(file) ?? file;
  const compare = <T extends object>(of: (report: ScanReport) => readonly T[], rules: Rules<T>) =>
    comparedRows(of(before), of(after), { ...rules, touched });
  const site = {
    names: siteNames(now),
    ignored: ['line', 'end_line', 'cell', 'via', 'confidence', 'urn'],
    sources: sourcesOfSite,
    same: (row: Site) => ({ ...row, file: now(row.file) }),
  };
  return {
    schema: 'sf-changes/1',
    ref,
    since,
    commit: after.commit,
    files,
    datasets: compare(datasetsOf, {
      names: [({ urn, storage }) => `${urn} ${storage.location}`, ({ urn }) => urn ?? '', ({ storage }) => storage.location],
      ignored: ['decisions', 'written_by'],
      sources: (row, fields) => [...sourcesOfDataset(row, [before, after]), ...aboutAll(fields, touched)],
      same: (row) => ({ ...row, written_at: [...new Set(row.written_at.map(({ file }) => now(file)))].toSorted() }),
    }),
    writes: compare((report) => report.writes, site),
    reads: compare((report) => report.reads, site),
    dbt: compare((report) => report.dbt, {
      names: [({ project, model }) => `${project} ${model}`],
      ignored: [],
      sources: ({ file }) => [file],
    }),
    schedules: compare(schedulesOf, {
      names: [({ file, platform, id }) => `${now(file)} ${platform} ${id}`, ({ file, platform }) => `${now(file)} ${platform}`],
      ignored: ['line'],
      sources: ({ file }) => [file],
      same: (row) => ({
        ...row,
        file: now(row.file),
        tasks: row.tasks.map((task) => ({ ...task, writes: filesOf(task.writes).map(now) })),
      }),
    }),
    unresolved: compare((report) => report.unresolved, {
      names: [({ file, reason, text }) => `${now(file)} ${reason} ${text}`],
      ignored: ['line', 'file'],
      sources: ({ file }) => [file],
    }),
  };
}

function siteNames(now: (file: string) => string): Rules<Site>['names'] {
  return [
    ({ file, api, targets }) => `${now(file)} ${api} ${targets.join(' ')}`,
    ({ file, targets }) => `${now(file)} ${targets.join(' ')}`,
    ({ api, targets }) => (targets.length > 0 ? `${api} ${targets.join(' ')}` : ''),
    ({ file, api }) => `${now(file)} ${api}`,
  ];
}

function sourcesOfSite({ file, via }: Site): readonly string[] {
  return [file, ...filesOf(via)];
}

/** Files that say one thing about every dataset: who owns it, how important it is. */
const ABOUT_ALL: Readonly<Record<string, RegExp>> = { owner_team: /(?:^|\/)CODEOWNERS$/, tier: /(?:^|\/)critical-datasets\.yaml$/ };

function aboutAll(fields: readonly string[], touched: ReadonlySet<string>): readonly string[] {
  return fields.flatMap((field) => [...touched].filter((file) => ABOUT_ALL[field]?.test(file)));
}

/** Where it is written, what those places lead to, and when it is made. */
function sourcesOfDataset({ urn, written_at, orchestration }: Dataset, reports: readonly ScanReport[]): readonly string[] {
  const files = filesOf(written_at);
  const ids = new Set(orchestration.map(({ id }) => id));
  const told = reports.flatMap(({ writes, schedules }) => [
    ...writes.filter((write) => urn !== null && (write.urn === urn || write.urns?.includes(urn))).flatMap(sourcesOfSite),
    ...schedules.filter(({ id }) => ids.has(id)).map(({ file }) => file),
  ]);
  return [...files, ...told];
}

function filesOf(places: readonly { readonly file: string }[]): string[] {
  return [...new Set(places.map(({ file }) => file))].toSorted();
}

function datasetsOf(report: ScanReport): readonly Dataset[] {
  return report.datasets.map(({ writes, ...row }) => ({ ...row, written_at: placesOf(report, writes) }));
}

function schedulesOf(report: ScanReport): readonly Schedule[] {
  return report.schedules.map((row) => ({
    ...row,
    tasks: row.tasks.map(({ writes, ...task }) => ({ ...task, writes: placesOf(report, writes) })),
  }));
}

function placesOf({ writes }: ScanReport, indices: readonly number[]) {
  return indices.flatMap((index) => {
    const write = writes[index];
    return write ? [{ file: write.file, line: write.line }] : [];
  });
}

type Rules<T> = {
  /** What makes a row the same row as before, the strictest first: what one name leaves over, the next one joins. */
  readonly names: readonly ((row: T) => string)[];
  readonly ignored: readonly string[];
  readonly sources: (row: T, fields: readonly string[]) => readonly string[];
  /** The row as it is compared. */
  readonly same?: (row: T) => object;
};
type Rows<T> = {
  readonly new: T[];
  readonly changed: { readonly row: T; readonly changes: FieldChange[]; readonly because_of: string[] }[];
  readonly gone: T[];
};
type FieldChange = { readonly field: string; readonly before?: unknown; readonly after?: unknown };

function comparedRows<T extends object>(
  before: readonly T[],
  after: readonly T[],
  { names, ignored, sources, same = (row) => row, touched }: Rules<T> & { readonly touched: ReadonlySet<string> },
): Rows<T> {
  const known = partners(before, after, names);
  const changed = after.flatMap((row) => {
    const old = known.get(row);
    const changes = old ? fieldChanges(same(old), same(row), new Set(ignored)) : [];
    const fields = changes.map(({ field }) => field);
    const because_of = [...new Set([row, ...(old ? [old] : [])].flatMap((one) => sources(one, fields)))]
      .filter((file) => touched.has(file))
      .toSorted();
    return changes.length > 0 ? [{ row, changes, because_of }] : [];
  });
  const kept = new Set(known.values());
  return { new: after.filter((row) => !known.has(row)), changed, gone: before.filter((row) => !kept.has(row)) };
}

/** Rows of now with the row of before that each was, in order where several have one name. */
function partners<T>(before: readonly T[], after: readonly T[], names: Rules<T>['names']): ReadonlyMap<T, T> {
  const found = new Map<T, T>();
  const taken = new Set<T>();
  for (const name of names) {
    const open = new Map<string, T[]>();
    for (const row of before) if (!taken.has(row) && name(row) !== '') open.set(name(row), [...(open.get(name(row)) ?? []), row]);
    for (const row of after) {
      const old = found.has(row) ? undefined : open.get(name(row))?.shift();
      if (old === undefined) continue;
      found.set(row, old);
      taken.add(old);
    }
  }
  return found;
}

function fieldChanges(before: object, after: object, ignored: ReadonlySet<string>): FieldChange[] {
  const [old, now] = [new Map<string, unknown>(Object.entries(before)), new Map<string, unknown>(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field): FieldChange[] => {
    const [was, is] = [old.get(field), now.get(field)];
    if (ignored.has(field) || JSON.stringify(was) === JSON.stringify(is)) return [];
    if (isRecord(was) && isRecord(is)) return fieldChanges(was, is, new Set()).map((one) => ({ ...one, field: `${field}.${one.field}` }));
    return [{ field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
