/** §14 `sf policy verify|keys`: is this policy what the gateway signed, and with which keys is that asked? */
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseJson } from '../core/json.js';
import { EXIT_CODES, type Problem, ProblemError } from '../core/problem.js';
import { checkWith, KeySet, type PublicKey } from '../core/signing/keys.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import { type Verification, verifyPolicy } from '../core/signing/verify.js';
import { instant } from '../core/time.js';
import { DatasetUrn } from '../core/urn.js';
import { plain } from './output.js';

/** What the command needs of the process around it. */
export type PolicyDesk = {
  /** The file's text; rejects with a `ProblemError` when it cannot be read. */
  readonly readText: (path: string) => Promise<string>;
  /** The public keys of a gateway on this machine; rejects where it has none. */
  readonly publicKeys: (home: string | undefined) => Promise<{ readonly keys: readonly PublicKey[] }>;
  /** One document or text on stdout. */
  readonly print: (text: string) => void;
  /** A sentence about what is wrong, on standard error. */
  readonly complain: (text: string) => void;
  readonly exitWith: (code: number) => void;
};

type VerifyOptions = { readonly jwks?: string; readonly format: 'text' | 'json'; readonly urn?: string; readonly repositoryId?: string };

export function policyCommand(desk: PolicyDesk): Command {
  return new Command('policy')
    .addHelpText('after', '\nExample:\n  sf policy verify policy_bundle.yaml --jwks jwks.json\n')
    .addCommand(verifyCommand(desk))
    .addCommand(keysCommand(desk));
}

function keysCommand(desk: PolicyDesk): Command {
  return new Command('keys')
    .description('print the public keys that policies of this home are signed with, as a JSON Web Key Set')
    .option('--home <folder>', 'where the bootstraps are kept (default: $SF_HOME, else ~/.signal-factory)')
    .addHelpText('after', '\nExample:\n  sf policy keys > jwks.json\n')
    .action(async ({ home }: { readonly home?: string }) => {
      desk.print(`${JSON.stringify(await desk.publicKeys(home), undefined, 2)}\n`);
      desk.exitWith(0);
    });
}

function verifyCommand(desk: PolicyDesk): Command {
  return new Command('verify')
    .description('check that a policy bundle is what the gateway signed; exit 0 yes, 1 no, 2 bad input')
    .argument('<file>', 'policy_bundle.yaml')
    .usage('[options] --jwks <file> <file>')
    .option('--jwks <file>', 'the public keys (JSON Web Key Set) to trust; needed')
    .option('--urn <urn>', 'the dataset it must have been signed for', urnArgument)
    .option('--repository-id <id>', 'the repository it must have been signed for')
    .addOption(new Option('--format <format>', 'how to answer').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  sf policy verify signal_factory/curated/orders/policy_bundle.yaml --jwks jwks.json\n')
    .action(async (file: string, options: VerifyOptions) => {
      const policyText = await desk.readText(file);
      if (options.jwks === undefined) throw noKeysNamed();
      const keys = KeySet.safeParse(parseJson(await desk.readText(options.jwks)));
      const read = readStrictYaml(policyText, file);
      if (!keys.success) return refuse(desk, options, notKeys(options.jwks));
      if (!read.ok) return refuse(desk, options, read.problem);
      const expected = {
        ...(options.urn ? { urn: options.urn } : {}),
        ...(options.repositoryId ? { repository_id: options.repositoryId } : {}),
      };
      const verdict = verifyPolicy(read.value, checkWith(keys.data), expected);
      say(desk, options, verdictAnswer(file, verdict), verdict.ok ? 0 : EXIT_CODES.no);
    });
}

type Answer = { readonly json: object; readonly text: string };

function verdictAnswer(file: string, verdict: Verification): Answer {
  if (!verdict.ok)
    return { json: { schema: 'sf-policy-verify/1', verified: false, because: verdict.because }, text: `not verified: ${verdict.because}` };
  const { statement, kid } = verdict;
  const signedAt = instant(statement.iat * 1000);
  return {
    json: { schema: 'sf-policy-verify/1', verified: true, kid, statement },
    text: [
      `verified: ${file}`,
      `  dataset     ${statement.urn} (${statement.tier}), version ${statement.bundle_version}, ${statement.bootstrap_id}`,
      `  repository  ${statement.repository_id}`,
      `  signed      ${signedAt} with key ${kid}`,
      `  digest      ${statement.digest}`,
    ].join('\n'),
  };
}

function refuse(desk: PolicyDesk, { format }: VerifyOptions, problem: Problem): void {
  const json = { schema: 'sf-policy-verify/1', verified: false, problem };
  if (format === 'json') desk.print(`${JSON.stringify(json, undefined, 2)}\n`);
  desk.complain(`sf: ${plain(problem.what)} ${problem.remedy}\n`);
  desk.exitWith(EXIT_CODES[problem.kind]);
}

function say(desk: PolicyDesk, { format }: VerifyOptions, answer: Answer, exitCode: number): void {
  desk.print(`${format === 'json' ? JSON.stringify(answer.json, undefined, 2) : answer.text}\n`);
  desk.exitWith(exitCode);
}

/** Said after what is wrong with the file itself: that is what was named first. */
function noKeysNamed(): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: 'It is not said whose signature counts.',
    remedy: 'Name the public keys with --jwks FILE.',
  });
}

function notKeys(file: string): Problem {
  return {
    kind: 'usage',
    what: `${file} is no set of public P-256 keys.`,
    remedy: '`sf policy keys` prints them for a gateway on this machine.',
  };
}

function urnArgument(value: string): string {
  const urn = DatasetUrn.safeParse(value);
  if (!urn.success) throw new InvalidArgumentError('A dataset urn reads ds://namespace/name.');
  return urn.data;
}
