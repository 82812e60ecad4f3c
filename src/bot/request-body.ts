/** The body of a request as text: never more than the cap, never longer than the time, and all bodies together within a bound. */
import type { IncomingMessage } from 'node:http';

export type BodyLimits = {
  readonly largest: number;
  readonly withinMs: number;
  readonly largestInFlight: number;
  /** Counts the bytes held by all requests; shared by them. */
  readonly inFlight: { bytes: number };
};
export type Body = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly status: number; readonly outcome: string };

export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.largest) return { ok: false, status: 413, outcome: 'too-large' };
  const chunks: Buffer[] = [];
  let held = 0;
  const take = (chunk: Buffer): Body | undefined => {
    if (held + chunk.length > limits.largest) return { ok: false, status: 413, outcome: 'too-large' };
    if (limits.inFlight.bytes + chunk.length > limits.largestInFlight) return { ok: false, status: 503, outcome: 'busy' };
    chunks.push(chunk);
    held += chunk.length;
    limits.inFlight.bytes += chunk.length;
    return undefined;
  };
  const end = await drained(request, limits.withinMs, take);
  limits.inFlight.bytes -= held;
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
