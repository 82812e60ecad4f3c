/** Check runs, check suites and commit statuses. */
import { createRun, type RunChange, runAt, setStatus, updateRun } from '../acts/checks.js';
import { suiteOf } from '../acts/suites.js';
import { inaccessible, notFound, unprocessable } from '../errors.js';
import { isObject, isOneOf, type Json, listAt, textAt } from '../json.js';
import { checkRunJson, combinedStatusJson, statusWithCreatorJson, suiteJson } from '../render/check.js';
import type { App } from '../state/accounts.js';
import { type CheckRun, type CheckSuite, STATUS_STATES } from '../state/repositories.js';
import { tipOf } from './commits.js';
import { type Answer, created, numberIn, ok, page, pageOf, type RepositoryCall, type Route, repoRoute, required, wordIn } from './route.js';

const READ = [{ checks: 'read' }] as const;
const WRITE = [{ checks: 'write' }] as const;
const STATES = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'] as const;
const CONCLUSIONS = ['success', 'failure', 'neutral', 'cancelled', 'timed_out', 'action_required', 'skipped', 'stale'] as const;

export const CHECK_ROUTES: readonly Route[] = [
  repoRoute('POST', '/check-runs', WRITE, async (call) => {
    const { world, repository, actor, body } = call;
    const sha = required(body, 'head_sha', 'CheckRun');
    const run = await createRun(world, repository, actor, appOfCaller(call), sha, {
      ...changeIn(body),
      name: required(body, 'name', 'CheckRun'),
    });
    return created(
      checkRunJson(world, repository, run),
      `${world.url}/repos/${repository.owner.login}/${repository.name}/check-runs/${run.id}`,
    );
  }),
  repoRoute('GET', '/check-runs/{check_run_id}', READ, (call) =>
    ok(checkRunJson(call.world, call.repository, runAt(call.repository, numberIn(call, 'check_run_id')))),
  ),
  repoRoute('PATCH', '/check-runs/{check_run_id}', WRITE, async (call) => {
    const { world, repository, actor, body } = call;
    const run = runAt(repository, numberIn(call, 'check_run_id'));
    if (run.app.id !== appOfCaller(call).id)
      throw unprocessable(`Invalid app_id \`${appOfCaller(call).id}\` - check run can only be modified by the GitHub App that created it.`);
    await updateRun(world, repository, actor, run, changeIn(body));
    return ok(checkRunJson(world, repository, run));
  }),
  repoRoute('GET', '/check-runs/{check_run_id}/annotations', READ, (call) =>
    pageOf(call, runAt(call.repository, numberIn(call, 'check_run_id')).annotations, (one) => ({
      path: textAt(one, 'path') ?? '',
      start_line: one.start_line ?? 1,
      end_line: one.end_line ?? 1,
      start_column: one.start_column ?? null,
      end_column: one.end_column ?? null,
      annotation_level: one.annotation_level ?? null,
      title: one.title ?? null,
      message: one.message ?? null,
      raw_details: one.raw_details ?? null,
      blob_href: `${call.world.url}/${call.repository.owner.login}/${call.repository.name}/blob/${textAt(one, 'path') ?? ''}`,
    })),
  ),
  repoRoute('POST', '/check-suites', WRITE, async (call) => {
    const sha = await tipOf(call.repository, required(call.body, 'head_sha', 'CheckSuite'));
    return created(await suiteJson(call.world, call.repository, suiteOf(call.world, call.repository, appOfCaller(call), sha)));
  }),
  repoRoute('GET', '/check-suites/{check_suite_id}', READ, async (call) => ok(await suiteJson(call.world, call.repository, suiteAt(call)))),
  repoRoute('GET', '/check-suites/{check_suite_id}/check-runs', READ, (call) => runsPage(call, suiteAt(call).runs)),
  repoRoute('GET', '/commits/{ref+}/check-runs', READ, async (call) => {
    const sha = await tipOf(call.repository, call.params.ref ?? '');
    return runsPage(call, call.world.runsOn(call.repository, sha));
  }),
  repoRoute('GET', '/commits/{ref+}/check-suites', READ, async (call) => {
    const { world, repository, query } = call;
    const sha = await tipOf(repository, call.params.ref ?? '');
    const appId = query.get('app_id');
    const all = repository.suites.filter((suite) => suite.headSha === sha && (appId === null || suite.app.id === Number(appId)));
    const { items, headers } = page(call, all);
    return ok(
      { total_count: all.length, check_suites: await Promise.all(items.map((suite) => suiteJson(world, repository, suite))) },
      headers,
    );
  }),
  repoRoute('GET', '/commits/{ref+}/status', [{ statuses: 'read' }], async (call) =>
    ok(combinedStatusJson(call.world, call.repository, await tipOf(call.repository, call.params.ref ?? ''))),
  ),
  repoRoute('GET', '/commits/{ref+}/statuses', [{ statuses: 'read' }], async (call) => {
    const sha = await tipOf(call.repository, call.params.ref ?? '');
    return pageOf(call, call.repository.statuses.get(sha) ?? [], (status) => statusWithCreatorJson(call.world, call.repository, status));
  }),
  repoRoute('POST', '/statuses/{sha}', [{ statuses: 'write' }], async ({ world, repository, actor, body, params }) => {
    const status = await setStatus(world, repository, actor, params.sha ?? '', {
      state: wordIn(STATUS_STATES, textAt(body, 'state'), 'state', 'Status'),
      context: textAt(body, 'context'),
      description: textAt(body, 'description'),
      targetUrl: textAt(body, 'target_url'),
    });
    const json = statusWithCreatorJson(world, repository, status);
    return created(json, textAt(json, 'url'));
  }),
];

