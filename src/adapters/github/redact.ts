/** The last look at every text that leaves for GitHub: no token, no key, no secret of ours, and no more than GitHub takes. */
import { ProblemError } from '../../core/problem.js';
import { AWS_IDS, AWS_SECRETS, CREDENTIALS, JWTS, KEYS, TOKENS } from '../../core/secrets.js';

export type Redaction = {
  /** A body, title or message as it may leave. */
  clean(text: string, atMost: number): string;
  /** File contents cannot be changed, for they were digested: what must not leave is refused. */
  refuse(path: string, content: string): void;
};

export const BODY_LENGTH = 58_000;
export const CHECK_TEXT_LENGTH = 65_535;

/** What no text and no file may hold. */
const NEVER = [KEYS, TOKENS, AWS_IDS, AWS_SECRETS, CREDENTIALS];
const REDACTED = '[redacted]';
const CUT = '\n\n… cut: longer than GitHub takes.';
/** Shorter ones would blot out words. */
const LEAST_SECRET = 8;

export function createRedaction(secrets: readonly string[]): Redaction {
  const written = secrets.filter((secret) => secret.length >= LEAST_SECRET);
  const forms = written.flatMap((secret) => [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64url')]);
  const known = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return {
    clean: (text, atMost) => {
      return shortened(redacted(text, known), atMost);
    },
    refuse: (path, content) => {
      // A signature in a policy bundle has the form of a JWT and belongs there.
      const found = known.some((secret) => content.includes(secret)) || NEVER.some((form) => content.search(form) >= 0);
      if (!found) return;
      throw new ProblemError({
        kind: 'no',
        what: `${path} holds a token, a private key or a secret of this service, and is not written to GitHub.`,
        remedy: 'Take it out of where the file is made from.',
      });
    },
  };
}

/** Again until nothing changes: what stood beside one may come to light as another. */
function redacted(text: string, known: readonly string[]): string {
  const shown = known.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  const clean = [KEYS, JWTS, ...NEVER].reduce((rest, form) => rest.replace(form, REDACTED), shown);
  return clean === text ? text : redacted(clean, known);
}

function shortened(text: string, atMost: number): string {
  if (text.length <= atMost) return text;
  const kept = text.slice(0, atMost - CUT.length);
  // Half of a surrogate pair is no character.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}${CUT}`;
}
