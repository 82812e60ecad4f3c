import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftPolicy, printPolicy } from '../../generators/policy-bundle.js';
import { planPullRequest } from '../../generators/pull-request.js';
import type { PullRequestInput } from '../../generators/pull-request-input.js';
import { code, codes, folded, moment, percent, place, sentence, sparkline, table, text } from '../../generators/render/markdown.js';
import { pages } from '../../scripts/pages/pull-requests.js';
import { ordersBaseline, pullRequestInput, SCENARIOS } from '../../scripts/pull-request-scenarios.js';
import { Baseline } from '../../src/core/artifacts/baseline.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { judgedDigest } from '../../src/core/signing/judged.js';
import { COMMAND_WORDS } from '../../src/core/slash-command.js';

const bodyOf = (name: string, change: (input: PullRequestInput) => PullRequestInput = (input) => input): string => {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (!scenario) throw new Error(name);
  return planPullRequest(change(pullRequestInput(scenario))).body;
};

describe('text and code', () => {
  it.each([
    ['a mention', 'ask @acme/team', 'ask @&#8203;acme/team'],
    ['a tag', '<script>x</script>', '&lt;script&gt;x&lt;/script&gt;'],
    ['a table cell', 'a | b', 'a &#124; b'],
    ['a code span', '`x`', '&#96;x&#96;'],
    ['a link', '[x](https://evil.example)', '&#91;x&#93;(https&#8203;://evil.example)'],
    ['an image', '![x](y)', '!&#91;x&#93;(y)'],
    ['a bare address', 'see www.evil.example', 'see www&#8203;.evil.example'],
    ['a mail address', 'a@evil.example', 'a@&#8203;evil.example'],
    ['an issue', 'fixes #12 and GH-12', 'fixes #&#8203;12 and GH&#8203;-12'],
    ['a commit', 'in 4f2a6079d1b3', 'in 4f2a60&#8203;79d1b3'],
    ['an entity', '&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['emphasis', '**a** _b_ snake_case', '&#42;&#42;a&#42;&#42; &#95;b&#95; snake_case'],
    ['mathematics', '$x$', '&#36;x&#36;'],
    ['a new line', 'a\n\n# b', 'a # b'],
    ['a heading at the start', '# b', '&#8203;# b'],
    ['a list at the start', '1. b', '&#8203;1. b'],
    ['text that turns around', 'a\u202eb', 'a b'],
    ['an escape', 'a\\|b', 'a&#92;&#124;b'],
    ['a picture word', ':tada:', ':&#8203;tada:'],
    ['plain words', 'two hours after s3://lake/gold/orders/', 'two hours after s3://lake/gold/orders/'],
  ])('text shows %s as letters', (_, raw, expected) => {
    expect(text(raw)).toBe(expected);
  });

  it.each([
    ['a path', 's3://lake/gold/orders/', '`s3://lake/gold/orders/`'],
    ['a team', '@acme/data', '`@acme/data`'],
    ['a backtick', 'a`b', '<code>a&#96;b</code>'],
    ['a pipe', 'a|b', '<code>a&#124;b</code>'],
    ['a tag', '<b>@x', '<code>&#60;b&#62;&#64;&#8203;x</code>'],
    ['nothing', '', '(empty)'],
    ['only line ends', '\n\n', '(empty)'],
  ])('code shows %s', (_, raw, expected) => {
    expect(code(raw)).toBe(expected);
  });

  it.each([
    ['a cron in quotation marks', 'runs at "0 2 * * *" here', 'runs at `0 2 * * *` here'],
    ['marks around what is not plain', 'says "a`b"', 'says "a&#96;b"'],
    ['a name that leans on a space', 'says " * " x', 'says " &#42; " x'],
    ['one mark alone', 'a " b*', 'a " b&#42;'],
    ['a mention outside', '@x "y"', '@&#8203;x `y`'],
  ])('sentence shows %s', (_, raw, expected) => {
    expect(sentence(raw)).toBe(expected);
  });

  it('shortens what is long, and says so', () => {
    expect(code('x'.repeat(500), 20)).toBe('<code>xxxxxxxxxxxxxxxxxxxx&#8230;</code>');
    expect(text('@'.repeat(5000)).length).toBeLessThanOrEqual(720);
    expect(codes(['a', 'b', 'c', 'd'], 2)).toBe('`a`, `b` and 2 more');
  });

  it.each([
    [
      'to a file',
      { file: 'jobs/a b(1).py', line: 3 },
      'https://h/blob/1',
      '[`jobs/a b(1).py:3`](https://h/blob/1/jobs/a%20b%281%29.py#L3)',
    ],
    ['to a name that wants out', { file: 'a)](x "y', line: 1 }, 'https://h', '[`a)](x "y:1`](https://h/a%29%5D%28x%20%22y#L1)'],
    ['nowhere without a forge', { file: 'a.py', line: 3 }, undefined, '`a.py:3`'],
    ['nowhere without a place', undefined, 'https://h', ''],
  ])('place links %s', (_, at, filesAt, expected) => {
    expect(place(at, filesAt)).toBe(expected);
  });

  it('draws, counts and tells the time', () => {
    expect([sparkline([1, 2, 3]), sparkline([5, 5]), sparkline([0, 0, 1])]).toEqual(['▁▅█', '▄▄', '▁▁█']);
    // One row more in two hundred is drawn as little.
    expect(sparkline([220, 221])).toBe('▄▅');
    expect([percent(0), percent(0.00001), percent(0.0002), percent(0.1), percent(1)]).toEqual([
      '0 %',
      '< 0.01 %',
      '0.02 %',
      '10 %',
      '100 %',
    ]);
    expect(moment(Date.parse('2026-11-26T14:05:59Z'))).toBe('Thu 26 Nov 2026, 14:05 UTC');
    expect(table(['a'], [['b\nc']])).toBe('| a |\n|:--|\n| b c |');
  });

  it('says how many lines it left out', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `- line ${index}`);
    expect(folded('All', lines, (line) => line, 10_000)).toContain('- line 99');
    const short = folded('All', lines, (line) => line, 400);
    expect(short.length).toBeLessThanOrEqual(400);
    const shown = short.match(/^- line/gm)?.length ?? 0;
    expect(short).toContain(`*${100 - shown} of 100 lines are left out here`);
    expect(shown).toBeGreaterThan(5);
  });
});

