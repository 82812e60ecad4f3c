/** The app about itself: its installations, tokens, webhook deliveries and hook. */

import { nameOfManifest, registerManifest } from '../acts/apps.js';
import { suspend, uninstall, unsuspend } from '../acts/installations.js';
import { invalid, notFound, refusal, unprocessable } from '../errors.js';
import { isOneOf, type Json, type JsonObject, listAt, objectAt, textAt, textsAt } from '../json.js';
import { appJson, installationJson, listedInstallationJson, permissionsJson } from '../render/accounts.js';
import { repositoryJson } from '../render/repository.js';
import type { App, Installation, Level, Permissions } from '../state/accounts.js';
import { type Delivery, payloadOf } from '../webhooks/queue.js';
import { type Answer, appOf, type Call, created, has, NO_CONTENT, numberIn, ok, page, pageOf, type Route, route } from './route.js';

export const APP_ROUTES: readonly Route[] = [
  route('GET', '/app', (call) => {
    const app = appOf(call);
    const count = [...call.world.installations.values()].filter((one) => one.app.id === app.id).length;
    return ok({ ...appJson(call.world, app), installations_count: count });
  }),
  route('GET', '/apps/{app_slug}', (call) => {
    const app = call.world.botOf(call.params.app_slug ?? '');
    if (app === undefined) throw notFound();
    return ok(appJson(call.world, app));
  }),
  route('GET', '/app/installations', (call) => {
    const app = appOf(call);
    const all = [...call.world.installations.values()].filter((one) => one.app.id === app.id);
    return pageOf(call, all, (one) => listedInstallationJson(call.world, one));
  }),
  route('GET', '/app/installations/{installation_id}', (call) => ok(installationJson(call.world, installationOf(call)))),
  route('DELETE', '/app/installations/{installation_id}', (call) => {
    const installation = installationOf(call);
    uninstall(call.world, installation, installation.app.owner);
    return NO_CONTENT;
  }),
  route('POST', '/app/installations/{installation_id}/access_tokens', issueToken),
  route('PUT', '/app/installations/{installation_id}/suspended', (call) => {
    const installation = installationOf(call);
    suspend(call.world, installation, installation.app.owner);
    return NO_CONTENT;
  }),
  route('DELETE', '/app/installations/{installation_id}/suspended', (call) => {
    const installation = installationOf(call);
    unsuspend(call.world, installation, installation.app.owner);
    return NO_CONTENT;
  }),
  route('GET', '/app/hook/config', (call) => ok(hookJson(appOf(call)))),
  route('PATCH', '/app/hook/config', (call) => {
    const app = appOf(call);
    const old = app.webhook ?? { url: '', secret: '', contentType: 'json' };
    const contentType = textAt(call.body, 'content_type');
    app.webhook = {
      url: textAt(call.body, 'url') ?? old.url,
      secret: textAt(call.body, 'secret') ?? old.secret,
      contentType: contentType === 'form' || contentType === 'json' ? contentType : old.contentType,
    };
    return ok(hookJson(app));
  }),
  route('GET', '/app/hook/deliveries', listDeliveries),
  route('GET', '/app/hook/deliveries/{delivery_id}', (call) => {
    const delivery = deliveryOf(call);
    return ok({
      ...deliveryJson(delivery),
      url: delivery.app.webhook?.url ?? '',
      request: { headers: delivery.headers, payload: payloadOf(delivery) },
      response: { headers: delivery.response.headers, payload: delivery.response.payload },
    });
  }),
  route('POST', '/app/hook/deliveries/{delivery_id}/attempts', (call) => {
    call.queue.redeliver(deliveryOf(call));
    return { status: 202, body: {} };
  }),
  route('POST', '/app-manifests/{code}/conversions', (call) => {
    const manifest = call.world.manifests.get(call.params.code ?? '');
    if (manifest === undefined) throw notFound();
    call.world.manifests.delete(call.params.code ?? '');
    const { app, privateKey, clientSecret } = registerManifest(call.world, manifest);
    return created({
      ...appJson(call.world, app),
      name: nameOfManifest(manifest),
      client_secret: clientSecret,
      webhook_secret: app.webhook?.secret ?? null,
      pem: privateKey,
    });
  }),
  route('GET', '/installation/repositories', (call) => {
    if (call.caller.kind !== 'installation')
      throw refusal(403, 'You must authenticate with an installation access token in order to list repositories for an installation.');
    const { installation, repositories } = call.caller;
    const all = call.world.repositoriesOf(installation).filter((one) => repositories?.has(one.id) ?? true);
    const { items, headers } = page(call, all);
    const rows = items.map((one) => ({
      ...repositoryJson(call.world, one),
      permissions: { admin: false, maintain: false, push: false, triage: false, pull: false },
    }));
    return ok({ total_count: all.length, repository_selection: installation.selection, repositories: rows }, headers);
  }),
  route('DELETE', '/installation/token', (call) => {
    if (call.caller.kind !== 'installation') throw refusal(401, 'Requires authentication');
    call.tokens.revoke(call.caller.token);
    return NO_CONTENT;
  }),
  route('GET', '/repos/{owner}/{repo}/installation', (call) => {
    const app = appOf(call);
    const repository = call.world.repository(call.params.owner ?? '', call.params.repo ?? '');
    const found = [...call.world.installations.values()].find(
      (one) => one.app.id === app.id && repository !== undefined && call.world.covers(one, repository),
    );
    if (found === undefined) throw notFound();
    return ok(installationJson(call.world, found));
  }),
  route('GET', '/orgs/{org}/installation', (call) => {
    const app = appOf(call);
    const account = call.world.account(call.params.org ?? '');
    const found = [...call.world.installations.values()].find((one) => one.app.id === app.id && one.account.id === account?.id);
    if (found === undefined) throw notFound();
    return ok(installationJson(call.world, found));
  }),
];

