/** §8.4 rows of when a fleet's pull requests open and merge. One write opens one, one write merges it, unless a row says otherwise. */
import { type CampaignDataset, type CampaignInput, planCampaign } from '../../../src/core/decide/campaign.js';
import type { Row } from './row.js';

const NOW = '2026-02-16T09:00:00Z';
const INPUT: CampaignInput = {
  datasets: [],
  perRepositoryOpen: 2,
  perRepositoryHour: 10,
  contentPerHour: 100,
  costPerPullRequest: { open: 1, merge: 1 },
  mergeAfterHours: 48,
  now: NOW,
};

function fleet(count: number, change: Partial<CampaignDataset> = {}): readonly CampaignDataset[] {
  return Array.from({ length: count }, (_, index) => ({
    urn: `ds://gold/t${index + 1}`,
    repository: 'acme/jobs',
    waitsFor: 'clock',
    ...change,
  }));
}

type Times = readonly (readonly [opensAt: string | undefined, mergesAt: string | undefined])[];

function campaign(says: string, change: Partial<CampaignInput>, rule: string, times: Times, because = ''): Row {
  const input = { ...INPUT, ...change };
  return {
    says,
    decide: () => {
      const { value, ...why } = planCampaign(input);
      return { ...why, value: value.rows.map(({ opensAt, mergesAt }) => [opensAt, mergesAt]) };
    },
    rule,
    value: times,
    because,
  };
}

const WED_9 = '2026-02-18T09:00:00Z';
const FRI_9 = '2026-02-20T09:00:00Z';

export const campaignRows: readonly Row[] = [
  campaign('nothing is left', {}, 'campaign/nothing', []),
  campaign('two of two places are free', { datasets: fleet(2) }, 'campaign/eta', [
    [NOW, WED_9],
    [NOW, WED_9],
  ]),
  campaign(
    'the third waits until one of the first two has merged',
    { datasets: fleet(3) },
    'campaign/eta',
    [
      [NOW, WED_9],
      [NOW, WED_9],
      [WED_9, FRI_9],
    ],
    '3 datasets in 1 repository, at most 2 open and 10 an hour in a repository, and 100 writes an hour; the last pull request opens by 2026-02-18T09:00:00Z; the last one that merges by itself does so by 2026-02-20T09:00:00Z',
  ),
  campaign('one is opened an hour', { datasets: fleet(2), perRepositoryHour: 1 }, 'campaign/eta', [
    [NOW, WED_9],
    ['2026-02-16T10:00:00Z', '2026-02-18T10:00:00Z'],
  ]),
  campaign(
    'the hour of the whole installation is spent',
    {
      datasets: [...fleet(1), ...fleet(1, { urn: 'ds://gold/other', repository: 'acme/other' })],
      contentPerHour: 9,
      costPerPullRequest: { open: 7, merge: 4 },
    },
    'campaign/eta',
    [
      [NOW, WED_9],
      ['2026-02-16T10:00:00Z', '2026-02-18T10:00:00Z'],
    ],
  ),
  campaign(
    'a repository of its own has places of its own',
    { datasets: [...fleet(2), ...fleet(1, { urn: 'ds://gold/other', repository: 'acme/other' })] },
    'campaign/eta',
    [
      [NOW, WED_9],
      [NOW, WED_9],
      [NOW, WED_9],
    ],
  ),
  campaign(
    'one that is open already merges 48 hours after it was opened, and holds a place till then',
    { datasets: [...fleet(2), { urn: 'ds://gold/open', repository: 'acme/jobs', waitsFor: 'clock', openedAt: '2026-02-14T12:30:00Z' }] },
    'campaign/eta',
    [
      [NOW, WED_9],
      // Whoever waits for a place looks once an hour: 12:30 is seen at 13:00.
      ['2026-02-16T13:00:00Z', '2026-02-18T13:00:00Z'],
      ['2026-02-14T12:30:00Z', '2026-02-16T12:30:00Z'],
    ],
  ),
  campaign(
    'what waits for a person has no time, and keeps its place from the others',
    { datasets: [...fleet(2, { waitsFor: 'person' }), { urn: 'ds://gold/next', repository: 'acme/jobs', waitsFor: 'clock' }] },
    'campaign/people',
    [
      [NOW, undefined],
      [NOW, undefined],
      [undefined, undefined],
    ],
    'for 3 it depends on a person',
  ),
];
