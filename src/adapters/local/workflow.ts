/** The embedded workflow engine: one work item per execution in the store, first in, first out. */
import { COMMANDS, type Command } from '../../core/lifecycle.js';
import { later } from '../../core/time.js';
import type { WorkflowEngine } from '../../ports.js';
import type { Store } from './store.js';

type Row = {
  readonly token: string;
  readonly execution: string;
  readonly command: Command;
  readonly due: string;
  /** When it was woken while somebody worked on it. */
  readonly woken?: string;
};

function rowOf(row: unknown): Row | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(row));
  const command = COMMANDS.find((known) => known === fields.get('command'));
  if (!command) throw new Error(`the store holds an unknown command: ${String(fields.get('command'))}`);
  const woken = fields.get('woken');
  return {
    token: String(fields.get('token')),
    execution: String(fields.get('execution')),
    command,
    due: String(fields.get('due')),
    ...(typeof woken === 'string' ? { woken } : {}),
  };
}

/** A token is the execution and how often it was handed on, so that the same history gives the same tokens. */
function nextToken(token: string): string {
  const [execution, turn] = token.split('#');
  return `${execution}#${Number(turn) + 1}`;
}

export function createWorkflow(store: Store): WorkflowEngine {
  const { database } = store;
  const enqueue = database.prepare(
    'INSERT INTO work_item (token, execution, command, due) VALUES (?, ?, ?, ?) ON CONFLICT (execution) DO NOTHING',
  );
  const next = database.prepare(
    'SELECT * FROM work_item WHERE due <= ? AND (leased_until IS NULL OR leased_until <= ? OR worker = ?) ORDER BY seq LIMIT 1',
  );
  const lease = database.prepare('UPDATE work_item SET worker = ?, leased_until = ?, woken = NULL WHERE token = ?');
  const byToken = database.prepare('SELECT * FROM work_item WHERE token = ?');
  const byExecution = database.prepare('SELECT * FROM work_item WHERE execution = ?');
  const remove = database.prepare('DELETE FROM work_item WHERE token = ?');
  const hurry = database.prepare('UPDATE work_item SET due = ? WHERE execution = ? AND due > ?');
  const remember = database.prepare('UPDATE work_item SET woken = ? WHERE execution = ? AND leased_until > ?');
  const end = database.prepare('DELETE FROM work_item WHERE execution = ?');
  return {
    start: async (execution, first, now) =>
      store.write(`${execution} started`, () => void enqueue.run(`${execution}#1`, execution, first, now)),
    claim: async (worker, now, leaseMs) => {
      const due = rowOf(next.get(now, now, worker));
      if (!due) return undefined;
      return store.write(`${due.token} leased`, () => {
        const row = rowOf(next.get(now, now, worker));
        if (!row) return undefined;
        lease.run(worker, later(now, leaseMs), row.token);
        return { token: row.token, execution: row.execution, command: row.command };
      });
    },
    complete: async (token, then) =>
      store.write(`${token} completed`, () => {
        const row = rowOf(byToken.get(token));
        if (!row) return;
        remove.run(token);
        if (then) enqueue.run(nextToken(token), row.execution, then, row.due);
      }),
    park: async (token, until) =>
      store.write(`${token} parked`, () => {
        const row = rowOf(byToken.get(token));
        if (!row) return;
        remove.run(token);
        enqueue.run(token, row.execution, row.command, row.woken !== undefined && row.woken < until ? row.woken : until);
      }),
    wake: async (execution, now) =>
      store.write(`${execution} woken`, () => {
        hurry.run(now, execution, now);
        remember.run(now, execution, now);
      }),
    stop: async (execution) => store.write(`${execution} stopped`, () => void end.run(execution)),
    describe: async (execution) => {
      const row = rowOf(byExecution.get(execution));
      return row ? { running: true, command: row.command, due: row.due } : { running: false };
    },
  };
}
