/** §8.4 when a whole fleet will have its pull requests, and when they will have merged: the pace and the budget of §8.3 played forward. */
import { withoutReserve } from '../content-reserve.js';
import type { Decision } from '../evidence.js';
import { MS_PER_HOUR } from '../numbers.js';
import { instant } from '../time.js';
import type { DatasetUrn } from '../urn.js';

export type CampaignDataset = {
  readonly urn: DatasetUrn;
  readonly repository: string;
  /** Set where the pull request stands open. */
  readonly openedAt?: string;
  /** Who lets it merge: what waits for a person keeps its place in the repository, for how long nobody knows. */
  readonly waitsFor: 'clock' | 'person';
};

export type CampaignInput = {
  readonly datasets: readonly CampaignDataset[];
  readonly perRepositoryOpen: number;
  readonly perRepositoryHour: number;
  /** Writes that notify people, per installation and hour. */
  readonly contentPerHour: number;
  /** Such writes that one pull request takes. */
  readonly costPerPullRequest: { readonly open: number; readonly merge: number };
  readonly mergeAfterHours: number;
  readonly now: string;
};

/** Absent: it depends on a person. */
export type CampaignRow = { readonly urn: DatasetUrn; readonly opensAt?: string; readonly mergesAt?: string };
export type Campaign = {
  readonly rows: readonly CampaignRow[];
  /** When the last opens and the last merges, of those for which that can be known. */
  readonly opensBy?: string;
  readonly mergesBy?: string;
  /** How many wait for a person: to be merged, or for a place that a person's decision frees. */
  readonly withPeople: number;
};

export function planCampaign(input: CampaignInput): Decision<Campaign> {
  const { opened, merged } = playForward(input);
  const rows = input.datasets.map(({ urn, openedAt }): CampaignRow => {
    const opensAt = openedAt ?? instantOf(opened.get(urn));
    const mergesAt = instantOf(merged.get(urn));
    return { urn, ...(opensAt ? { opensAt } : {}), ...(mergesAt ? { mergesAt } : {}) };
  });
  const opensBy = instantOf(latest(opened.values()));
  const mergesBy = instantOf(latest(merged.values()));
  const withPeople = rows.filter(({ mergesAt }) => mergesAt === undefined).length;
  const value = { rows, ...(opensBy ? { opensBy } : {}), ...(mergesBy ? { mergesBy } : {}), withPeople };
  if (rows.length === 0) return { value, rule: 'campaign/nothing', because: 'no dataset waits for its pull request or its merge' };
  return { value, rule: withPeople > 0 ? 'campaign/people' : 'campaign/eta', because: words(input, value) };
}

function words({ datasets, perRepositoryOpen, perRepositoryHour, contentPerHour }: CampaignInput, campaign: Campaign): string {
  const { opensBy, mergesBy, withPeople } = campaign;
  const repositories = new Set(datasets.map(({ repository }) => repository)).size;
  const fleet = `${plural(datasets.length, 'dataset')} in ${plural(repositories, 'repository', 'repositories')}`;
  const bounds = `at most ${perRepositoryOpen} open and ${perRepositoryHour} an hour in a repository, and ${contentPerHour} writes an hour`;
  const opens = opensBy ? `; the last pull request opens by ${opensBy}` : '';
  const merges = mergesBy ? `; the last one that merges by itself does so by ${mergesBy}` : '';
  return `${fleet}, ${bounds}${opens}${merges}${withPeople > 0 ? `; for ${withPeople} it depends on a person` : ''}`;
}

type Place = { readonly waiting: CampaignDataset[]; readonly openings: number[]; open: number; freeFrom: number };
type Merge = { readonly dataset: CampaignDataset; readonly due: number };

