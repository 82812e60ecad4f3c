/** §8.3 conditions 20 to 22: the policy is signed for here, about the data as it is, and people read our words. */
import { sameFingerprint } from '../../fingerprint.js';
import type { Json } from '../../json.js';
import { policyDigest, sha256 } from '../../signing/digest.js';
import { readStrictYaml } from '../../signing/strict-yaml.js';
import { verifyPolicy } from '../../signing/verify.js';
import { block, type Condition, given, type Outcome, pass, recorded, unknown, wait } from './condition.js';
import { isAdopted } from './content.js';
import type { Scene, SeenBundle } from './scene.js';

export const POLICY_CONDITIONS: readonly Condition[] = [
  {
    number: 20,
    id: 'bundle/valid',
    condition: 'The policy bundle in the head is whole and about this dataset',
    passes: 'every parser reads it alike, it has the form of a bundle, and names this dataset and this bootstrap',
    blocks: 'it is missing, broken or about something else',
    unknown: 'the changes could not be read',
    judge: bundleValid,
  },
  {
    number: 20,
    id: 'bundle/level',
    condition: 'Only a Contract-Lite bundle merges alone',
    passes: '`enrichment_level: contract_lite`, or a person decides',
    blocks: 'another level, and the clock was to decide',
    unknown: 'the changes could not be read',
    judge: bundleLevel,
  },
  {
    number: 20,
    id: 'bundle/in-force',
    condition: 'The bundle switches nothing off',
    passes: '`validation_enabled: true`, and `minimum_enforcement` is there',
    blocks: 'it would be merged switched off',
    unknown: 'the changes could not be read',
    judge: bundleInForce,
  },
  {
    number: 20,
    id: 'signature/valid',
    condition: 'The gateway signed exactly this policy, for this dataset, repository and tier',
    passes: 'the signature verifies, in the head or, where a push would drop approvals, in the config store',
    waits: 'it is not signed yet: that comes last',
    blocks: 'the signature is of other content, another dataset, repository or tier, or of a key that is not trusted',
    unknown: 'the changes or the store’s copy could not be read',
    afterSigning: true,
    judge: signatureValid,
  },
  {
    number: 21,
    id: 'schema/unchanged',
    condition: 'The data has the schema that was profiled',
    passes: 'the fingerprint read now is the profiled one; or nothing was profiled, and nothing is judged by it',
    waits: 'there is no data to read now',
    blocks: 'it is another one: the data is profiled again',
    unknown: 'the data could not be read',
    judge: schemaUnchanged,
  },
  {
    number: 21,
    id: 'schema/bundle',
    condition: 'The bundle judges by the schema that was profiled',
    passes: 'it names that fingerprint; or, where nothing was profiled, its mode is `additive`',
    blocks: 'it names another one, or is strict about nothing',
    unknown: 'the bundle or the data could not be read',
    judge: bundleNamesSchema,
  },
  {
    number: 22,
    id: 'words/intact',
    condition: 'Title and description are the ones that we wrote',
    passes: 'their digest is the recorded one; or the branch is a person’s who approved it, and so are its words',
    blocks: 'somebody changed them: they are put back, and the clock starts again',
    unknown: 'no digest was recorded',
    judge: wordsIntact,
  },
];

/** Digest of title and description as a reader sees them: the forge may change line ends and drop blanks at the end. */
export function wordsDigest(title: string, body: string): string {
  return sha256(`${title.trim()}\n\n${body.replace(/\r\n?/g, '\n').trimEnd()}`);
}

type ReadBundle = Extract<SeenBundle, { readonly kind: 'read' }>;

function withBundle({ bundle }: Scene, judge: (bundle: ReadBundle) => Outcome): Outcome {
  if (bundle.kind === 'read') return judge(bundle);
  return bundle.kind === 'unfit' ? block(bundle.because) : unknown(`the policy bundle could not be read: ${bundle.because}`);
}

