/** What check runs and commit statuses say about a head, each name and app once. */
import * as z from 'zod';
import type { SnapshotCheck } from '../../core/merge-gate/snapshot.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';
import { untold } from './reading.js';

const CheckRun = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  app: z.object({ id: z.number() }).nullable(),
  check_suite: z.object({ id: z.number() }).nullable(),
});
type CheckRun = z.infer<typeof CheckRun>;
const Status = z.object({
  context: z.string(),
  state: z.string(),
  creator: z.object({ login: z.string(), type: z.string() }).nullish(),
});
const MOST = 2000;
const FINE = new Set(['success', 'neutral', 'skipped']);

export async function readChecks(reader: Reader, place: Place, head: string, appId: number): Promise<readonly SnapshotCheck[]> {
  const at = { as: place.installation, params: { ...routed(place), ref: head } };
  const page = z.object({ check_runs: z.array(CheckRun) }).transform(({ check_runs: runs }) => runs);
  const params = { ...at.params, filter: 'latest' };
  const runs = await reader.list({ ...at, params, route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs' }, page, MOST);
  const statuses = await reader.list({ ...at, route: 'GET /repos/{owner}/{repo}/commits/{ref}/statuses' }, z.array(Status), MOST);
  if (!runs.complete || !statuses.complete) throw untold(`${head} has more than ${MOST} checks.`);
  return [...newestRuns(runs.items).map((run) => checkOf(run, appId)), ...(await statusChecks(reader, place, statuses.items, appId))];
}

/**
 * The newest of each (name, app) in each suite; a repetition happens within its suite. Where two suites of one app hold the
 * same name (one workflow for pushes, one for pull requests), both count: the one that is not fine is the one to see.
 */
function newestRuns(runs: readonly CheckRun[]): readonly CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const run of [...runs].sort((a, b) => a.id - b.id)) newest.set(JSON.stringify([run.name, run.app?.id, run.check_suite?.id]), run);
  const worst = new Map<string, CheckRun>();
  for (const run of newest.values()) {
    const key = JSON.stringify([run.name, run.app?.id]);
    const other = worst.get(key);
    if (!other || rank(run) > rank(other)) worst.set(key, run);
  }
  return [...worst.values()];
}

function rank({ conclusion, status }: CheckRun): number {
  if (status !== 'completed' || conclusion === null) return 1;
  return FINE.has(conclusion) ? 0 : 2;
}

function checkOf({ name, app, status, conclusion }: CheckRun, appId: number): SnapshotCheck {
  return {
    name,
    ...(app ? { appId: app.id } : {}),
    ours: app?.id === appId,
    ...(status === 'completed' && conclusion !== null ? { conclusion: conclusion.toLowerCase() } : {}),
  };
}

/** Listed newest first. Which App set one is not said, only its bot's name. */
async function statusChecks(
  reader: Reader,
  place: Place,
  statuses: readonly z.infer<typeof Status>[],
  appId: number,
): Promise<readonly SnapshotCheck[]> {
  const newest = new Map<string, z.infer<typeof Status>>();
  for (const status of statuses) if (!newest.has(status.context)) newest.set(status.context, status);
  const checks: SnapshotCheck[] = [];
  for (const { context, state, creator } of newest.values()) {
    const app = creator?.type === 'Bot' ? await appOf(reader, place, creator.login) : undefined;
    const ending = state === 'pending' ? {} : { conclusion: state.toLowerCase() };
    checks.push({ name: context, ours: app === appId, ...(app === undefined ? {} : { appId: app }), ...ending });
  }
  return checks;
}

async function appOf(reader: Reader, place: Place, bot: string): Promise<number | undefined> {
  const params = { app_slug: bot.replace(/\[bot\]$/, '') };
  return (await reader.find({ as: place.installation, route: 'GET /apps/{app_slug}', params }, z.object({ id: z.number() })))?.id;
}
