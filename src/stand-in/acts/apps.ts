/** Apps are registered: by hand, or from a manifest whose code was exchanged. */
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Json, objectAt, textAt, textsAt } from '../json.js';
import type { Account, App, Level, Permissions } from '../state/accounts.js';
import type { World } from '../state/world.js';

export type AppInput = {
  readonly slug: string;
  readonly name?: string;
  readonly owner: Account;
  readonly id?: number;
  /** PEM; only the public half is kept. */
  readonly privateKey?: string;
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
};

/** What a visitor posts to `/settings/apps/new`. */
export type Manifest = { readonly owner: Account; readonly manifest: Json };

export function registerApp(world: World, input: AppInput): App {
  const { slug, owner } = input;
  const id = input.id ?? world.nextId();
  const botId = world.nextId();
  const bot: Account = {
    id: botId,
    nodeId: world.identity('BOT').nodeId,
    login: `${slug}[bot]`,
    kind: 'Bot',
    name: `${slug}[bot]`,
    email: `${botId}+${slug}[bot]@users.noreply.github.com`,
    createdAt: world.now(),
  };
  const app: App = {
    id,
    nodeId: world.identity('A').nodeId,
    slug,
    name: input.name ?? slug,
    clientId: `Iv23${String(id).padStart(16, '0')}`,
    owner,
    bot,
    ...(input.privateKey === undefined ? {} : { publicKey: createPublicKey(input.privateKey) }),
    webhook: input.webhook === undefined ? undefined : { ...input.webhook, contentType: 'json' },
    permissions: { metadata: 'read', ...input.permissions },
    events: input.events ?? [],
    createdAt: world.now(),
  };
  world.accounts.set(bot.login.toLowerCase(), bot);
  world.apps.set(id, app);
  return app;
}

export function registerManifest(
  world: World,
  { owner, manifest }: Manifest,
): { readonly app: App; readonly privateKey: string; readonly clientSecret: string } {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const url = textAt(objectAt(manifest, 'hook_attributes'), 'url');
  const wanted = objectAt(manifest, 'default_permissions') ?? {};
  const app = registerApp(world, {
    slug: nameOfManifest({ owner, manifest })
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-'),
    name: nameOfManifest({ owner, manifest }),
    owner,
    privateKey,
    ...(url === undefined ? {} : { webhook: { url, secret: randomBytes(20).toString('hex') } }),
    permissions: Object.fromEntries(
      Object.entries(wanted).flatMap(([name, level]): [string, Level][] =>
        level === 'read' || level === 'write' || level === 'admin' ? [[name, level]] : [],
      ),
    ),
    events: textsAt(manifest, 'default_events') ?? [],
  });
  return { app, privateKey, clientSecret: randomBytes(20).toString('hex') };
}

export function nameOfManifest({ manifest }: Manifest): string {
  return textAt(manifest, 'name') ?? 'app';
}
