import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeStage, nothing, RUN, type Scene, type Stage } from './bad-input-scene.js';

// A busy machine must not make a row fail.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.remove());

type Call = readonly [says: string, spoil: (scene: Scene) => void, args: readonly string[], code: number, err: RegExp];
const settings =
  (text: string | Uint8Array) =>
  (scene: Scene): void =>
    scene.write('org.yml', text);
const SCAN_WITH = ['scan', 'repo', '--org-config', 'org.yml'];
const refusedCalls: readonly Call[] = [
  ['no command', nothing, [], 2, /Usage: sf/],
  ['an unknown command', nothing, ['foo'], 2, /unknown command 'foo'\n\(sf --help/],
  ['an unknown command below another', nothing, ['bootstrap', 'foo'], 2, /unknown command 'foo'\n\(sf bootstrap --help/],
  ['an unknown option', nothing, ['scan', '--foo', 'repo'], 2, /unknown option '--foo'\n\(sf scan --help/],
  ['an option that lacks', nothing, ['bootstrap', 'approve', '--urn', 'ds://a/b'], 2, /required option '--as <name>'/],
  ['a choice that is none', nothing, ['profile', 'x', '--data', 'lake', '--as', 'xls'], 2, /'xls' is invalid. Allowed choices/],
  ['a missing folder to scan', nothing, ['scan', 'none'], 2, /none is not a folder\. Name the folder/],
  ['a file to scan', nothing, ['scan', 'repo/CODEOWNERS'], 2, /CODEOWNERS is not a folder/],
  [
    'an owner of what lies outside',
    nothing,
    ['owners', 'repo', '../lake/a.py'],
    2,
    /\.\.\/lake\/a\.py is no path inside repo\. Name it from the root/,
  ],
  ['an owner of an absolute path outside', nothing, ['owners', 'repo', '/etc/passwd'], 2, /\/etc\/passwd is no path inside repo\./],
  ['a missing folder for owners', nothing, ['owners', 'none', 'a.py'], 2, /none is not a folder/],
  [
    'no repository',
    (scene) => void mkdirSync(scene.path('plain')),
    ['bootstrap', 'run', 'plain', '--data', 'lake'],
    2,
    /plain is not a git repository\. Name/,
  ],
  ['a file as repository', nothing, ['bootstrap', 'run', 'repo/CODEOWNERS', '--data', 'lake'], 2, /CODEOWNERS is not a git repository/],
  [
    'an empty repository',
    (scene) => {
      rmSync(scene.path('repo/.git'), { recursive: true });
      scene.git('init', '-q');
    },
    RUN,
    2,
    /repo has no commit yet\. Commit/,
  ],
  [
    'a repository without its objects',
    (scene) => rmSync(scene.path('repo/.git/objects'), { recursive: true }),
    RUN,
    2,
    /repo is not a git repository|cannot be read/,
  ],
  ['no lake named', nothing, ['bootstrap', 'run', 'repo'], 2, /not known where the data lies\. .*--data/],
  ['a missing lake', nothing, ['bootstrap', 'run', 'repo', '--data', 'none'], 2, /none is not a folder\. .*--data/],
  ['a lake that is a file', nothing, ['bootstrap', 'run', 'repo', '--data', 'repo/CODEOWNERS'], 2, /CODEOWNERS is not a folder/],
  [
    'a time that is none',
    nothing,
    ['bootstrap', 'run', 'repo', '--data', 'lake', '--now', 'noon'],
    2,
    /"noon" is no UTC time\. Write it like/,
  ],
  ['a demo at no time', nothing, ['demo', '--once', '--keep', 'd', '--now', 'noon'], 2, /"noon" is no UTC time/],
  ['a demo in a file', nothing, ['demo', '--once', '--keep', 'repo/CODEOWNERS'], 2, /CODEOWNERS is no folder/],
  ['a demo over something else', nothing, ['demo', '--once', '--keep', 'repo'], 2, /repo is not empty, and no demo made it/],
  ['a hole without a value', nothing, [...RUN, '--set', 'bucket'], 2, /--set bucket does not read name=value/],
  [
    'a urn that is none',
    nothing,
    ['bootstrap', 'init', '--urn', 'orders', 'repo', '--data', 'lake'],
    2,
    /"orders" is no dataset urn\. Write ds:/,
  ],
  ['approval by the bot', nothing, ['bootstrap', 'approve', '--urn', 'ds://a/b', '--as', 'Autopilot'], 2, /"Autopilot" cannot approve/],
  ['approval by nobody', nothing, ['bootstrap', 'approve', '--urn', 'ds://a/b', '--as', ' '], 2, /" " cannot approve/],
  ['settings that are not there', nothing, SCAN_WITH, 2, /org\.yml is no file that can be read/],
  ['settings that are a folder', nothing, ['scan', 'repo', '--org-config', 'lake'], 2, /lake is a folder where a file is needed/],
  ['settings that are no YAML', settings('a: [1\nb: 2'), SCAN_WITH, 2, /org\.yml is not valid YAML: .* line 2, column 1\. Mend/],
  [
    'an unknown setting',
    settings('sloo: 1\n'),
    SCAN_WITH,
    2,
    /org\.yml is not valid at the top: Unrecognized key: "sloo"\. Did you mean "slo"\?/,
  ],
  ['an unknown setting below another', settings('merge:\n  automatc: false\n'), SCAN_WITH, 2, /at merge: .* Did you mean "automatic"\?/],
  ['an unknown setting like no other', settings('colour: red\n'), SCAN_WITH, 2, /Unrecognized key: "colour"\. Mend/],
  ['a setting of another type', settings('profiling: {slots: many}\n'), SCAN_WITH, 2, /org\.yml is not valid at profiling\.slots: /],
  ['settings that are a list', settings('- 1\n'), SCAN_WITH, 2, /expected object, received array/],
  ['settings in UTF-16', settings(Buffer.from('\ufeffa: 1', 'utf16le')), SCAN_WITH, 2, /org\.yml is not UTF-8 text\. Save/],
  [
    'settings that multiply',
    settings(
      ['a: &a [x,x,x,x,x,x,x,x,x]', ...[...'bcdefgh'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`)].join('\n'),
    ),
    SCAN_WITH,
    2,
    /org\.yml repeats itself/,
  ],
  ['a list of critical datasets that is not there', settings('critical_datasets: none.yaml\n'), SCAN_WITH, 2, /none\.yaml is no file/],
  ['a profile of nothing', nothing, ['profile', 's3://acme/none', '--data', 'lake'], 1, /no data at s3:\/\/acme\/none\. Check/],
  ['a profile in no lake', nothing, ['profile', 'x', '--data', 'none'], 2, /none is not there\. .*--data/],
  ['a profile outside the lake', nothing, ['profile', '../x', '--data', 'lake'], 2, /"\.\.\/x" does not lie inside/],
  ['a policy that is not there', nothing, ['policy', 'verify', 'p.yaml', '--jwks', 'k.json'], 2, /p\.yaml cannot be read/],
  [
    'keys that are not named',
    (scene) => scene.write('p.yaml', 'a: 1\n'),
    ['policy', 'verify', 'p.yaml'],
    2,
    /whose signature counts\. Name the public keys with --jwks FILE/,
  ],
  ['no policy and no keys', nothing, ['policy', 'verify'], 2, /missing required argument 'file'/],
  ['a policy that is not there, and no keys', nothing, ['policy', 'verify', 'p.yaml'], 2, /p\.yaml cannot be read/],
  [
    'keys that are not there',
    (scene) => scene.write('p.yaml', 'a: 1\n'),
    ['policy', 'verify', 'p.yaml', '--jwks', 'k.json'],
    2,
    /k\.json cannot be read/,
  ],
  [
    'keys that are none',
    (scene) => {
      scene.write('k.json', '{}');
      scene.write('p.yaml', 'a: 1\n');
    },
    ['policy', 'verify', 'p.yaml', '--jwks', 'k.json'],
    2,
    /k\.json is no set of public/,
  ],
  ['a home that is a file', nothing, [...RUN, '--home', 'repo/CODEOWNERS'], 2, /CODEOWNERS cannot be the folder of a fleet/],
  ['a home below a file', nothing, [...RUN, '--home', 'repo/CODEOWNERS/h'], 2, /CODEOWNERS\/h cannot be the folder/],
  ['a look at a home that is a file', nothing, ['bootstrap', 'status', '--home', 'repo/CODEOWNERS'], 2, /CODEOWNERS is not a folder/],
  [
    'a store that is no database',
    (scene) => scene.write('h/store.db', 'x'.repeat(200)),
    [...RUN, '--home', 'h'],
    2,
    /h\/store\.db is not a store that can be opened/,
  ],
  [
    'a store that is a folder',
    (scene) => void mkdirSync(scene.path('h/store.db'), { recursive: true }),
    [...RUN, '--home', 'h'],
    2,
    /h\/store\.db is not a store/,
  ],
  [
    'approval in an empty home',
    nothing,
    ['bootstrap', 'approve', '--urn', 'ds://a/b', '--as', 'ada', '--home', 'h'],
    2,
    /No fleet is known in .*h\. Start with/,
  ],
];

describe.concurrent('a call that is refused', () => {
  it.each(refusedCalls)('%s', async (_, spoil, args, code, err) => {
    const scene = stage.scene();
    spoil(scene);
    const said = await scene.sf(...args);
    expect(said).toMatchObject({ code, out: '' });
    expect(said.err).toMatch(err);
    expect(said.err).not.toMatch(/should not have happened|\n +at /);
    expect(existsSync(scene.path('home/store.db'))).toBe(false);
    scene.remove();
  });

  it('answers with one document when JSON was asked for', async () => {
    const scene = stage.scene();
    const said = await scene.sf('scan', 'none', '--format', 'json');
    expect(JSON.parse(said.out)).toMatchObject({ problem: { kind: 'usage' } });
    scene.remove();
  });
});

/** What one repository's own list holds: the scan goes on, and the row says what is wrong. */
type SpoiltList = readonly [says: string, spoil: (scene: Scene) => void, reason: string, text: RegExp];
const ownList =
  (text: string | Uint8Array) =>
  (scene: Scene): void =>
    scene.write('repo/critical-datasets.yaml', text);
const spoiltLists: readonly SpoiltList[] = [
  ['no YAML', ownList('x: ['), 'broken-yaml', /not valid YAML/],
  ['no list', ownList('datasets: 7\n'), 'broken-yaml', /not valid at/],
  ['a key twice', ownList('datasets: []\ndatasets: []\n'), 'broken-yaml', /"datasets" stands twice in one block, again in line 2/],
  ['90,000 keys', ownList(Array.from({ length: 90_000 }, (_, n) => `k${n}: 1\n`).join('')), 'broken-yaml', /more than 20000 lines/],
  ['no text', ownList(new Uint8Array([0xff, 0xfe, 0x00])), 'broken-yaml', /not UTF-8/],
  [
    'a link to a list elsewhere',
    (scene) => {
      scene.write('elsewhere.yaml', '[ds://gold/orders]\n');
      symlinkSync(scene.path('elsewhere.yaml'), scene.path('repo/critical-datasets.yaml'));
    },
    'unreadable-file',
    /a link/,
  ],
];

describe('a list of critical datasets of one repository', () => {
  it.each(spoiltLists)('that holds %s is a row of that repository', async (_, spoil, reason, text) => {
    const scene = stage.scene();
    spoil(scene);
    const said = await scene.sf('scan', 'repo', '--format', 'json');
    expect(said.code).toBe(0);
    const report = JSON.parse(said.out);
    expect(report.unresolved).toEqual([{ reason, file: 'critical-datasets.yaml', line: 1, text: expect.stringMatching(text) }]);
    expect(report.datasets.map(({ tier }: { readonly tier: string }) => tier)).toEqual(['TIER_3', 'TIER_3']);
    const run = await scene.sf(...RUN, '--dry-run');
    expect(run).toMatchObject({ code: 0, err: expect.stringMatching(/critical-datasets\.yaml of repo/) });
    scene.remove();
  });

  it('counts where it is a file', async () => {
    const scene = stage.scene();
    scene.write('repo/critical-datasets.yaml', '[ds://gold/orders]\n');
    const report = JSON.parse((await scene.sf('scan', 'repo', '--format', 'json')).out);
    expect(report.datasets.map(({ tier }: { readonly tier: string }) => tier)).toEqual(['TIER_1', 'TIER_3']);
    scene.remove();
  });

  it('of the organisation must be a file too', async () => {
    const scene = stage.scene();
    scene.write('elsewhere.yaml', '[ds://gold/orders]\n');
    symlinkSync(scene.path('elsewhere.yaml'), scene.path('critical-datasets.yaml'));
    scene.write('org.yml', '{}\n');
    expect(await scene.sf(...SCAN_WITH)).toMatchObject({ code: 2, err: expect.stringMatching(/links are not followed/) });
    scene.remove();
  });
});

/** A fleet of two, in which orders is spoilt before the first run: refunds goes on all the same. */

describe.concurrent('help', () => {
  const commands = [
    '',
    'scan',
    'owners',
    'profile',
    'policy',
    'policy verify',
    'demo',
    'bootstrap',
    ...['run', 'init', 'approve', 'status', 'retry', 'cancel'].map((each) => `bootstrap ${each}`),
  ];
  it.each(commands)('sf %s --help has an example', async (command) => {
    const scene = stage.scene();
    const said = await scene.sf(...command.split(' ').filter((word) => word !== ''), '--help');
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toMatch(new RegExp(`Examples?:\\n +(?:\\$ )?sf ${command}`));
    scene.remove();
  });
});
