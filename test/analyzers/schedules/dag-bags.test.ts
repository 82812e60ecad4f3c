/** Airflow's DagBag loads the DAGs beside this file, a folder for each case met in real repositories: ids, schedules, time zones, owners and tasks are its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Schedule } from '../../../src/core/facts.js';
import { scanFolders } from '../../../src/main/scan.js';
import { pythonWith, runPython } from '../../python.js';
import { differencesBetween, differencesOf, type Row, type Rows } from '../differences.js';

const FOLDER = 'test/analyzers/schedules/dags';
const cases = readdirSync(FOLDER).toSorted();
const Loaded = z.array(
  z.object({ case: z.string(), errors: z.record(z.string(), z.string()), dags: z.record(z.string(), z.looseObject({})) }),
);

describe.each(['airflow2', 'airflow3'])('%s', (environment) => {
  const interpreter = pythonWith(environment);
  const loaded: { rows?: z.infer<typeof Loaded> } = {};

  describe.skipIf(interpreter === undefined)('its DagBag', () => {
    beforeAll(() => {
      const script = readFileSync('test/analyzers/schedules/dag_bags.py', 'utf8');
      loaded.rows = Loaded.parse(JSON.parse(runPython(interpreter ?? '', script, JSON.stringify({ folder: FOLDER, cases }))));
    }, 600_000);

    test.each(cases)('%s', async (name) => {
      const theirs = loaded.rows?.find((one) => one.case === name);
      if (!theirs) throw new Error('not loaded');
      const folder = join(FOLDER, name);
      const errors = Object.entries(theirs.errors).map(([file, error]) => [`import of ${file}`, { error }] as const);
      const other = new Map<string, Row>([...Object.entries(theirs.dags), ...errors]);
      expect(differencesBetween(await ourRows(folder), other)).toEqual(differencesOf(folder, environment));
    });
  });
});

async function ourRows(folder: string): Promise<Rows> {
  const [scanned] = await scanFolders([folder], { home: undefined, orgConfig: undefined }, () => undefined);
  const rows = new Map<string, Row>();
  for (const { id, schedule, timezone, owner, tasks } of scanned?.schedules ?? []) {
    const row = { schedule: asAirflowHasIt(schedule), timezone, owner: owner ?? null, tasks: tasks.map((task) => task.id).toSorted() };
    rows.set(rows.has(id) ? `${id} once more` : id, row);
  }
  return rows;
}

/** An object made of a class knows its class and its interval, and no longer how it was written. */
function asAirflowHasIt(schedule: Schedule['schedule']): string | null {
  const made = /^([A-Za-z]\w*)\((.*)\)$/.exec(schedule ?? '');
  if (!made) return schedule;
  if (made[1] !== 'timedelta') return made[1] ?? null;
  const parts = [...(made[2] ?? '').matchAll(/(\w+)=(\d+)/g)].map(([, unit = '', count]) => (SECONDS[unit] ?? Number.NaN) * Number(count));
  return `every ${parts.reduce((sum, one) => sum + one, 0)} s`;
}

const SECONDS: Readonly<Record<string, number>> = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
