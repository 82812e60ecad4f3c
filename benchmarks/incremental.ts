/**
 * Incremental equals full: over seeded sequences of commits the scan through the cache says byte for byte what a scan from
 * nothing says, and no blob is parsed twice. Ends with a table, and with 1 on any difference.
 * Usage: npm run evidence:incremental [-- --sequences 500 --seed 1]
 */
import { parseArgs } from 'node:util';
import { pythonReader } from '../src/adapters/tree-sitter/read-python.js';
import { addedUp, type Played, playSequence } from './incremental/play.js';

const { values } = parseArgs({ options: { sequences: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } } });
const [sequences, seed] = [Number(values.sequences), Number(values.seed)];

const SHOWN = 20;

const reader = pythonReader();
const played: Played[] = [];
for (let index = 0; index < sequences; index++) {
  played.push(await playSequence(seed + index, reader.read));
  if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${sequences}`);
}
await reader.close();

const sum = (of: (one: Played) => number): number => played.reduce((total, one) => total + of(one), 0);
const differences = played.flatMap((one) => one.differences);
const rows: readonly (readonly [string, number])[] = [
  ['sequences', played.length],
  ['commits', sum(({ commits }) => commits)],
  ...Object.entries(addedUp(played.map((one) => one.rows))).map(([kind, count]) => [`rows of ${kind}`, count] as const),
  ['files parsed by scans from nothing', sum(({ parsedFromNothing }) => parsedFromNothing)],
  ['files parsed through the cache', sum(({ parsedWithCache }) => parsedWithCache)],
  ['differences', differences.length],
];
console.log(`| what | count |\n|:--|--:|\n${rows.map(([what, count]) => `| ${what} | ${count} |`).join('\n')}`);
for (const { seed: of, commit, says, what } of differences.slice(0, SHOWN)) console.log(`seed ${of}, commit ${commit} (${says}): ${what}`);
process.exitCode = differences.length === 0 ? 0 : 1;
