/**
 * The bot from installation to merge, disturbed once per play: each GitHub call fails in each way, each webhook is lost, doubled or
 * late, the process is killed before and after each durable effect. Every play must end as the undisturbed one.
 * Usage: npm run evidence:spine [-- --every N --seed S --only WORDS --list]
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareGround } from './spine/stage.js';
import { type Found, findAll, type Trial, trialsOf, tryOne, type Verdict } from './spine/trial.js';

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '1' },
    seed: { type: 'string', default: '0' },
    /** Part of the names of the trials. */
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
  },
});

/** Each N-th, beginning where the seed says. */
function chosen(trials: readonly Trial[]): readonly Trial[] {
  const every = Math.max(1, Number(values.every));
  return trials.filter(({ name }) => name.includes(values.only)).filter((_, index) => index % every === Number(values.seed) % every);
}

function table({ calls, webhooks, effects }: Found, verdicts: readonly Verdict[]): string {
  const observations = effects.flat().length;
  const groups = [...new Set(verdicts.map(({ trial }) => trial.group))].map((group) => {
    const these = verdicts.filter(({ trial }) => trial.group === group);
    const met = these.filter((verdict) => verdict.met).length;
    const different = these.filter(({ difference }) => difference !== undefined).length;
    return `| ${group} | ${these.length} | ${met} | ${different} |`;
  });
  const sum = (count: (verdict: Verdict) => boolean): number => verdicts.filter(count).length;
  return [
    `${calls.length} calls, ${webhooks.length} webhooks, ${observations / 2} durable effects in the undisturbed play.`,
    '',
    '| fault | plays | met | different |',
    '|:--|--:|--:|--:|',
    ...groups,
    `| together | ${verdicts.length} | ${sum(({ met }) => met)} | ${sum(({ difference }) => difference !== undefined)} |`,
  ].join('\n');
}

async function main(): Promise<number> {
  const started = performance.now();
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'spine-'));
  const ground = await prepareGround(folder);
  const found = await findAll(join(folder, 'play'), ground, true);
  const trials = chosen(trialsOf(found));
  const verdicts: Verdict[] = [];
  for (const trial of values.list ? [] : trials) {
    const verdict = await tryOne(trial, join(folder, 'play'), ground, found.played);
    verdicts.push(verdict);
    if (verdict.difference !== undefined) process.stderr.write(`${trial.name}: ${verdict.difference}\n`);
    else if (verdicts.length % 20 === 0) process.stderr.write(`${verdicts.length} of ${trials.length}\n`);
  }
  if (values.list) process.stdout.write(`${trials.map(({ name }) => name).join('\n')}\n`);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`${table(found, verdicts)}\n\nEvery ${values.every}, seed ${values.seed}, ${seconds} s.\n`);
  rmSync(folder, { recursive: true });
  return verdicts.some(({ difference }) => difference !== undefined) ? 1 : 0;
}

process.exitCode = await main();
