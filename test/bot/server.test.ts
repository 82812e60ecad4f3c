/** §14.5, §14.7 what the server says beside the webhooks, what it logs, and how it starts and stops. */
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createMetrics } from '../../src/bot/metrics.js';
import { samplesOf } from '../../src/bot/samples.js';
import { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import { ProblemError } from '../../src/core/problem.js';
import { later } from '../../src/core/time.js';
import { type Environment, readCredentials } from '../../src/main/credentials.js';
import { folder, makeScene, NOW, PRIVATE_KEY, post, SECRET } from './scene.js';

const TEXT = JSON.stringify({
  action: 'opened',
  title: 'a secret title',
  repository: { id: 7 },
  pull_request: { number: 3, body: 'a body' },
  sender: { login: 'ada', id: 9 },
});
const PULL = { event: 'pull_request', guid: 'g-1', text: TEXT };
const Ready = z.object({ status: z.string(), checks: z.record(z.string(), z.string()), last_reconcile: z.string() });

async function get(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

describe('addresses', () => {
  test('it is alive, ready, shows its keys, and knows no other page', async () => {
    const scene = await makeScene();
    expect(await get(`${scene.url}/healthz`)).toEqual({ status: 200, text: '{"status":"alive"}' });
    const ready = await get(`${scene.url}/readyz`);
    expect([ready.status, Ready.parse(JSON.parse(ready.text))]).toEqual([
      200,
      { status: 'ready', checks: { store: 'ok', secrets: 'ok', worker: 'ok' }, last_reconcile: 'never' },
    ]);
    const { keys } = z
      .object({ keys: z.array(z.looseObject({ kty: z.string() })) })
      .parse(JSON.parse((await get(`${scene.url}/.well-known/jwks.json`)).text));
    expect(keys.length).toBe(1);
    for (const key of keys) expect(createPublicKey({ key, format: 'jwk' }).type).toBe('public');
    expect(JSON.stringify(keys)).not.toContain('"d"');
    expect((await get(`${scene.url}/admin`)).status).toBe(404);
    await scene.stop();
  });

  test('it says when lost deliveries were last asked for', async () => {
    const scene = await makeScene();
    await scene.timers.tick(NOW);
    expect(Ready.parse(JSON.parse((await get(`${scene.url}/readyz`)).text)).last_reconcile).toBe(NOW);
    await scene.stop();
  });

  test('figures are read from the store once in some seconds, however often somebody asks', async () => {
    const scene = await makeScene();
    const before = await get(`${scene.url}/metrics`);
    await post(scene.url, { ...PULL, guid: 'after-the-first-look' });
    expect((await get(`${scene.url}/metrics`)).text).toBe(before.text);
    scene.clock.set(later(NOW, 5000));
    expect((await get(`${scene.url}/metrics`)).text).toContain('autopilot_inbox{state="waiting"} 1');
    await scene.stop();
  });

  test('with a store that cannot be written it is not ready, and alive', async () => {
    const scene = await makeScene();
    scene.ground.store.database.exec('PRAGMA query_only = ON');
    const { status, text } = await get(`${scene.url}/readyz`);
    expect([status, Ready.parse(JSON.parse(text)).checks.store]).toEqual([503, 'failed']);
    expect((await get(`${scene.url}/healthz`)).status).toBe(200);
    expect((await post(scene.url, PULL)).status).toBe(503);
    scene.ground.store.database.exec('PRAGMA query_only = OFF');
    await scene.stop();
  });
});

describe('metrics', () => {
  test('count answers, tasks, deliveries and timers', async () => {
    const scene = await makeScene();
    await post(scene.url, PULL);
    await post(scene.url, PULL);
    await post(scene.url, PULL, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    await scene.worker.drain();
    const { text } = await get(`${scene.url}/metrics`);
    for (const line of [
      'autopilot_webhooks_total{status="202",outcome="new"} 1',
      'autopilot_webhooks_total{status="202",outcome="known"} 1',
      'autopilot_webhooks_total{status="401",outcome="signature"} 1',
      'autopilot_tasks_total{kind="look",result="done"} 1',
      'autopilot_inbox{state="done"} 1',
      '# TYPE autopilot_inbox gauge',
    ])
      expect(text.split('\n')).toContain(line);
    await scene.stop();
  });

  test('show how pull requests merged, and the share that merged alone', async () => {
    const record = (merged_by: 'clock' | 'approval' | 'person' | undefined, number: number): BootstrapRecord => ({
      dataset_urn: `ds://gold/t${number}`,
      bootstrap_id: `boot-2026-02-15-${String(number).padStart(3, '0')}`,
      tier: 'TIER_3',
      current_step: merged_by ? 'SIGNAL_READY' : 'POLICY_PENDING',
      started_at: NOW,
      steps: {
        registration: { status: 'COMPLETED' },
        profiling: { status: 'COMPLETED' },
        policy_config: { status: 'COMPLETED' },
        certification_init: { status: 'COMPLETED' },
      },
      enforcement_model: 'post_write',
      runtime_detected: 'spark',
      pull_request: {
        branch: `autopilot/t${number}`,
        head: 'a'.repeat(40),
        base_sha: 'a'.repeat(40),
        tree: 'a'.repeat(40),
        written: [],
        judged_digest: 'x',
        inputs_digest: 'x',
        opened_at: NOW,
        content_changed_at: NOW,
        approvals: [],
        number,
        ...(merged_by ? { merged_by, merged_as: 'b'.repeat(40) } : {}),
      },
    });
    // Meant to be merged by the clock, and not merged yet: no merge.
    const { merged_as: _, ...meant } = record('clock', 6).pull_request ?? {};
    const records = [
      record('clock', 1),
      record('clock', 2),
      record('clock', 3),
      record('person', 4),
      record(undefined, 5),
      BootstrapRecord.parse({ ...record('clock', 6), current_step: 'POLICY_SIGNED', pull_request: meant }),
    ];
    const scene = await makeScene();
    const samples = await samplesOf({ ...scene.ground, records: { all: async () => records } });
    const text = createMetrics().text(samples);
    expect(text.split('\n').filter((line) => /^autopilot_(merges|auto|pull)/.test(line))).toEqual([
      'autopilot_pull_requests_open 2',
      'autopilot_merges{by="approval"} 0',
      'autopilot_merges{by="clock"} 3',
      'autopilot_merges{by="person"} 1',
      'autopilot_auto_merge_share 0.75',
    ]);
    await scene.stop();
  });

  test('a label cannot break out of its line', () => {
    const metrics = createMetrics();
    metrics.add('autopilot_writes_total', { operation: 'x"} 1\nevil 2' });
    expect(metrics.text([]).trimEnd().split('\n').at(-1)).toBe('autopilot_writes_total{operation="x__ 1_evil 2"} 1');
  });
});

describe('the log', () => {
  test('holds no text of anybody: no body, title, name, message or secret', async () => {
    const scene = await makeScene({
      handlers: { look: async () => Promise.reject(new Error(`failed at a secret title\n    at a body of ada\n${SECRET}`)) },
    });
    await post(scene.url, PULL);
    await post(scene.url, { ...PULL, guid: 'g-2', text: '{' });
    await scene.worker.drain();
    scene.ground.logger.info({ title: 'a secret title', body: 'a body', token: SECRET, operation: 'merge' }, 'wrote');
    await scene.stop();
    const lines = scene.logged();
    expect(lines.join('')).not.toMatch(/secret|a body|ada\b|-----BEGIN/);
    const documents = lines.map((line) => z.looseObject({ msg: z.string() }).parse(JSON.parse(line)));
    expect(documents.find(({ msg, outcome }) => msg === 'task' && outcome === 'failed')).toMatchObject({
      delivery: 'g-1',
      event: 'pull_request',
      action: 'opened',
      repository: '7',
      task: 'look',
      error: 'Error',
    });
    expect(documents.find(({ msg }) => msg === 'wrote')).toMatchObject({ operation: 'merge' });
    expect(new Set(documents.map(({ msg }) => msg))).toEqual(
      new Set(['listening', 'working', 'webhook', 'task', 'wrote', 'stopping', 'stopped']),
    );
  });

  test('Probot adds nothing to it, whatever the environment says', async () => {
    const meant = {
      REDIS_URL: 'redis://127.0.0.1:1',
      SENTRY_DSN: 'https://1@127.0.0.1/1',
      LOG_LEVEL: 'trace',
      WEBHOOK_PROXY_URL: 'http://127.0.0.1:1',
    };
    const before = { ...process.env };
    Object.assign(process.env, meant);
    try {
      const scene = await makeScene();
      await post(scene.url, PULL);
      await scene.worker.drain();
      expect(scene.asked.length).toBe(1);
      expect(scene.logged().join('')).not.toMatch(/redis|sentry|Webhook received/i);
      await scene.stop();
    } finally {
      for (const name of Object.keys(meant)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});

describe('start and stop', () => {
  test('one server works on a folder', async () => {
    const scene = await makeScene();
    await expect(makeScene({ home: scene.home })).rejects.toThrow(/Another sf is working/);
    await scene.stop();
    await (await makeScene({ home: scene.home })).stop();
  });

  test('when what is composed fails, the address and the folder are free again', async () => {
    const home = folder();
    const handlers = {
      get scan(): never {
        throw new ProblemError({ kind: 'usage', what: 'The key is of another App.', remedy: 'Use its own.' });
      },
    };
    await expect(makeScene({ home, handlers })).rejects.toThrow(/The key is of another App/);
    await (await makeScene({ home })).stop();
  });

  test('what was stored and not worked is worked by the next', async () => {
    const first = await makeScene();
    await post(first.url, PULL);
    await first.stop();
    const next = await makeScene({ home: first.home });
    await next.worker.drain();
    expect(next.asked).toEqual([{ kind: 'look', repository: 7, pullRequest: 3, because: 'the pull request was changed' }]);
    await next.stop();
  });
});

describe('credentials', () => {
  const good: Environment = { GITHUB_APP_ID: '12', GITHUB_PRIVATE_KEY: PRIVATE_KEY, GITHUB_WEBHOOK_SECRET: SECRET };

  test('of the environment, the key as text, on one line, or in a file', () => {
    const expected = { appId: 12, privateKey: PRIVATE_KEY, webhookSecrets: [SECRET] };
    expect(readCredentials(good)).toEqual(expected);
    expect(readCredentials({ ...good, GITHUB_PRIVATE_KEY: PRIVATE_KEY.replaceAll('\n', '\\n') })).toEqual(expected);
    const file = join(folder(), 'key.pem');
    writeFileSync(file, PRIVATE_KEY);
    expect(readCredentials({ ...good, GITHUB_PRIVATE_KEY: '', GITHUB_PRIVATE_KEY_FILE: file })).toEqual(expected);
    expect(readCredentials({ ...good, GITHUB_WEBHOOK_SECRET_OLD: 'the-one-before-it-0123' }).webhookSecrets).toEqual([
      SECRET,
      'the-one-before-it-0123',
    ]);
  });

  test.each<readonly [string, Environment, RegExp]>([
    ['no App id', { GITHUB_APP_ID: '' }, /GITHUB_APP_ID is not set/],
    ['an App id that is a slug', { GITHUB_APP_ID: 'autopilot' }, /GITHUB_APP_ID is no number/],
    ['no key', { GITHUB_PRIVATE_KEY: undefined }, /GITHUB_PRIVATE_KEY \(or GITHUB_PRIVATE_KEY_FILE\) is not set/],
    [
      'nothing at all',
      { GITHUB_APP_ID: '', GITHUB_PRIVATE_KEY: '', GITHUB_WEBHOOK_SECRET: '' },
      /^GITHUB_APP_ID, GITHUB_PRIVATE_KEY \(or GITHUB_PRIVATE_KEY_FILE\) and GITHUB_WEBHOOK_SECRET are not set\. Run `sf init`/,
    ],
    ['a key that is none', { GITHUB_PRIVATE_KEY: 'x' }, /holds no RSA private key/],
    ['a key and a file', { GITHUB_PRIVATE_KEY_FILE: 'key.pem' }, /are both set/],
    ['a file that is not there', { GITHUB_PRIVATE_KEY: undefined, GITHUB_PRIVATE_KEY_FILE: '/none/key.pem' }, /key.pem does not exist/],
    ['no secret', { GITHUB_WEBHOOK_SECRET: undefined }, /GITHUB_WEBHOOK_SECRET is not set/],
    ['an empty secret', { GITHUB_WEBHOOK_SECRET: '' }, /GITHUB_WEBHOOK_SECRET is not set/],
    ['the word of Probot', { GITHUB_WEBHOOK_SECRET: 'development' }, /GITHUB_WEBHOOK_SECRET is too easy to guess/],
    ['one letter many times', { GITHUB_WEBHOOK_SECRET: 'a'.repeat(40) }, /too easy to guess/],
    ['a list of secrets', { GITHUB_WEBHOOK_SECRET: `${SECRET},${SECRET}` }, /holds a comma/],
    ['a weak secret before it', { GITHUB_WEBHOOK_SECRET_OLD: 'short' }, /GITHUB_WEBHOOK_SECRET_OLD is too easy to guess/],
  ])('%s: it does not start', (_, changed, says) => {
    expect(() => readCredentials({ ...good, ...changed })).toThrow(says);
  });

  test('a refusal never shows what was given', () => {
    for (const changed of [{ GITHUB_WEBHOOK_SECRET: 'hunter2' }, { GITHUB_PRIVATE_KEY: 'hunter2' }, { GITHUB_APP_ID: 'hunter2' }]) {
      expect(() => readCredentials({ ...good, ...changed })).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
      );
    }
  });
});
