/** What carries out the tasks of a delivery; given by whoever composes the bot. */
import type { BotTask } from '../core/bot-task.js';

type Handler<K extends BotTask['kind']> = (task: Extract<BotTask, { readonly kind: K }>) => Promise<string>;

/**
 * One handler per kind of task. Each reads the present state, may run twice for one cause, and says in one line what it did
 * (kept with the delivery). `ProblemError` with `until`: come back then; any other error: come back later.
 */
export type BotHandlers = { readonly [K in Exclude<BotTask['kind'], 'nothing'>]: Handler<K> };

export async function carryOut(task: BotTask, handlers: BotHandlers): Promise<string> {
  switch (task.kind) {
    case 'sync-installation':
      return handlers['sync-installation'](task);
    case 'scan':
      return handlers.scan(task);
    case 'follow':
      return handlers.follow(task);
    case 'look':
      return handlers.look(task);
    case 'reopen':
      return handlers.reopen(task);
    case 'command':
      return handlers.command(task);
    case 'nothing':
      return task.because;
  }
}
