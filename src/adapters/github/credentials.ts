/** The App's key turned into tokens: one per installation, kept until shortly before it ends, and shown to nobody. */
import { createPrivateKey } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/core';
import { ProblemError } from '../../core/problem.js';
import type { As } from './limits.js';

export type Credentials = {
  /** The value of the `authorization` header; `renew` asks for a token of its own even if one is kept. */
  authorization(as: As, renew: boolean): Promise<string | undefined>;
};

export function createCredentials(options: {
  readonly appId: number;
  readonly privateKey: string;
  readonly request: Octokit['request'];
}): Credentials {
  const { appId, request } = options;
  // Keys from an environment variable often carry `\n` as two characters.
  const privateKey = options.privateKey.replace(/\\n/g, '\n');
  const auth = createAppAuth({ appId, privateKey, request });
  const isUsable = isRsaKey(privateKey);
  return {
    authorization: async (as, renew) => {
      if (as === 'nobody') return undefined;
      if (!isUsable) {
        throw new ProblemError({
          kind: 'usage',
          what: "The GitHub App's private key is no RSA key in PEM form.",
          remedy: 'Give the key as GitHub let you download it.',
        });
      }
      if (as === 'app') return `bearer ${(await auth({ type: 'app' })).token}`;
      const { token } = await auth({ type: 'installation', installationId: as, refresh: renew });
      return `token ${token}`;
    },
  };
}

/** Whatever else would be thrown about a key may quote it. */
function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
