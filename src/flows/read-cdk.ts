/** §4.1 Reads the TypeScript of an AWS CDK app: only below a `cdk.json`, and the compiler is loaded only then. */
import { readCdk } from '../../analyzers/cdk/read.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE } from '../../analyzers/infrastructure/facts.js';
import { emptyFacts, isGivenUp, type PythonFacts } from '../../analyzers/python/facts.js';
import { buildProgram } from '../../analyzers/targets/program.js';
import type { ReadTypeScript } from '../../analyzers/typescript/extract.js';
import type { Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RepoSource } from '../ports.js';

const MAX_BYTES = 512 * 1024;
/** Larger apps are read in part; the rest is said. */
const MAX_FILES = 500;
/** After so many files that could not be read in time the rest is not tried: together they would hold up everything else. */
const MAX_GIVEN_UP = 3;
const LEFT = emptyFacts([{ reason: 'parse-timeout', line: 1, text: `not tried after ${MAX_GIVEN_UP} files that took too long` }]);
const FOREIGN = /(?:^|\/)(?:node_modules|cdk\.out|dist|vendor)\/|\.d\.ts$|(?:\.|\/)(?:test|tests|spec|__tests__)(?:\.|\/)/;

export async function readCdkOf(
  source: RepoSource,
  listing: readonly FileEntry[],
  readTypeScript: ReadTypeScript,
): Promise<{ readonly facts: InfrastructureFacts; readonly unresolved: readonly Unresolved[] }> {
  const roots = listing.filter(({ path }) => /(?:^|\/)cdk\.json$/.test(path)).map(({ path }) => path.slice(0, -'cdk.json'.length));
  const below = listing.filter(
    ({ path, size }) => path.endsWith('.ts') && size <= MAX_BYTES && !FOREIGN.test(path) && roots.some((root) => path.startsWith(root)),
  );
  if (below.length === 0) return { facts: NO_INFRASTRUCTURE, unresolved: [] };
  const files = new Map<string, PythonFacts>();
  let givenUp = 0;
  for await (const { path, bytes } of source.read(below.slice(0, MAX_FILES))) {
    const facts = givenUp < MAX_GIVEN_UP ? await readTypeScript(new TextDecoder().decode(bytes)) : LEFT;
    if (isGivenUp(facts)) givenUp += 1;
    files.set(path, facts);
  }
  const rest = below
    .slice(MAX_FILES, MAX_FILES + 1)
    .map(({ path }): Unresolved => ({ file: path, line: 1, reason: 'too-large', text: `more than ${MAX_FILES} files of one app` }));
  const flaws = [...files].flatMap(([file, facts]) => facts.flaws.map((flaw): Unresolved => ({ file, ...flaw })));
  const { facts, faults } = readCdk(buildProgram(files));
  return { facts, unresolved: [...flaws, ...rest, ...faults] };
}
