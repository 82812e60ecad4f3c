/** §14.5 reads what the App is installed on: repositories that are new, renamed, archived or gone. */
import type { InstalledRepository } from '../../core/repo.js';
import type { ForgePorts } from '../../ports.js';

export type Synced = {
  /** Repositories that may be scanned and were not known, or could not be scanned before. */
  readonly fresh: readonly InstalledRepository[];
  readonly gone: readonly InstalledRepository[];
};

/** Safe to repeat; a repository is never forgotten, since records point at it by its number. */
export async function syncInstallation(id: number, { host, installations }: Pick<ForgePorts, 'installations' | 'host'>): Promise<Synced> {
  const known = await installations.repositories();
  const installed = (await host.installations()).find((row) => row.id === id);
  const seen = installed?.state === 'active' ? await host.repositories(id) : [];
  const ours = known.filter((row) => row.installation === id);

  const isFresh = (row: InstalledRepository): boolean => {
    const standing = known.find((each) => each.id === row.id);
    return row.state === 'active' && (standing?.state !== 'active' || standing.installation !== id || !standing.scanned);
  };
  const gone = ours.filter((row) => row.state !== 'removed' && !seen.some((each) => each.id === row.id));

  await installations.saveInstallation(installed ?? { id, account: accountOf(ours), state: 'removed' });
  for (const row of seen) await installations.saveRepository(row);
  // A suspended installation keeps its repositories: they come back with it.
  if (installed?.state !== 'suspended') for (const row of gone) await installations.noteRemoved(row.id, id);
  return { fresh: seen.filter(isFresh), gone };
}

function accountOf(rows: readonly InstalledRepository[]): string {
  return rows[0]?.name.split('/')[0] ?? 'unknown';
}
