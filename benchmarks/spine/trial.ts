/** What may be disturbed, found by undisturbed plays; a play with a disturbance in each of some scenes, and how its end differs. */
import type { CallFacts, Effect } from '../../src/stand-in/faults.js';
import { differenceOf } from './end-state.js';
import { CALL_FAULTS, type CallFault, WEBHOOK_FAULTS, type WebhookFaultName } from './faults.js';
import { type Disturbance, type Played, play } from './play.js';
import { SCENES } from './scenes.js';
import type { Ground, Stage } from './stage.js';

/** `at`: the how manieth of its kind in its scene; `nth`: of the calls of its operation, as others come more or less often from play to play. */
type What =
  | { readonly kind: 'call'; readonly fault: CallFault; readonly operation: string; readonly nth: number }
  | { readonly kind: 'webhook'; readonly fault: WebhookFaultName }
  | { readonly kind: 'kill' };
export type Trial = { readonly group: string; readonly name: string; readonly scene: number; readonly at: number; readonly what: What };
/** `late`: how a scene ended otherwise, where that came to the same with an hour for each of those that went wrong in it. */
export type Verdict = { readonly trial: Trial; readonly met: boolean; readonly difference?: string; readonly late?: string };

type Found<T> = readonly (readonly T[])[];
/** By scene. */
export type Findings = {
  readonly played: Played;
  readonly calls: Found<CallFacts>;
  readonly webhooks: Found<string>;
  readonly effects: Found<string>;
};

