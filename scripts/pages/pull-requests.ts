/** The pull requests of `pull-request-scenarios.ts` as they read: `fixtures/pull-requests/<name>.md`. */
import { planPullRequest } from '../../generators/pull-request.js';
import type { Page } from '../page.js';
import { pullRequestInput, SCENARIOS } from '../pull-request-scenarios.js';

export function pages(): readonly Page[] {
  return SCENARIOS.map((scenario) => {
    const plan = planPullRequest(pullRequestInput(scenario));
    return {
      path: `fixtures/pull-requests/${scenario.name}.md`,
      content: `<!-- Generated: npm run golden. -->\n# ${plan.title}\n\n${plan.body}`,
    };
  });
}
