/**
 * How tests of the spine begin and end: with an organisation for each test, or with one for all tests of a file, in which each row
 * has a repository and a dataset of its own, proposed when it is asked for.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import { fullName, type PullIssue } from '../../src/stand-in/state/repositories.js';
import { type Choices, copyDataset, gitIn, job, type Organisation, openOrganisation } from './organisation.js';

/** Two hours instead of 48, so that the clock need not pass a week for every few rows; the 48 are in spine.test.ts. */
export const SETTINGS = ['merge:', '  auto_after_hours: 2', 'pace:', '  content_per_hour: 5000', ''].join('\n');
const FIRST = 'orders';

export type Row = {
  readonly repository: string;
  readonly urn: string;
  readonly branch: string;
  readonly folder: string;
  record(): Promise<BootstrapRecord>;
  /** The number of its pull request. */
  number(): Promise<number>;
  issue(): Promise<PullIssue>;
  /** CI passes on the head as it stands, and everything that follows from it is done. */
  check(conclusion?: 'success' | 'failure'): Promise<void>;
  /** Until nothing moves any more, CI passing on every head of ours that is new. */
  run(): Promise<BootstrapRecord>;
  /** What the gate shows on the head. */
  gate(): Promise<{ readonly conclusion: string | null; readonly title: string; readonly summary: string }>;
  /** What the record says happened, as `event: because`. */
  ledger(): Promise<readonly string[]>;
  /** What we said in its conversation. */
  said(): Promise<readonly string[]>;
  /** git in its repository. */
  git(...words: readonly string[]): string;
  /** How often the forge was asked to merge. */
  merges(): number;
};

export type Fleet = Organisation & {
  propose(name: string, choices?: RowChoices): Promise<Row>;
  /** Closes what is open, so that the rows after it need not look at it whenever time passes. */
  tidy(): Promise<void>;
};
export type RowChoices = {
  readonly files?: Readonly<Record<string, string>>;
  readonly visibility?: 'public' | 'private';
  readonly roles?: Choices['roles'];
  /** Before the App sees the repository's first commit: branch rules, say. */
  readonly first?: (repository: string) => Promise<unknown>;
};

/** One job, and who answers for it. */
export const ORDERS = { 'jobs/orders.py': job('orders'), '.github/CODEOWNERS': '* @acme/data\n' };

/** The App comes in, and everything that follows from it is done. */
export async function install({ standIn, settle }: Organisation): Promise<void> {
  standIn.seed.install({ app: 'autopilot', account: 'acme', by: 'ada' });
  await settle();
}

/** Organisations, each of which is closed after the test that opened it. */
export function organisationsOfTests(): (choices?: Choices) => Promise<Organisation> {
  const opened: Organisation[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  return async (choices) => {
    const organisation = await openOrganisation(choices);
    opened.push(organisation);
    return organisation;
  };
}

/**
 * One fleet for all tests of a file, handed over when it is open. After each test nothing was asked of the forge that it forbids,
 * and what the test switched or left open is put back.
 */
export function fleetOfTests(take: (fleet: Fleet) => unknown, choices: Choices = {}): void {
  const opened: Fleet[] = [];
  beforeAll(async () => {
    const fleet = await openFleet(choices);
    opened.push(fleet);
    await take(fleet);
  }, 120_000);
  afterEach(async () => {
    for (const fleet of opened) {
      expect(fleet.standIn.violations).toEqual([]);
      fleet.standIn.faults.clear();
      fleet.standIn.knobs.mergeableUnknown = 0;
      fleet.clock.forgeAheadMs = 0;
      await fleet.tidy();
    }
  });
  afterAll(async () => {
    for (const fleet of opened) await fleet.close();
  });
}

export async function openFleet(choices: Choices = {}): Promise<Fleet> {
  const organisation = await openOrganisation({ settings: SETTINGS, ...choices, files: { 'README.md': 'Nothing\n' }, names: [FIRST] });
  const { standIn } = organisation;
  await install(organisation);
  const propose = async (name: string, row: RowChoices = {}): Promise<Row> => {
    const repository = `acme/${name}`;
    copyDataset(join(organisation.folder, 'lake'), FIRST, name);
    await standIn.seed.repo(repository, {
      visibility: row.visibility ?? 'private',
      files: { [`jobs/${name}.py`]: job(name), '.github/CODEOWNERS': '* @ben\n', ...row.files },
      roles: { ben: 'write', cleo: 'read', ...row.roles },
    });
    await row.first?.(repository);
    await organisation.settle();
    return rowOf(organisation, repository, name);
  };
  const tidy = async (): Promise<void> => {
    for (const repository of standIn.world.repositories.values())
      for (const { number, state, pull } of repository.issues.values())
        if (pull && state === 'open' && !repository.archived) await standIn.as('ada').talk.close(fullName(repository), number);
    await organisation.settle();
  };
  // Not spread: `serving` is another one after a restart.
  return Object.assign(Object.create(organisation), { propose, tidy });
}

function rowOf(organisation: Organisation, repository: string, name: string): Row {
  const { standIn } = organisation;
  const urn = `ds://gold/${name}`;
  const record = () => organisation.record(urn);
  const number = async (): Promise<number> => (await record()).pull_request?.number ?? 0;
  const issue = async (): Promise<PullIssue> => {
    const found = standIn.seed.repository(repository).issues.get(await number());
    if (!found?.pull) throw new Error(`no pull request of ${urn}: ${(await record()).reason}`);
    return { ...found, pull: found.pull };
  };
  const check = async (conclusion: 'success' | 'failure' = 'success'): Promise<void> => {
    await organisation.check(await number(), conclusion, repository);
    await organisation.settle();
  };
  return {
    repository,
    urn,
    branch: `autopilot/gold/${name}`,
    folder: `signal_factory/gold/${name}`,
    record,
    number,
    issue,
    check,
    run: async () => {
      const checked = new Set<string>();
      for (;;) {
        await organisation.settle();
        const standing = await record();
        const { state, pull } = await issue();
        const { sha } = pull.head;
        if (state !== 'open' || checked.has(sha) || !standing.pull_request?.written.includes(sha)) return standing;
        checked.add(sha);
        await check();
      }
    },
    gate: async () => {
      const { sha } = (await issue()).pull.head;
      const runs = standIn.seed
        .repository(repository)
        .suites.filter((suite) => suite.headSha === sha)
        .flatMap((suite) => suite.runs)
        .filter((run) => run.name === 'autopilot/gate');
      const last = runs.at(-1);
      return { conclusion: last?.conclusion ?? null, title: last?.title ?? '', summary: last?.summary ?? '' };
    },
    ledger: async () => organisation.ledger((await record()).bootstrap_id),
    said: async () => (await issue()).comments.filter(({ author }) => author.login === 'autopilot[bot]').map(({ body }) => body),
    git: (...words) => gitIn(standIn.seed.repository(repository).git.directory, words),
    merges: () => standIn.calls.filter(({ path, method }) => method === 'PUT' && path.startsWith(`/repos/${repository}/pulls/`)).length,
  };
}
