/** §4.3 rows of which writer speaks for a dataset; each is decided in two orders. */
import { decideWriter, type WriterCandidate, type WriterClaims } from '../../../src/core/decide/writer.js';
import type { Row } from './row.js';
import { run } from './schedule.rows.js';

const writer = (repository: string, file: string, schedules: WriterCandidate['schedules'] = []): WriterCandidate => ({
  ...{ repository, at: { file, line: 3 } },
  schedules,
});
const row = (
  says: string,
  candidates: readonly WriterCandidate[],
  rule: string,
  value: string,
  more: Partial<WriterClaims> & object = {},
): Row => ({
  says,
  decide: () => {
    const claims = { committed: new Set<string>(), ...more };
    const [one, other] = [candidates, candidates.toReversed()].map((all) => decideWriter(all, claims));
    if (!one || JSON.stringify(one) !== JSON.stringify(other)) throw new Error('the order of the writers decides');
    return { ...one, value: `${one.value.repository}:${one.value.at.file}` };
  },
  rule,
  value,
});

const [nightly, hourly] = [run('nightly', '0 2 * * *'), run('hourly', '0 * * * *')];
const off = run('off', '*/5 * * * *', { enabled: false });
const [a, b] = [writer('a', 'jobs/x.py'), writer('b', 'jobs/x.py')];

export const writerRows: readonly Row[] = [
  row('one alone', [a], 'writer/only', 'a:jobs/x.py'),
  row('nothing tells them apart: the first repository', [b, a], 'writer/first-place', 'a:jobs/x.py'),
  row('in one repository the first file', [writer('a', 'jobs/z.py'), a], 'writer/first-place', 'a:jobs/x.py'),
  row('the one that is scheduled', [a, writer('b', 'jobs/x.py', [nightly])], 'writer/schedule', 'b:jobs/x.py'),
  row(
    'of two schedules the one it is held to',
    [writer('a', 'jobs/x.py', [nightly]), writer('b', 'jobs/x.py', [hourly])],
    'writer/schedule',
    'b:jobs/x.py',
  ),
  row('a schedule that is off is none', [a, writer('b', 'jobs/x.py', [off])], 'writer/first-place', 'a:jobs/x.py'),
  row(
    'one task that runs both',
    [writer('a', 'jobs/z.py', [nightly]), writer('a', 'jobs/x.py', [nightly])],
    'writer/first-place',
    'a:jobs/x.py',
  ),
  row('a committed dataset.yaml before a schedule', [writer('a', 'jobs/x.py', [nightly]), b], 'writer/committed', 'b:jobs/x.py', {
    committed: new Set(['b']),
  }),
  row('two committed ones are told apart as others are', [b, a], 'writer/first-place', 'a:jobs/x.py', { committed: new Set(['a', 'b']) }),
  row('the record before everything', [writer('a', 'jobs/x.py', [nightly]), b, writer('c', 'jobs/x.py')], 'writer/record', 'c:jobs/x.py', {
    holder: 'c',
    committed: new Set(['b']),
  }),
  row('within the repository of the record its schedule', [a, b, writer('b', 'jobs/z.py', [nightly])], 'writer/schedule', 'b:jobs/z.py', {
    holder: 'b',
  }),
  row('a record of a repository that no longer writes it', [b, a], 'writer/first-place', 'a:jobs/x.py', { holder: 'c' }),
];
