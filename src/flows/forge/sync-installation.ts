/** §14.5 reads what the App is installed on: repositories that are new, renamed, archived or gone. */
import type { RepositoryRow } from '../../core/repo.js';
import type { ForgePorts } from '../../ports.js';

export type Synced = {
  /** Repositories that may be scanned and were not known, or could not be scanned before. */
  readonly fresh: readonly RepositoryRow[];
  readonly gone: readonly RepositoryRow[];
};

/** Safe to repeat; a repository is never forgotten, since records point at it by its number. */
export async function syncInstallation(id: number, { host, installations }: Pick<ForgePorts, 'installations' | 'host'>): Promise<Synced> {
  const known = await installations.repositories();
  const installed = (await host.installations()).find((row) => row.id === id);
  const seen = installed?.state === 'active' ? await host.repositories(id) : [];
  const ours = known.filter((row) => row.installation === id);

  const isFresh = (row: Omit<RepositoryRow, 'scanned'>): boolean => {
    const standing = known.find((each) => each.id === row.id);
    return row.state === 'active' && (standing?.state !== 'active' || standing.installation !== id || !standing.scanned);
  };
  const gone = ours.filter((row) => row.state !== 'removed' && !seen.some((each) => each.id === row.id));

  await installations.saveInstallation(installed ?? { id, account: accountOf(ours), state: 'removed' });
  const saved: RepositoryRow[] = [];
  for (const row of seen) {
    const { scanned, autonomy } = known.find((each) => each.id === row.id) ?? {};
    // What the last scan read stays beside it: nothing here reads it anew.
    const next = { ...row, ...(scanned ? { scanned } : {}), ...(autonomy ? { autonomy } : {}) };
    await installations.saveRepository(next);
    saved.push(next);
  }
  // A suspended installation keeps its repositories: they come back with it.
  if (installed?.state !== 'suspended') for (const row of gone) await installations.saveRepository({ ...row, state: 'removed' });
  return { fresh: saved.filter(isFresh), gone };
}

function accountOf(rows: readonly RepositoryRow[]): string {
  return rows[0]?.name.split('/')[0] ?? 'unknown';
}