describe('the pull request', () => {
  it.each(pages())('$path is what the code writes', ({ path, content }) => {
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it.each(SCENARIOS)('$name brings the six parts of §8.2, the first line first', (scenario) => {
    const plan = planPullRequest(pullRequestInput(scenario));
    const isAutomatic = plan.risk === 'LOW';
    expect(plan.body.split('\n')[0]).toContain(
      isAutomatic
        ? '**Merges by itself, not before Thu 26 Nov 2026, 14:05 UTC, unless somebody objects.**'
        : `**Nothing happens until a person ${scenario.tier === 'TIER_1' ? 'merges it' : 'approves'}.**`,
    );
    for (const part of [
      '`dataset.yaml` (',
      '`policy_bundle.yaml` (',
      '- **SDK integration code:** ',
      '- **Staging profiling report:** ',
      `- **Risk assessment:** ${plan.risk}: `,
      '**Rollback instructions',
    ])
      expect(plan.body.split('<details>')[0]).toContain(part);
    expect(plan.body.split('<details>')[0]?.match(/`[▁▂▃▄▅▆▇█]+`/g)?.length ?? 0).toBeLessThanOrEqual(5);
    expect(plan.body.split('<details>')[0]?.length).toBeLessThan(4500);
  });

  it.each([
    [
      'stops on a forge',
      'tier-3-contract-lite',
      '- **To stop it:** comment `/autopilot hold`. A review that asks for changes, any other comment',
    ],
    ['says where the hour is that counts', 'tier-3-contract-lite', 'The check `autopilot/gate` shows the hour that counts now'],
    ['says who is asked', 'tier-3-contract-lite', '- **Who:** `@acme/data-platform` owns it ([`CODEOWNERS:12`](https://'],
    [
      'says what changes',
      'tier-2-volume',
      '- **What changes:** three files under `signal_factory/curated/orders_enriched`. Your job’s code does not.',
    ],
    ['stops here', 'tier-3-two-days-local', '`sf bootstrap cancel --urn ds://curated/late_arrivals` stops it; so does any commit'],
    [
      'asks a steward',
      'tier-1-full-contract',
      '- **It is a draft for a steward.** Are the checks below what the readers of this dataset rely on?',
    ],
    [
      'says what the steward may change',
      'tier-1-full-contract',
      '- **To change it:** edit `policy_bundle.yaml` on the branch `autopilot/curated/orders_enriched`',
    ],
    [
      'says what a missing staging report means on a forge',
      'tier-1-full-contract',
      '- **If it is right:** whoever answers for the dataset merges it by hand, knowing that no staging run was made.',
    ],
    [
      'says when a section begins',
      'tier-1-full-contract',
      '| `email`: at most 3.98 % missing, from week 4 | 0 of 7 | 3.15 % missing; worst partition 3.4 % |',
    ],
    [
      'says what no rule covers',
      'tier-1-full-contract',
      'personal data (from week 4); values (no rule is proposed, `invariants` is empty).',
    ],
    ['says what this tier never checks', 'tier-3-contract-lite', 'values and personal data (not part of Tier-3).'],
    [
      'undoes on a forge',
      'tier-3-contract-lite',
      '`git revert -m 1 <merge>` or the button *Revert* below takes the files out again, once it is merged.',
    ],
    [
      'undoes here',
      'tier-3-two-days-local',
      '`git revert -m 1 <merge>` on the branch `signal-factory/accepted` takes the files out again.',
    ],
    [
      'names the keys here',
      'tier-3-two-days-local',
      'sf policy keys > jwks.json\nsf policy verify policy_bundle.yaml --jwks jwks.json --urn ds://curated/late_arrivals',
    ],
    ['names each decision', 'tier-3-contract-lite', '- `merge`: Tier-3 and LOW risk'],
    ['asks an owner', 'tier-2-volume', 'An answer is hoped for by Tue 8 Dec 2026, 14:05 UTC (10 business days).'],
    [
      'checks the calibrated band and counts its false alarms',
      'tier-2-volume',
      '| 70,000 to 214,831 rows a partition, from week 2 | 0 of 7 | 118,200 to 165,800; a normal day has about 0.27 % chance of a false alarm |',
    ],
    [
      'says why the narrower band is no check',
      'tier-2-volume',
      'the narrower 116,750 to 167,950 rows (mean ± 2 sigma, as baseline.json has it), because it calls 13.4 % of normal days wrong',
    ],
    [
      'says to a Tier-3 reader why a person is asked',
      'tier-3-asks-a-person',
      'You are asked because its checks would have raised an alarm on 5 of the 7 partitions they were made from, and a person',
    ],
    ['counts what is equal once', 'tier-3-asks-a-person', '**The data** · 4 rows a partition'],
    [
      'says which limits would say nothing',
      'tier-3-asks-a-person',
      'any limit on missing values of `order_id`, `customer_id`, `order_total` and 4 more, because with 4 rows in a partition it would lie at 75.5 % and say nothing',
    ],
    ['shows no alarm that there is none of', 'tier-3-asks-a-person', '| `order_id` | `string` | 0 % | none: too few rows | required |'],
    ['shows the backtest', 'tier-3-contract-lite', '| `order_id`, `order_total`, `created_at` are filled | 0 of 7 | none missing |'],
    ['shows what was fitted elsewhere', 'tier-3-contract-lite', 'the rules held 35 of 35 times'],
    ['holds its band on days it was not made from', 'tier-2-volume', 'the rules held 42 of 42 times.'],
    [
      'says what it left out',
      'tier-3-contract-lite',
      '*Considered and left out:* `status` required, because `dt=2026-11-20` lacks 0.4 % of it.',
    ],
    ['says what too few rows cannot promise', 'tier-3-two-days-local', 'because 2,394 rows are too few to promise that (3,000 would do)'],
    ['says what it could not read', 'tier-3-contract-lite', 'dynamic-target: `df.write.save(os.environ["OUT"])`'],
    [
      'says when history is short',
      'tier-3-two-days-local',
      '**Little history:** 2 partitions, so this baseline is synthetic (confidence LOW)',
    ],
    ['claims nothing without data', 'tier-3-no-data', 'Nothing lies at `s3://lake/gold/refunds/` yet, so nothing is claimed about it'],
    [
      'names personal columns',
      'tier-2-volume',
      '**Looks personal:** `email` (EMAIL, 98 % sure), `phone` (PHONE, 95 % sure). Nothing in this change treats them.',
    ],
  ])('%s', (_, name, expected) => {
    expect(bodyOf(name)).toContain(expected);
  });

  it.each(SCENARIOS.filter(({ delivery }) => delivery.how === 'github'))('$name promises no word that is not obeyed', (scenario) => {
    const { body } = planPullRequest(pullRequestInput(scenario));
    const words = [...body.matchAll(/\/autopilot (\w+)/g)].map(([, word = '']) => word);
    expect(words).toContain('hold');
    expect(words.filter((word) => !COMMAND_WORDS.some((known) => known === word))).toEqual([]);
  });

  it.each(SCENARIOS.filter(({ delivery }) => delivery.how === 'local'))('$name promises no command that is not there', (scenario) => {
    const { body } = planPullRequest(pullRequestInput(scenario));
    const commands = [...body.matchAll(/\bsf [a-z]+(?: [a-z]+)?/g)].map(([command]) => command);
    expect(new Set(commands)).toEqual(
      new Set(['sf bootstrap cancel', 'sf bootstrap status', 'sf policy keys', 'sf policy verify', 'sf validate']),
    );
    expect(body).toContain('`sf validate`, which comes with a later version.');
    expect(body).not.toContain('/autopilot');
  });

  it.each(SCENARIOS)('$name names what each decision decides, in the order of the documents', (scenario) => {
    const fields = [...planPullRequest(pullRequestInput(scenario)).body.matchAll(/^- (\S+): .*\(`[a-z]+\/[a-z0-9-]+`/gm)].map(
      ([, field]) => field,
    );
    expect(fields).toEqual(
      [
        'urn',
        'owner_team',
        'tier',
        'runtime',
        'storage',
        'orchestration',
        'slo.freshness',
        'enforcement_model',
        'openlineage',
        'risk',
        'merge',
      ].map((field) => `\`${field}\``),
    );
  });

  it.each([
    [
      'nothing but a few values, all of them seen',
      { status: { values: 5, matched: 0 } },
      5,
      'no hit among all 5 different values of `status`',
    ],
    [
      'a sample of many',
      { status: { values: 1000, matched: 0 } },
      40_000,
      'no hit among 1,000 different values of `status`; at most 0.3 % of them can be (95 %)',
    ],
    [
      'two samples: the smaller bounds it',
      { status: { values: 300, matched: 0 }, order_id: { values: 1000, matched: 0 } },
      40_000,
      'no hit among 300 to 1,000 different values of each of 2 columns of text; at most 1 % of a column can be (95 %)',
    ],
    ['too few of many', { status: { values: 9, matched: 0 } }, 40_000, 'no hit among 9 different values of `status`, too few to be sure'],
    ['no text at all', {}, 5, 'nothing looks personal: no column of text to look into'],
    [
      'single hits',
      { status: { values: 800, matched: 2 } },
      800,
      'no column looks personal; of 800 different values of `status` 2 could be: please check',
    ],
  ])('says what the search for personal data excludes: %s', (_, looked_at, distinct, expected) => {
    const body = bodyOf('tier-3-contract-lite', (input) => ({
      ...input,
      baseline: Baseline.parse({
        ...input.baseline,
        schema: {
          ...input.baseline.schema,
          columns: input.baseline.schema?.columns.map((column) => ({
            ...column,
            distinct: { estimate: distinct, standard_error: 0, method: 'exact' },
          })),
        },
        pii_scan: { columns_with_pii: [], pii_patterns_detected: {}, looked_at },
      }),
    }));
    expect(body).toContain(expected);
  });

  it('lists a name of a person under what needs a look', () => {
    const body = bodyOf('tier-3-no-data', (input) => ({
      ...input,
      baseline: Baseline.parse({
        ...ordersBaseline([500, 600, 700]),
        pii_scan: { columns_with_pii: [], pii_patterns_detected: {}, needs_a_look: { customer_id: { pattern: 'NAME', confidence: 0.5 } } },
      }),
    }));
    expect(body).toContain('**Needs a look, whether it is personal:** `customer_id` (called like the name of a person).');
    expect(body).toContain('| needs a look |');
    expect(body).not.toContain('nothing looks personal');
  });

  it('says that files without a row claim nothing', () => {
    const body = bodyOf('tier-3-no-data', (input) => ({
      ...input,
      baseline: Baseline.parse({ ...input.baseline, partitions: [{ partition: 'dt=2026-11-23', rows: 0 }] }),
    }));
    expect(body).toContain('What lies at `s3://lake/gold/refunds/` holds not one row yet, so nothing is claimed about it');
  });

  it('says that few rows take confidence away', () => {
    const body = bodyOf('tier-3-contract-lite', (input) => ({
      ...input,
      baseline: Baseline.parse({
        ...input.baseline,
        profiling_metadata: { ...input.baseline.profiling_metadata, total_rows_sampled: 28, confidence: 'LOW' },
      }),
    }));
    expect(body).toContain(
      '**Few rows:** the confidence of this baseline is LOW, because a fault that none of 28 rows shows may still be in 1 of 9',
    );
  });

  it('says first that a repository’s own rules ask for a person, and what would help', () => {
    const body = bodyOf('tier-3-contract-lite', (input) => ({
      ...input,
      autonomy: {
        value: { kind: 'never', helps: ['approve it with one click', 'scope the rule by path'] },
        rule: 'autonomy/review-required',
        because: 'main asks for an approving review',
      },
    }));
    expect(body.split('\n').slice(0, 5)).toEqual([
      '**Waits for a person, because main asks for an approving review.** Without that rule it would merge by itself after 48 hours.',
      '',
      '- **To let it in:** approve it with one click.',
      '- **Or:** scope the rule by path.',
      '- **To stop it:** comment `/autopilot hold`, or ask for changes; closing it declines it.',
    ]);
    expect(body).not.toContain('Merges by itself, not before');
  });

  it('tells of a day on which the contract would have spoken', () => {
    const body = bodyOf('tier-3-contract-lite', (input) => ({
      ...input,
      baseline: Baseline.parse({
        ...input.baseline,
        profiling_metadata: {
          ...input.baseline.profiling_metadata,
          left_out: [{ partition: 'dt=2026-11-16', reason: 'another schema: 6 columns' }],
        },
      }),
    }));
    expect(body).toContain('| schema is these 7 columns | 1 of 8: `dt=2026-11-16` | same in 7 of 8 partitions |');
  });

  it('names who else writes it, and which schedule it is held to', () => {
    const because = 'orders_daily runs it, the schedule that the dataset is held to';
    const lines = bodyOf('tier-3-contract-lite', (input) => {
      const { repository, at, schedules } = input.facts;
      const fix = { repository, at: { file: 'jobs/fix.py', line: 7 } };
      const theirs = { repository: 'acme/billing', at: { file: 'etl/orders.py', line: 3 } };
      const speaks = { value: `${repository}:${at.file}:${at.line}`, rule: 'writer/schedule', because };
      const weekly = schedules.map((run) => ({ ...run, schedule: { ...run.schedule, id: 'weekly', schedule: '0 2 * * 1' } }));
      const facts = { ...input.facts, schedules: [...weekly, ...schedules], writers: { all: [theirs, fix, { repository, at }], speaks } };
      return { ...input, facts, decisions: [...input.decisions, speaks] };
    }).split('\n');
    const row = lines.find((line) => line.startsWith('| Written too by'));
    expect(row).toContain('`acme/billing:etl/orders.py:3`, [`jobs/fix.py:7`](https://github.com/');
    expect(row).toContain('the owner is that of the file above: orders_daily runs it');
    expect(lines.find((line) => line.startsWith('| Runs'))).toMatch(/`0 2 \* \* \*` .* and 1 more/);
    expect(lines.find((line) => line.startsWith('- `written by`'))).toContain('(`writer/schedule`');
    expect(bodyOf('tier-3-contract-lite')).not.toContain('Written too by');
  });

  it('is a plan with the digest of what is judged', () => {
    const [, tier2] = SCENARIOS.map((scenario) => planPullRequest(pullRequestInput(scenario)));
    expect(tier2).toMatchObject({
      urn: 'ds://curated/orders_enriched',
      branch: 'autopilot/curated/orders_enriched',
      baseBranch: 'main',
      title: 'Make orders_enriched observable (Tier-2, Contract-Lite + Volume)',
      labels: ['autopilot'],
      reviewers: ['@acme/data-platform'],
      risk: 'MEDIUM',
    });
    expect(tier2?.judgedDigest).toBe(judgedDigest(tier2?.files ?? []));
    expect(tier2?.body).toContain(`\`${tier2?.judgedDigest}\``);
    expect(tier2?.files.map(({ path }) => path.split('/').at(-1))).toEqual(['baseline.json', 'dataset.yaml', 'policy_bundle.yaml']);
  });
});

/** The Tier-3 pull request with `evil` wherever a repository may put a word. */
function haunted(evil: string, copies = 1): PullRequestInput {
  const scenario = SCENARIOS.find(({ name }) => name === 'tier-3-contract-lite');
  if (!scenario) throw new Error('no scenario');
  const input = pullRequestInput(scenario);
  const at = { file: `${evil}f`, line: 1 };
  const columns = input.baseline.schema?.columns.map((column) => ({ ...column, name: `${evil}${column.name}` })) ?? [];
  const baseline = Baseline.parse({
    ...input.baseline,
    schema: { ...input.baseline.schema, columns },
    partitions: input.baseline.partitions?.map((row) => ({
      ...row,
      partition: `${evil}${row.partition}`,
      null_rates: Object.fromEntries(Object.entries(row.null_rates ?? {}).map(([name, rate]) => [`${evil}${name}`, rate])),
    })),
    pii_scan: { columns_with_pii: [`${evil}email`], pii_patterns_detected: { [`${evil}email`]: { pattern: 'EMAIL', confidence: 0.9 } } },
  });
  const manifest = {
    ...input.manifest,
    owner_team: `${evil}o`,
    storage: { ...input.manifest.storage, gold: `${evil}g`, partition_key: `${evil}k` },
    slo: {
      ...input.manifest.slo,
      freshness: { ...input.manifest.slo.freshness, expected_update_by: `02:00 UTC d${evil.replace(/[\n\r\u2028\u2029]/g, ' ')}` },
    },
    evidence: input.manifest.evidence?.map((row) => ({ ...row, because: `${evil}b`, source: at })) ?? [],
  };
  const bundle = draftPolicy({
    manifest,
    baseline,
    level: 'contract_lite',
    settings: DEFAULT_SETTINGS,
    stamp: { now: input.openedAt, bootstrapId: 'boot-2026-11-24-001' },
  });
  const decision = { value: 1, rule: `${evil}r`, because: `${evil}y`, at };
  return {
    ...input,
    manifest,
    baseline,
    bundle,
    facts: {
      ...input.facts,
      at,
      consumers: [`${evil}c`],
      writers: {
        all: [
          { repository: input.facts.repository, at },
          { repository: `${evil}r`, at },
        ],
        speaks: { value: 'none', rule: 'writer/schedule', because: `${evil}b` },
      },
      owners: { ...input.facts.owners, at },
      schedules: input.facts.schedules.map(({ schedule }) => ({
        schedule: { ...schedule, id: `${evil}i`, schedule: `${evil}s`, timezone: `${evil}z`, file: `${evil}p` },
        task: { id: `${evil}t`, writes: [] },
      })),
    },
    risk: { ...input.risk, because: `${evil}w` },
    decisions: Array.from({ length: copies }, (_, index) => ({ ...decision, because: `${index}${evil}` })),
    unresolved: Array.from({ length: copies }, () => ({ ...at, reason: 'dynamic-target' as const, text: `${evil}u` })),
    documents: {
      ...input.documents,
      policy: { path: `${evil.replace(/\p{Surrogate}/gu, '')}/policy_bundle.yaml`, content: printPolicy(bundle) },
    },
  };
}

const TRICKS = [
  '`',
  '``',
  '|',
  '\\|',
  '\\',
  '<',
  '</details>',
  '<img src=x onerror=alert(1)>',
  '<!--',
  '-->',
  '@acme',
  '[x](javascript:alert(1))',
  '](',
  'https://evil.example',
  'www.evil.example',
  '\n',
  '\r\n',
  '\n\n# x\n',
  '\n| a | b |\n',
  '#1',
  '&lt;',
  '&#60;',
  '\u2028',
  '\u202e',
  '```',
  '~~~',
  '$$',
  '*',
  '_',
  '__proto__',
  ' ',
  '\ud800',
  '🦆',
  'é',
];
const trick = fc
  .array(fc.oneof(fc.constantFrom(...TRICKS), fc.string({ unit: 'binary', maxLength: 5 })), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));

/** What a reader's forge would see outside of code. */
const outsideCode = (body: string): string =>
  body
    .replace(/\n```sh\n[^`]*\n```\n/g, '')
    .replace(/\]\(https:\/\/github\.com\/acme\/[\w/.%#-]*\)/g, '')
    .replace(/<code>[^<]*<\/code>/g, '')
    .replace(/`[^`\n]*`/g, '');
const shapeOf = (body: string): readonly string[] =>
  body
    .split('\n')
    .map((line) =>
      line.startsWith('|')
        ? `row of ${line.split('|').length}`
        : (/^(?:<\/?details>|<details>|- |\*\*|```)/.exec(line)?.[0] ?? (line === '' ? '' : 'text')),
    );

describe('names that want out', () => {
  it('never make a tag, a row, a line, a mention or a link', () => {
    const shape = shapeOf(planPullRequest(haunted('x')).body);
    fc.assert(
      fc.property(trick, (evil) => {
        const { body } = planPullRequest(haunted(evil));
        const outside = outsideCode(body);
        expect(outside).not.toMatch(/<(?!\/?(?:details|summary|code)>)/);
        expect(body.match(/<\/?(?:details|summary)>/g)).toHaveLength(16);
        expect(outside).not.toMatch(/@[A-Za-z0-9]/);
        expect(outside).not.toMatch(/(?:https?|ftp|mailto):|www\./i);
        expect(outside).not.toMatch(/\]\(|`|(?<!&)#[0-9]/);
        expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shapeOf(body)).toEqual(shape);
      }),
      { numRuns: 200 },
    );
  });

  it('never make the body too long, and what is cut is said', () => {
    for (const evil of ['|'.repeat(300), '@'.repeat(300), '`'.repeat(300), '</details>'.repeat(300), '\ud800', 'x'.repeat(20_000)]) {
      const { body } = planPullRequest(haunted(evil, 2500));
      expect(body.length).toBeLessThanOrEqual(58_000);
      expect(body).toMatch(/of 25\d\d lines are left out here/);
      expect(body.trimEnd().endsWith('</details>')).toBe(true);
    }
  });
});
