/** What the App is installed on, as the store remembers it. */
import * as z from 'zod';
import type { InstalledRepository, RepositoryRow } from '../../core/repo.js';
import type { InstallationRow, Installations } from '../../ports.js';
import type { Store } from './store.js';

const Installation = z.object({ id: z.int(), account: z.string(), state: z.enum(['active', 'suspended', 'removed']) });
const Autonomy = z.object({
  value: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('alone') }),
    z.object({ kind: z.literal('never'), helps: z.array(z.string()) }),
    z.object({ kind: z.literal('unknown') }),
  ]),
  rule: z.string(),
  because: z.string(),
});
const Seen = z.object({ commit: z.string(), tree: z.string(), at: z.string() });
/** Strict: a field that is added to the row and forgotten here is a loud mistake, not a silent loss. */
const Installed = z.strictObject({
  id: z.int(),
  name: z.string(),
  installation: z.int(),
  defaultBranch: z.string(),
  state: z.enum(['active', 'archived', 'disabled', 'fork', 'removed']),
  isPrivate: z.boolean(),
});
const Repository = z.strictObject({
  ...Installed.shape,
  autonomy: Autonomy.exactOptional(),
  scanned: Seen.exactOptional(),
  followed: Seen.exactOptional(),
});
const Stored = z.object({ body: z.string() });

export function createInstallations(store: Store): Installations {
  const { database } = store;
  const everyInstallation = database.prepare('SELECT id, account, state FROM installation ORDER BY id');
  const putInstallation = database.prepare(
    `INSERT INTO installation (id, account, state) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET account = excluded.account, state = excluded.state`,
  );
  const everyRepository = database.prepare('SELECT body FROM repository ORDER BY id');
  const oneRepository = database.prepare('SELECT body FROM repository WHERE id = ?');
  const putRepository = database.prepare(
    'INSERT INTO repository (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const standing = (id: number): RepositoryRow | undefined => {
    const row = oneRepository.get(id);
    return row ? repositoryOf(row) : undefined;
  };
  const put = (row: RepositoryRow): void => void putRepository.run(row.id, JSON.stringify(Repository.parse(row)));
  /** Read and written in one transaction: what another writer noted meanwhile is never put back. */
  const patch = async (id: number, what: string, change: (row: RepositoryRow) => RepositoryRow): Promise<void> =>
    store.write(`${what} of repository ${id}`, () => {
      const row = standing(id);
      if (row) put(change(row));
    });
  return {
    installations: async () => everyInstallation.all().map((row): InstallationRow => Installation.parse(row)),
    saveInstallation: async ({ id, account, state }) =>
      store.write(`installation ${id}`, () => void putInstallation.run(id, account, state)),
    repositories: async () => everyRepository.all().map(repositoryOf),
    repository: async (id) => standing(id),
    saveRepository: async (row) => {
      const installed: InstalledRepository = Installed.parse(row);
      store.write(`repository ${row.id}`, () => put({ ...standing(row.id), ...installed }));
    },
    noteRemoved: (id, installation) =>
      patch(id, 'removal', (row) => (row.installation === installation ? { ...row, state: 'removed' } : row)),
    noteAutonomy: (id, autonomy) => patch(id, 'autonomy', (row) => ({ ...row, autonomy })),
    noteScan: (id, scanned) => patch(id, 'scan', (row) => ({ ...row, scanned })),
    noteFollowed: (id, followed) => patch(id, 'following', (row) => ({ ...row, followed })),
  };
}

function repositoryOf(row: unknown): RepositoryRow {
  return Repository.parse(JSON.parse(Stored.parse(row).body));
}
