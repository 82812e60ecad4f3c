/** The demo without a forge: the whole lifecycle in local git repositories, as `sf bootstrap run` does it on a laptop. */
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Listr } from 'listr2';
import { writeFirstRun } from '../adapters/duckdb/demo-lake.js';
import type { BootstrapActions, RunResult } from '../cli/bootstrap.js';
import { type FleetRow, fleetTable, legend, whatIsMissing } from '../cli/bootstrap-report.js';
import type { DemoRequest } from '../cli/demo.js';
import { type Console, shellWord } from '../cli/output.js';
import { AUTO_MERGE_AFTER_HOURS, MS_PER_HOUR } from '../core/numbers.js';
import { instant, later } from '../core/time.js';
import { bootstrapActions } from './bootstrap-actions.js';
import { closing } from './closing.js';
import { commitRepositories, demoFixtures, fillLake, type Stage, stageAt } from './demo-stage.js';

const DAY_HOURS = 24;

export function localDemo(console: Console): (request: DemoRequest) => Promise<number> {
  return ({ keep, once, now = instant(Date.now()) }) =>
    closing(async (atTheEnd) => {
      const stage = stageAt(keep);
      atTheEnd(stage.release);
      const actions = bootstrapActions({ ...console, interactive: false });
      const rows = await playThrough(stage, now, actions, console);
      console.out(`\n${fleetTable(rows)}\n\n${legend(rows)}\n\n${ending(stage, rows)}\n`);
      if (!once && console.interactive) await offerApprovals(stage, after(now, AUTO_MERGE_AFTER_HOURS + DAY_HOURS), rows, actions, console);
      return 0;
    });
}

async function playThrough(stage: Stage, now: string, actions: BootstrapActions, console: Console): Promise<readonly FleetRow[]> {
  const fixtures = demoFixtures();
  let newestDay = '';
  let result: RunResult | undefined;
  const request = {
    directories: [stage.jobs, stage.readers],
    lake: stage.lake,
    orgConfig: join(fixtures, 'org.yml'),
    holes: { bucket: 'acme-lake' },
    dryRun: false,
  };
  const runAt = async (time: string): Promise<string> => {
    result = await actions.run(request, { home: stage.home, now: time });
    return tally(result.rows);
  };
  const tasks = new Listr(
    [
      {
        title: 'Split three million real flights by day into a small lake (all of the demo takes one to three minutes)',
        task: async (_, task) => {
          const lake = await fillLake(stage, now);
          newestDay = lake.newestDay;
          task.title = `A lake of real flights: ${lake.tables} tables, the newest day is ${newestDay}`;
        },
      },
      {
        title: 'Commit two repositories: the jobs that write, the reports that read',
        task: () => commitRepositories(stage),
      },
      {
        title: `${shown(now)}  Scan, profile, draft, open a branch per dataset`,
        task: async (_, task) => {
          task.title = `${shown(now)}  Scanned, profiled, drafted, opened: ${await runAt(now)}`;
        },
      },
      {
        title: `${shown(after(now, AUTO_MERGE_AFTER_HOURS))}  48 hours later nobody has objected`,
        task: async (_, task) => {
          const later = after(now, AUTO_MERGE_AFTER_HOURS);
          task.title = `${shown(later)}  48 hours later nobody has objected: ${await runAt(later)}`;
        },
      },
      {
        title: `${shown(after(now, AUTO_MERGE_AFTER_HOURS + DAY_HOURS))}  The new job has run for the first time`,
        task: async (_, task) => {
          const later = after(now, AUTO_MERGE_AFTER_HOURS + DAY_HOURS);
          await writeFirstRun(stage.lake, newestDay);
          task.title = `${shown(later)}  The job that had written nothing has run once: ${await runAt(later)}`;
        },
      },
    ],
    { renderer: console.interactive ? 'default' : 'simple', exitOnError: true, registerSignalListeners: false },
  );
  await tasks.run();
  return result?.rows ?? [];
}

function after(time: string, hours: number): string {
  return later(time, hours * MS_PER_HOUR);
}

/** The demo's clock, to the minute. */
function shown(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

function tally(rows: readonly FleetRow[]): string {
  const states = new Map<string, number>();
  for (const { record } of rows) states.set(record.current_step, (states.get(record.current_step) ?? 0) + 1);
  return [...states].map(([state, count]) => `${count} ${state}`).join(', ');
}

function ending(stage: Stage, rows: readonly FleetRow[]): string {
  const near = (path: string): string => shellWord(relative('', path) || '.');
  const waiting = rows.find(({ record }) => record.current_step === 'POLICY_PENDING')?.record;
  const ready = rows.find(({ record }) => record.current_step === 'SIGNAL_READY')?.record;
  const missing = whatIsMissing(rows);
  const sf = `SF_HOME=${near(stage.home)} npx sf`;
  return [
    ...(missing ? ['Waiting for a person:', missing, ''] : []),
    'Where to look:',
    ...(ready ? [`  what a reader gets     cat ${near(join(stage.home, 'objects', folderOf(ready.dataset_urn), 'pull_request.md'))}`] : []),
    ...(ready?.pull_request ? [`  the change itself      git -C ${near(stage.jobs)} show ${ready.pull_request.branch}~1`] : []),
    `  what was accepted      git -C ${near(stage.jobs)} log --graph --oneline signal-factory/accepted`,
    ...(ready ? [`  why it is ready        ${sf} bootstrap status --urn ${ready.dataset_urn}`] : []),
    ...(waiting
      ? [`  approve one yourself   ${sf} bootstrap approve --urn ${waiting.dataset_urn} --as ${shellWord(process.env.USER ?? 'me')}`]
      : []),
  ].join('\n');
}

function folderOf(urn: string): string {
  return `datasets/${urn.replace('ds://', '')}`;
}

async function offerApprovals(
  stage: Stage,
  now: string,
  rows: readonly FleetRow[],
  actions: BootstrapActions,
  console: Console,
): Promise<void> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  let last: readonly FleetRow[] = rows;
  for (const { record } of rows.filter((row) => row.record.current_step === 'POLICY_PENDING')) {
    const answer = await prompt.question(`\nApprove ${record.dataset_urn} (${record.tier}) now? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) continue;
    last = (await actions.approve(record.dataset_urn, { name: process.env.USER ?? 'me' }, { home: stage.home, now })).rows;
  }
  prompt.close();
  if (last !== rows) console.out(`\n${fleetTable(last)}\n`);
}
