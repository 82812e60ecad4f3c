/** Deliveries as the forge would send them, at a steady rate whether the last one was answered or not. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import * as z from 'zod';

export const SECRET = 'intake-evidence-0123456789abcdef';
const REPOSITORIES = 50;

const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({ repository: z.looseObject({}).optional() })) }));

export type Sent = { readonly guid: string; readonly status: number; readonly ms: number };

type Letter = { readonly guid: string; readonly event: string; readonly body: Buffer };

/** GitHub's example payloads in turn, spread over so many repositories, each under a number of its own. */
export function letters(): (index: number) => Letter {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@octokit/webhooks-examples');
  const all = Examples.parse(JSON.parse(readFileSync(path, 'utf8'))).flatMap(({ name, examples }) =>
    examples.map((payload) => ({ event: name, payload })),
  );
  return (index) => {
    const example = all[index % all.length];
    if (!example) throw new Error('there are no examples');
    const { payload, event } = example;
    const id = 1000 + (index % REPOSITORIES);
    const told = { installation: { id: 1 }, ...payload, ...(payload.repository ? { repository: { ...payload.repository, id } } : {}) };
    return { event, guid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, body: Buffer.from(JSON.stringify(told)) };
  };
}

export type Load = { readonly port: number; readonly perSecond: number; readonly seconds: number; readonly from: number };

/** Times count from when a delivery should have been sent, so that a server that stalls cannot hide behind a sender that waits. */
export async function send({ port, perSecond, seconds, from }: Load): Promise<readonly Sent[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const letter = letters();
  const began = performance.now();
  const sent: Promise<Sent>[] = [];
  await new Promise<void>((resolve) => {
    const tick = setInterval(() => {
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) / 1000) * perSecond));
      for (let index = sent.length; index < due; index += 1) {
        const should = began + (index / perSecond) * 1000;
        sent.push(deliver(agent, port, letter(from + index), should));
      }
      if (sent.length >= perSecond * seconds) {
        clearInterval(tick);
        resolve();
      }
    }, 1);
  });
  const all = await Promise.all(sent);
  agent.destroy();
  return all;
}

/** Status 0: no answer came. */
function deliver(agent: Agent, port: number, { guid, event, body }: Letter, should: number): Promise<Sent> {
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  return new Promise((resolve) => {
    const ended = (status: number): void => resolve({ guid, status, ms: performance.now() - should });
    const call = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/github/webhooks',
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          'x-github-event': event,
          'x-github-delivery': guid,
          'x-hub-signature-256': signature,
        },
      },
      (response) =>
        response
          .resume()
          .once('end', () => ended(response.statusCode ?? 0))
          .once('error', () => ended(0)),
    );
    call.once('error', () => ended(0)).end(body);
  });
}
