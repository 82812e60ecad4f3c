/** What may be disturbed, found by undisturbed plays, and one trial: the disturbance, the play, and how its end differs. */
import type { CallFacts } from '../../src/stand-in/faults.js';
import { differenceOf } from './end-state.js';
import { CALL_FAULTS, type CallFault, WEBHOOK_FAULTS } from './faults.js';
import { type Disturbance, type Played, play } from './play.js';
import { SCENES } from './scenes.js';
import type { Ground, Stage } from './stage.js';

export type Trial = {
  readonly group: string;
  readonly name: string;
  /** Made anew for each play; `met` is true once something went wrong. */
  readonly disturb: () => Disturbance & { readonly met: () => boolean };
};
export type Verdict = { readonly trial: Trial; readonly met: boolean; readonly deaths: number; readonly difference?: string };

export type Found = {
  readonly played: Played;
  readonly calls: readonly CallFacts[];
  readonly webhooks: readonly string[];
  /** By scene. */
  readonly effects: readonly (readonly string[])[];
};

/** Two undisturbed plays: one in this process, one scene by scene in others. They must end alike. */
export async function findAll(folder: string, ground: Ground, withEffects: boolean): Promise<Found> {
  const calls: CallFacts[] = [];
  const webhooks: string[] = [];
  const prepare = ({ standIn }: Stage, scene: () => number): void => {
    standIn.faults.hook((call) => void (scene() < SCENES.length && calls.push(call)));
    standIn.deliveries.choose(({ app, event, action }) => {
      if (app.slug === 'autopilot' && scene() < SCENES.length) webhooks.push(action === undefined ? event : `${event}.${action}`);
      return undefined;
    });
  };
  const played = await play(folder, ground, { prepare });
  if (!withEffects) return { played, calls, webhooks, effects: [] };
  const effects: string[][] = SCENES.map(() => []);
  const again = await play(folder, ground, { apart: (scene) => ({ seen: (observation) => effects[scene]?.push(observation) }) });
  const difference = differenceIn(played, again);
  if (difference !== undefined) throw new Error(`two undisturbed plays differ: ${difference}`);
  return { played, calls, webhooks, effects };
}

export function differenceIn(expected: Played, found: Played): string | undefined {
  for (const [index, { title }] of SCENES.entries()) {
    const difference = differenceOf(expected.scenes[index] ?? {}, found.scenes[index] ?? {});
    if (difference !== undefined) return `after "${title}": ${difference}`;
  }
  return differenceOf(expected.end, found.end);
}

export function trialsOf({ calls, webhooks, effects }: Found): readonly Trial[] {
  return [
    ...calls.flatMap((call, index) => CALL_FAULTS.filter(({ fits }) => fits(call)).map((fault) => callTrial(call, index + 1, fault))),
    ...webhooks.flatMap((webhook, index) => WEBHOOK_FAULTS.map((fault) => webhookTrial(webhook, index + 1, fault))),
    ...effects.flatMap((observations, scene) => observations.map((effect, index) => killTrial(scene, effect, index + 1))),
  ];
}

function callTrial(call: CallFacts, number: number, fault: CallFault): Trial {
  return {
    group: fault.name,
    name: `${fault.name} at call ${number} (${call.operation})`,
    disturb: () => {
      const state = { seen: 0 };
      return {
        prepare: ({ standIn }) => {
          standIn.faults.hook(() => {
            state.seen += 1;
            return fault.effects[state.seen - number];
          });
        },
        met: () => state.seen >= number,
      };
    },
  };
}

function webhookTrial(webhook: string, number: number, fault: (typeof WEBHOOK_FAULTS)[number]): Trial {
  const words = { lose: 'webhook lost', double: 'webhook doubled', 'swap-with-next': 'webhook after the next one' };
  return {
    group: words[fault],
    name: `${words[fault]}: number ${number} (${webhook})`,
    disturb: () => {
      const state = { seen: 0 };
      return {
        prepare: ({ standIn }) => {
          standIn.deliveries.choose(({ app }) => {
            if (app.slug !== 'autopilot') return undefined;
            state.seen += 1;
            return state.seen === number ? fault : undefined;
          });
        },
        met: () => state.seen >= number,
      };
    },
  };
}

function killTrial(scene: number, effect: string, killAt: number): Trial {
  const [phase = ''] = effect.split(' ');
  const state = { apart: false };
  return {
    group: `kill -9 ${phase} a durable effect`,
    name: `kill -9 ${effect} (scene ${scene + 1}, observation ${killAt})`,
    disturb: () => ({
      apart: (at) => {
        state.apart = at === scene;
        return state.apart ? { killAt } : undefined;
      },
      met: () => true,
    }),
  };
}

export async function tryOne(trial: Trial, folder: string, ground: Ground, expected: Played): Promise<Verdict> {
  const { met, ...disturbance } = trial.disturb();
  try {
    const played = await play(folder, ground, disturbance);
    const difference = differenceIn(expected, played);
    const wasMet = trial.group.startsWith('kill') ? played.deaths > 0 : met();
    return { trial, met: wasMet, deaths: played.deaths, ...(difference === undefined ? {} : { difference }) };
  } catch (error) {
    return { trial, met: met(), deaths: 0, difference: `it could not go on: ${error instanceof Error ? error.message : String(error)}` };
  }
}
