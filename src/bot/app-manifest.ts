/** GitHub's app-manifest flow: a page on this machine posts app.yml, the forge sends the browser back with a code, the code becomes the App. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parse } from 'yaml';
import * as z from 'zod';
import { ProblemError } from '../core/problem.js';
import { WEBHOOK_PATH } from './intake.js';
import { listens } from './listens.js';

export type ManifestWords = { readonly url: string; readonly name?: string; readonly redirectUrl?: string };

const Manifest = z.looseObject({
  name: z.string(),
  default_permissions: z.record(z.string(), z.string()),
  default_events: z.array(z.string()),
});

/** app.yml with the addresses of this installation, as the JSON that the forge takes. */
export function manifestOf(appYml: string, { url, name, redirectUrl }: ManifestWords): string {
  const manifest = Manifest.parse(parse(appYml));
  return JSON.stringify({
    ...manifest,
    ...(name === undefined ? {} : { name }),
    url,
    hook_attributes: { url: `${url}${WEBHOOK_PATH}`, active: true },
    redirect_url: redirectUrl ?? manifest.redirect_url,
  });
}

/** What the forge makes of a code, as far as it is kept. */
export const CreatedApp = z.object({
  id: z.int().positive(),
  slug: z.string().regex(/^[a-z0-9-]+$/),
  html_url: z.url(),
  pem: z.string().includes('PRIVATE KEY'),
  webhook_secret: z.string().min(16),
});
export type CreatedApp = z.infer<typeof CreatedApp>;

export type ManifestFlow = {
  readonly appYml: string;
  readonly url: string;
  readonly name?: string;
  readonly org?: string;
  readonly webUrl: string;
  readonly port: number;
  /** `POST /app-manifests/{code}/conversions`, and what it answered. */
  readonly convert: (code: string) => Promise<unknown>;
  /** Told the address to open. */
  readonly open: (url: string) => void;
  readonly signal?: AbortSignal;
};

/** Resolves with the App once the browser came back with a code of our own state; the page works once. */
export async function createApp(flow: ManifestFlow): Promise<CreatedApp> {
  const state = randomBytes(24).toString('base64url');
  const server = createServer();
  await listens(server, { port: flow.port, host: '127.0.0.1' });
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a server that listens has an address');
    const here = `http://127.0.0.1:${address.port}`;
    const returned = comesBack(server, { flow, state, here });
    flow.open(`${here}/`);
    const app = CreatedApp.safeParse(await flow.convert(await returned));
    if (app.success) return app.data;
    throw new ProblemError({
      kind: 'world',
      what: `The forge's answer to the new App lacks ${app.error.issues.map(({ path }) => path.join('.')).join(', ')}.`,
      remedy: 'Delete the App in its settings and run `sf init` again.',
    });
  } finally {
    server.close();
    server.closeIdleConnections();
  }
}

const STYLE = `
:root { --bg: #ffffff; --text: #1f2328; --line: #d1d9e0; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --text: #f0f6fc; --line: #3d444d; } }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 560px; margin: 48px auto; padding: 24px; border: 1px solid var(--line); border-radius: 6px; }
h1 { font-size: 24px; font-weight: 600; margin: 0 0 8px; line-height: 1.25; }
button { font: inherit; font-weight: 500; color: #fff; background: #1f883d; border: 0; border-radius: 6px; padding: 6px 14px; cursor: pointer; }
`;
/** The one style that the page's policy lets in. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

type Here = { readonly flow: ManifestFlow; readonly state: string; readonly here: string };

function comesBack(server: ReturnType<typeof createServer>, { flow, state, here }: Here): Promise<string> {
  return new Promise((resolve, reject) => {
    flow.signal?.addEventListener('abort', () =>
      reject(new ProblemError({ kind: 'no', what: 'No App was created.', remedy: 'Run `sf init` again when you are ready.' })),
    );
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? '/', here);
      // Another site must not talk to this page under a name of its own (DNS rebinding).
      if (request.headers.host !== new URL(here).host || request.method !== 'GET')
        return answer(response, 403, '<p>This page is for the browser of this machine.</p>');
      if (url.pathname === '/') return answer(response, 200, formPage(flow, state, here));
      if (url.pathname !== '/created') return answer(response, 404, '<p>There is no such page.</p>');
      const code = url.searchParams.get('code') ?? '';
      if (!same(url.searchParams.get('state') ?? '', state) || !/^[A-Za-z0-9]{4,128}$/.test(code)) {
        return answer(response, 403, '<p>This did not begin here. Open the address that sf init shows.</p>');
      }
      answer(response, 200, '<h1>The App is created</h1><p>You can close this page and go on in the terminal.</p>');
      resolve(code);
    });
  });
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function formPage(flow: ManifestFlow, state: string, here: string): string {
  const manifest = manifestOf(flow.appYml, { ...flow, redirectUrl: `${here}/created` });
  const place = flow.org === undefined ? 'settings/apps/new' : `organizations/${encodeURIComponent(flow.org)}/settings/apps/new`;
  return [
    '<h1>Create the GitHub App</h1>',
    `<p>GitHub shows you what it may do before anything is created${flow.org === undefined ? '' : `, in ${escaped(flow.org)}`}.</p>`,
    `<form action="${escaped(`${flow.webUrl}/${place}?state=${state}`)}" method="post">`,
    `<input type="hidden" name="manifest" value="${escaped(manifest)}">`,
    '<button type="submit">Go to GitHub</button></form>',
  ].join('\n');
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>sf init</title><style>${STYLE}</style></head>
<body><main>${body}</main></body>
</html>
`);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
