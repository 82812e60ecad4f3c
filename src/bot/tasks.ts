/** §14.5 which flow carries out which task, and what is said of it in the log. */
import { followFleet } from '../flows/forge/follow.js';
import { lookAt, reopen } from '../flows/forge/look.js';
import { obey } from '../flows/forge/obey.js';
import { scanOnForge } from '../flows/forge/scan.js';
import { syncInstallation } from '../flows/forge/sync-installation.js';
import { watchMerges } from '../flows/forge/watch.js';
import type { AskingPorts, ForgePorts, Inbox } from '../ports.js';
import type { BotHandlers } from './handlers.js';
import { ownTask } from './own-task.js';

/** `refused`: told that something of a repository is not started, since it is another one's. */
export function botHandlers(forge: ForgePorts, inbox: Inbox, refused: (repository: number) => void): BotHandlers {
  const ports: AskingPorts = { ...forge, ask: { follow: (repository) => askToFollow(repository, forge, inbox) } };
  return {
    'sync-installation': async ({ installation }) => {
      const { fresh, gone } = await syncInstallation(installation, ports);
      const now = ports.clock.now();
      // As deliveries of their own: each repository in its lane, and none forgotten when this process dies now.
      for (const { id } of fresh)
        await inbox.accept(ownTask(`installed/${now}`, { kind: 'scan', repository: id, because: 'the App was installed' }, now));
      return `${fresh.length} repositories to scan, ${gone.length} gone`;
    },
    scan: async ({ repository }) => {
      const { outcome, because } = await scanOnForge(repository, ports);
      await watchMerges(repository, ports);
      return `${outcome}: ${because}`;
    },
    follow: async () => {
      const followed = await followFleet(ports);
      for (const repository of followed.refused) refused(repository);
      return followed.because;
    },
    look: async (task) => {
      // Before the pull requests are judged: what the last merges did counts for the next.
      if (task.pullRequest === undefined) await watchMerges(task.repository, ports, task.head);
      return `${await lookAt(task, ports)} pull requests looked at`;
    },
    reopen: ({ repository, pullRequest }) => reopen(repository, pullRequest, ports),
    command: (task) => obey(task, ports),
  };
}

/** The place in line of the newest delivery tells this asking from every one before it, also of the same repository. */
async function askToFollow(repository: number, { clock }: ForgePorts, inbox: Inbox): Promise<void> {
  const occasion = `scanned/${repository}/${await inbox.newest()}`;
  await inbox.accept(ownTask(occasion, { kind: 'follow', because: `repository ${repository} was scanned` }, clock.now()));
}
