import { describe, expect, it } from 'vitest';
import { policyCommand } from '../../src/cli/policy.js';
import { KEYS, KID, signedWith, statementFor, UNSIGNED_TEXT } from '../signing/signed-orders.js';

const FILES: Readonly<Record<string, string>> = {
  'orders.yaml': signedWith(),
  'unsigned.yaml': UNSIGNED_TEXT,
  'changed.yaml': signedWith().replace('tokenize', 'mask'),
  'ambiguous.yaml': 'a: NO\n',
  'jwks.json': JSON.stringify(KEYS),
  'private.json': JSON.stringify({ keys: [{ ...KEYS.keys[0], d: 'A'.repeat(43) }] }),
  'broken.json': '{',
};

const run = (...argv: readonly string[]) => runPolicy('verify', ...argv);

async function runPolicy(...argv: readonly string[]) {
  const seen = { code: -1, out: '', err: '' };
  const command = policyCommand({
    readText: async (path) => FILES[path] ?? Promise.reject(new Error(`no file ${path}`)),
    publicKeys: async (home) => (home === 'empty' ? Promise.reject(new Error('no key')) : KEYS),
    print: (text) => {
      seen.out += text;
    },
    complain: (text) => {
      seen.err += text;
    },
    exitWith: (code) => {
      seen.code = code;
    },
  });
  await command.parseAsync([...argv], { from: 'user' });
  return seen;
}

describe('sf policy verify', () => {
  it.each([
    [
      'a signed policy',
      ['orders.yaml', '--jwks', 'jwks.json'],
      0,
      /^verified: orders.yaml\n {2}dataset {5}ds:\/\/curated\/orders_enriched \(TIER_3\), version 1.0/,
    ],
    ['a signed policy for its urn', ['orders.yaml', '--jwks', 'jwks.json', '--urn', 'ds://curated/orders_enriched'], 0, /^verified/],
    [
      'a signed policy for another urn',
      ['orders.yaml', '--jwks', 'jwks.json', '--urn', 'ds://curated/customers'],
      1,
      /not verified: it was signed for dataset urn/,
    ],
    ['one for another repository', ['orders.yaml', '--jwks', 'jwks.json', '--repository-id', 'R_1'], 1, /repository R_812, not for R_1/],
    ['a changed policy', ['changed.yaml', '--jwks', 'jwks.json'], 1, /not what was signed/],
    ['an unsigned policy', ['unsigned.yaml', '--jwks', 'jwks.json'], 1, /not signed/],
    ['ambiguous YAML', ['ambiguous.yaml', '--jwks', 'jwks.json'], 2, /disagree on "NO"/],
    ['a key set with a private key', ['orders.yaml', '--jwks', 'private.json'], 2, /no set of public/],
    ['a broken key set', ['orders.yaml', '--jwks', 'broken.json'], 2, /no set of public/],
  ])('%s', async (_, argv, code, out) => {
    const seen = await run(...argv);
    expect(seen.code).toBe(code);
    expect(seen.out + seen.err).toMatch(out);
    expect(seen.out === '').toBe(code === 2);
  });

  it('answers with one JSON document', async () => {
    const yes = await run('orders.yaml', '--jwks', 'jwks.json', '--format', 'json');
    expect(JSON.parse(yes.out)).toEqual({ schema: 'sf-policy-verify/1', verified: true, kid: KID, statement: statementFor(UNSIGNED_TEXT) });
    const no = await run('changed.yaml', '--jwks', 'jwks.json', '--format', 'json');
    expect(JSON.parse(no.out)).toEqual({ schema: 'sf-policy-verify/1', verified: false, because: 'the content is not what was signed' });
  });
});

describe('sf policy keys', () => {
  it('prints a key set that verify takes', async () => {
    const printed = await runPolicy('keys', '--home', 'here');
    expect(printed.code).toBe(0);
    expect(JSON.parse(printed.out)).toEqual(KEYS);
    expect(printed.out).not.toContain('"d"');
  });

  it('does not answer where there is none', async () => {
    await expect(runPolicy('keys', '--home', 'empty')).rejects.toThrow('no key');
  });
});
