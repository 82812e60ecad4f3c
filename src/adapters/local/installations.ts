/** What the App is installed on, as the store remembers it. */
import * as z from 'zod';
import type { RepositoryRow } from '../../core/repo.js';
import type { InstallationRow, Installations } from '../../ports.js';
import type { Store } from './store.js';

const Installation = z.object({ id: z.int(), account: z.string(), state: z.enum(['active', 'suspended', 'removed']) });
const Autonomy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alone') }),
  z.object({ kind: z.literal('never'), helps: z.array(z.string()) }),
  z.object({ kind: z.literal('unknown') }),
]);
const Repository = z.object({
  id: z.int(),
  name: z.string(),
  installation: z.int(),
  defaultBranch: z.string(),
  state: z.enum(['active', 'archived', 'disabled', 'fork', 'removed']),
  isPrivate: z.boolean(),
  autonomy: z.object({ value: Autonomy, rule: z.string(), because: z.string() }).exactOptional(),
  scanned: z.object({ commit: z.string(), tree: z.string(), at: z.string() }).exactOptional(),
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
  return {
    installations: async () => everyInstallation.all().map((row): InstallationRow => Installation.parse(row)),
    saveInstallation: async ({ id, account, state }) =>
      store.write(`installation ${id}`, () => void putInstallation.run(id, account, state)),
    repositories: async () => everyRepository.all().map(repositoryOf),
    repository: async (id) => {
      const row = oneRepository.get(id);
      return row ? repositoryOf(row) : undefined;
    },
    saveRepository: async (row) =>
      store.write(`repository ${row.id}`, () => void putRepository.run(row.id, JSON.stringify(Repository.parse(row)))),
  };
}

function repositoryOf(row: unknown): RepositoryRow {
  return Repository.parse(JSON.parse(Stored.parse(row).body));
}
