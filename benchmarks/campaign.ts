/**
 * §8.4 `npm run benchmark:campaign`: 500 datasets in 50 repositories from the installation to the last merge, by a simulated clock, with the
 * budget and the pace that the server uses. Ends with 1 when an hour holds more writes than the budget, or the forecast was wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContentBudget } from '../src/adapters/local/content-budget.js';
import { openStore } from '../src/adapters/local/store.js';
import type { BootstrapRecord } from '../src/core/artifacts/bootstrap-record.js';
import { withoutReserve } from '../src/core/content-reserve.js';
import { planCampaign } from '../src/core/decide/campaign.js';
import { decidePace } from '../src/core/decide/pace.js';
import { AUTO_MERGE_AFTER_HOURS, CONTENT_TO_MERGE, CONTENT_TO_OPEN, MS_PER_HOUR } from '../src/core/numbers.js';
import { DEFAULT_SETTINGS } from '../src/core/settings.js';
import { later } from '../src/core/time.js';
import type { ContentBudget } from '../src/ports.js';

const DATASETS = 500;
const REPOSITORIES = 50;
const START = '2026-02-16T09:00:00Z';
const INSTALLATION = 1;
/** The write that makes the pull request visible: tree, commit and branch come before it. */
const OPENED_WITH = 4;
/** The forecast knows when a place is free to the hour, and not which dataset of a repository looks first. */
const FORECAST_WITHIN_HOURS = 2;
const { pace } = DEFAULT_SETTINGS;

/** One dataset on its way. `writes`: how many of its writes are done. */
type Traveller = { record: BootstrapRecord; at: string; writes: number; readonly repository: number };
type Spent = { readonly at: string }[];

async function travel(budget: ContentBudget): Promise<{ readonly travellers: readonly Traveller[]; readonly spent: Spent }> {
  const travellers = Array.from({ length: DATASETS }, (_, index) => travellerOf(index));
  const spent: Spent = [];
  for (;;) {
    const next = travellers
      .filter(({ writes }) => writes < CONTENT_TO_OPEN + CONTENT_TO_MERGE)
      .reduce<Traveller | undefined>((first, one) => (first === undefined || one.at < first.at ? one : first), undefined);
    if (!next) return { travellers, spent };
    await step(next, travellers, budget, spent);
  }
}

/** What the server does when this dataset is due: ask the pace, write as far as the budget lets it, come back when it does not. */
async function step(one: Traveller, all: readonly Traveller[], budget: ContentBudget, spent: Spent): Promise<void> {
  const now = one.at;
  if (one.writes === 0) {
    const neighbours = all.filter(({ repository }) => repository === one.repository).map(({ record }) => record);
    const decided = decidePace(neighbours, one.record, pace, now).value;
    if (decided.kind === 'wait') {
      one.at = decided.until;
      return;
    }
  }
  const until = one.writes < CONTENT_TO_OPEN ? CONTENT_TO_OPEN : CONTENT_TO_OPEN + CONTENT_TO_MERGE;
  const most = until === CONTENT_TO_OPEN ? withoutReserve(pace.content_per_hour) : pace.content_per_hour;
  while (one.writes < until) {
    const answer = await budget.spend(INSTALLATION, 1, most, now);
    if (!answer.ok) {
      one.at = answer.until;
      return;
    }
    spent.push({ at: now });
    one.writes += 1;
    if (one.writes === OPENED_WITH) one.record = openedAt(one.record, now);
  }
  if (until === CONTENT_TO_OPEN) one.at = later(one.record.pull_request?.opened_at ?? now, AUTO_MERGE_AFTER_HOURS * MS_PER_HOUR);
  else one.record = { ...one.record, current_step: 'SIGNAL_READY', finished_at: now };
}

function travellerOf(index: number): Traveller {
  const repository = index % REPOSITORIES;
  const record: BootstrapRecord = {
    dataset_urn: `ds://gold/t${index}`,
    bootstrap_id: 'boot-2026-02-16-001',
    tier: 'TIER_3',
    current_step: 'PROFILED',
    started_at: START,
    steps: {
      registration: { status: 'COMPLETED' },
      profiling: { status: 'COMPLETED' },
      policy_config: { status: 'NOT_STARTED' },
      certification_init: { status: 'NOT_STARTED' },
    },
    enforcement_model: 'post_write',
    runtime_detected: 'spark',
    repository_id: repository + 1,
  };
  return { record, at: START, writes: 0, repository };
}