function installationOf(call: Call): Installation {
  const app = appOf(call);
  const installation = call.world.installations.get(numberIn(call, 'installation_id'));
  if (installation === undefined || installation.app.id !== app.id) throw notFound();
  return installation;
}

function issueToken(call: Call): Answer {
  const installation = installationOf(call);
  if (installation.suspended !== undefined) throw refusal(403, 'This installation has been suspended');
  const covered = call.world.repositoriesOf(installation);
  const names = textsAt(call.body, 'repositories');
  const ids = listAt(call.body, 'repository_ids');
  const chosen =
    names === undefined && ids === undefined ? undefined : covered.filter((one) => names?.includes(one.name) || ids?.includes(one.id));
  if (chosen !== undefined && chosen.length < (names?.length ?? 0) + (ids?.length ?? 0)) {
    throw unprocessable('There is at least one repository that does not exist or is not accessible to the parent installation.');
  }
  const permissions = narrowed(installation.permissions, objectAt(call.body, 'permissions'));
  const issued = call.tokens.issue(installation, permissions, chosen && new Set(chosen.map(({ id }) => id)));
  return created({
    token: issued.token,
    expires_at: `${new Date(issued.expiresAt).toISOString().slice(0, 19)}Z`,
    permissions: permissionsJson(permissions),
    repository_selection: chosen === undefined ? installation.selection : 'selected',
    ...(chosen === undefined ? {} : { repositories: chosen.map((one) => repositoryJson(call.world, one)) }),
  });
}

function narrowed(granted: Permissions, wanted: JsonObject | undefined): Permissions {
  if (wanted === undefined) return granted;
  const asked = Object.entries(wanted).map(([name, level]): readonly [string, Level] => {
    if (!isOneOf(['read', 'write', 'admin'] as const, level)) throw invalid({ resource: 'Permission', field: name, code: 'invalid' });
    return [name, level];
  });
  const permissions = Object.fromEntries(asked);
  if (!has(granted, permissions)) throw unprocessable('The permissions requested are not granted to this installation.');
  return { metadata: 'read', ...permissions };
}

function listDeliveries(call: Call): Answer {
  const app = appOf(call);
  const size = Math.min(100, Number(call.query.get('per_page') ?? 30) || 30);
  const cursor = call.query.get('cursor');
  const all = call.queue.deliveries.filter((one) => one.app.id === app.id).reverse();
  const start = cursor === null ? 0 : all.findIndex(({ id }) => `v1_${id}` === cursor);
  const items = start < 0 ? [] : all.slice(start, start + size);
  const next = start < 0 ? undefined : all[start + size];
  const query = new URLSearchParams(call.query);
  if (next !== undefined) query.set('cursor', `v1_${next.id}`);
  const link = `<${call.world.url}${call.prefix}${call.path}?${query}>; rel="next"`;
  return ok(items.map(deliveryJson), next === undefined ? {} : { link });
}

function deliveryOf(call: Call): Delivery {
  const app = appOf(call);
  const id = numberIn(call, 'delivery_id');
  const delivery = call.queue.deliveries.find((one) => one.id === id && one.app.id === app.id);
  if (delivery === undefined) throw notFound();
  return delivery;
}

function deliveryJson(delivery: Delivery): { readonly [key: string]: Json } {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action ?? null,
    installation_id: delivery.installationId ?? null,
    repository_id: delivery.repositoryId ?? null,
    throttled_at: null,
  };
}

function hookJson(app: App): JsonObject {
  const { webhook } = app;
  return {
    url: webhook?.url ?? '',
    content_type: webhook?.contentType ?? 'json',
    insecure_ssl: '0',
    ...(webhook?.secret ? { secret: '********' } : {}),
  };
}
