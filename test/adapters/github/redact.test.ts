/** What never leaves for GitHub, and what does although it looks alike. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedaction } from '../../../src/adapters/github/redact.js';

const SECRET = 'correct-horse-battery-staple';
const redaction = createRedaction([SECRET, 'short']);
const TOKEN = `ghs_${'a1B2'.repeat(9)}`;
const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJpc3MiOjF9'.repeat(3)}.${'c2ln'.repeat(5)}`;
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----';

describe('a text', () => {
  test.each([
    ['an installation token goes', `curl -H ${TOKEN}`, 'curl -H [redacted]'],
    ['a personal token goes', `x ghp_${'Z9'.repeat(18)} y`, 'x [redacted] y'],
    ['a fine-grained token goes', `github_pat_${'11AAAA_'.repeat(6)}`, '[redacted]'],
    ['a JWT goes', `Bearer ${JWT}.`, 'Bearer [redacted].'],
    ['a private key goes', `a\n${KEY}\nb`, 'a\n[redacted]\nb'],
    ['a private key without its end goes, with all behind it', 'a -----BEGIN PRIVATE KEY-----\nMII', 'a [redacted]'],
    ['a token of a user of an app goes', `gho_${'Z9'.repeat(18)}`, '[redacted]'],
    ['the id of an AWS key goes', 'key AKIAIOSFODNN7EXAMPLE here', 'key [redacted] here'],
    ['the secret half goes, its name stays', `aws_secret_access_key = ${'wJalrXUtnF'.repeat(4)}`, 'aws_secret_access_key = [redacted]'],
    ['a bearer header goes', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['a basic one too', 'authorization: basic dXNlcjpwYXNz', 'authorization: basic [redacted]'],
    ['a long bearer anywhere goes', `bearer ${'x1'.repeat(12)}`, 'bearer [redacted]'],
    ['a PGP key goes', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----', '[redacted]'],
    [
      'the bearer of good news stays',
      'Bearer of good news, authorization: by role',
      'Bearer of good news, authorization: by role'.replace('role', 'role'),
    ],
    ['a word that begins like a key id stays', 'AKIABLE', 'AKIABLE'],
    ['a secret of ours goes', `it is ${SECRET}!`, 'it is [redacted]!'],
    ['a secret of ours goes in base64 too', Buffer.from(SECRET).toString('base64'), '[redacted]'],
    ['a short secret would blot out words, and stays', 'in short', 'in short'],
    ['a SHA stays', 'at 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12', 'at 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12'],
    ['words that begin like a token stay', 'ghs_stage and eyJ', 'ghs_stage and eyJ'],
  ])('%s', (_what, text, expected) => {
    expect(redaction.clean(text, 1000)).toBe(expected);
  });

  test('what is too long is cut and says so, never through a character', () => {
    const cut = redaction.clean('😀'.repeat(600), 1001);
    expect(cut.length).toBeLessThanOrEqual(1001);
    expect(cut).toMatch(/^😀+\n\n… cut: longer than GitHub takes\.$/u);
  });

  test('a second look changes nothing, whatever the text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        TOKEN,
        JWT,
        KEY,
        SECRET,
        'authorization: bearer ',
        'AKIAIOSFODNN7EXAMPLE',
        'aws_secret_access_key=',
        '-----BEGIN PRIVATE KEY-----',
        'ghs_',
        'eyJ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 40, max: 400 }), (pieces, atMost) => {
        const once = redaction.clean(pieces.join(''), atMost);
        expect(redaction.clean(once, atMost)).toBe(once);
        expect(once.includes(SECRET) || once.includes(TOKEN) || once.includes('MIIEow')).toBe(false);
      }),
    );
  });
});

describe('a file', () => {
  test.each([
    ['with a token', TOKEN],
    ['with an AWS key', 'AKIAIOSFODNN7EXAMPLE'],
    ['with a private key', KEY],
    ['with a secret of ours', `password: ${SECRET}`],
  ])('%s is refused', (_what, content) => {
    expect(() => redaction.refuse('a/dataset.yaml', content)).toThrow(/a\/dataset\.yaml holds/);
  });

  test('with a signature may leave: it belongs into a policy bundle', () => {
    expect(() => redaction.refuse('a/policy_bundle.yaml', `signature_jws: ${JWT}`)).not.toThrow();
  });
});
