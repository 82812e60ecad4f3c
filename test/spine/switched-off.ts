/**
 * What the merge itself must do, each taken out by `MERGE_WITHOUT=<name>`: `scripts/prove-merge-gate.ts` sets it to see which
 * tests notice. The switches stand in front of the doors of a bot that tests start; shipped code knows none of them.
 */
import type { Forge, ForgePorts, Landing, PullRequests } from '../../src/ports.js';

const without = process.env.MERGE_WITHOUT ?? '';

/** A moment that only the store sees: an intention is about to be written down. */
export type Moments = { mergePlanned?: () => Promise<void> };

export function front(moments: Moments): (ports: ForgePorts) => ForgePorts {
  return (ports) => ({
    ...ports,
    leases: without === 'lease' || without === 'fencing' ? { ...ports.leases, take: takeAnyway(ports.leases.take) } : ports.leases,
    records: {
      ...ports.records,
      save: async (record, entry) => {
        if (entry.event === 'merge planned') {
          const act = moments.mergePlanned;
          delete moments.mergePlanned;
          await act?.();
        }
        const saved = await ports.records.save(record, entry);
        if (saved || without !== 'intent' || entry.event !== 'merge planned') return saved;
        const standing = await ports.records.load(record.dataset_urn);
        return standing?.rev === undefined ? undefined : ports.records.save({ ...record, rev: standing.rev }, entry);
      },
    },
    pullRequests: (key) => blindPulls(ports.pullRequests(key)),
    forge: (key) => blindForge(ports.forge(key), key, ports),
  });
}

type Take = ForgePorts['leases']['take'];

/** `lease`: everybody is given it. `fencing`: whoever lost it is told that it is theirs still. */
function takeAnyway(take: Take): Take {
  let token = 0;
  return async (name, owner, now, leaseMs) => {
    if (!name.startsWith('merge ')) return take(name, owner, now, leaseMs);
    const taken = await take(name, owner, now, leaseMs);
    if (without === 'fencing' && !taken && token === 0) return undefined;
    token += 1;
    return { token };
  };
}

const NONE = { ok: true, value: [] } as const;

function blindPulls(pulls: PullRequests): PullRequests {
  return {
    ...pulls,
    look: async (...words) => {
      const view = await pulls.look(...words);
      if (view?.how !== 'forge') return view;
      const { snapshot } = view;
      if (without === 'age') return { ...view, snapshot: { ...snapshot, at: '9999-01-01T00:00:00Z' } };
      if (without === 'late-objection' && snapshot.pullRequest.state === 'merged')
        return { ...view, snapshot: { ...snapshot, reviews: NONE, threads: NONE, timeline: NONE, comments: NONE } };
      return view;
    },
    show: async (head, report, standing) =>
      without === 'own-check' && report.conclusion === 'success' ? standing : pulls.show(head, report, standing),
    merge: async (...words): Promise<Landing> => {
      const landing = await pulls.merge(...words);
      return without === 'stops' && landing.kind === 'stopped' ? { ...landing, kind: 'refused' } : landing;
    },
  };
}

/** `digests`: what was judged is taken for what was merged. */
function blindForge(forge: Forge, key: string, { records }: ForgePorts): Forge {
  if (without !== 'digests') return forge;
  return {
    ...forge,
    readFolder: async (commit, folder) => {
      const meant = (await records.inRepository(key)).find(({ pull_request: request }) => request?.merge_intent !== undefined);
      return forge.readFolder(meant?.pull_request?.head ?? commit, folder);
    },
  };
}

/** Between the bot and the forge: what the merge call says, and what is made of its answer. */
export async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const isMerge = init?.method === 'PUT' && url.pathname.endsWith('/merge');
  if (!isMerge) return without === 'other-head' ? otherHead(url, init) : globalThis.fetch(input, init);
  const { body, head } = mergeBody(String(init.body));
  last.set(url.pathname.replace(/\/merge$/, ''), head);
  const send = (): Promise<Response> => globalThis.fetch(input, { ...init, body });
  if (without === 'unclear-is-done')
    return send().then(
      (reply) => (reply.status >= 500 ? done(head) : reply),
      () => done(head),
    );
  const reply = await send();
  if (without === 'refused-is-done' && reply.status >= 400 && reply.status < 500) return done(head);
  return without === 'once' && reply.status === 405 ? send() : reply;
}

const last = new Map<string, string>();

function done(head: string): Response {
  const text = JSON.stringify({ merged: true, sha: head, message: 'Pull Request successfully merged' });
  return new Response(text, { status: 200, headers: { 'content-type': 'application/json' } });
}

function mergeBody(text: string): { readonly body: string; readonly head: string } {
  const { sha, merge_method, commit_title, commit_message }: Readonly<Record<string, string>> = JSON.parse(text);
  const words = without === 'words' ? {} : { commit_title, commit_message };
  const method = without === 'method' ? {} : { merge_method };
  return { body: JSON.stringify({ ...(without === 'sha' ? {} : { sha }), ...method, ...words }), head: sha ?? '' };
}

/** The head that was asked for is taken for the one that was merged. */
async function otherHead(url: URL, init: RequestInit | undefined): Promise<Response> {
  const reply = await globalThis.fetch(url, init);
  const head = last.get(url.pathname);
  if (head === undefined || reply.status !== 200) return reply;
  const pull: { head: { sha: string } } = JSON.parse(await reply.text());
  return new Response(JSON.stringify({ ...pull, head: { ...pull.head, sha: head } }), {
    status: 200,
    headers: { 'content-type': 'application/json' },
  });
}
