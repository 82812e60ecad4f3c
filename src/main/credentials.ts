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
  const missing = missingIn(env);
  const present = secretOf(env, 'GITHUB_WEBHOOK_SECRET');
  if (present === undefined || missing.length > 0) {
    const names = missing.length === 1 ? `${missing[0]} is` : `${missing.slice(0, -1).join(', ')} and ${missing.at(-1)} are`;
    throw refused(`${names} not set.`, 'Run `sf init`, which creates the App and prints these lines, or take them from its settings.');
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

/** All of them, so that nobody learns of them one by one. */
function missingIn(env: Environment): readonly string[] {
  const key = env.GITHUB_PRIVATE_KEY || env.GITHUB_PRIVATE_KEY_FILE;
  const needed = { GITHUB_APP_ID: env.GITHUB_APP_ID, 'GITHUB_PRIVATE_KEY (or GITHUB_PRIVATE_KEY_FILE)': key };
  const all = Object.entries({ ...needed, GITHUB_WEBHOOK_SECRET: env.GITHUB_WEBHOOK_SECRET });
  return all.flatMap(([name, value]) => (value ? [] : [name]));
}

function appIdOf(text = ''): number {
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
    // A folder is opened like a file, and the system does not say which one it was.
    const isFolder = cause instanceof Error && 'code' in cause && cause.code === 'EISDIR';
    const why = isFolder ? `${file} is a folder.` : (problemOf(cause)?.what ?? `${file} cannot be read.`);
    throw refused(`GITHUB_PRIVATE_KEY_FILE: ${why}`, 'Name the PEM file of the App.', cause);
  }
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
