/** §14.1 `sf scan DIR --changed-since REF`: what the code says otherwise than at a reference, for people. */
import type { ScanChanges } from '../core/artifacts/scan-changes.js';
import { printPlace } from '../core/evidence.js';
import { plain, table } from './output.js';

const SHOWN = 50;
const SHOWN_UNRESOLVED = 10;
const SHOWN_VALUE = 60;

export function printChanges(changes: ScanChanges): string {
  const { ref, since, files } = changes;
  const rows = [...datasetRows(changes.datasets), ...writeRows(changes), ...modelRows(changes), ...scheduleRows(changes)];
  const head = `Since ${ref} (${since.slice(0, 10)}): ${files.length} ${files.length === 1 ? 'file differs' : 'files differ'}.`;
  const none = isEmpty(changes.datasets) ? ['No dataset is new, gone or changed.'] : [];
  const body = rows.length === 0 ? [] : [listed(['', 'DATASET OR PLACE', 'WHAT', 'WHERE, OR BECAUSE OF'], rows, SHOWN)];
  return `${[plain(head), ...none, ...body, ...notUnderstood(changes), counts(changes)].join('\n\n')}\n`;
}

type Datasets = ScanChanges['datasets'];

function isEmpty({ new: made, changed, gone }: Datasets): boolean {
  return made.length + changed.length + gone.length === 0;
}

function listed(heads: readonly string[], rows: readonly string[][], limit: number): string {
  const more = rows.length > limit ? `\n… and ${rows.length - limit} more (--format json lists all)` : '';
  return `${table(heads, rows.slice(0, limit))}${more}`;
}

function datasetRows({ new: made, changed, gone }: Datasets): string[][] {
  const name = ({ urn, storage }: Datasets['gone'][number]): string => urn ?? storage.location;
  const places = ({ written_at }: Datasets['gone'][number]): string => written_at.map(printPlace).join(', ');
  return [
    ...made.map((row) => ['new', name(row), `at ${row.storage.location}`, places(row)]),
    ...changed.flatMap((one) => changedRows(name(one.row), one)),
    ...gone.map((row) => ['gone', name(row), `was at ${row.storage.location}`, places(row)]),
  ];
}

type Changed = Pick<Datasets['changed'][number], 'changes' | 'because_of'>;

/** One row a field; what reads the same to a person is told by JSON alone. */
function changedRows(name: string, { changes, because_of }: Changed): string[][] {
  const told = changes.flatMap(({ field, before, after }) => {
    const [was, is] = differing(before, after).map((one) => short(field === 'tasks' ? tasksIn(one) : words(one)));
    return was === is ? [] : [`${field}: ${was} → ${is}`];
  });
  return told.map((what, index) => (index === 0 ? ['changed', name, what, because_of.join(', ')] : ['', '', what, '']));
}

/** What a dataset's own row tells already is not told again of its writes. */
function writeRows({ writes, datasets }: ScanChanges): string[][] {
  const known = new Set([
    ...datasets.new.map(({ urn }) => `${urn} targets`),
    ...datasets.changed.flatMap(({ row, changes }) => changes.map(({ field }) => `${row.urn} ${field.replace(/^storage\./, '')}`)),
  ]);
  return writes.changed.flatMap(({ row, changes, because_of }) =>
    changedRows(printPlace(row), {
      changes: changes.filter(({ field }) => row.urn === null || !known.has(`${row.urn} ${field}`)),
      because_of,
    }),
  );
}

function modelRows({ dbt }: ScanChanges): string[][] {
  return dbt.changed.flatMap((one) => changedRows(`model ${one.row.model}`, one));
}

/** As it was written is told where what it means is the same. */
function scheduleRows({ schedules }: ScanChanges): string[][] {
  return schedules.changed.flatMap(({ row, changes, because_of }) => {
    const isMeant = changes.some(({ field }) => field === 'schedule');
    const told = changes.filter(({ field }) => !isMeant || field !== 'schedule_as_written');
    return changedRows(`${row.platform} ${row.id}`, { changes: told, because_of });
  });
}

/** Rows are gone without a word where the file that told of them cannot be read any more. */
function notUnderstood({ unresolved }: ScanChanges): string[] {
  const rows = unresolved.new.map((row) => [printPlace(row), row.reason, short(row.text)]);
  return rows.length === 0 ? [] : [`Not understood since:\n${listed(['PLACE', 'REASON', 'CODE'], rows, SHOWN_UNRESOLVED)}`];
}

/** Of two lists what one alone has. */
function differing(before: unknown, after: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [before, after];
  const less = (list: readonly unknown[], other: readonly unknown[]): unknown[] => {
    const known = new Set(other.map((one) => JSON.stringify(one)));
    return list.filter((one) => !known.has(JSON.stringify(one)));
  };
  const [was, is] = [less(before, after), less(after, before)];
  return was.length + is.length === 0 ? [before, after] : [was, is];
}

/** What each runs, and whether that writes anything: in which of its files a person sees at the writes. */
function tasksIn(value: unknown): string {
  const tasks = Array.isArray(value) ? value.filter(isTask) : [];
  if (tasks.length === 0) return words(value);
  const said = tasks.map(({ id, runs, writes }) => {
    const run = runs === null ? id : `${id} runs ${runs}`;
    return writes.length === 0 ? `${run} and writes nothing` : run;
  });
  return said.join('; ');
}

type TaskSaid = { readonly id: string; readonly runs: string | null; readonly writes: readonly unknown[] };

function isTask(value: unknown): value is TaskSaid {
  return (
    typeof value === 'object' && value !== null && 'id' in value && 'runs' in value && 'writes' in value && Array.isArray(value.writes)
  );
}

function words(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(words).join(', ');
  if (typeof value !== 'object') return String(value);
  return Object.values(value)
    .filter((one) => one !== null)
    .map(words)
    .join(' ');
}

function short(value: string): string {
  const text = value.replace(/\s+/g, ' ');
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
}

function counts({ datasets, writes, reads, dbt, schedules, unresolved }: ScanChanges): string {
  const kinds = { datasets, writes, reads, 'dbt models': dbt, schedules, 'not understood': unresolved };
  return Object.entries(kinds)
    .map(([name, { new: made, changed, gone }]) => `${name}: ${made.length} new, ${changed.length} changed, ${gone.length} gone`)
    .join('\n');
}
