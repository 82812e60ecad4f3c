/** Who fills which port of a bot: the store it was given, GitHub through its gateway, the scanner, DuckDB on a folder. */
import { join, resolve } from 'node:path';
import { renderJson } from '../../generators/render/json.js';
import { createGitHub, type GitHub } from '../adapters/github/index.js';
import { createAnswers } from '../adapters/local/answers.js';
import { createObjects } from '../adapters/local/objects.js';
import { createGraph, createSlots } from '../adapters/local/store.js';
import { createWorkflow } from '../adapters/local/workflow.js';
import { botHandlers } from '../bot/tasks.js';
import { FLEET_KEY } from '../core/document-keys.js';
import { idOf } from '../core/forge-key.js';
import { ProblemError } from '../core/problem.js';
import { drain } from '../engine/drain.js';
import { type Fleet, loadFleet } from '../flows/bootstrap.js';
import { lookUpTables } from '../flows/look-up-tables.js';
import type { Forge, ForgePorts, Installations, PullRequests } from '../ports.js';
import { lakeOf, requireFolder } from './home.js';
import { openCatalog } from './open-catalog.js';
import { botScans } from './scan-processes.js';
import type { BotGround, Compose } from './serve.js';
import { readSettings } from './settings-file.js';

/** What a demo or a test sets otherwise than production. */
export type BotChoices = {
  /** Between two writes of an installation. */
  readonly spacingMs?: number;
  /** How long an answer of GitHub's is waited for. */
  readonly timeoutMs?: number;
  readonly holes?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
  /** Stands in front of every door. */
  readonly front?: (ports: ForgePorts) => ForgePorts;
};

export function composeBot({ spacingMs = 1000, timeoutMs, holes = {}, fetch, front = (ports) => ports }: BotChoices = {}): Compose {
  return async (ground) => {
    const { store, observe, home, clock, contentBudget, installations, records, signer, leases, inbox } = ground;
    const objects = createObjects(join(home, 'objects'), observe);
    const fleet = await fleetOf(ground, objects, holes);
    await objects.put(FLEET_KEY, renderJson(fleet));
    const github = createGitHub({
      appId: ground.appId,
      privateKey: ground.privateKey,
      apiUrl: ground.apiUrl,
      repositories: installations,
      budget: contentBudget,
      contentPerHour: fleet.settings.pace.content_per_hour,
      clock,
      spacingMs,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      dryRun: false,
      secrets: ground.secrets,
      ...(fetch ? { fetch } : {}),
      onOperation: ({ operation, outcome }) => ground.metrics.add('autopilot_writes_total', { operation, outcome }),
    });
    const { id, slug, botId } = await github.app().catch(saidAtStart);
    const scans = botScans(ground);
    const ports = front({
      lake: lakeOf(fleet, home),
      objects,
      records,
      workflow: createWorkflow(store),
      slots: createSlots(store),
      signer,
      graph: createGraph(store),
      installations,
      leases,
      clock,
      forge: (key) => lateForge(key, installations, github),
      pullRequests: (key) => latePullRequests(key, installations, github),
      host: github.host,
      conversation: github.conversation,
      answers: createAnswers(store),
      scan: async (source) => {
        const scanned = await scans.scan(source);
        return (await lookUpTables([scanned], fleet.settings, openCatalog))[0] ?? scanned;
      },
    });
    return {
      self: { appId: id, login: `${slug}[bot]`, userId: botId },
      handlers: botHandlers(ports, inbox, (repository) =>
        ground.logger.warn({ repository: String(repository), outcome: 'held-elsewhere' }, 'not started'),
      ),
      host: github.host,
      settings: () => fleet.settings,
      afterTasks: () => drain(ports, 'bot', () => undefined),
      close: scans.close,
    };
  };
}

const NO_API =
  'The server has not started: --api-url does not lead to an API of GitHub. It is https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server.';

/** What a later call would try again ends the start: nobody is there yet to do so. */
function saidAtStart(cause: unknown): never {
  if (!(cause instanceof ProblemError)) throw cause;
  if (/ with 404\b/.test(cause.problem.what)) throw new ProblemError({ ...cause.problem, remedy: NO_API }, { cause });
  if (!cause.retry) throw cause;
  const remedy = 'The server has not started: check the network and --api-url, and start it again.';
  throw new ProblemError({ ...cause.problem, remedy }, { cause });
}

/** A server that was started once remembers its lake and settings. */
async function fleetOf(
  ground: BotGround,
  objects: ReturnType<typeof createObjects>,
  holes: Readonly<Record<string, string>>,
): Promise<Fleet> {
  const known = await loadFleet(objects);
  const lake = ground.data === undefined ? known?.lake : resolve(ground.data);
  if (lake === undefined) {
    const remedy = 'Name the folder that stands for the object stores with --data.';
    throw new ProblemError({ kind: 'usage', what: 'It is not known where the data lies.', remedy });
  }
  requireFolder(lake);
  if (ground.orgConfig === undefined && known)
    return { ...known, lake, settings: { ...known.settings, holes: { ...known.settings.holes, ...holes } } };
  return { lake, settings: readSettings(ground.orgConfig, holes), repositories: [] };
}

async function rowOf(key: string, installations: Installations) {
  const id = idOf(key);
  const row = id === undefined ? undefined : await installations.repository(id);
  const installed = row && (await installations.installations()).find((each) => each.id === row.installation);
  if (row && installed?.state === 'suspended') {
    const what = `The App is suspended in ${installed.account}, so ${row.name} can neither be read nor written.`;
    throw new ProblemError({ kind: 'world', what, remedy: 'It goes on by itself when the App is taken up again there.' }, { retry: true });
  }
  if (row && row.state !== 'removed') return row;
  const what = row ? `The App is not installed on ${row.name} any more.` : `No repository ${key} is known.`;
  throw new ProblemError({ kind: 'world', what, remedy: 'Install the App there again.' }, { retry: true });
}

/** A repository is found by its number when it is spoken to, since its name may change between two steps. */
function lateForge(key: string, installations: Installations, github: GitHub): Forge {
  const forge = async (): Promise<Forge> => github.forge(await rowOf(key, installations));
  return {
    repository: key,
    head: async (...words) => (await forge()).head(...words),
    readFolder: async (...words) => (await forge()).readFolder(...words),
    changed: async (...words) => (await forge()).changed(...words),
    commit: async (...words) => (await forge()).commit(...words),
    contains: async (...words) => (await forge()).contains(...words),
    point: async (...words) => (await forge()).point(...words),
  };
}

function latePullRequests(key: string, installations: Installations, github: GitHub): PullRequests {
  const pulls = async (): Promise<PullRequests> => github.pullRequests(await rowOf(key, installations));
  return {
    delivery: async (...words) => (await pulls()).delivery(...words),
    base: async () => (await pulls()).base(),
    submit: async (...words) => (await pulls()).submit(...words),
    look: async (...words) => (await pulls()).look(...words),
    merge: async (...words) => (await pulls()).merge(...words),
    show: async (...words) => (await pulls()).show(...words),
    close: async (...words) => (await pulls()).close(...words),
    leaveQueue: async (...words) => (await pulls()).leaveQueue(...words),
    tell: async (...words) => (await pulls()).tell(...words),
    aftermath: async (...words) => (await pulls()).aftermath(...words),
  };
}
