/** The bot of a play in a process of its own, driven by messages; an argument names the observation at which it ends as by `kill -9`. */
import * as z from 'zod';
import { type Bot, serveHere, VERBS } from './spine/bot.js';

const Question = z.union([
  z.object({
    verb: z.literal('start'),
    seat: z.object({ home: z.string(), lake: z.string(), privateKey: z.string(), apiUrl: z.string(), now: z.string() }),
  }),
  z.object({ verb: z.enum(VERBS), now: z.string() }),
]);

const killAt = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
const state: { bot?: Bot; seen: number } = { seen: 0 };

function observe(phase: 'before' | 'after', effect: string): void {
  state.seen += 1;
  if (state.seen === killAt) process.kill(process.pid, 'SIGKILL');
  if (killAt === undefined) process.send?.({ observation: `${phase} ${effect}` });
}

async function carriedOut(question: z.infer<typeof Question>): Promise<object> {
  if (question.verb === 'start') {
    state.bot = await serveHere(question.seat, observe);
    return { url: state.bot.url };
  }
  const { bot } = state;
  if (!bot) throw new Error('it was not started');
  if (question.verb === 'drain') return { worked: await bot.drain(question.now) };
  if (question.verb === 'goOn') await bot.goOn(question.now);
  else if (question.verb === 'tick') await bot.tick(question.now);
  else await bot.stop();
  return {};
}

process.on('message', (message) => {
  const question = Question.parse(message);
  carriedOut(question)
    .catch((error: unknown) => ({ fault: String(error instanceof Error ? error.stack : error) }))
    .then((answer) => {
      process.send?.(answer);
      if (question.verb === 'stop') process.disconnect();
    });
});
// Whoever plays has ended: nobody is left to stop this process.
process.on('disconnect', () => process.exit());
