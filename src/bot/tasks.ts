/** §14.5 which flow carries out which task, and what is said of it in the log. */
import { lookAt, reopen } from '../flows/forge/look.js';
import { obey } from '../flows/forge/obey.js';
import { scanOnForge } from '../flows/forge/scan.js';
import { syncInstallation } from '../flows/forge/sync-installation.js';
import { watchMerges } from '../flows/forge/watch.js';
import type { ForgePorts, Inbox } from '../ports.js';
import type { BotHandlers } from './handlers.js';
import { ownTask } from './own-task.js';

export function botHandlers(ports: ForgePorts, inbox: Inbox): BotHandlers {
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
    look: async (task) => {
      // Before the pull requests are judged: what the last merges did counts for the next.
      if (task.pullRequest === undefined) await watchMerges(task.repository, ports, task.head);
      return `${await lookAt(task, ports)} pull requests looked at`;
    },
    reopen: ({ repository, pullRequest }) => reopen(repository, pullRequest, ports),
    command: (task) => obey(task, ports),
  };
}
