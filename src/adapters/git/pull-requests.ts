/** Decision 0004: proposals of a local repository. What GitHub would merge into the default branch goes to a branch of its own. */
import { ACCEPTED_BRANCH } from '../../core/pull-request.js';
import type { Forge, Landing, PullRequests } from '../../ports.js';
import { joinCommits } from './forge.js';
import { gitText } from './run.js';

const TRIES = 3;

/** `urlOf`: where the words of a proposal can be read, by its branch. */
export function createLocalPullRequests(forge: Forge, directory: string, urlOf: (branch: string) => string): PullRequests {
  return {
    delivery: async () => ({ how: 'local' }),
    base: async () => undefined,
    submit: async (plan) => ({ url: urlOf(plan.branch), notified: [] }),
    look: async (branch, _number, baseSha) => {
      const head = await forge.head(branch);
      if (!head) return { how: 'local', changes: [] };
      const merged = await joinOf(directory, forge, head);
      return { how: 'local', head, changes: await forge.changed(baseSha, head), ...(merged ? { merged } : {}) };
    },
    merge: async ({ branch, baseSha }, head, words): Promise<Landing> => {
      if ((await forge.head(branch)) !== head) return { kind: 'head-moved' };
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const done = await joinOf(directory, forge, head);
        if (done) return { kind: 'landed', sha: done };
        const ours = await forge.head(ACCEPTED_BRANCH);
        const joined = await joinCommits(
          directory,
          { ours: ours ?? baseSha, theirs: head },
          `${words.title}\n\n${words.message}`,
          words.at,
        );
        if ('conflicts' in joined) {
          const because = `${ACCEPTED_BRANCH} holds another version of ${joined.conflicts.join(', ')}: a person has to join them`;
          return { kind: 'stopped', because };
        }
        if ((await forge.point(ACCEPTED_BRANCH, joined.sha, ours)).done) return { kind: 'landed', sha: joined.sha };
      }
      return { kind: 'refused', because: `${ACCEPTED_BRANCH} moved ${TRIES} times during the merge` };
    },
    // The command line shows what a check run would.
    show: async () => undefined,
    // A branch on this machine is its owner's to delete.
    close: async () => undefined,
    // No queue and no conversation.
    leaveQueue: async () => ({ kind: 'not-queued' }),
    tell: async () => false,
    // What is accepted here is not in force anywhere yet.
    aftermath: async () => undefined,
  };
}

/** The commit of the accepted branch that took this head in. */
async function joinOf(directory: string, forge: Forge, head: string): Promise<string | undefined> {
  const accepted = await forge.head(ACCEPTED_BRANCH);
  if (!accepted) return undefined;
  const history = await gitText(directory, ['rev-list', '--first-parent', '--parents', accepted]);
  const row = history.split('\n').find((line) => line.split(' ')[2] === head);
  return row?.split(' ')[0];
}
