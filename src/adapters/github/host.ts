/** What the App is installed on, and what an installation shows of it. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { InstalledRepository, RepositoryRow } from '../../core/repo.js';
import type { Host, InstallationRow, Installations } from '../../ports.js';
import { refused, type Target } from './answers.js';
import type { AppIdentity } from './app.js';
import { redeliver } from './app-writes.js';
import { readRules } from './branch-rules.js';
import type { Reader } from './client.js';
import type { Gateway } from './gateway.js';
import { readHeads } from './heads.js';
import { readRole } from './people.js';
import { routed } from './place.js';
import { reading } from './reading.js';
import { openSource } from './source.js';

export type HostParts = {
  readonly reader: Reader;
  readonly gateway: Gateway;
  readonly app: () => Promise<AppIdentity>;
  /** Where a repository's number leads. */
  readonly repositories: Pick<Installations, 'repository'>;
};

const Account = z.union([
  z.object({ login: z.string() }).transform(({ login }) => login),
  z.object({ slug: z.string() }).transform(({ slug }) => slug),
]);
const Installation = z.object({ id: z.number(), account: Account.nullable(), suspended_at: z.string().nullish() });
const Repository = z.object({
  id: z.number(),
  full_name: z.string(),
  default_branch: z.string(),
  private: z.boolean(),
  fork: z.boolean(),
  archived: z.boolean().optional(),
  disabled: z.boolean().optional(),
});
const Delivery = z.object({
  // They are larger than a number can hold.
  id: z.union([z.number(), z.bigint()]).transform(String),
  guid: z.string(),
  delivered_at: z.string(),
  status_code: z.number(),
});
const INSTALLATIONS = 20_000;
const REPOSITORIES = 20_000;
const DELIVERIES = 20_000;

export function createHost(parts: HostParts): Host {
  const { reader, gateway } = parts;
  return {
    installations: () => readInstallations(reader),
    repositories: (installation) => readRepositories(reader, installation),
    heads: (rows) => readHeads(reader, rows),
    source: (row, commit) => openSource(reader, row, commit),
    role: async (repository, login) => {
      const row = await parts.repositories.repository(repository);
      return row && (await readRole(reader, row, login))?.role;
    },
    rules: async (row) => {
      const { id, slug } = await parts.app();
      const hasMergeQueue = () => readMergeQueue(reader, row);
      return reading(async () =>
        readRules(reader, row, { appId: id, slug, branch: row.defaultBranch, hasMergeQueue: await hasMergeQueue() }),
      );
    },
    failedDeliveries: (since) => readFailed(reader, since),
    redeliver: async (id) => {
      const outcome = await gateway.perform(redeliver(id));
      if (!outcome.done) throw refused({ route: `to repeat the delivery ${id}` }, outcome);
    },
  };
}

async function readInstallations(reader: Reader): Promise<readonly InstallationRow[]> {
  const { items } = await reader.list({ as: 'app', route: 'GET /app/installations' }, z.array(Installation), INSTALLATIONS);
  return items.map(({ id, account, suspended_at: since }) => ({ id, account: account ?? '', state: since ? 'suspended' : 'active' }));
}

async function readRepositories(reader: Reader, installation: number): Promise<readonly InstalledRepository[]> {
  const page = z.object({ repositories: z.array(Repository) }).transform(({ repositories }) => repositories);
  const target = { as: installation, route: 'GET /installation/repositories' };
  const { items, complete } = await reader.list(target, page, REPOSITORIES);
  if (!complete) {
    const remedy = 'Install the App on chosen repositories, or on several organisations.';
    throw new ProblemError({ kind: 'world', what: `Installation ${installation} shows more than ${REPOSITORIES} repositories.`, remedy });
  }
  return items.map((one) => ({
    id: one.id,
    name: one.full_name,
    installation,
    defaultBranch: one.default_branch,
    state: one.archived ? 'archived' : one.disabled ? 'disabled' : one.fork ? 'fork' : 'active',
    isPrivate: one.private,
  }));
}

const QUEUE =
  'query ($owner: String!, $repo: String!, $branch: String!) { repository(owner: $owner, name: $repo) { mergeQueue(branch: $branch) { id } } }';
const Queue = z.object({ repository: z.object({ mergeQueue: z.object({ id: z.string() }).nullish() }) });

async function readMergeQueue(reader: Reader, row: RepositoryRow): Promise<boolean> {
  const { data, errors } = await reader.query(row.installation, QUEUE, { ...routed(row), branch: row.defaultBranch });
  const parsed = Queue.safeParse(data);
  if (parsed.success && errors.length === 0) return Boolean(parsed.data.repository.mergeQueue);
  const what = `GitHub did not say whether ${row.name} has a merge queue: ${errors[0]?.message ?? 'no answer'}.`;
  throw new ProblemError({ kind: 'world', what, remedy: 'It is asked again.' }, { retry: true });
}

/** A delivery that went through under the same GUID later is not lost. */
async function readFailed(reader: Reader, since: string): ReturnType<Host['failedDeliveries']> {
  const target: Target = { as: 'app', route: 'GET /app/hook/deliveries' };
  const isOld = ({ delivered_at: at }: z.infer<typeof Delivery>) => Date.parse(at) < Date.parse(since);
  const { items } = await reader.list(target, z.array(Delivery), DELIVERIES, (page) => page.some(isOld));
  const isThrough = ({ status_code: code }: z.infer<typeof Delivery>) => code >= 200 && code < 300;
  const through = new Set(items.filter(isThrough).map(({ guid }) => guid));
  return items
    .filter((delivery) => !isThrough(delivery) && !isOld(delivery) && !through.has(delivery.guid))
    .map(({ id, guid, delivered_at: at }) => ({ id, guid, at }));
}
