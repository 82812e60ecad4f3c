/** Fills what `sf bootstrap` asks for: opens the home, scans, starts, works until a person or the clock is needed. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DurableObserver, UNOBSERVED } from '../adapters/local/store.js';
import type { BootstrapActions, Place, RunRequest, RunResult } from '../cli/bootstrap.js';
import type { FleetRow } from '../cli/bootstrap-report.js';
import { type Console, plain, shellWord } from '../cli/output.js';
import { Baseline } from '../core/artifacts/baseline.js';
import { printWriter } from '../core/decide/writer.js';
import { documentKey } from '../core/document-keys.js';
import { type Problem, ProblemError } from '../core/problem.js';
import type { Settings } from '../core/settings.js';
import { instant } from '../core/time.js';
import type { DatasetUrn } from '../core/urn.js';
import { drain } from '../engine/drain.js';
import type { StepReport } from '../engine/step.js';
import { type Fleet, loadFleet } from '../flows/bootstrap.js';
import { approve, cancel, retry } from '../flows/decide-by-hand.js';
import { lookUpTables } from '../flows/look-up-tables.js';
import { readiness } from '../flows/readiness.js';
import { committedIn, type FleetScan, isNameless, loadHoldings, planFleet, type Started, startFleet } from '../flows/start-fleet.js';
import type { Clock, Ports } from '../ports.js';
import { defaultHome, type Home, openHome, requireFolder } from './home.js';
import { openCatalog } from './open-catalog.js';
import { requireCommit, scanRepositories } from './repositories.js';
import { criticalLists, readSettings } from './settings-file.js';

const WORKER = 'laptop';

/** Told what goes on, for whoever watches. */
export type Progress = (line: string) => void;

/** `observe`: as of `openHome`; products pass nothing. */
export function bootstrapActions(console: Console, observe: DurableObserver = UNOBSERVED): BootstrapActions {
  const withHome = <T>(place: Place, work: (home: Home) => Promise<T>): Promise<T> => atHome({ place, readOnly: false, observe }, work);
  // One line that is written over while somebody watches; standard output is the result alone.
  const warn: Progress = (line) => console.err(`sf: ${plain(line)}\n`);
  const progress: Progress = (line) => (console.interactive ? console.err(`\r\u001b[2K${plain(line).slice(0, 110)}`) : undefined);
  const decide = (urn: DatasetUrn, place: Place, act: (ports: Ports) => Promise<string | undefined>) =>
    withHome(place, async (home) => {
      const fleet = await loadFleet(home.objects);
      if (!fleet) throw noFleet(home.folder);
      const ports = home.forFleet(fleet);
      const said = await act(ports);
      await goOn(ports, progress);
      return { rows: await fleetRows(home), nameless: [], whereToLook: '', about: urn, ...(said ? { said } : {}) };
    });
  return {
    run: async (request, place) => {
      await checkRequest(request, place);
      const work = (home: Home) => run(request, home, progress, warn);
      return request.dryRun ? lookAt(place, work) : withHome(place, work);
    },
    approve: (urn, by, place) =>
      decide(urn, place, async (ports) => {
        const { already } = await approve(urn, by, ports);
        return already && `${urn} is ${already} already; nothing more was done.`;
      }),
    cancel: (urn, because, place) => decide(urn, place, async (ports) => void (await cancel(urn, because, ports))),
    retry: (urn, place) => decide(urn, place, async (ports) => void (await retry(urn, ports))),
    status: (place) => lookAt(place, fleetRows),
    story: (urn, place) => lookAt(place, (home) => story(urn, home)),
  };
}

