/** Equal tasks run once: a run that began after a delivery had arrived has seen what caused it. */
import type { BotTask } from '../core/bot-task.js';

export type Covered = {
  /** Whether a task of the delivery at place `seq` was carried out by a run that began after it had come. */
  has(task: BotTask, seq: number): boolean;
  /** A run that began when `newest` was the last in line has ended well. */
  ran(task: BotTask, newest: number): void;
};

const REMEMBERED = 10_000;

export function createCovered(): Covered {
  const runs = new Map<string, number>();
  return {
    has: (task, seq) => keysOf(task).some((key) => (runs.get(key) ?? 0) >= seq),
    ran: (task, newest) => {
      const [own] = keysOf(task);
      if (own === undefined) return;
      if (runs.size >= REMEMBERED) runs.clear();
      runs.set(own, newest);
    },
  };
}

/** A task's own key, then those of wider ones that see the same. None for what depends on more than the present state. */
function keysOf(task: BotTask): readonly string[] {
  if (task.kind === 'scan') return [`scan ${task.repository}`];
  if (task.kind === 'follow') return ['follow'];
  if (task.kind === 'sync-installation') return [`sync ${task.installation}`];
  if (task.kind !== 'look') return [];
  const all = `look ${task.repository}`;
  if (task.pullRequest === undefined && task.head === undefined) return [all];
  return [`${all} ${task.pullRequest ?? ''} ${task.head ?? ''}`, all];
}
