/** The log of the server: pino with a list of the only fields that may be written. No body, title, name, token or message gets in. */
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Received } from '../bot/intake.js';
import { FLEET_LANE } from '../bot/own-task.js';
import type { TickOutcome } from '../bot/timers.js';
import type { TaskTold } from '../bot/turn.js';
import { problemOf } from '../core/problem.js';

const WRITTEN: ReadonlySet<string> = new Set([
  ...['event', 'action', 'delivery', 'repository', 'installation', 'pull_request', 'task', 'job', 'status', 'outcome', 'ms'],
  ...['error', 'problem', 'until', 'at', 'operation', 'port', 'version'],
]);

export type ServerLog = {
  received(how: Received, ms: number): void;
  task(told: TaskTold): void;
  timer(outcome: TickOutcome): void;
  /** Something failed that belongs to no delivery. */
  failed(where: string, error: unknown): void;
  said(message: 'listening' | 'working' | 'stopping' | 'stopped', fields?: Readonly<Record<string, string | number>>): void;
  /** For Probot, which writes whole payloads at its lower levels: nothing of it is kept. */
  readonly silent: Logger;
  /** For adapters: the same list of fields holds. */
  readonly logger: Logger;
};

export function createServerLog(destination: DestinationStream = pino.destination(2)): ServerLog {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { log: onlyWritten } }, destination);
  return {
    received: ({ guid, lane, status, outcome, event, action }, ms) =>
      logger[status < 300 ? 'info' : 'warn'](
        defined({ delivery: guid, event, action, ...placeOf(lane), status, outcome, ms: Math.round(ms) }),
        'webhook',
      ),
    task: ({ delivery: { guid, event, action, lane }, kind, ms, outcome, error }) =>
      logger[error === undefined ? 'info' : 'warn'](
        defined({ delivery: guid, event, action, ...placeOf(lane), task: kind, ms: Math.round(ms), outcome, ...errorFields(error) }),
        'task',
      ),
    timer: ({ job, outcome, error }) => logger[error === undefined ? 'info' : 'warn']({ job, outcome, ...errorFields(error) }, 'timer'),
    failed: (where, error) => logger.error({ operation: where, ...errorFields(error) }, 'failed'),
    said: (message, fields = {}) => logger.info(fields, message),
    silent: pino({ level: 'silent' }),
    logger,
  };
}

function onlyWritten(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => WRITTEN.has(name)));
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function placeOf(lane: string | undefined): Readonly<Record<string, string>> {
  if (lane === undefined || lane === 'app' || lane === FLEET_LANE) return {};
  return lane.startsWith('installation/') ? { installation: lane.slice('installation/'.length) } : { repository: lane };
}

/** What kind of error and where in our code; its message may hold anybody's text and stays with the delivery in the store. */
function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: typeof error };
  const problem = problemOf(error)?.kind;
  const stack = error.stack ?? '';
  const frames = stack
    .slice(stack.indexOf(error.message) + error.message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return { error: error.name, ...(problem ? { problem } : {}), at: frames.slice(0, 8).map((line) => line.trim()) };
}
