/** The App's key turned into tokens: one per installation, kept until shortly before it ends, and shown to nobody. */
import { createSign } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/core';
import { ProblemError } from '../../core/problem.js';
import type { Clock } from '../../ports.js';
import type { As } from './limits.js';

export type Credentials = {
  /** The value of the `authorization` header; `renew` asks for a token of its own even if one is kept. */
  authorization(as: As, renew: boolean): Promise<string | undefined>;
};

/** GitHub allows ten minutes; its clock may be a little behind ours. */
const JWT_SECONDS = 540;
const SKEW_SECONDS = 30;

export function createCredentials(options: {
  readonly appId: number;
  readonly privateKey: string;
  readonly clock: Clock;
  readonly request: Octokit['request'];
}): Credentials {
  const { appId, clock, request } = options;
  // Keys from an environment variable often carry `\n` as two characters.
  const key = options.privateKey.replace(/\\n/g, '\n');
  const auth = createAppAuth({ appId, request, createJwt: async (id) => jwt(id, key, clock.now()) });
  return {
    authorization: async (as, renew) => {
      if (as === 'nobody') return undefined;
      if (as === 'app') return `bearer ${(await auth({ type: 'app' })).token}`;
      const { token } = await auth({ type: 'installation', installationId: as, refresh: renew });
      return `token ${token}`;
    },
  };
}

function jwt(id: number | string, key: string, now: string): { readonly jwt: string; readonly expiresAt: string } {
  const at = Math.floor(Date.parse(now) / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: at - SKEW_SECONDS, exp: at + JWT_SECONDS, iss: id })}`;
  try {
    const signature = createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url');
    return { jwt: `${unsigned}.${signature}`, expiresAt: new Date((at + JWT_SECONDS) * 1000).toISOString() };
  } catch {
    // The cause may quote the key.
    throw new ProblemError({
      kind: 'usage',
      what: "The GitHub App's private key is no RSA key in PEM form.",
      remedy: 'Give the key as GitHub let you download it.',
    });
  }
}
