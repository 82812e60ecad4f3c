/** The demo: an organisation on a GitHub of its own, the bot installed there, real flights behind its jobs, and a clock that is moved while you watch. */
import { join, relative } from 'node:path';
import { Writable } from 'node:stream';
import { Listr } from 'listr2';
import { writeFirstRun } from '../adapters/duckdb/demo-lake.js';
import { createObjects } from '../adapters/local/objects.js';
import { createRecords } from '../adapters/local/store.js';
import { type FleetRow, legend } from '../cli/bootstrap-report.js';
import type { DemoRequest } from '../cli/demo.js';
import { type Console, counted, shellWord, table } from '../cli/output.js';
import { AUTO_MERGE_AFTER_HOURS, MS_PER_HOUR } from '../core/numbers.js';
import { instant, later } from '../core/time.js';
import { fleetRows } from './bootstrap-actions.js';
import { closing, type Later } from './closing.js';
import { composeBot } from './compose-bot.js';
import { ACCOUNT, type DemoOrganisation, makeOrganisation } from './demo-organisation.js';
import { commitGuardedRepository, commitRepositories, demoFixtures, fillLake, type Stage, stageAt } from './demo-stage.js';
import { createServerLog } from './log.js';
import { type OneAtATime, oneAtATime } from './one-at-a-time.js';
import { type Serving, serve } from './serve.js';

const DAY_HOURS = 24;
const LOOK_EVERY_MS = 200;
/** Where nobody draws over a line, each progress is a line of a log. */
const SAY_EVERY_MS = 5_000;
const HOLES = { bucket: 'acme-lake' };

/** What stands once the demo has been set up. */
type Play = {
  readonly stage: Stage;
  readonly clock: { at: string };
  readonly organisation: DemoOrganisation;
  readonly serving: Serving;
  readonly newestDay: string;
  /** Two drains of one bot would work the same items: the page that moves the clock waits for the round that is under way. */
  readonly inTurn: OneAtATime;
  /** What failed while the page moved the clock: the bot may stand anywhere, so the demo ends with it. */
  readonly fault: { error?: unknown };
  /** Lines of the bot's log about what it could not do. */
  readonly failures: readonly string[];
};

export function demo(console: Console): (request: DemoRequest) => Promise<number> {
  return ({ keep, once, still, now = instant(Date.now()) }) =>
    closing(async (atTheEnd) => {
      const stage = stageAt(keep);
      atTheEnd(stage.release);
      const play = await playThrough({ stage, clock: { at: now }, atTheEnd }, console, still);
      const rows = await rowsOf(play);
      console.out(`\n${fleetTable(rows)}\n\n${legend(rows)}\n\n${ending(play, once)}\n`);
      if (play.failures.length > 0) console.err(`sf: The bot could not do all of it. Its log says:\n${play.failures.join('')}`);
      if (!once) await untilInterrupted(play);
      return play.failures.length > 0 ? 1 : 0;
    });
}

type Setting = { readonly stage: Stage; readonly clock: { at: string }; readonly atTheEnd: Later };

async function playThrough(setting: Setting, console: Console, still: boolean): Promise<Play> {
  const { stage, clock } = setting;
  const made: { newestDay?: string; play?: Play } = {};
  const start = clock.at;
  const afterHours = (hours: number): string => later(start, hours * MS_PER_HOUR);
  const tasks = new Listr(
    [
      {
        title: 'Split three million real flights by day into a small lake (all of the demo takes one to three minutes)',
        task: async (_, task) => {
          const { tables, newestDay } = await fillLake(stage, start);
          made.newestDay = newestDay;
          task.title = `A lake of real flights: ${tables} tables, the newest day is ${newestDay}`;
        },
      },
      {
        title: 'Found an organisation: a GitHub of its own on this machine, three repositories, a CI, and the bot beside it',
        task: async (_, task) => {
          await commitRepositories(stage);
          await commitGuardedRepository(stage);
          made.play = await setUp(setting, made.newestDay ?? '');
          task.title = `The organisation ${ACCOUNT}: three repositories, six people, a CI; the bot listens at ${made.play.serving.url}`;
        },
      },
      {
        title: `${shown(start)}  The App is installed: webhooks, scans, profiles, pull requests (this takes about a minute)`,
        task: async (_, task) => {
          const play = playOf(made);
          play.organisation.install();
          const seen = { open: 0 };
          const look = (): void => {
            const open = play.organisation.openPullRequests().length;
            if (open !== seen.open) task.output = `${counted(open, 'pull request')} open`;
            seen.open = open;
          };
          await settled(play, { look, everyMs: console.interactive ? LOOK_EVERY_MS : SAY_EVERY_MS });
          task.title = `${shown(clock.at)}  The App was installed: ${counted(play.organisation.openPullRequests().length, 'pull request')} open, ${await tally(play)}`;
        },
      },
      {
        title: `${shown(afterHours(AUTO_MERGE_AFTER_HOURS))}  48 hours later nobody has objected`,
        enabled: !still,
        task: async (_, task) => {
          await moved(playOf(made), AUTO_MERGE_AFTER_HOURS);
          task.title = `${shown(clock.at)}  48 hours later nobody has objected: ${await tally(playOf(made))}`;
        },
      },
      {
        title: `${shown(afterHours(AUTO_MERGE_AFTER_HOURS + DAY_HOURS))}  The new job has run for the first time`,
        enabled: !still,
        task: async (_, task) => {
          await writeFirstRun(stage.lake, made.newestDay ?? '');
          await moved(playOf(made), DAY_HOURS);
          task.title = `${shown(clock.at)}  The job that had written nothing has run once: ${await tally(playOf(made))}`;
        },
      },
    ],
    { renderer: console.interactive ? 'default' : 'simple', exitOnError: true, registerSignalListeners: false },
  );
  await tasks.run();
  return playOf(made);
}

