/** §8.4 whatever the fleet: no bound is ever passed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planCampaign } from '../../../src/core/decide/campaign.js';

const HOUR = 3_600_000;
const NOW = '2026-02-16T09:00:00Z';

test('no hour spends more than the budget, no repository has more open than it may, and everybody gets a turn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 11, max: 60 }),
      (repositories, perRepositoryOpen, perRepositoryHour, contentPerHour) => {
        const datasets = repositories.map((repository, index) => ({
          urn: `ds://gold/t${index}`,
          repository: `acme/r${repository}`,
          waitsFor: 'clock' as const,
        }));
        const cost = { open: 7, merge: 4 };
        const input = {
          datasets,
          perRepositoryOpen,
          perRepositoryHour,
          contentPerHour,
          costPerPullRequest: cost,
          mergeAfterHours: 48,
          now: NOW,
        };
        const { rows } = planCampaign(input).value;
        const times = rows.map(({ opensAt = '', mergesAt = '' }, index) => ({
          repository: repositories[index],
          opens: Date.parse(opensAt),
          merges: Date.parse(mergesAt),
        }));
        for (const { opens, merges } of times) expect(merges - opens).toBeGreaterThanOrEqual(48 * HOUR);
        const spent = times.flatMap(({ opens, merges }) => [
          { at: opens, cost: cost.open },
          { at: merges, cost: cost.merge },
        ]);
        for (const { at } of spent) {
          const inHour = spent.filter((one) => one.at <= at && one.at > at - HOUR);
          expect(inHour.reduce((sum, one) => sum + one.cost, 0)).toBeLessThanOrEqual(contentPerHour);
        }
        for (const { opens, repository } of times) {
          const own = times.filter((one) => one.repository === repository);
          expect(own.filter((one) => one.opens <= opens && one.merges > opens).length).toBeLessThanOrEqual(perRepositoryOpen);
          expect(own.filter((one) => one.opens <= opens && one.opens > opens - HOUR).length).toBeLessThanOrEqual(perRepositoryHour);
        }
      },
    ),
  );
});
