/** A GitHub of one's own on this machine: the API over HTTP, real git repositories, and the people who use them. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { runQueue } from './acts/merge-queue.js';
import { Faults } from './faults.js';
import type { JsonObject } from './json.js';
import { githubJudge, type Judge, type Violation } from './judge.js';
import { Limits } from './limits.js';
import { worldSource } from './page/from-world/source.js';
import { pageListener } from './page/listener.js';
import { Ci } from './person/ci.js';
import { PersonCode } from './person/code.js';
import { PersonDesk } from './person/desk.js';
import { Seed } from './person/seed.js';
import { PersonSettings } from './person/settings.js';
import { PersonTalk } from './person/talk.js';
import { withoutFutureRules } from './rules/known.js';
import { type LoggedCall, serve } from './server.js';
import type { Knobs } from './state/knobs.js';
import { type Clock, World } from './state/world.js';
import { Tokens } from './tokens.js';
import { type Delivery, payloadOf, type WebhookFault, type WebhookMatcher, WebhookQueue } from './webhooks/queue.js';

export type StandInOptions = {
  /** Where the bare repositories are put. */
  readonly directory: string;
  readonly clock: Clock;
  /** GitHub's own description if absent. */
  readonly judge?: Judge;
  /** `strict`: what breaks GitHub's description is answered with 500. `warn`: it is only noted. */
  readonly mode?: 'strict' | 'warn';
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Given, the pages show buttons that move the clock. */
  readonly moveClock?: (hours: number) => Promise<void>;
};

export type Person = { readonly code: PersonCode; readonly talk: PersonTalk; readonly settings: PersonSettings; readonly token: string };

export type StandIn = {
  readonly url: string;
  readonly world: World;
  readonly seed: Seed;
  readonly faults: Faults;
  readonly knobs: Knobs;
  readonly tokens: Tokens;
  /** Every call, in order, with whether it wrote. */
  readonly calls: readonly LoggedCall[];
  readonly violations: readonly Violation[];
  forgetViolations(): void;
  readonly deliveries: {
    readonly all: readonly Delivery[];
    /** When nothing is under way any more. */
    settled(): Promise<void>;
    next(matcher: WebhookMatcher, fault: WebhookFault): void;
    /** Asked at every new webhook. */
    choose(hook: (delivery: Delivery) => WebhookFault | undefined): void;
    redeliver(delivery: Delivery): void;
    payloadOf(delivery: Delivery): JsonObject;
  };
  as(login: string): Person;
  ci(slug?: string): Ci;
  /** The merge queue merges the first of this branch; undefined when none waits. */
  runMergeQueue(repository: string, branch: string): Promise<number | undefined>;
  close(): Promise<void>;
};

export async function createStandIn(options: StandInOptions): Promise<StandIn> {
  const { directory, clock, judge = githubJudge(), mode = 'strict' } = options;
  mkdirSync(directory, { recursive: true });
  const violations: Violation[] = [];
  const calls: LoggedCall[] = [];
  const queue: WebhookQueue = new WebhookQueue(
    () => world.now(),
    (event, payload) => {
      const messages = judge.webhook(event, event === 'repository_ruleset' ? withoutFutureRules(payload) : payload);
      if (messages.length > 0) violations.push({ where: `webhook ${event} ${String(payload.action ?? '')}`.trim(), messages });
    },
  );
  const world: World = new World(clock, directory, queue);
  const tokens = new Tokens(world);
  const faults = new Faults();
  const pages = pageListener(worldSource(world, options.moveClock));
  const server = serve({ world, tokens, queue, faults, limits: new Limits(world), judge, pages, mode, violations, calls });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  world.url = `http://127.0.0.1:${portOf(server.address())}`;
  const seed = new Seed(world);
  return {
    url: world.url,
    world,
    seed,
    faults,
    knobs: world.knobs,
    tokens,
    calls,
    violations,
    forgetViolations: () => {
      violations.length = 0;
    },
    deliveries: {
      all: queue.deliveries,
      settled: () => queue.settled(),
      next: (matcher, fault) => queue.next(matcher, fault),
      choose: (hook) => queue.choose(hook),
      redeliver: (delivery) => queue.redeliver(delivery),
      payloadOf,
    },
    as: (login) => personOf(world, tokens, login),
    ci: (slug = 'github-actions') => new Ci(world, slug),
    runMergeQueue: async (name, branch) => {
      const repository = seed.repository(name);
      return world.exclusively(repository, () => runQueue(world, repository, branch));
    },
    close: async () => {
      queue.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function personOf(world: World, tokens: Tokens, login: string): Person {
  const account = world.account(login);
  if (account === undefined) throw new Error(`There is no account ${login}; add it with seed.user.`);
  const desk = new PersonDesk(world, account);
  return {
    code: new PersonCode(desk),
    talk: new PersonTalk(desk),
    settings: new PersonSettings(desk),
    get token() {
      return tokens.ofPerson(account);
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
