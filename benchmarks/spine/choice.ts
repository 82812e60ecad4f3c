/** Which trials are played, and which of them in one play. */
import { chanceOf } from '../chance.js';
import { SCENES } from './scenes.js';
import type { Trial } from './trial.js';

/**
 * In one play each scene has one death or up to `together` calls and webhooks that go wrong, as far from each other as can
 * be: a scene heals before the next begins.
 */
export function bundled(trials: readonly Trial[], together: number): readonly (readonly Trial[])[] {
  const lines = SCENES.map((_, scene) => {
    const these = trials.filter((trial) => trial.scene === scene);
    const kills = these.filter(({ what }) => what.kind === 'kill');
    return [...kills.map((kill) => [kill]), ...apart(these.filter(({ what }) => what.kind !== 'kill').sort(inOrder), together)];
  });
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lines.flatMap((line) => line[at] ?? []));
}

const inOrder = (a: Trial, b: Trial): number => a.at - b.at;

/** Groups of at most `size`, each through the whole of what is given. */
function apart(trials: readonly Trial[], size: number): readonly (readonly Trial[])[] {
  const groups = Math.ceil(trials.length / size);
  return Array.from({ length: groups }, (_, group) => trials.filter((_, index) => index % groups === group));
}

/** So many plays with a trial in every scene: first the kind of fault falls, then the place, so that rare kinds come up as often. */
export function drawn(trials: readonly Trial[], plays: number, seed: number): readonly (readonly Trial[])[] {
  const chance = chanceOf(seed);
  const one = <T>(all: readonly T[]): readonly T[] => all.slice(Math.floor(chance() * all.length)).slice(0, 1);
  const scenes = SCENES.map((_, scene) => kindsOf(trials.filter((trial) => trial.scene === scene)));
  return Array.from({ length: plays }, () => scenes.flatMap((kinds) => one(kinds).flatMap(one)));
}

function kindsOf(trials: readonly Trial[]): readonly (readonly Trial[])[] {
  return [...new Set(trials.map(({ group }) => group))].map((kind) => trials.filter(({ group }) => group === kind));
}
