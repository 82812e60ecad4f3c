/** The input of a mutation and who sent it. */
import type { Actor } from '../state/accounts.js';
import { type Arguments, type Reader, refuse } from './node.js';

export function inputOf(args: Arguments): Arguments {
  return recordOf(args.input);
}

export function recordOf(value: unknown): Arguments {
  return isRecord(value) ? value : {};
}

export function listOf(value: unknown): readonly Arguments[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

export function actorOf({ call }: Reader): Actor {
  const { caller } = call;
  if (caller.kind === 'installation' || caller.kind === 'person') return caller.actor;
  throw refuse('FORBIDDEN', 'Resource not accessible by integration');
}

function isRecord(value: unknown): value is Arguments {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
