/**
 * `npm run screenshots -- FOLDER`: what people see of the App, as pictures. Plays the demo, acts in its pages as its people do, and
 * photographs each page at the width of a desk and of a phone. Needs Chromium: `CHROMIUM`, or the one that Debian installs.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const WIDTHS = [1280, 390] as const;
/** The beginning of a working week, so that the pictures do not change with the day they are made on. */
const BEGINS = '2026-02-16T09:00:00Z';
const LOOK_EVERY_MS = 500;
const LOOKS = 240;

/** A picture is taken where the steps before it have led. */
type Scene = { readonly name: string; readonly path: (stage: Stage) => Promise<string>; readonly before?: (stage: Stage) => Promise<void> };
type Stage = { readonly page: Page; readonly base: string };

const SCENES: readonly Scene[] = [
  { name: '01-organisation', path: async () => '/ui/acme-air' },
  { name: '02-tier-3-waits', path: pull('delay_profile') },
  { name: '03-gate-waits', path: gate('delay_profile') },
  { name: '04-files', path: async (stage) => `${await pull('delay_profile')(stage)}/files` },
  { name: '05-tier-3-asks-a-person', path: pull('loyalty_contacts') },
  { name: '06-tier-2', path: pull('airport_delays') },
  { name: '07-tier-1', path: pull('flights_daily') },
  { name: '08-gate-of-tier-1', path: gate('flights_daily') },
  { name: '09-never-alone', path: pull('crew_demand') },
  { name: '10-gate-never-alone', path: gate('crew_demand') },
  {
    name: '11-held',
    before: async (stage) => {
      await says(stage, 'lena', 'station_scorecard', '/autopilot hold');
      await shows(stage, await gate('station_scorecard')(stage), 'held by lena');
    },
    path: pull('station_scorecard'),
  },
  { name: '12-gate-stops', path: gate('station_scorecard') },
  {
    name: '13-status',
    before: (stage) => asks(stage, 'jonas', 'hourly_departures', '/autopilot status', 'hourly_departures (Tier-3)'),
    path: pull('hourly_departures'),
  },
  {
    name: '14-help',
    before: (stage) => asks(stage, 'mei', 'airport_daily', '/autopilot help', 'least role'),
    path: pull('airport_daily'),
  },
  {
    name: '15-somebody-commented',
    before: async (stage) => {
      await says(stage, 'omar', 'route_performance', 'Wait, is this table not deprecated?');
      await shows(stage, await gate('route_performance')(stage), 'omar said something');
    },
    path: gate('route_performance'),
  },
  {
    name: '16-gate-may-be-merged',
    before: async (stage) => {
      await presses(stage, 'mei', 'airport_delays', 'Approve');
      await shows(stage, await pull('airport_delays')(stage), 'Everything holds; a person may merge it');
    },
    path: gate('airport_delays'),
  },
  { name: '17-tier-2-approved', path: pull('airport_delays') },
  {
    name: '18-tier-3-merged',
    before: async (stage) => {
      await stage.page.goto(`${stage.base}/ui/acme-air`);
      await stage.page.getByRole('button', { name: '+48 h' }).click({ timeout: LOOK_EVERY_MS * LOOKS });
      await shows(stage, await pull('delay_profile')(stage), 'merged this as');
    },
    path: pull('delay_profile'),
  },
  { name: '19-gate-merged', path: gate('delay_profile') },
  { name: '20-organisation-after-48-hours', path: async () => '/ui/acme-air' },
];

function pull(dataset: string): (stage: Stage) => Promise<string> {
  return async ({ page, base }) => {
    await page.goto(`${base}/ui/acme-air`);
    return hrefOf(page.getByRole('link', { name: `Make ${dataset} observable` }));
  };
}

function gate(dataset: string): (stage: Stage) => Promise<string> {
  return async (stage) => {
    await stage.page.goto(`${stage.base}${await pull(dataset)(stage)}`);
    return hrefOf(stage.page.getByRole('link', { name: 'autopilot/gate' }));
  };
}

async function hrefOf(link: ReturnType<Page['getByRole']>): Promise<string> {
  const href = await link.first().getAttribute('href');
  if (href === null) throw new Error('a link leads nowhere');
  return href;
}

async function says(stage: Stage, login: string, dataset: string, words: string): Promise<void> {
  await actsAs(stage, login, dataset);
  await stage.page.locator('textarea[name="body"]').fill(words);
  await stage.page.getByRole('button', { name: 'Comment', exact: true }).click();
}

async function presses(stage: Stage, login: string, dataset: string, button: string): Promise<void> {
  await actsAs(stage, login, dataset);
  await stage.page.getByRole('button', { name: button, exact: true }).click();
}

async function asks(stage: Stage, login: string, dataset: string, words: string, answer: string): Promise<void> {
  await says(stage, login, dataset, words);
  await shows(stage, await pull(dataset)(stage), answer);
}

async function actsAs(stage: Stage, login: string, dataset: string): Promise<void> {
  const { page, base } = stage;
  await page.goto(`${base}${await pull(dataset)(stage)}`);
  await page.locator('select[name="login"]').selectOption(login);
  await page.getByRole('button', { name: 'Switch' }).click();
}

/** The bot hears of everything by webhook: the page is looked at until it shows what follows. */
async function shows({ page, base }: Stage, path: string, words: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    await page.goto(`${base}${path}`);
    if (((await page.locator('main').textContent()) ?? '').includes(words)) return;
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  throw new Error(`${path} never showed "${words}"`);
}

async function photograph(contexts: readonly BrowserContext[], base: string, folder: string): Promise<number> {
  const [first] = contexts;
  if (!first) throw new Error('no window');
  const stage = { page: await first.newPage(), base };
  for (const { name, before, path } of SCENES) {
    await before?.(stage);
    const at = await path(stage);
    for (const [index, context] of contexts.entries()) {
      const page = await context.newPage();
      await page.goto(`${base}${at}`);
      const file = join(folder, `${name}-${WIDTHS[index]}.png`);
      await page.screenshot({ path: file, fullPage: true });
      await page.close();
      console.log(file);
    }
  }
  return SCENES.length * contexts.length;
}

/** The demo as anybody starts it; resolves with the address of its pages. */
async function demo(keep: string): Promise<{ readonly base: string; readonly end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['dist/src/main/sf.js', 'demo', '--still', '--now', BEGINS, '--keep', keep], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const base = await new Promise<string>((found, failed) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /the organisation +(http:\/\/\S+)\/ui\//.exec(said)?.[1];
      if (address !== undefined) found(address);
    });
    child.on('exit', (code) => failed(new Error(`the demo ended with ${code}`)));
  });
  const end = (): Promise<void> =>
    new Promise((ended) => {
      child.once('exit', () => ended());
      child.kill('SIGINT');
    });
  return { base, end };
}

const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error('Name a folder for the pictures: npm run screenshots -- FOLDER');
  process.exitCode = 2;
} else {
  const folder = resolve(target);
  mkdirSync(folder, { recursive: true });
  const keep = mkdtempSync(join(tmpdir(), 'autopilot-screenshots-'));
  let browser: Browser | undefined;
  let running: Awaited<ReturnType<typeof demo>> | undefined;
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    running = await demo(join(keep, 'demo'));
    const contexts: BrowserContext[] = [];
    for (const width of WIDTHS) contexts.push(await browser.newContext({ viewport: { width, height: width < 500 ? 844 : 800 } }));
    console.log(`${await photograph(contexts, running.base, folder)} pictures in ${folder}`);
  } finally {
    await browser?.close();
    await running?.end();
    rmSync(keep, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }
}
