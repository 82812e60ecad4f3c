/** Waits until a server listens; why it cannot is said in a sentence. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { ProblemError } from '../core/problem.js';

export type Address = { readonly port: number; readonly host: string };

export async function listens(server: Server, { port, host }: Address): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const said = REFUSALS[code]?.({ port, host });
    throw said === undefined ? cause : new ProblemError({ kind: 'world', ...said }, { cause });
  }
}

type Said = { readonly what: string; readonly remedy: string };

function noAddress({ host }: Address): Said {
  return {
    what: `${host} is no address of this machine.`,
    remedy: 'Name one with --host: 127.0.0.1 for this machine alone, 0.0.0.0 for all that it has.',
  };
}

const REFUSALS: Readonly<Record<string, (address: Address) => Said>> = {
  EADDRINUSE: ({ port, host }) => ({
    what: `Port ${port} on ${host} is taken.`,
    remedy: 'End what listens there, or name another port with --port; 0 takes any that is free.',
  }),
  EACCES: ({ port, host }) => ({
    what: `Port ${port} on ${host} may not be used by this user.`,
    remedy: 'Name one from 1024 on with --port.',
  }),
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
};
