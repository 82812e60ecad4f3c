/** What the App proves itself with, from the environment alone; weak or missing ones stop the start. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SHORTEST_SECRET } from '../bot/intake.js';
import { ProblemError, problemOf } from '../core/problem.js';

export type Credentials = {
  readonly appId: number;
  /** PEM */
  readonly privateKey: string;
  /** The present webhook secret, then the one before it. */
  readonly webhookSecrets: readonly [string, ...string[]];
};

export type Environment = Readonly<Record<string, string | undefined>>;

const FEWEST_DIFFERENT_CHARACTERS = 6;

export function readCredentials(env: Environment): Credentials {
  const present = secretOf(env, 'GITHUB_WEBHOOK_SECRET');
  if (present === undefined) {
    throw refused('GITHUB_WEBHOOK_SECRET is not set.', 'Set it to the secret in the settings of the App; without one nobody is believed.');
  }
  const earlier = secretOf(env, 'GITHUB_WEBHOOK_SECRET_OLD');
  return {
    appId: appIdOf(env.GITHUB_APP_ID),
    privateKey: privateKeyOf(env),
    webhookSecrets: earlier === undefined ? [present] : [present, earlier],
  };
}

function refused(what: string, remedy: string, cause?: unknown): ProblemError {
  return new ProblemError({ kind: 'usage', what, remedy }, cause === undefined ? {} : { cause });
}

function appIdOf(text: string | undefined): number {
  if (text === undefined || text === '') throw refused('GITHUB_APP_ID is not set.', 'Set it to the number in the settings of the App.');
  if (!/^[1-9]\d{0,14}$/.test(text)) throw refused('GITHUB_APP_ID is no number.', 'Set it to the number in the settings of the App.');
  return Number(text);
}

function secretOf(env: Environment, name: string): string | undefined {
  const secret = env[name];
  if (secret === undefined || secret === '') return undefined;
  if (secret.includes(','))
    throw refused(`${name} holds a comma.`, 'It is one secret; the one before it goes to GITHUB_WEBHOOK_SECRET_OLD.');
  if (secret.length < SHORTEST_SECRET || new Set(secret).size < FEWEST_DIFFERENT_CHARACTERS) {
    throw refused(
      `${name} is too easy to guess.`,
      `Use at least ${SHORTEST_SECRET} random characters, for example of \`openssl rand -hex 32\`.`,
    );
  }
  return secret;
}

function privateKeyOf(env: Environment): string {
  const { GITHUB_PRIVATE_KEY: text, GITHUB_PRIVATE_KEY_FILE: file } = env;
  if (text && file) throw refused('GITHUB_PRIVATE_KEY and GITHUB_PRIVATE_KEY_FILE are both set.', 'Set one of them.');
  if (!text && !file)
    throw refused('GITHUB_PRIVATE_KEY is not set.', 'Set it to the PEM of the App, or GITHUB_PRIVATE_KEY_FILE to its file.');
  const name = file ? 'GITHUB_PRIVATE_KEY_FILE' : 'GITHUB_PRIVATE_KEY';
  // One line in an environment: line ends are written as \n there.
  const pem = file ? readKey(file) : (text ?? '').replaceAll('\\n', '\n');
  if (parsed(pem)?.asymmetricKeyType !== 'rsa')
    throw refused(`${name} holds no RSA private key.`, 'Download one in the settings of the App.');
  return pem;
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw refused(
      `GITHUB_PRIVATE_KEY_FILE: ${problemOf(cause)?.what ?? `${file} cannot be read.`}`,
      'Name the PEM file of the App.',
      cause,
    );
  }
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
