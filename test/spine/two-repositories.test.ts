/** §10.1 a repository speaks for what it writes: what another one says of its datasets is told and changes nothing. */
import { describe, expect, test } from 'vitest';
import { createInstallations } from '../../src/adapters/local/installations.js';
import { type Fleet, fleetOfTests, type Row } from './fleet.js';
import { job, REPOSITORY } from './organisation.js';

let fleet: Fleet;
fleetOfTests((opened) => {
  fleet = opened;
});

const TIMEOUT = { timeout: 60_000 };

/** Another repository of the organisation, with jobs of its own; its id is higher than those of all before it. */
async function neighbour(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const repository = `acme/${name}`;
  await fleet.standIn.seed.repo(repository, { visibility: 'private', files, roles: { ben: 'write' } });
  await fleet.settle();
  return repository;
}

async function push(repository: string, files: Readonly<Record<string, string | null>>): Promise<void> {
  await fleet.standIn.as('ben').code.push(repository, 'main', { files });
  await fleet.settle();
}

/** What must not move, whatever others say. */
async function standing(row: Row) {
  const { tier, current_step, repository_id, pull_request } = await row.record();
  const { body, state } = await row.issue();
  return { tier, current_step, repository_id, head: pull_request?.head, changed: pull_request?.content_changed_at, body, state };
}

/** `/autopilot status` in an issue of the repository. */
async function status(repository: string): Promise<string> {
  const number = await fleet.standIn.as('ben').talk.openIssue(repository, 'How is it?');
  await fleet.standIn.as('ben').talk.comment(repository, number, '/autopilot status');
  await fleet.settle();
  const { comments = [] } = fleet.standIn.seed.repository(repository).issues.get(number) ?? {};
  return comments.find(({ author }) => author.login === 'autopilot[bot]')?.body ?? '';
}

describe('another repository', TIMEOUT, () => {
  test('that lists a dataset as critical does not raise it, nor lowers it when it takes the line away', async () => {
    const [plain, critical] = [
      await fleet.propose('plain'),
      await fleet.propose('critical', { files: { 'critical-datasets.yaml': '- ds://gold/critical\n' } }),
    ];
    const before = [await standing(plain), await standing(critical)];
    expect(before.map(({ tier }) => tier)).toEqual(['TIER_3', 'TIER_1']);
    const list = '- ds://gold/plain\n- ds://gold/critical\n';
    const other = await neighbour('lister', { 'critical-datasets.yaml': list, 'jobs/lister.py': job('listed') });
    expect([await standing(plain), await standing(critical)]).toEqual(before);
    await push(other, { 'critical-datasets.yaml': null });
    expect([await standing(plain), await standing(critical)]).toEqual(before);
  });

  test.each<[string, (row: Row) => Readonly<Record<string, string>>, RegExp | undefined]>([
    ['writes to its place, by another column', (row) => ({ 'jobs/z.py': writing(row).replace('["dt"]', '["day"]') }), /belongs to acme\//],
    ['writes to a place of the same name', (row) => ({ 'jobs/z.py': writing(row).replace('acme-lake', 'other-lake') }), undefined],
    ['commits a claim to its urn', (row) => claim(row, row.urn, 's3://other-lake/gold/mine'), /belongs to acme\//],
    ['commits another name for its place', (row) => claim(row, 'ds://aaa/mine', `s3://acme-lake/gold/${nameOf(row)}`), /belongs to acme\//],
  ])('that %s neither takes, changes nor ends it, and is told', async (says, files, told) => {
    const row = await fleet.propose(
      says
        .replaceAll(/[^a-z]+/g, '-')
        .slice(0, 20)
        .replace(/-$/, ''),
    );
    const before = await standing(row);
    // The first repository of all: its number is the lower one.
    await push(REPOSITORY, files(row));
    await fleet.pass(0.1);
    expect(await standing(row)).toEqual(before);
    const answer = await status(REPOSITORY);
    if (told) expect(answer).toMatch(told);
    else expect(answer).not.toContain('not started');
    expect((await fleet.records()).filter(({ dataset_urn }) => dataset_urn === row.urn)).toHaveLength(1);

    await row.check();
    await fleet.pass(2.1);
    expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
    await push(REPOSITORY, Object.fromEntries(Object.keys(files(row)).map((path) => [path, null])));
    expect(await status(REPOSITORY)).not.toContain('not started');
  });

  test('that goes on writing to a place does not keep alive what its own repository ended', async () => {
    const row = await fleet.propose('left');
    await push(REPOSITORY, { 'jobs/z.py': writing(row) });
    await push(row.repository, { 'jobs/left.py': null });
    expect(await row.record()).toMatchObject({ current_step: 'CANCELLED', reason: expect.stringContaining('no job in acme/left') });
    expect(await status(REPOSITORY)).toContain('ds://gold/left belongs to acme/left');
  });
});

describe('the row of a repository', TIMEOUT, () => {
  test('says what was scanned, and what the fleet follows', async () => {
    const row = await fleet.propose('noted');
    const { repository_id = 0 } = await row.record();
    const at = () => createInstallations(fleet.serving.store).repository(repository_id);
    expect((await at())?.followed).toMatchObject({ commit: (await at())?.scanned?.commit, tree: (await at())?.scanned?.tree });
    const head = row.git('rev-parse', 'main');
    await push(row.repository, { 'README.md': 'Other words\n' });
    expect(await at()).toMatchObject({
      scanned: { commit: row.git('rev-parse', 'main') },
      followed: { commit: row.git('rev-parse', 'main') },
    });
    expect(row.git('rev-parse', 'main')).not.toBe(head);
  });
});

function nameOf({ urn }: Row): string {
  return urn.split('/').at(-1) ?? '';
}

function writing(row: Row): string {
  return job(nameOf(row));
}

/** A job and a dataset.yaml where its urn puts it, which is what makes it a claim. */
function claim(row: Row, urn: string, gold: string): Readonly<Record<string, string>> {
  const text = row.git('show', `${row.branch}:${row.folder}/dataset.yaml`);
  const claimed = text.replace(/^urn: .*$/m, `urn: "${urn}"`).replace(/^( +gold: ).*$/m, `$1"${gold}"`);
  return {
    'jobs/z.py': job('x').replace('s3://acme-lake/gold/x', gold),
    [`signal_factory/${urn.replace('ds://', '')}/dataset.yaml`]: claimed,
  };
}
