/** The play that nobody kills: how the stage stands when each scene begins, how each ends, and what was observed in it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EndState, endState } from './end-state.js';
import { SCENES } from './play.js';
import { makeStage, stageAt } from './stage.js';
import { copyStage, firstDifference, play } from './trial.js';

export type PlayedScene = {
  readonly index: number;
  readonly title: string;
  readonly before: string;
  readonly end: EndState;
  readonly observations: readonly string[];
};
export type Undisturbed = {
  readonly scenes: readonly PlayedScene[];
  /** How long one process takes for all of them. */
  readonly millis: number;
};

export async function playUndisturbed(folder: string, tables: readonly string[]): Promise<Undisturbed> {
  const played = join(folder, 'undisturbed');
  rmSync(played, { recursive: true, force: true });
  const stage = await makeStage(played, tables);
  const scenes: PlayedScene[] = [];
  for (const [index, { title }] of SCENES.entries()) {
    const before = join(folder, `scene-${index}`);
    copyStage(played, before);
    const { lines, fault } = await play(stage, { from: index, to: index + 1 }, undefined, true);
    if (fault !== undefined) throw new Error(`"${title}" failed undisturbed: ${fault}`);
    const observations = lines.filter((line) => !line.startsWith('scene '));
    scenes.push({ index, title, before, end: await endState(stage), observations });
  }
  return { scenes, millis: await timeWhole(folder, scenes) };
}

/** All scenes in one process, as the random kills meet them; the end must be the same. */
async function timeWhole(folder: string, scenes: readonly PlayedScene[]): Promise<number> {
  const [first, last] = [scenes[0], scenes.at(-1)];
  if (!first || !last) throw new Error('there is no scene to play');
  const whole = join(folder, 'whole');
  copyStage(first.before, whole);
  const started = performance.now();
  const { fault } = await play(stageAt(whole), { from: 0, to: scenes.length });
  const millis = performance.now() - started;
  const difference = fault ?? firstDifference(last.end, await endState(stageAt(whole)));
  if (difference !== undefined) throw new Error(`two undisturbed plays differ: ${difference}`);
  return millis;
}
