/** The play that nobody kills: how the stage stands when each scene begins, how each ends, and what was observed in it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EndState, endState } from './end-state.js';
import { SCENES } from './play.js';
import { makeStage } from './stage.js';
import { copyStage, play } from './trial.js';

export type PlayedScene = {
  readonly index: number;
  readonly title: string;
  readonly before: string;
  readonly end: EndState;
  readonly observations: readonly string[];
};
export type Undisturbed = { readonly scenes: readonly PlayedScene[]; readonly millis: number };

export async function playUndisturbed(folder: string, tables: readonly string[]): Promise<Undisturbed> {
  const played = join(folder, 'undisturbed');
  rmSync(played, { recursive: true, force: true });
  const stage = await makeStage(played, tables);
  const scenes: PlayedScene[] = [];
  let millis = 0;
  for (const [index, { title }] of SCENES.entries()) {
    const before = join(folder, `scene-${index}`);
    copyStage(played, before);
    const started = performance.now();
    const { lines, fault } = await play(stage, { from: index, to: index + 1 }, undefined, true);
    millis += performance.now() - started;
    if (fault !== undefined) throw new Error(`"${title}" failed undisturbed: ${fault}`);
    const observations = lines.filter((line) => !line.startsWith('scene '));
    scenes.push({ index, title, before, end: await endState(stage), observations });
  }
  return { scenes, millis };
}
