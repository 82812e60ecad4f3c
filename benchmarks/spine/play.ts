/** One play: all scenes in order on a fresh stage, disturbed in one way, and how things stood after each. */
import { later } from '../../src/core/time.js';
import { type Bot, isDeath, seatOf, serveApart, serveHere } from './bot.js';
import { type EndState, endState, sceneState } from './end-state.js';
import { passCi, SCENES } from './scenes.js';
import { type Ground, openStage, type Stage } from './stage.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A service that does not start is started again by whoever watches over it. */
const STARTS = 6;
const ROUNDS = 100;
/** The number of no scene. */
const BETWEEN = -1;
/** Hours that nothing disturbs, after the last scene. */
const HEALS = 2;

export type Disturbance = {
  /** Called once the stage stands. */
  readonly prepare?: (stage: Stage, scene: () => number) => void;
  /** The scenes that the bot plays in a process of its own. */
  readonly apart?: (scene: number) => Apart | undefined;
  /** Hours more that each scene is left alone: what goes wrong takes an hour at most, and several take several. */
  readonly hours?: number;
};
type Apart = { readonly killAt?: number; readonly seen?: (observation: string) => void; readonly died?: () => void };
export type Played = { readonly scenes: readonly EndState[]; readonly end: EndState };

export async function play(folder: string, ground: Ground, { prepare, apart, hours = 0 }: Disturbance = {}): Promise<Played> {
  const stage = await openStage(folder, ground);
  const run: Run = { stage, scene: 0 };
  try {
    prepare?.(stage, () => run.scene);
    const scenes: EndState[] = [];
    for (const [index, scene] of SCENES.entries()) {
      run.scene = index;
      const seat = apart?.(index);
      if (seat || !run.bot || run.apart) await restart(run, seat);
      if (scene.after !== undefined) await pass(run, scene.after);
      await scene.act?.(stage);
      await settleWithCi(run);
      for (let hour = 0; hour < scene.heals + hours; hour += 1) {
        await pass(run, 1);
        await settleWithCi(run);
      }
      await rest(run);
      scenes.push(sceneState(stage));
    }
    await restart(run);
    for (let hour = 0; hour < HEALS; hour += 1) await pass(run, 1);
    await run.bot?.stop();
    delete run.bot;
    return { scenes, end: await endState(stage) };
  } finally {
    await run.bot?.stop().catch(() => undefined);
    await stage.close();
  }
}

/** An hour in which nothing goes wrong: what came last in a scene, such as a limit met in its last minute, does not reach into the next. */
async function rest(run: Run): Promise<void> {
  run.scene = BETWEEN;
  if (run.apart) await restart(run);
  await pass(run, 1);
  await settleWithCi(run);
}

type Run = { readonly stage: Stage; scene: number; bot?: Bot; apart?: Apart };

async function restart(run: Run, apart?: Apart): Promise<void> {
  await run.bot?.stop();
  delete run.bot;
  await start(run, apart);
}

/** After a death the bot is served in this process. */
async function start(run: Run, apart?: Apart): Promise<void> {
  const { stage } = run;
  delete run.apart;
  if (apart) run.apart = apart;
  for (let left = STARTS; ; left -= 1) {
    try {
      run.bot = run.apart ? await serveApart(seatOf(stage), run.apart) : await serveHere(seatOf(stage));
      stage.listenAt(run.bot.url);
      return;
    } catch (error) {
      if (left === 0) throw error;
      if (isDeath(error)) mourn(run);
      stage.clock.at = later(stage.clock.at, MINUTE_MS);
    }
  }
}

function mourn(run: Run): void {
  run.apart?.died?.();
  delete run.apart;
  delete run.bot;
}

/** What the bot answers; undefined if it died, and another one stands in its place. */
async function asked<T>(run: Run, question: (bot: Bot, now: string) => Promise<T>): Promise<T | undefined> {
  if (!run.bot) throw new Error('nobody plays the bot');
  try {
    return await question(run.bot, run.stage.clock.at);
  } catch (error) {
    if (!isDeath(error)) throw error;
    mourn(run);
    await start(run);
    return undefined;
  }
}

async function settle(run: Run): Promise<void> {
  const { deliveries } = run.stage.standIn;
  for (let quiet = 0, rounds = 0; quiet < 2; rounds += 1) {
    if (rounds > ROUNDS) throw new Error('it never comes to rest');
    await deliveries.settled();
    const worked = await asked(run, (bot, now) => bot.drain(now));
    const went = await asked(run, async (bot, now) => {
      await bot.goOn(now);
      return true;
    });
    await deliveries.settled();
    quiet = worked === 0 && went ? quiet + 1 : 0;
  }
}

async function settleWithCi(run: Run): Promise<void> {
  await settle(run);
  await passCi(run.stage);
  await settle(run);
}

async function pass(run: Run, hours: number): Promise<void> {
  run.stage.clock.at = later(run.stage.clock.at, hours * HOUR_MS);
  await asked(run, (bot, now) => bot.tick(now));
  await settle(run);
}
