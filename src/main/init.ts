/** `sf init` on this machine: the page in the browser, the exchange over HTTPS, the key and the secret in files only their owner reads. */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeDurably } from '../adapters/local/durable-files.js';
import { makeFolder } from '../adapters/local/folders.js';
import { UNOBSERVED } from '../adapters/local/store.js';
import { type CreatedApp, createApp, manifestOf } from '../bot/app-manifest.js';
import type { InitActions, InitRequest } from '../cli/init.js';
import { type Console, shellWord } from '../cli/output.js';
import { ProblemError } from '../core/problem.js';
import { packageFolder } from './package-folder.js';

export type InitWorld = {
  readonly console: Console;
  readonly defaultHome: () => string;
  /** `POST {apiUrl}/app-manifests/{code}/conversions`. */
  readonly convert?: (apiUrl: string, code: string) => Promise<unknown>;
  readonly signal?: AbortSignal;
};

const OWNER_ONLY = 0o600;

export function initActions({ console, defaultHome, convert = convertOverHttp, signal }: InitWorld): InitActions {
  const appYml = (): string => readFileSync(join(packageFolder(), 'app.yml'), 'utf8');
  return {
    manifest: (words) => JSON.stringify(JSON.parse(manifestOf(appYml(), words)), null, 2),
    create: async (request) => {
      const folder = join(resolve(request.home ?? defaultHome()), 'app');
      refuseStanding(folder);
      // Before there is an App: its key is given out once.
      makeFolder(folder, 0o700);
      chmodSync(folder, 0o700);
      const app = await createApp({
        ...request,
        appYml: appYml(),
        convert: (code) => convert(request.apiUrl, code),
        open: (url) => console.err(`Open ${url} in your browser and press the button. Waiting …\n`),
        ...(signal ? { signal } : {}),
      });
      keep(folder, app);
      console.out(nextSteps(folder, app, request));
      return 0;
    },
  };
}

/** An App that was made before is not forgotten by making another. */
function refuseStanding(folder: string): void {
  if (!existsSync(join(folder, 'private-key.pem'))) return;
  throw new ProblemError({
    kind: 'usage',
    what: `${folder} holds the key of an App already.`,
    remedy: 'Use that one, or name another folder with --home.',
  });
}

function keep(folder: string, app: CreatedApp): void {
  const files = {
    'webhook-secret': `${app.webhook_secret}\n`,
    'app.json': `${JSON.stringify({ id: app.id, slug: app.slug, url: app.html_url }, null, 2)}\n`,
    // Last: whose key is there has everything.
    'private-key.pem': app.pem,
  };
  for (const [name, content] of Object.entries(files)) writeDurably(join(folder, name), content, UNOBSERVED, OWNER_ONLY);
}

function nextSteps(folder: string, app: CreatedApp, { home, url, apiUrl }: InitRequest): string {
  const forge = apiUrl === 'https://api.github.com' ? '' : ` --api-url ${apiUrl}`;
  return [
    `The App ${app.slug} is created. Its key and secret are in ${folder}, readable by you alone.`,
    '',
    'Next:',
    `1. Install it where it may work: ${app.html_url}/installations/new`,
    `2. Start the server where ${url} leads to:`,
    '',
    `   export GITHUB_APP_ID=${app.id}`,
    `   export GITHUB_PRIVATE_KEY_FILE=${shellWord(join(folder, 'private-key.pem'))}`,
    `   export GITHUB_WEBHOOK_SECRET="$(cat ${shellWord(join(folder, 'webhook-secret'))})"`,
    `   sf serve${home === undefined ? '' : ` --home ${shellWord(home)}`}${forge} --data /mnt/lake --org-config org.yml`,
    '',
    '/mnt/lake is the folder that stands for your object stores: s3://bucket/key lies at /mnt/lake/bucket/key.',
    'org.yml holds the settings of the organisation (docs/running-the-bot.md); without it the defaults hold.',
    '',
  ].join('\n');
}

async function convertOverHttp(apiUrl: string, code: string): Promise<unknown> {
  const response = await fetch(`${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`, {
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'user-agent': 'signal-factory-autopilot' },
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw new ProblemError(
      { kind: 'world', what: `${apiUrl} could not be reached.`, remedy: 'Check --api-url and the network.' },
      { cause },
    );
  });
  if (response.ok) return response.json();
  throw new ProblemError({
    kind: 'world',
    what: `${apiUrl} answered ${response.status} to the code of the new App.`,
    remedy: 'A code works once and for an hour: run `sf init` again.',
  });
}
