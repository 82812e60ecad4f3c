/** The demo's organisation: a GitHub of its own on this machine, repositories with real histories, people, teams, rules and a CI. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createStandIn, type StandIn } from '../stand-in/stand-in.js';
import { readManifest } from './app-manifest.js';
import type { Later } from './closing.js';
import type { Credentials } from './credentials.js';

export const ACCOUNT = 'acme-air';
const APP = 'autopilot';
const APP_ID = 4711;
const CI_CHECK = 'ci / test';

export type DemoOrganisation = {
  readonly standIn: StandIn;
  readonly credentials: Credentials;
  /** Tells the App where its webhooks go. */
  readonly listenAt: (url: string) => void;
  readonly install: () => void;
  /** The CI of the repositories passes on every head that it has not looked at. */
  readonly runCi: () => Promise<void>;
  /** Open pull requests of the App. */
  readonly openPullRequests: () => readonly {
    readonly repository: string;
    readonly number: number;
    readonly title: string;
    readonly branch: string;
  }[];
};

type Seeding = {
  readonly folder: string;
  readonly clock: { readonly now: () => string };
  readonly port?: number;
  /** Folders with a git history, by repository name. */
  readonly repositories: Readonly<Record<string, string>>;
  /** The names of those whose default branch asks for a review of a code owner. */
  readonly guarded: readonly string[];
  readonly moveClock: (hours: number) => Promise<void>;
  readonly atTheEnd: Later;
};

/** Teams as CODEOWNERS of the two repositories names them, with one person each. */
const TEAMS: Readonly<Record<string, string>> = {
  'data-platform': 'priya',
  'flight-data': 'jonas',
  ingest: 'jonas',
  'airport-analytics': 'mei',
  loyalty: 'omar',
  privacy: 'omar',
  'network-planning': 'lena',
  'analytics-engineering': 'mei',
  insights: 'lena',
  'crew-planning': 'omar',
};

/** A ruleset as a person sets it on the settings page. */
const TWO_PAIRS_OF_EYES = {
  name: 'two pairs of eyes',
  include: ['~DEFAULT_BRANCH'],
  rules: [
    {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: 1,
        require_code_owner_review: true,
        dismiss_stale_reviews_on_push: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
    },
  ],
};

export async function makeOrganisation({
  folder,
  clock,
  port,
  repositories,
  guarded,
  moveClock,
  atTheEnd,
}: Seeding): Promise<DemoOrganisation> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const secret = randomBytes(24).toString('hex');
  const standIn = await createStandIn({ directory: join(folder, 'github'), clock, mode: 'warn', moveClock, ...(port ? { port } : {}) });
  atTheEnd(() => standIn.close());
  const people = [...new Set(Object.values(TEAMS))];
  standIn.seed.org(ACCOUNT, { members: { ada: 'admin', ...Object.fromEntries(people.map((login) => [login, 'member' as const])) } });
  for (const [name, from] of Object.entries(repositories)) {
    await standIn.seed.repo(`${ACCOUNT}/${name}`, { from, roles: Object.fromEntries(people.map((login) => [login, 'write' as const])) });
  }
  const writes = Object.fromEntries(Object.keys(repositories).map((name) => [`${ACCOUNT}/${name}`, 'write' as const]));
  for (const [slug, member] of Object.entries(TEAMS)) standIn.seed.team({ org: ACCOUNT, slug, members: [member], repositories: writes });
  for (const name of guarded) await standIn.as('ada').settings.setRuleset(`${ACCOUNT}/${name}`, TWO_PAIRS_OF_EYES);
  standIn.seed.app({ slug: 'ci', permissions: { checks: 'write', metadata: 'read' } });
  standIn.seed.install({ app: 'ci', account: ACCOUNT, by: 'ada' });
  const { permissions, events } = readManifest();
  const app = standIn.seed.app({ slug: APP, id: APP_ID, privateKey, permissions, events });
  const pulls = () =>
    Object.keys(repositories).flatMap((name) => {
      const repository = standIn.seed.repository(`${ACCOUNT}/${name}`);
      return [...repository.issues.values()].flatMap((issue) =>
        issue.pull && issue.state === 'open' ? [{ repository, issue, pull: issue.pull }] : [],
      );
    });
  return {
    standIn,
    credentials: { appId: APP_ID, privateKey, webhookSecrets: [secret] },
    listenAt: (url) => {
      app.webhook = { url, secret, contentType: 'json' };
    },
    install: () => void standIn.seed.install({ app: APP, account: ACCOUNT, by: 'ada' }),
    runCi: async () => {
      for (const { repository, pull } of pulls()) {
        const { sha } = pull.head;
        const known = repository.suites.some(({ runs }) => runs.some((run) => run.headSha === sha && run.name === CI_CHECK));
        if (!known)
          await standIn.ci('ci').run(`${ACCOUNT}/${repository.name}`, sha, { name: CI_CHECK, status: 'completed', conclusion: 'success' });
      }
    },
    openPullRequests: () =>
      pulls().map(({ repository, issue, pull }) => ({
        repository: `${ACCOUNT}/${repository.name}`,
        number: issue.number,
        title: issue.title,
        branch: pull.head.ref,
      })),
  };
}