function appOfCaller({ actor }: RepositoryCall): App {
  if (actor.kind !== 'app') throw inaccessible({ checks: 'write' });
  return actor.app;
}

function suiteAt(call: RepositoryCall): CheckSuite {
  const suite = call.repository.suites.find(({ id }) => id === numberIn(call, 'check_suite_id'));
  if (suite === undefined) throw notFound();
  return suite;
}

/** `filter=latest`, the default, is one run per name and app. */
function runsPage(call: RepositoryCall, runs: readonly CheckRun[]): Answer {
  const { query } = call;
  const latest = new Map<string, CheckRun>();
  for (const run of runs) latest.set(query.get('filter') === 'all' ? String(run.id) : `${run.app.id} ${run.name}`, run);
  const name = query.get('check_name');
  const appId = query.get('app_id');
  const status = query.get('status');
  const shown = [...latest.values()]
    .filter(
      (run) =>
        (name === null || run.name === name) &&
        (appId === null || run.app.id === Number(appId)) &&
        (status === null || run.status === status),
    )
    .toReversed();
  const { items, headers } = page(call, shown);
  return ok({ total_count: shown.length, check_runs: items.map((run) => checkRunJson(call.world, call.repository, run)) }, headers);
}

function changeIn(body: Json): RunChange {
  const output = isObject(body) ? body.output : undefined;
  const status = textAt(body, 'status');
  const conclusion = textAt(body, 'conclusion');
  return {
    name: textAt(body, 'name'),
    status: isOneOf(STATES, status) ? status : undefined,
    conclusion: isOneOf(CONCLUSIONS, conclusion) ? conclusion : undefined,
    startedAt: textAt(body, 'started_at'),
    completedAt: textAt(body, 'completed_at'),
    detailsUrl: textAt(body, 'details_url'),
    externalId: textAt(body, 'external_id'),
    title: textAt(output, 'title'),
    summary: textAt(output, 'summary'),
    text: textAt(output, 'text'),
    annotations: listAt(output, 'annotations')?.filter(isObject),
  };
}
