/** Runs a delivery through Probot's event machinery and says which tasks it gives. Probot gets no key, no token and no network. */
import { Probot, ProbotOctokit } from 'probot';
import type { BotTask } from '../core/bot-task.js';
import { tasksOf } from '../core/webhook-events.js';
import type { Self } from '../core/webhook-payloads.js';

type Options = NonNullable<ConstructorParameters<typeof Probot>[0]>;
type ProbotEvent = Parameters<Probot['receive']>[0];
/** A pino logger. */
export type ProbotLog = NonNullable<Options['log']>;

export type Dispatch = (delivery: {
  readonly guid: string;
  readonly event: string;
  readonly payload: string;
}) => Promise<readonly BotTask[]>;

export async function createDispatch(self: Self, log: ProbotLog): Promise<Dispatch> {
  const probot = new Probot({
    log,
    // Everything is given: nothing is taken from the environment, `.env`, a `.pem` that lies about, Redis or Sentry.
    appId: self.appId,
    githubToken: 'no-token',
    secret: 'verified-before-it-comes-here',
    Octokit: ProbotOctokit.defaults((options: ConstructorParameters<typeof ProbotOctokit>[0]) => ({ ...options, ...NO_NETWORK })),
  });
  const found = new Map<string, readonly BotTask[]>();
  probot.onAny(({ id, name, payload }) => {
    const action = 'action' in payload && typeof payload.action === 'string' ? payload.action : undefined;
    found.set(id, tasksOf(name, action, payload, self));
  });
  await probot.ready();
  return async ({ guid, event, payload }) => {
    const received: unknown = { id: guid, name: event, payload: JSON.parse(payload) };
    if (!isEvent(received)) throw new Error(`delivery ${guid} holds no event`);
    try {
      await probot.receive(received);
      return found.get(guid) ?? [];
    } finally {
      found.delete(guid);
    }
  };
}

const NO_NETWORK = {
  throttle: { enabled: false },
  retry: { enabled: false },
  request: {
    fetch: () => {
      throw new Error('handlers of webhooks do not call the forge: its gateway does');
    },
  },
};

/** The forge's names of events grow; what is no name that we know gives no task. */
function isEvent(value: unknown): value is ProbotEvent {
  return typeof value === 'object' && value !== null && 'payload' in value && typeof value.payload === 'object' && value.payload !== null;
}
