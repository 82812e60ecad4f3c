/** What happens in the organisation, in order, and how long it is then left alone, so that what went wrong can heal. */
import { isPull, type PullIssue } from '../../src/stand-in/state/repositories.js';
import { REPOSITORY, type Stage } from './stage.js';

export type Scene = {
  readonly title: string;
  /** Before anything happens. */
  readonly after?: number;
  readonly act?: (stage: Stage) => Promise<unknown>;
  /** Hours afterwards, in which CI passes whatever is proposed and lost webhooks are asked for again. */
  readonly heals: number;
};

/** One disturbance delays what follows by an hour at most: each scene gives it that, and the waiting times begin so much later. */
export const SCENES: readonly Scene[] = [
  {
    title: 'the App is installed',
    act: async ({ standIn }) => standIn.seed.install({ app: 'autopilot', account: 'acme', by: 'ada' }),
    heals: 1,
  },
  { title: 'a person says hold', act: (stage) => say(stage, 'autopilot/gold/refunds', '/autopilot hold'), heals: 1 },
  { title: '48 hours are over: one is merged, one is held', after: 47, heals: 2 },
  { title: 'a person says resume', act: (stage) => say(stage, 'autopilot/gold/refunds', '/autopilot resume'), heals: 1 },
  {
    title: 'a person approves the Tier-2 proposal',
    act: (stage) => stage.standIn.as('ben').talk.approve(REPOSITORY, pullFrom(stage, 'autopilot/gold/customers').number),
    heals: 1,
  },
  {
    title: 'a person merges it',
    act: (stage) => stage.standIn.as('ben').talk.merge(REPOSITORY, pullFrom(stage, 'autopilot/gold/customers').number),
    heals: 1,
  },
  { title: '48 hours after the resume', after: 46, heals: 2 },
];

function say(stage: Stage, branch: string, words: string): Promise<number> {
  return stage.standIn.as('ben').talk.comment(REPOSITORY, pullFrom(stage, branch).number, words);
}

function pullFrom({ standIn }: Stage, branch: string): PullIssue {
  const found = pullsOf(standIn).find(({ state, pull }) => state === 'open' && pull.head.ref === branch);
  if (!found) throw new Error(`there is no open pull request from ${branch}`);
  return found;
}

export function pullsOf(standIn: Stage['standIn']): readonly PullIssue[] {
  return [...standIn.seed.repository(REPOSITORY).issues.values()].filter(isPull);
}

/** Every open head that CI has not looked at passes. */
export async function passCi({ standIn }: Stage): Promise<void> {
  for (const { state, pull } of pullsOf(standIn)) {
    const runs = standIn.world.runsOn(pull.head.repository, pull.head.sha);
    if (state !== 'open' || runs.some(({ app }) => app.slug === 'ci')) continue;
    await standIn.ci('ci').run(REPOSITORY, pull.head.sha, { name: 'ci / test', status: 'completed', conclusion: 'success' });
  }
}