/** One write after another, always the one that may come first. */
function playForward(input: CampaignInput): { readonly opened: Map<DatasetUrn, number>; readonly merged: Map<DatasetUrn, number> } {
  const { perRepositoryOpen, perRepositoryHour, costPerPullRequest, mergeAfterHours } = input;
  const now = Date.parse(input.now);
  const places = placesOf(input);
  const due = dueOf(input);
  const spent: { readonly at: number; readonly cost: number }[] = [];
  const opened = new Map<DatasetUrn, number>();
  const merged = new Map<DatasetUrn, number>();
  for (;;) {
    const next = nextOpening(places, perRepositoryOpen, perRepositoryHour);
    const [merge] = due;
    if (merge && (!next || merge.due <= next.from)) {
      due.shift();
      const at = freeAt(spent, costPerPullRequest.merge, input.contentPerHour, Math.max(merge.due, now));
      merged.set(merge.dataset.urn, at);
      const place = places.get(merge.dataset.repository);
      if (!place) continue;
      place.open -= 1;
      // Whoever waits for a place looks once an hour.
      place.freeFrom = now + Math.ceil((at - now) / MS_PER_HOUR) * MS_PER_HOUR;
      continue;
    }
    if (!next) return { opened, merged };
    const { place, from } = next;
    const dataset = place.waiting.shift();
    if (!dataset) throw new Error('a place that opens a pull request has one to open');
    const at = freeAt(spent, costPerPullRequest.open, withoutReserve(input.contentPerHour), from);
    opened.set(dataset.urn, at);
    place.open += 1;
    place.openings.push(at);
    if (dataset.waitsFor === 'clock') due.push({ dataset, due: at + mergeAfterHours * MS_PER_HOUR });
  }
}

function placesOf({ datasets, now }: CampaignInput): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const dataset of datasets) {
    const place = places.get(dataset.repository) ?? { waiting: [], openings: [], open: 0, freeFrom: Date.parse(now) };
    places.set(dataset.repository, place);
    if (dataset.openedAt === undefined) place.waiting.push(dataset);
    else {
      place.open += 1;
      place.openings.push(Date.parse(dataset.openedAt));
    }
  }
  for (const { openings } of places.values()) openings.sort((a, b) => a - b);
  return places;
}

function dueOf({ datasets, mergeAfterHours }: CampaignInput): Merge[] {
  return datasets
    .flatMap((dataset) =>
      dataset.openedAt === undefined || dataset.waitsFor === 'person'
        ? []
        : [{ dataset, due: Date.parse(dataset.openedAt) + mergeAfterHours * MS_PER_HOUR }],
    )
    .sort((a, b) => a.due - b.due);
}

function nextOpening(
  places: ReadonlyMap<string, Place>,
  mostOpen: number,
  hourly: number,
): { readonly place: Place; readonly from: number } | undefined {
  let best: { readonly place: Place; readonly from: number } | undefined;
  for (const place of places.values()) {
    if (place.waiting.length === 0 || place.open >= mostOpen) continue;
    const before = place.openings[place.openings.length - hourly];
    const from = Math.max(place.freeFrom, before === undefined ? 0 : before + MS_PER_HOUR);
    if (!best || from < best.from) best = { place, from };
  }
  return best;
}

/** Spends it at the first moment, not before `from`, at which the hour behind has room. */
function freeAt(spent: { readonly at: number; readonly cost: number }[], cost: number, perHour: number, from: number): number {
  let at = Math.max(from, spent.at(-1)?.at ?? from);
  while (spent[0] !== undefined && spent[0].at <= at - MS_PER_HOUR) spent.shift();
  let sum = spent.reduce((total, one) => total + one.cost, 0);
  while (sum + Math.min(cost, perHour) > perHour) {
    const oldest = spent.shift();
    if (!oldest) break;
    sum -= oldest.cost;
    at = oldest.at + MS_PER_HOUR;
  }
  spent.push({ at, cost });
  return at;
}

function latest(times: Iterable<number>): number | undefined {
  let last: number | undefined;
  for (const time of times) last = last === undefined || time > last ? time : last;
  return last;
}

function instantOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : instant(ms);
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
