/** The body of a request as text: never more than the cap, never longer than the time, and all bodies together within their rooms. */
import type { IncomingMessage } from 'node:http';

/** Nearly all payloads are smaller. */
export const SMALL_BODY = 64 * 1024;

/** So many bytes may be held at once, and half of them for one address. */
export type Room = {
  take(address: string, bytes: number): boolean;
  give(address: string, bytes: number): void;
};

export function createRoom(most: number): Room {
  let held = 0;
  const byAddress = new Map<string, number>();
  return {
    take: (address, bytes) => {
      const own = (byAddress.get(address) ?? 0) + bytes;
      if (held + bytes > most || own > most / 2) return false;
      held += bytes;
      byAddress.set(address, own);
      return true;
    },
    give: (address, bytes) => {
      held -= bytes;
      const own = (byAddress.get(address) ?? 0) - bytes;
      if (own > 0) byAddress.set(address, own);
      else byAddress.delete(address);
    },
  };
}

export type BodyLimits = {
  readonly largest: number;
  readonly withinMs: number;
  readonly address: string;
  /** Large bodies have a room of their own: whoever fills it keeps no small one out. */
  readonly rooms: { readonly small: Room; readonly large: Room };
};
export type Body = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly status: number; readonly outcome: string };

const TOO_LARGE: Body = { ok: false, status: 413, outcome: 'too-large' };
const BUSY: Body = { ok: false, status: 503, outcome: 'busy' };

export async function readBody(request: IncomingMessage, { largest, withinMs, address, rooms }: BodyLimits): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > largest) return TOO_LARGE;
  const chunks: Buffer[] = [];
  let held = 0;
  let room = announced > SMALL_BODY ? rooms.large : rooms.small;
  const take = (chunk: Buffer): Body | undefined => {
    if (held + chunk.length > largest) return TOO_LARGE;
    // One that announced nothing is small until it shows otherwise.
    if (room === rooms.small && held + chunk.length > SMALL_BODY) {
      if (!rooms.large.take(address, held)) return BUSY;
      rooms.small.give(address, held);
      room = rooms.large;
    }
    if (!room.take(address, chunk.length)) return BUSY;
    chunks.push(chunk);
    held += chunk.length;
    return undefined;
  };
  const end = await drained(request, withinMs, take);
  room.give(address, held);
  return end ?? { ok: true, text: Buffer.concat(chunks, held).toString('utf8') };
}

/** Undefined when everything was taken; else why no more was. Nothing is buffered once it is refused. */
function drained(request: IncomingMessage, withinMs: number, take: (chunk: Buffer) => Body | undefined): Promise<Body | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish({ ok: false, status: 408, outcome: 'slow' }), withinMs);
    const onData = (chunk: Buffer): void => {
      const refused = take(chunk);
      if (refused) finish(refused);
    };
    const onEnd = (): void => finish(undefined);
    const onGone = (): void => finish({ ok: false, status: 400, outcome: 'gone' });
    const finish = (body: Body | undefined): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('aborted', onGone).off('error', onGone);
      if (body) request.pause();
      resolve(body);
    };
    request.on('data', onData).once('end', onEnd).once('aborted', onGone).on('error', onGone);
  });
}
