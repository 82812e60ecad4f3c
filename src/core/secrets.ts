/** What a secret looks like in code and in places: forms that are never anything else, and values behind names that say so. */

export const TOKENS = /gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{22,}|v1\.[0-9a-f]{40}/g;
/** Ids of AWS keys, and what is written behind the name of their secret half. */
export const AWS_IDS = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}/g;
export const AWS_SECRETS = /(?<=aws_?(?:secret_?access_?key|session_?token)["']?\s{0,3}[=:]\s{0,3}["']?)[A-Za-z0-9/+=]{40,}/gi;
/** What follows the scheme of an authorization header. */
export const CREDENTIALS =
  /(?<=authorization["']?\s{0,3}[=:]\s{0,3}["']?(?:bearer|basic|token)\s{1,3})[A-Za-z0-9._~+/=-]{8,}|(?<=\bbearer\s{1,3})[A-Za-z0-9._~+/=-]{20,}/gi;
export const KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g;
export const JWTS = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g;

const FORMS = [KEYS, JWTS, TOKENS, AWS_IDS, AWS_SECRETS, CREDENTIALS];
const HIDDEN = '{secret}';

/** `user:password@` of a URL: who asks is no part of a place. */
const USER = /(?<=[A-Za-z][\w+.-]{0,20}:\/\/)[^\s/?#@'"{}]{1,200}:[^\s/?#@'"{}]{1,400}@/g;
const NAME =
  '[\\w.-]{0,30}(?:passwo?r?d|passwd|passphrase|pwd|secret|token|api_?key|access_?key|account_?key|private_?key|credentials?)[\\w.-]{0,20}';
/** `?sig=…` of a URL. */
const ASKED = new RegExp(`([?&;](?:${NAME}|sig|signature|x-amz-[\\w-]{1,30})=)[^&;\\s'"{}]{1,500}`, 'gi');
/** `password="…"`, `"secret": "…"`, `.option("password", "…")`, `PASSWORD '…'`. */
const SAID = new RegExp(
  `(?<![\\w.-])(${NAME}["']?(?:\\s{0,3}[=:,]\\s{0,3}|\\s{1,3})[rbuf]{0,2}(["']))(?!\\2)[^"'\\n{}]{1,400}(?=\\2|$)`,
  'gi',
);

/**
 * A text of a repository as it may be shown: code that names a secret still says that it does. Words of a hole, `{password}`, stay.
 * Again until nothing changes: what stood beside one may come to light as another.
 */
export function withoutSecrets(text: string): string {
  const plain = text.replace(USER, '').replace(ASKED, `$1${HIDDEN}`).replace(SAID, `$1${HIDDEN}`);
  const clean = FORMS.reduce((rest, form) => rest.replace(form, HIDDEN), plain);
  return clean === text ? text : withoutSecrets(clean);
}
