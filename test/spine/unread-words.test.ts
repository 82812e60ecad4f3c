/** §14.6 what a repository says in its settings, its critical list and its manifests, and nobody can read: nothing is decided then, and it is told. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createObjects } from '../../src/adapters/local/objects.js';
import { UNOBSERVED } from '../../src/adapters/local/store.js';
import { loadScan } from '../../src/flows/forge/repository-scan.js';
import { type Fleet, fleetOfTests, type Row } from './fleet.js';

let fleet: Fleet;
fleetOfTests((opened) => {
  fleet = opened;
});

const TIMEOUT = { timeout: 60_000 };
const SETTINGS_FILE = '.github/autopilot.yml';
const CRITICAL = 'critical-datasets.yaml';
const MANIFEST = 'signal_factory/gold/other/dataset.yaml';
const padded = (text: string, bytes: number): string => `${text}${'# words\n'.repeat(Math.ceil(bytes / 8))}`;
const LARGE = 1_000_001;

async function push(repository: string, files: Readonly<Record<string, string | null>>): Promise<void> {
  await fleet.standIn.as('ben').code.push(repository, 'main', { files });
  await fleet.settle();
}

/** What is answered in an issue of the repository. */
async function asked(repository: string, word: string): Promise<string> {
  const number = await fleet.standIn.as('ben').talk.openIssue(repository, word);
  await fleet.standIn.as('ben').talk.comment(repository, number, `/autopilot ${word}`);
  await fleet.settle();
  const { comments = [] } = fleet.standIn.seed.repository(repository).issues.get(number) ?? {};
  return comments.find(({ author }) => author.login === 'autopilot[bot]')?.body ?? '';
}

async function isProposed({ urn }: Row): Promise<boolean> {
  return (await fleet.records()).some(({ dataset_urn }) => dataset_urn === urn);
}

describe('a file that says something to us and is too large', TIMEOUT, () => {
  test.each([
    [SETTINGS_FILE, 'enabled: false\n', 'enabled: true\n'],
    [CRITICAL, '- ds://gold/large-1\n', '- ds://gold/large-1\n'],
    [MANIFEST, 'urn: ds://gold/other\n', null],
  ])('%s: nothing is proposed until it can be read, and who asks is told', async (file, text, mended) => {
    const name = `large-${[SETTINGS_FILE, CRITICAL, MANIFEST].indexOf(file)}`;
    const row = await fleet.propose(name, { files: { [file]: padded(text, LARGE) } });
    expect(await isProposed(row)).toBe(false);
    expect(await asked(row.repository, 'rescan')).toMatch(new RegExp(`Not scanned: ${file} has \\d+ bytes`));
    expect(await asked(row.repository, 'status')).toContain(`in \`${file}:1\`: ${file} has`);

    await push(row.repository, { [file]: mended });
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', tier: file === CRITICAL ? 'TIER_1' : 'TIER_3' });
    expect(await asked(row.repository, 'status')).not.toContain(file);
  });

  test.each([SETTINGS_FILE, CRITICAL, MANIFEST])('%s: what is proposed already does not merge until it can be read', async (file) => {
    const row = await fleet.propose(`later-${[SETTINGS_FILE, CRITICAL, MANIFEST].indexOf(file)}`);
    await row.check();
    await push(row.repository, { [file]: padded('', LARGE) });
    await row.check();
    await fleet.pass(3);
    expect(row.merges()).toBe(0);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', tier: 'TIER_3' });
    await push(row.repository, { [file]: null });
    await row.check();
    await fleet.pass(2.1);
    expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
  });
});

describe('a file that is listed and not given', TIMEOUT, () => {
  test.each([
    [SETTINGS_FILE, 'enabled: false\n'],
    [CRITICAL, '- ds://gold/kept-1\n'],
  ])('%s: nothing is proposed until it is', async (file, text) => {
    const name = `kept-${[SETTINGS_FILE, CRITICAL].indexOf(file)}`;
    const gone = { kind: 'status', status: 404, message: 'Not Found' } as const;
    const given = fleet.standIn.faults.hook(({ path }) => (path.startsWith(`/repos/acme/${name}/git/blobs/`) ? gone : undefined));
    // So large that its text is not among those that are asked for together.
    const row = await fleet.propose(name, { files: { [file]: padded(text, 200_000) } });
    expect(await isProposed(row)).toBe(false);
    expect(await asked(row.repository, 'rescan')).toContain(`Not scanned: ${file} is listed, and its content is not given`);
    given();
    await asked(row.repository, 'rescan');
    expect(await isProposed(row)).toBe(file === CRITICAL);
    if (file === CRITICAL) expect((await row.record()).tier).toBe('TIER_1');
  });
});

test('what a scan left behind and nobody can read is scanned again, though the code is the same', TIMEOUT, async () => {
  const row = await fleet.propose('damaged');
  const { repository_id = 0 } = await row.record();
  writeFileSync(join(fleet.folder, 'home/objects/repositories', String(repository_id), 'scan.json'), '{');
  // The next week begins, and every repository is looked at.
  await fleet.pass(24 * 7);
  const { facts } = (await loadScan(createObjects(join(fleet.folder, 'home/objects'), UNOBSERVED), repository_id)) ?? {};
  expect(facts?.writes.map(({ file }) => file)).toEqual(['jobs/damaged.py']);
});
