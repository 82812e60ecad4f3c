/** §14.1 `sf scan DIR --changed-since REF`: what the code says otherwise than at a reference, for people. */
import type { ScanChanges } from '../core/artifacts/scan-changes.js';
import { plain, table } from './output.js';

const SHOWN = 50;
const SHOWN_VALUE = 60;

export function printChanges(changes: ScanChanges): string {
  const { ref, since, files } = changes;
  const rows = datasetRows(changes.datasets);
  const shown = rows.slice(0, SHOWN);
  const more = rows.length > SHOWN ? `\n… and ${rows.length - SHOWN} more (--format json lists all)` : '';
  const body =
    rows.length === 0 ? 'No dataset is new, gone or changed.' : `${table(['', 'DATASET', 'WHAT', 'WHERE, OR BECAUSE OF'], shown)}${more}`;
  const head = `Since ${ref} (${since.slice(0, 10)}): ${files.length} ${files.length === 1 ? 'file differs' : 'files differ'}.`;
  return `${plain(head)}\n\n${body}\n\n${counts(changes)}\n`;
}

type Datasets = ScanChanges['datasets'];

function datasetRows({ new: made, changed, gone }: Datasets): string[][] {
  const name = ({ urn, storage }: Datasets['gone'][number]): string => urn ?? storage.location;
  const places = ({ written_at }: Datasets['gone'][number]): string => written_at.map(({ file, line }) => `${file}:${line}`).join(', ');
  return [
    ...made.map((row) => ['new', name(row), `at ${row.storage.location}`, places(row)]),
    ...changed.flatMap(({ row, changes, because_of }) =>
      changes.map(({ field, before, after }, index) => [
        index === 0 ? 'changed' : '',
        index === 0 ? name(row) : '',
        `${field}: ${short(before)} → ${short(after)}`,
        index === 0 ? because_of.join(', ') : '',
      ]),
    ),
    ...gone.map((row) => ['gone', name(row), `was at ${row.storage.location}`, places(row)]),
  ];
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
}

function counts({ datasets, writes, reads, dbt, schedules, unresolved }: ScanChanges): string {
  const kinds = { datasets, writes, reads, 'dbt models': dbt, schedules, 'not understood': unresolved };
  return Object.entries(kinds)
    .map(([name, { new: made, changed, gone }]) => `${name}: ${made.length} new, ${changed.length} changed, ${gone.length} gone`)
    .join('\n');
}
