/** What `sf serve` does: secrets from the environment, the server until it is told to stop. */
import { resolve } from 'node:path';
import type { Console } from '../cli/output.js';
import type { ServeRequest } from '../cli/serve.js';
import { instant } from '../core/time.js';
import { type Environment, readCredentials } from './credentials.js';
import { requireFolder } from './home.js';
import { type Compose, serve } from './serve.js';
import { readSettings } from './settings-file.js';

export type ServeWorld = {
  readonly console: Console;
  readonly compose: Compose;
  readonly env: Environment;
  readonly defaultHome: () => string;
  /** Resolves when the process is asked to end. */
  readonly asked: Promise<void>;
};

export function serveAction({ console, compose, env, defaultHome, asked }: ServeWorld): (request: ServeRequest) => Promise<number> {
  return async ({ home, data, orgConfig, ...listen }) => {
    const credentials = readCredentials(env);
    // Before anything is made or opened.
    if (data !== undefined) requireFolder(data);
    readSettings(orgConfig, {});
    const serving = await serve(
      {
        ...listen,
        credentials,
        home: resolve(home ?? defaultHome()),
        ...(data === undefined ? {} : { data: resolve(data) }),
        ...(orgConfig === undefined ? {} : { orgConfig: resolve(orgConfig) }),
        clock: { now: () => instant(Date.now()) },
      },
      compose,
    );
    console.out(`sf: serving on ${serving.url}\n`);
    await asked;
    await serving.stop();
    return 0;
  };
}

/** An orchestrator asks with SIGTERM, a person with Ctrl-C. Whatever is cut off after that is repeated at the next start. */
export function terminated(): Promise<void> {
  return new Promise((ended) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended());
  });
}