function playOf({ play }: { readonly play?: Play }): Play {
  if (!play) throw new Error('the demo was not set up');
  return play;
}

async function setUp({ stage, clock, atTheEnd }: Setting, newestDay: string): Promise<Play> {
  const made: { play?: Play } = {};
  const failures: string[] = [];
  const organisation = await makeOrganisation({
    folder: stage.folder,
    clock: { now: () => clock.at },
    repositories: { 'flight-lake': stage.jobs, 'flight-insights': stage.readers, 'crew-planning': stage.guarded },
    guarded: ['crew-planning'],
    moveClock: (hours) => movedByPage(playOf(made), hours),
    atTheEnd,
  });
  const serving = await serve(
    {
      home: stage.home,
      credentials: organisation.credentials,
      port: 0,
      host: '127.0.0.1',
      apiUrl: organisation.standIn.url,
      data: stage.lake,
      orgConfig: join(demoFixtures(), 'org.yml'),
      clock: { now: () => clock.at },
      log: createServerLog(keeping(failures)),
      byItself: false,
    },
    composeBot({ spacingMs: 0, holes: HOLES }),
  );
  atTheEnd(() => serving.stop());
  organisation.listenAt(`${serving.url}/api/github/webhooks`);
  made.play = { stage, clock, organisation, serving, newestDay, inTurn: oneAtATime(), fault: {}, failures };
  return made.play;
}

/** Of the bot's log the lines that tell of an error. */
function keeping(failures: string[]): Writable {
  const write = (chunk: unknown, _: string, done: () => void): void => {
    const line = String(chunk);
    if (line.includes('"error":')) failures.push(line);
    done();
  };
  return new Writable({ write });
}

type Progress = { readonly look: () => void; readonly everyMs: number };

/** Until no webhook is under way, no delivery waits, nothing is due, and every head has been looked at by the CI. */
function settled(play: Play, progress?: Progress): Promise<void> {
  return play.inTurn(() => settling(play, progress));
}

async function settling({ organisation, serving }: Play, progress?: Progress): Promise<void> {
  const { standIn, runCi } = organisation;
  const watching = progress && setInterval(progress.look, progress.everyMs);
  try {
    for (let quiet = 0; quiet < 2; ) {
      await standIn.deliveries.settled();
      const worked = await serving.worker.drain();
      await serving.goOn();
      await runCi();
      quiet = worked === 0 ? quiet + 1 : 0;
    }
  } finally {
    clearInterval(watching);
  }
}

function moved(play: Play, hours: number): Promise<void> {
  return play.inTurn(async () => {
    play.clock.at = later(play.clock.at, hours * MS_PER_HOUR);
    await play.serving.timers.tick(play.clock.at);
    await settling(play);
  });
}

async function movedByPage(play: Play, hours: number): Promise<void> {
  try {
    await moved(play, hours);
  } catch (error) {
    play.fault.error = error;
    throw error;
  }
}

/** People click in the stand-in's pages; what they do reaches the bot by webhooks, as everywhere. */
async function untilInterrupted(play: Play): Promise<void> {
  const going = { on: true };
  process.once('SIGINT', () => {
    going.on = false;
  });
  while (going.on) {
    await settled(play);
    if ('error' in play.fault) throw play.fault.error;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function rowsOf({ stage, serving }: Play): Promise<readonly FleetRow[]> {
  const records = createRecords(serving.store);
  return fleetRows({ records, objects: createObjects(join(stage.home, 'objects')) });
}

async function tally(play: Play): Promise<string> {
  const states = new Map<string, number>();
  for (const { record } of await rowsOf(play)) states.set(record.current_step, (states.get(record.current_step) ?? 0) + 1);
  return [...states].map(([state, count]) => `${count} ${state}`).join(', ');
}

function fleetTable(rows: readonly FleetRow[]): string {
  return table(
    ['dataset', 'tier', 'model', 'confidence', 'pull request', 'state'],
    rows.map(({ record, confidence }) => [
      record.dataset_urn,
      record.tier,
      record.enforcement_model,
      confidence,
      record.pull_request?.number === undefined ? '-' : `${record.repository?.split('/').at(-1)}#${record.pull_request.number}`,
      record.current_step,
    ]),
  );
}

/** The demo's clock, to the minute. */
function shown(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

function ending({ stage, organisation, serving }: Play, once: boolean): string {
  const near = (path: string): string => shellWord(relative('', path) || '.');
  const open = organisation.openPullRequests();
  const waiting = open.map(({ repository, number, title }) => `  ${repository}#${number}  ${title}`);
  const places = once
    ? [
        `  what was merged        git -C ${near(organisation.standIn.seed.repository(`${ACCOUNT}/flight-lake`).git.directory)} log --graph --oneline main`,
        `  what a reader gets     ls ${near(join(stage.home, 'objects/datasets'))}/*/*/pull_request.md`,
        '  click through it       npm run demo',
      ]
    : [
        `  the organisation       ${organisation.standIn.url}/ui/`,
        `  a pull request         ${organisation.standIn.url}/ui/${open[0]?.repository ?? `${ACCOUNT}/flight-lake`}/pull/${open[0]?.number ?? 1}`,
        `  the bot's figures      ${serving.url}/metrics`,
        '',
        'Approve, comment, label or push there as one of its people, and move its clock; the bot hears of it by webhook. Ctrl-C ends it.',
      ];
  return [
    ...(waiting.length > 0 ? ['Open pull requests (the check autopilot/gate of each says what it waits for):', ...waiting, ''] : []),
    'Where to look:',
    ...places,
  ].join('\n');
}