function bundleValid(scene: Scene): Outcome {
  return withBundle(scene, ({ bundle }) => {
    const { dataset_urn: urn, bootstrap_id: id } = scene.ledger.record;
    if (bundle.dataset_urn !== urn) return block(`it is about ${bundle.dataset_urn}, not ${urn}`);
    return bundle.bootstrap_id === id ? pass(`${urn}, ${id}`) : block(`it is of ${bundle.bootstrap_id}, not of ${id}`);
  });
}

function bundleLevel(scene: Scene): Outcome {
  return withBundle(scene, ({ bundle }) => {
    const level = bundle.enrichment_level;
    if (scene.ledger.merge.kind === 'person') return pass(`${level}, and a person decides`);
    return level === 'contract_lite' ? pass(level) : block(`${level} never merges alone`);
  });
}

function bundleInForce(scene: Scene): Outcome {
  return withBundle(scene, ({ bundle }) => {
    const { validation_enabled: enabled, minimum_enforcement: least } = bundle.security;
    const seen = `schema ${least.schema_validation}, personal data ${least.pii_detection}`;
    return enabled ? pass(seen) : block('validation_enabled is false');
  });
}

/**
 * The digest in `security.signature` alone is no proof: anybody can compute it. Where the signature went into the store,
 * the store's copy must be signed and hold the policy that the head holds.
 */
function signatureValid(scene: Scene): Outcome {
  return withBundle(scene, ({ bundle, document }) => {
    if (scene.pull?.signed_in !== 'store') {
      return bundle.security.signature_jws === undefined ? wait('not signed yet: that comes last') : verified(document, scene);
    }
    const stored = scene.ledger.storedBundle;
    if (stored === undefined) return unknown('it was signed into the config store, and the copy there could not be read');
    const read = readStrictYaml(stored, 'the copy in the config store');
    if (!read.ok) return block(read.problem.what);
    if (policyDigest(read.value) !== policyDigest(document)) return block('the config store holds another policy than the head');
    return verified(read.value, scene);
  });
}

function verified(document: Json, { ledger }: Scene): Outcome {
  const expected = { urn: ledger.record.dataset_urn, repository_id: String(ledger.repositoryId), tier: ledger.record.tier };
  const verification = verifyPolicy(document, ledger.checkSignature, expected);
  return verification.ok ? pass(`signed with the key ${verification.kid}`) : block(verification.because);
}

function schemaUnchanged({ ledger }: Scene): Outcome {
  return given(ledger.schema, 'the data', ({ now, profiled }) => {
    if (profiled === undefined) return pass('nothing was profiled, so nothing can differ');
    if (now === undefined) return wait('there is no data to read now');
    return sameFingerprint(now, profiled) ? pass(now) : block(`the data is ${now} now, profiled was ${profiled}`);
  });
}

function bundleNamesSchema(scene: Scene): Outcome {
  return withBundle(scene, ({ bundle }) =>
    given(scene.ledger.schema, 'the data', ({ profiled }) => {
      const { baseline_fingerprint: named, mode } = bundle.schema;
      if (profiled === undefined)
        return mode === 'additive' ? pass('nothing is judged by it yet') : block('nothing was profiled, and the bundle is strict');
      return sameFingerprint(named, profiled) ? pass(named) : block(`the bundle names ${named}, profiled was ${profiled}`);
    }),
  );
}

/**
 * Whoever approved, or did not object, read a title and a description: other words than ours may have told them something else.
 * Ours tell of our content. Over what a person put in its place and approved they would be wrong.
 */
function wordsIntact(scene: Scene): Outcome {
  return recorded(scene, ({ words_digest: ours }) => {
    if (ours === undefined) return unknown('no digest of title and description was recorded');
    const { title, body, editor } = scene.snapshot.pullRequest;
    if (wordsDigest(title, body) === ours) return pass('unchanged');
    if (isAdopted(scene)) return pass('not ours, on a branch that is a person’s by now');
    return block(`${editor?.login ?? 'somebody'} changed title or description`);
  });
}
