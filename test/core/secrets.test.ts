/** What a scan shows of code that holds secrets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/core/secrets.js';

const KEY = 'AKIAIOSFODNN7EXAMPLE';

test.each([
  ['a password in a URL goes with its user', 'postgresql://admin:hunter2@db.acme.com/shop', 'postgresql://db.acme.com/shop'],
  ['keys before a bucket go', `s3://${KEY}:wJalrXUtnFEMI@lake/x`, 's3://lake/x'],
  ['a container and its account stay', 'abfss://gold@acct.dfs.core.windows.net/x', 'abfss://gold@acct.dfs.core.windows.net/x'],
  ['a port stays', 'hdfs://name:8020/x@y', 'hdfs://name:8020/x@y'],
  ['a signature goes, what is asked stays', 'https://a.b/c/x?sv=2020&sig=q1w2%3D', 'https://a.b/c/x?sv=2020&sig={secret}'],
  ['a password of JDBC', 'jdbc:postgresql://db/x?user=a&password=hunter3', 'jdbc:postgresql://db/x?user=a&password={secret}'],
  ['a keyword', 'df.to_parquet(foo("a", secret="hunter8"))', 'df.to_parquet(foo("a", secret="{secret}"))'],
  ['an entry', `{"key": "${KEY}", "secret": "hunter"}`, '{"key": "{secret}", "secret": "{secret}"}'],
  ['an option', `.option("password", 'p w')`, `.option("password", '{secret}')`],
  ['an option of SQL', "OPTIONS (url 'x', password 'p')", "OPTIONS (url 'x', password '{secret}')"],
  ['what was cut short', 'get(password="hunt', 'get(password="{secret}'],
  ['a token in a path', `s3://b/ghp_${'a1'.repeat(18)}/x`, 's3://b/{secret}/x'],
  ['the name of a variable stays', 'read(password=os.environ["DB_PASSWORD"])', 'read(password=os.environ["DB_PASSWORD"])'],
  ['a hole stays', 'postgresql://{user}:{password}@db/x', 'postgresql://{user}:{password}@db/x'],
  ['a partition stays', 's3://lake/events/token=abc/part', 's3://lake/events/token=abc/part'],
  ['an empty one stays', 'connect(password="")', 'connect(password="")'],
])('%s', (_what, text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});

test('a second look changes nothing', () => {
  const piece = fc.constantFrom('password', '="', "='", 's3://', 'a:b@', '?sig=', KEY, 'x', '"', "'", ' ', '{secret}', '://u:p@', '&', ',');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const once = withoutSecrets(pieces.join(''));
      expect(withoutSecrets(once)).toBe(once);
    }),
  );
});