/** For what starts nothing: a home that is not there yet is looked at as an empty one, and is not made. */
async function lookAt<T>(place: Place, work: (home: Home) => Promise<T>): Promise<T> {
  const folder = folderOf(place);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw usage(`${folder} is not a folder.`, 'Name the folder of a fleet with --home.');
  const looking = { readOnly: true, observe: UNOBSERVED };
  if (existsSync(join(folder, 'store.db'))) return atHome({ place, ...looking }, work);
  const empty = mkdtempSync(join(tmpdir(), 'autopilot-empty-'));
  try {
    return await atHome({ place: { ...place, home: empty }, ...looking }, work);
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}

function folderOf(place: Place): string {
  return resolve(place.home ?? defaultHome());
}

type Opening = { readonly place: Place; readonly readOnly: boolean; readonly observe: DurableObserver };

async function atHome<T>({ place, readOnly, observe }: Opening, work: (home: Home) => Promise<T>): Promise<T> {
  const clock: Clock = { now: () => place.now ?? instant(Date.now()) };
  const home = await openHome({ home: folderOf(place), clock, readOnly, observe });
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

/** Scans, starts what is new and goes on with everything as far as no person is needed. */
export async function run(request: RunRequest, home: Home, progress: Progress, warn: Progress): Promise<RunResult> {
  const known = await loadFleet(home.objects);
  const { directories, lake } = placesOf(request, known);
  const settings = settingsOf(request, known);
  progress('scanning');
  // By name: the order in which folders are typed decides nothing.
  const scanned = (await scanRepositories(directories, home.folder, warn)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const fleet: Fleet = { lake, settings, repositories: scanned.map(({ name, directory }) => ({ name, directory })) };
  const ports = home.forFleet(fleet);
  const committed = scanned.map(async ({ name, facts }) => {
    const { folder } = fleet.settings;
    return [name, committedIn(facts.commit === null ? [] : await ports.forge(name).readFolder(facts.commit, folder), folder)] as const;
  });
  progress('asking the catalogs');
  const repositories = await lookUpTables(
    scanned.map(({ facts }) => facts),
    settings,
    openCatalog,
  );
  const scan = {
    fleet,
    repositories,
    critical: criticalLists(settings, new Map(scanned.map(({ name, directory }) => [name, directory]))),
    holdings: await loadHoldings(ports),
    committed: new Map(await Promise.all(committed)),
    ...(request.urn ? { only: request.urn } : {}),
  };
  if (request.dryRun) return planned(planFleet(scan), request.urn ? notPlanned(request.urn, scan) : undefined);
  const started = await startFleet(scan, ports);
  if (request.urn && started.records.length === 0) throw notStarted(request.urn, scan);
  await wakeStopped(ports);
  await goOn(ports, progress);
  const nameless = started.nameless.map(({ facts: { target, at } }) => `${target} (${at.file}:${at.line})`);
  return {
    rows: await fleetRows(home),
    nameless,
    whereToLook: whereToLook(
      scanned.map(({ directory }) => directory),
      home.folder,
    ),
    warnings: warningsOf(started, lake),
    ...(request.urn ? { about: request.urn } : {}),
  };
}

/** Whoever runs again has mended what a step failed on: it is tried at once. */
async function wakeStopped({ records, workflow, clock }: Ports): Promise<void> {
  for (const { problem, bootstrap_id } of await records.all()) if (problem) await workflow.wake(bootstrap_id, clock.now());
}

/** A lake that is named one level too deep or too high looks like a fleet without any data. */
function warningsOf({ records, placeless, hasPlace, refused }: Started, lake: string): readonly string[] {
  const notStarted = refused.map((row) => `${row.target} (${printWriter(row)}) is not started: ${row.because}`);
  if (placeless.length === 0 || hasPlace) return notStarted;
  const [first] = placeless;
  const none = `no data was found for any of the ${records.length} datasets under ${lake}`;
  return [...notStarted, `${none}; ${first?.urn} should lie at ${first?.gold}. Is ${lake} the folder that holds the buckets?`];
}

/** What can be known to be wrong before anything is made. */
async function checkRequest(request: RunRequest, place: Place): Promise<void> {
  const { directories, lake, orgConfig, holes } = request;
  for (const directory of directories) await requireCommit(resolve(directory));
  if (lake !== undefined) requireFolder(lake);
  if (!existsSync(join(folderOf(place), 'store.db'))) placesOf(request, undefined);
  readSettings(orgConfig, holes);
}

function placesOf(request: RunRequest, known: Fleet | undefined): { readonly directories: readonly string[]; readonly lake: string } {
  // Those of earlier runs stay in the fleet: their datasets are still looked after.
  const before = known?.repositories.map((each) => each.directory).filter((directory) => existsSync(directory)) ?? [];
  const directories = [...new Set([...request.directories.map((each) => resolve(each)), ...before])];
  if (directories.length === 0)
    throw usage('No repository was named, and none is known from an earlier run.', 'Name the folder of a git repository.');
  const lake = request.lake ?? known?.lake;
  if (!lake) throw usage('It is not known where the data lies.', 'Name the folder that stands for the object stores with --data.');
  requireFolder(lake);
  return { directories, lake: resolve(lake) };
}

/** A run without --org-config goes on with the settings of the run before. */
function settingsOf({ orgConfig, holes }: RunRequest, known: Fleet | undefined): Settings {
  if (orgConfig || !known) return readSettings(orgConfig, holes);
  return { ...known.settings, holes: { ...known.settings.holes, ...holes } };
}

async function goOn(ports: Ports, progress: Progress): Promise<void> {
  await drain(ports, WORKER, (done: StepReport) =>
    progress(`${done.urn}  ${done.from === done.to ? done.to : `${done.from} -> ${done.to}`}`),
  );
  progress('');
}

/** §5.4 the confidence of each baseline, as far as one stands. */
export async function fleetRows(home: Pick<Home, 'records' | 'objects'>): Promise<readonly FleetRow[]> {
  const records = await home.records.all();
  const rows = records.map(async (record) => {
    const text = await home.objects.get(documentKey(record.dataset_urn, 'baseline'));
    return { record, confidence: text === undefined ? '-' : confidenceIn(text) };
  });
  return (await Promise.all(rows)).toSorted((a, b) => (a.record.dataset_urn < b.record.dataset_urn ? -1 : 1));
}

/** A document that somebody damaged must not hide the rest of the fleet. */
function confidenceIn(baseline: string): string {
  try {
    return Baseline.parse(JSON.parse(baseline)).profiling_metadata.confidence;
  } catch {
    return 'damaged';
  }
}

async function story(urn: DatasetUrn, home: Home) {
  const record = await home.records.load(urn);
  const fleet = await loadFleet(home.objects);
  if (!record || !fleet) throw usage(`No bootstrap of ${urn} is known here.`, '`sf bootstrap status` lists what is.');
  return {
    record,
    conditions: await readiness(record, home.forFleet(fleet), fleet),
    ledger: await home.records.ledger(record.bootstrap_id),
  };
}

/** `otherwise`: why the one that was asked for is not among them. */
function planned(datasets: ReturnType<typeof planFleet>, otherwise?: Problem): RunResult {
  const planned = datasets.flatMap((dataset) => {
    const { urn, choices } = dataset;
    return isNameless(dataset) || urn.value === null ? [] : [{ urn: urn.value, tier: choices.tier.value, model: choices.model.value }];
  });
  return {
    rows: [],
    nameless: datasets.filter(isNameless).map(({ facts: { target, at } }) => `${target} (${at.file}:${at.line})`),
    whereToLook: '',
    planned: planned.toSorted((a, b) => (a.urn < b.urn ? -1 : 1)),
    ...(planned.length === 0 && otherwise ? { said: `No dataset would be started. ${otherwise.what} ${otherwise.remedy}` } : {}),
  };
}

function whereToLook(directories: readonly string[], home: string): string {
  const at = home === defaultHome() ? '' : ` --home ${shellWord(home)}`;
  return [
    'Where to look:',
    `  ${shellWord(join(home, 'objects/datasets'))}/*/*/pull_request.md    what a reader of each change gets`,
    ...directories.map((directory) => `  git -C ${shellWord(directory)} branch --list 'autopilot/*' 'signal-factory/*'`),
    `  sf bootstrap status --urn URN${at}    the five conditions and the history of a dataset`,
  ].join('\n');
}

function notPlanned(urn: DatasetUrn, scan: FleetScan): Problem {
  return notStarted(urn, scan).problem;
}

const SHOWN_NAMES = 3;

/** What is called most like it is named: a urn is typed by hand. */
function notStarted(urn: DatasetUrn, scan: FleetScan): ProblemError {
  const open = planFleet(scan).find(isNameless);
  if (open)
    return usage(
      `The place of ${urn} has parts that are not known: ${open.facts.target}.`,
      'Fill each {name} with --set name=value or in the settings.',
    );
  const { only: _, ...everything } = scan;
  const names = planFleet(everything).flatMap(({ urn: { value } }) => value ?? []);
  const nearest = [...new Set(names)].toSorted((a, b) => alike(b, urn) - alike(a, urn) || (a < b ? -1 : 1)).slice(0, SHOWN_NAMES);
  const hint = nearest.length > 0 ? `The nearest that are written: ${nearest.join(', ')}. ` : '';
  return usage(`No job in these repositories writes ${urn}.`, `${hint}\`sf scan\` lists what was found.`);
}

/** How many pairs of letters two names have in common, of those that either has. */
function alike(a: string, b: string): number {
  const pairs = (text: string): ReadonlySet<string> => new Set([...text].slice(1).map((letter, index) => `${text[index]}${letter}`));
  const [left, right] = [pairs(a), pairs(b)];
  return [...left].filter((pair) => right.has(pair)).length / new Set([...left, ...right]).size;
}

function noFleet(home: string): ProblemError {
  return usage(`No fleet is known in ${home}.`, 'Start with `sf bootstrap run DIR --data LAKE`, or name its --home.');
}

function usage(what: string, remedy: string): ProblemError {
  return new ProblemError({ kind: 'usage', what, remedy });
}
