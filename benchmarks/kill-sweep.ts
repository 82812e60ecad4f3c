/**
 * `kill -9` before and after every durable effect of the small fleet's life, and at random moments: resumed, all ends equal.
 * Usage: npm run evidence:kills [-- --random 100 --again 20 --seed 1 --from A --to B --every N --jobs 2 --tables a,b --keep FOLDER]
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Chance, chanceOf } from './chance.js';
import type { EndState } from './kills/end-state.js';
import { SCENES } from './kills/play.js';
import { TABLES } from './kills/stage.js';
import { openResumer, resumeAfresh, type Trial, tryKills, type Verdict } from './kills/trial.js';
import { type PlayedScene, playUndisturbed, type Undisturbed } from './kills/undisturbed.js';

const { values } = parseArgs({
  options: {
    random: { type: 'string', default: '100' },
    again: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: '1000000' },
    every: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    tables: { type: 'string', default: TABLES.join(',') },
    keep: { type: 'string' },
  },
});

/** The share of a play's time in which kills at random fall: later ones would meet nobody. */
const ALIVE = 0.9;
/** Every so many trials are resumed by a process of their own, and the others by one that is warm already. */
const AFRESH = 5;
/** Every so many trials go on to the end of the life; the others end with the scene they were killed in. */
const TO_THE_END = 10;

type Planned = { readonly group: string; readonly trial: Trial; readonly expected: EndState };

function whole({ scenes }: Undisturbed): { readonly first: PlayedScene; readonly expected: EndState } {
  const [first, last] = [scenes[0], scenes.at(-1)];
  if (!first || !last) throw new Error('there is no scene to play');
  return { first, expected: last.end };
}

/** One trial for each observation; its number counts through the whole life. */
function everyObservation(undisturbed: Undisturbed, from: number, to: number, every: number): readonly Planned[] {
  const all = undisturbed.scenes.flatMap((scene) => scene.observations.map((_, index) => ({ scene, at: index + 1 })));
  return all.flatMap(({ scene, at }, index) => {
    const number = index + 1;
    if (number < from || number > to || (number - from) % every !== 0) return [];
    const isWhole = number % TO_THE_END === 0;
    const span = { from: scene.index, to: isWhole ? SCENES.length : scene.index + 1 };
    const trial = { name: `at observation ${number}`, before: scene.before, span, kills: [{ at }], fromTheTop: false };
    return [{ group: 'at an observation', trial, expected: isWhole ? whole(undisturbed).expected : scene.end }];
  });
}

/** The second half takes the git processes along; every other one types all commands again from the first. */
function atRandom(undisturbed: Undisturbed, count: number, chance: Chance): readonly Planned[] {
  const { first, expected } = whole(undisturbed);
  return Array.from({ length: count }, (_, index) => {
    const group = index >= count / 2;
    const afterMs = Math.floor(chance() * ALIVE * undisturbed.millis);
    const name = `after ${afterMs} ms${group ? ', git too' : ''}`;
    const trial = { name, before: first.before, span: wholeLife(), kills: [{ afterMs, group }], fromTheTop: index % 2 === 1 };
    return { group: group ? 'at random, git too' : 'at random', trial, expected };
  });
}

/** Killed, resumed, killed again before it got as far as it can, and resumed. */
function killedAgain(undisturbed: Undisturbed, count: number, chance: Chance): readonly Planned[] {
  const { first, expected } = whole(undisturbed);
  const total = undisturbed.scenes.reduce((sum, { observations }) => sum + observations.length, 0);
  return Array.from({ length: count }, (_, index) => {
    const at = 1 + Math.floor(chance() * total);
    const then = 1 + Math.floor(chance() * Math.max(1, total - at));
    const name = `at observation ${at}, and at ${then} of the resumed`;
    const trial = { name, before: first.before, span: wholeLife(), kills: [{ at }, { at: then }], fromTheTop: index % 2 === 1 };
    return { group: 'twice', trial, expected };
  });
}

function wholeLife() {
  return { from: 0, to: SCENES.length };
}

/** The verdicts stand in the order of the plan, whichever trial ends first. */
async function workThrough(planned: readonly Planned[], folder: string, jobs: number): Promise<readonly (Verdict & { group: string })[]> {
  const verdicts: (Verdict & { group: string })[] = [];
  let done = 0;
  const queue = planned.entries();
  const worker = async (_: unknown, job: number): Promise<void> => {
    const resumer = openResumer(join(folder, `resumer-${job}`));
    for (const [index, { group, trial, expected }] of queue) {
      const verdict = await tryKills(trial, join(folder, `trial-${index}`), expected, index % AFRESH === 0 ? resumeAfresh : resumer.resume);
      verdicts[index] = { ...verdict, group };
      done += 1;
      if (verdict.difference !== undefined)
        process.stderr.write(`${verdict.name} (${join(folder, `trial-${index}`)}): ${verdict.difference}\n`);
      else if (done % 50 === 0) process.stderr.write(`${done} of ${planned.length}\n`);
    }
    resumer.close();
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return verdicts;
}

function table({ scenes }: Undisturbed, verdicts: readonly (Verdict & { group: string })[]): string {
  const groups = [...new Set(verdicts.map(({ group }) => group))].map((group) => {
    const these = verdicts.filter((verdict) => verdict.group === group);
    const kills = these.reduce((sum, verdict) => sum + verdict.kills, 0);
    const different = these.filter(({ difference }) => difference !== undefined).length;
    return `| ${group} | ${these.length} | ${kills} | ${these.length - different} | ${different} |`;
  });
  const observed = scenes.map(({ title, observations }) => `| ${title} | ${observations.length} |`);
  const effects = scenes.reduce((sum, { observations }) => sum + observations.length, 0);
  return [
    '| scene | observations |',
    '|:--|--:|',
    ...observed,
    `| together: ${effects / 2} durable effects, before and after | ${effects} |`,
    '',
    '| killed | trials | kills | equal | different |',
    '|:--|--:|--:|--:|--:|',
    ...groups,
  ].join('\n');
}

async function main(): Promise<number> {
  const started = performance.now();
  const folder = values.keep === undefined ? mkdtempSync(join(realpathSync(tmpdir()), 'kills-')) : resolve(values.keep);
  mkdirSync(folder, { recursive: true });
  const undisturbed = await playUndisturbed(folder, values.tables.split(','));
  const chance = chanceOf(Number(values.seed));
  const planned = [
    ...everyObservation(undisturbed, Number(values.from), Number(values.to), Number(values.every)),
    ...atRandom(undisturbed, Number(values.random), chance),
    ...killedAgain(undisturbed, Number(values.again), chance),
  ];
  const verdicts = await workThrough(planned, folder, Number(values.jobs));
  const different = verdicts.filter(({ difference }) => difference !== undefined);
  process.stdout.write(`${table(undisturbed, verdicts)}\n\nSeed ${values.seed}, ${Math.round((performance.now() - started) / 1000)} s.\n`);
  for (const { name, difference } of different) process.stdout.write(`\n${name}: ${difference}\n`);
  if (different.length === 0 && values.keep === undefined) rmSync(folder, { recursive: true });
  return different.length === 0 ? 0 : 1;
}

process.exitCode = await main();
