/** §8.2 the six parts of the change by their names, how to undo it, and in a fold how to verify it. */
import { ACCEPTED_BRANCH } from '../src/core/pull-request.js';
import { policyDigest } from '../src/core/signing/digest.js';
import { readStrictYaml } from '../src/core/signing/strict-yaml.js';
import { LEVEL_WORDS, type PullRequestInput } from './pull-request-input.js';
import { code, ours, sentence } from './render/markdown.js';
import { rollbackNote, rollbackSteps, wordsOf } from './rollback.js';

export function changePart(input: PullRequestInput): string {
  const { bundle, documents, risk } = input;
  const folder = documents.policy.path.split('/').slice(0, -1).join('/');
  const level = LEVEL_WORDS[bundle.enrichment_level];
  return [
    `**In this change**, under ${code(folder)}`,
    `- ${ours('dataset.yaml')} (owner, places, schedule, goals), ${ours('policy_bundle.yaml')} (${level}; signed once approved) and ${ours('baseline.json')} (what the data looked like)`,
    `- **SDK integration code:** ${sdkWords(input)}`,
    `- **Staging profiling report:** ${stagingWords(input)}`,
    `- **Risk assessment:** ${risk.value}: ${sentence(risk.because)}.`,
  ].join('\n');
}

/** The parts of §8.2 that this version cannot bring are named, each in one line. */
function sdkWords({ manifest }: PullRequestInput): string {
  return manifest.enforcement_model === 'inline_sdk'
    ? 'none yet. It comes with a later version, as a change of its own; until then nothing runs inside your job.'
    : `none, so it costs your job no time. The checks run after the write, by ${ours('sf validate')}, which comes with a later version.`;
}

function stagingWords({ manifest, merge, delivery }: PullRequestInput): string {
  if (manifest.enforcement_model !== 'inline_sdk') return 'none, because no code of the job changes.';
  if (delivery.how === 'github' && merge.value.kind === 'person' && merge.value.stagingReport === 'required')
    return 'none yet: staging runs come with a later version, and the check stays red without one.';
  return 'none yet: staging runs come with a later version. Who approves goes on without one, and is named in the record.';
}

export function undoPart({ delivery }: PullRequestInput): string {
  const steps = rollbackSteps(delivery).map(({ how, does }) => `${ours(how)} ${does}.`);
  return `**Rollback instructions:** ${[...steps, rollbackNote()].join(' ')}`;
}

export function fileLines({ documents, bundle, manifest, delivery }: PullRequestInput, judged: string): readonly string[] {
  const { manifest: dataset, policy, baseline } = documents;
  const read = readStrictYaml(policy.content);
  const digest = read.ok ? ours(policyDigest(read.value)) : 'not readable';
  const files = [dataset, policy, baseline];
  return [
    ...files.map(({ path }) => `- ${code(path)}`),
    '',
    `The policy is version ${ours(bundle.bundle_version ?? '1.0')} and unsigned while it is judged; its digest is ${digest}. The gateway signs it before the merge and changes only ${ours('security.signature')} and ${ours('security.signature_jws')}.`,
    `What is judged, all files without those two lines: ${ours(judged)}. Any other change starts the review again.`,
    '',
    'To verify it after the merge:',
    '',
    '```sh',
    ...(delivery.how === 'local'
      ? [`git show ${ACCEPTED_BRANCH}:${plainPath(policy.path)} > policy_bundle.yaml`, 'sf policy keys > jwks.json']
      : []),
    `sf policy verify ${delivery.how === 'local' ? 'policy_bundle.yaml' : plainPath(policy.path)} --jwks jwks.json --urn ${manifest.urn}`,
    '```',
    '',
    ...(delivery.how === 'local' ? [] : [`The public keys are at ${ours('/.well-known/jwks.json')} of the gateway.`]),
    `Where it stands: ${ours(wordsOf(delivery, manifest.urn).more)}.`,
  ];
}

/** Only a path that a shell takes as it is. */
function plainPath(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : 'policy_bundle.yaml';
}