/** Two undisturbed plays: one in this process, one scene by scene in others. They must end alike. */
export async function findAll(folder: string, ground: Ground): Promise<Findings> {
  const calls: CallFacts[][] = SCENES.map(() => []);
  const webhooks: string[][] = SCENES.map(() => []);
  const effects: string[][] = SCENES.map(() => []);
  const prepare = ({ standIn }: Stage, scene: () => number): void => {
    standIn.faults.hook((call) => void calls[scene()]?.push(call));
    standIn.deliveries.choose(({ app, event, action }) => {
      if (app.slug === 'autopilot') webhooks[scene()]?.push(action === undefined ? event : `${event}.${action}`);
      return undefined;
    });
  };
  const [played, again] = await Promise.all([
    play(folder, ground, { prepare }),
    play(`${folder}-apart`, ground, { apart: (scene) => ({ seen: (observation) => effects[scene]?.push(observation) }) }),
  ]);
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

const WEBHOOK_WORDS = { lose: 'webhook lost', double: 'webhook doubled', 'swap-with-next': 'webhook after the next one' } as const;

export function trialsOf({ calls, webhooks, effects }: Findings): readonly Trial[] {
  return [
    ...each(calls, (call, place, before) =>
      CALL_FAULTS.filter(({ fits }) => fits(call)).map((fault) => ({
        ...place,
        group: fault.name,
        name: `${fault.name}: call ${place.at} of scene ${place.scene + 1} (${call.operation})`,
        what: {
          kind: 'call',
          fault,
          operation: call.operation,
          nth: 1 + before.filter(({ operation }) => operation === call.operation).length,
        },
      })),
    ),
    ...each(webhooks, (webhook, place) =>
      WEBHOOK_FAULTS.map((fault) => ({
        ...place,
        group: WEBHOOK_WORDS[fault],
        name: `${WEBHOOK_WORDS[fault]}: ${place.at} of scene ${place.scene + 1} (${webhook})`,
        what: { kind: 'webhook', fault },
      })),
    ),
    ...each(effects, (effect, place) => [
      {
        ...place,
        group: `kill -9 ${effect.split(' ')[0] ?? ''} a durable effect`,
        name: `kill -9 ${effect} (observation ${place.at} of scene ${place.scene + 1})`,
        what: { kind: 'kill' },
      },
    ]),
  ];
}

type Place = Pick<Trial, 'scene' | 'at'>;
/** `before`: those of its scene that come before it. */
function each<T>(found: Found<T>, make: (one: T, place: Place, before: readonly T[]) => readonly Trial[]): readonly Trial[] {
  return found.flatMap((all, scene) => all.flatMap((one, index) => make(one, { scene, at: index + 1 }, all.slice(0, index))));
}

function disturb(trials: readonly Trial[]): Disturbance & { readonly met: Set<Trial> } {
  const met = new Set<Trial>();
  return {
    met,
    prepare: ({ standIn, clock }, scene) => {
      const counts = { calls: new Map<string, number>(), webhooks: new Map<number, number>() };
      let underWay: { readonly effects: readonly Effect[]; readonly scene: number; readonly at: string; told: number } | undefined;
      standIn.faults.hook((call) => {
        const now = scene();
        const seen = next(counts.calls, `${now} ${call.operation}`);
        if (underWay && underWay.scene === now && underWay.at === clock.at && underWay.told < underWay.effects.length)
          return underWay.effects[underWay.told++];
        const trial = due(trials, met, now, seen, call);
        if (trial === undefined) return undefined;
        met.add(trial.trial);
        underWay = { effects: trial.effects, scene: now, at: clock.at, told: 1 };
        return trial.effects[0];
      });
      standIn.deliveries.choose(({ app }) => {
        if (app.slug !== 'autopilot') return undefined;
        const now = scene();
        const seen = next(counts.webhooks, now);
        const trial = trials.find(({ scene: its, at, what }) => its === now && at === seen && what.kind === 'webhook');
        if (trial?.what.kind !== 'webhook') return undefined;
        met.add(trial);
        return trial.what.fault;
      });
    },
    apart: (scene) => {
      const trial = trials.find((each) => each.scene === scene && each.what.kind === 'kill');
      return trial && { killAt: trial.at, died: () => met.add(trial) };
    },
  };
}

/** The first that has not come yet, from its place among the calls of its operation on: what failed before it may have moved it. */
function due(
  trials: readonly Trial[],
  met: ReadonlySet<Trial>,
  scene: number,
  seen: number,
  call: CallFacts,
): { readonly trial: Trial; readonly effects: readonly Effect[] } | undefined {
  for (const trial of trials)
    if (trial.scene === scene && trial.what.kind === 'call' && !met.has(trial))
      if (trial.what.nth <= seen && trial.what.operation === call.operation) return { trial, effects: trial.what.fault.effects };
  return undefined;
}

function next<K>(counts: Map<K, number>, of: K): number {
  const count = (counts.get(of) ?? 0) + 1;
  counts.set(of, count);
  return count;
}

/** How a play ends that nothing disturbs, by the hours more that its scenes are given. */
export type Undisturbed = (hours: number) => Promise<Played>;

/**
 * Several in one scene may each take the hour that it has: where such a play ends otherwise it is played again with an hour for each,
 * against the undisturbed one with those hours. Where it still does, each is played by itself to see which it was.
 */
export async function tryAll(
  trials: readonly Trial[],
  folder: string,
  ground: Ground,
  undisturbed: Undisturbed,
): Promise<readonly Verdict[]> {
  const first = await tryOnce(trials, { folder, ground, undisturbed, hours: 0 });
  if (first.difference === undefined || trials.length === 1) return verdictsOf(trials, first);
  const hours = Math.max(...SCENES.map((_, scene) => trials.filter((trial) => trial.scene === scene).length)) - 1;
  const again = hours > 0 ? await tryOnce(trials, { folder, ground, undisturbed, hours }) : first;
  if (again.difference === undefined) return verdictsOf(trials, { ...again, late: first.difference });
  const { difference } = again;
  const alone: Verdict[] = [];
  for (const trial of trials) alone.push(...(await tryAll([trial], folder, ground, undisturbed)));
  if (alone.some((verdict) => verdict.difference !== undefined)) return alone;
  // Each alone heals: it takes several of them.
  const together = `only together with ${trials.map(({ name }) => name).join('; ')}: ${difference}`;
  return alone.map((verdict, index) => (index === 0 ? { ...verdict, difference: together } : verdict));
}

type Tried = { readonly met: ReadonlySet<Trial>; readonly difference?: string; readonly late?: string };
type Trying = { readonly folder: string; readonly ground: Ground; readonly undisturbed: Undisturbed; readonly hours: number };

async function tryOnce(trials: readonly Trial[], { folder, ground, undisturbed, hours }: Trying): Promise<Tried> {
  const expected = await undisturbed(hours);
  const { met, ...disturbance } = disturb(trials);
  const difference = await play(folder, ground, { ...disturbance, hours }).then(
    (played) => differenceIn(expected, played),
    (error: unknown) => `it could not go on: ${error instanceof Error ? error.message : String(error)}`,
  );
  return difference === undefined ? { met } : { met, difference };
}

function verdictsOf(trials: readonly Trial[], { met, ...ended }: Tried): readonly Verdict[] {
  return trials.map((trial) => ({ trial, met: met.has(trial), ...ended }));
}