function openedAt(record: BootstrapRecord, at: string): BootstrapRecord {
  const sha = 'a'.repeat(40);
  const request = {
    branch: record.dataset_urn,
    head: sha,
    tree: sha,
    base_sha: sha,
    written: [sha],
    judged_digest: 'x',
    inputs_digest: 'x',
  };
  const pull_request = { ...request, opened_at: at, content_changed_at: at, approvals: [], number: 1 };
  return { ...record, current_step: 'POLICY_PENDING', pull_request };
}

/** The fullest hour, whenever it begins; counted apart from the budget that is judged. */
function fullestHour(spent: Spent): number {
  const times = spent.map(({ at }) => Date.parse(at));
  let from = 0;
  return times.reduce((most, time, index) => {
    while ((times[from] ?? time) <= time - MS_PER_HOUR) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

function hoursAfter(at: string): number {
  return (Date.parse(at) - Date.parse(START)) / MS_PER_HOUR;
}

const folder = mkdtempSync(join(tmpdir(), 'autopilot-campaign-'));
const store = openStore(folder);
try {
  const began = performance.now();
  const { travellers, spent } = await travel(createContentBudget(store));
  const took = performance.now() - began;
  const opens = travellers.map(({ record }) => record.pull_request?.opened_at ?? '').sort();
  const merges = travellers.map(({ record }) => record.finished_at ?? '').sort();
  const [first = '', lastOpen = '', lastMerge = ''] = [opens[0], opens.at(-1), merges.at(-1)];
  const planned = performance.now();
  const plan = planCampaign({
    datasets: travellers.map(({ record, repository }) => ({ urn: record.dataset_urn, repository: String(repository), waitsFor: 'clock' })),
    perRepositoryOpen: pace.open_per_repository,
    perRepositoryHour: pace.per_repository_and_hour,
    contentPerHour: pace.content_per_hour,
    costPerPullRequest: { open: CONTENT_TO_OPEN, merge: CONTENT_TO_MERGE },
    mergeAfterHours: AUTO_MERGE_AFTER_HOURS,
    now: START,
  });
  const planTook = performance.now() - planned;
  const fullest = fullestHour(spent);
  const off = Math.max(
    Math.abs(hoursAfter(plan.value.opensBy ?? '') - hoursAfter(lastOpen)),
    Math.abs(hoursAfter(plan.value.mergesBy ?? '') - hoursAfter(lastMerge)),
  );
  const rows: readonly (readonly [string, string])[] = [
    ['datasets, repositories', `${DATASETS}, ${REPOSITORIES}`],
    ['writes to open one, to merge one', `${CONTENT_TO_OPEN}, ${CONTENT_TO_MERGE}`],
    ['open in a repository, opened there an hour', `${pace.open_per_repository}, ${pace.per_repository_and_hour}`],
    ['writes in the fullest hour, of the budget', `${fullest} of ${pace.content_per_hour}`],
    ['first pull request opens', first],
    ['half of them are open', `${opens[DATASETS / 2 - 1] ?? ''} (after ${hoursAfter(opens[DATASETS / 2 - 1] ?? START).toFixed(1)} h)`],
    ['last pull request opens', `${lastOpen} (after ${hoursAfter(lastOpen).toFixed(1)} h; forecast ${plan.value.opensBy})`],
    ['last pull request merges', `${lastMerge} (after ${hoursAfter(lastMerge).toFixed(1)} h; forecast ${plan.value.mergesBy})`],
    ['simulated in', `${Math.round(took)} ms; the forecast took ${planTook.toFixed(1)} ms`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
  console.log(`\n${plan.because}.`);
  const wrong = [
    ...(fullest > pace.content_per_hour ? [`an hour holds ${fullest} writes`] : []),
    ...(off > FORECAST_WITHIN_HOURS ? [`the forecast was ${off.toFixed(1)} hours off`] : []),
    ...(merges.some((at) => at === '') ? ['not everything merged'] : []),
  ];
  console.log(wrong.length === 0 ? 'Every bound holds.' : `NOT: ${wrong.join('; ')}.`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  store.close();
  rmSync(folder, { recursive: true });
}
