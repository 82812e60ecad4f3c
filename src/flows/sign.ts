/** §6.2 the gateway signs what was approved: the two signature fields change, nothing else. */
import { repositoryFolder, signedBundleKey } from '../core/document-keys.js';
import { happened, type Outcome } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { FileEdit } from '../core/pull-request.js';
import { policyDigest } from '../core/signing/digest.js';
import { judgedDigest } from '../core/signing/judged.js';
import { attachSignature } from '../core/signing/signature-lines.js';
import { printStatement } from '../core/signing/statement.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, note } from './bootstrap.js';
import { type ChangedFile, readJudged } from './judged-documents.js';

export async function sign(
  bootstrap: Bootstrap,
  ports: Pick<Ports, 'objects' | 'records' | 'forge' | 'signer' | 'clock'>,
): Promise<Outcome> {
  const { record, registration } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has nothing to sign`);
  const forge = ports.forge(registration.facts.repository);
  const head = await forge.head(request.branch);
  const files = head ? await forge.changed(registration.commit, head) : [];
  if (!head || judgedDigest(files) !== request.approved_digest)
    return happened('head-moved', record, 'the branch holds something else than what was approved');

  const signed = await signedFiles(bootstrap, files, ports);

  const alreadySigned = signed.every((file) => files.some((standing) => standing.path === file.path && standing.content === file.content));
  if (alreadySigned) return happened('signed', { ...record, pull_request: { ...request, head } }, 'the bundle on the branch is signed');
  const sha = await forge.commit([head], signed, `Sign the policy of ${record.dataset_urn}\n`, ports.clock.now());
  const written = [...new Set([...request.written, sha])];
  const noted = await note(
    ports.records,
    record,
    { ...record, pull_request: { ...request, head: sha, written } },
    { at: ports.clock.now(), intention: 'signature planned' },
  );
  const pointed = await forge.point(request.branch, sha, head);
  if (!pointed.done) return happened('head-moved', noted, 'somebody pushed while the policy was signed');
  return happened('signed', noted, 'the bundle on the branch is signed');
}

/** The bundle with its signature. One digest is signed once, however often the step runs. */
async function signedFiles(
  { record, registration, fleet }: Bootstrap,
  files: readonly ChangedFile[],
  ports: Pick<Ports, 'objects' | 'signer' | 'clock'>,
): Promise<readonly FileEdit[]> {
  const { file, document, bundle, manifest } = readJudged(
    files,
    record.dataset_urn,
    repositoryFolder(fleet.settings.folder, record.dataset_urn),
  );
  const digest = policyDigest(document);
  const key = signedBundleKey(record.dataset_urn, digest);
  const standing = await ports.objects.get(key);
  if (standing !== undefined) return [{ path: file.path, content: standing }];

  const jws = await ports.signer.sign(
    printStatement({
      type: 'sf-policy-statement/1',
      urn: record.dataset_urn,
      bootstrap_id: record.bootstrap_id,
      bundle_version: bundle.bundle_version ?? '1.0',
      repository_id: registration.facts.repository,
      tier: manifest.tier,
      digest,
      iat: Math.floor(Date.parse(ports.clock.now()) / 1000),
    }),
  );
  const attached = attachSignature(file.content, jws, digest);
  if (!attached.ok) throw new ProblemError(attached.problem);
  await ports.objects.put(key, attached.text, { ifAbsent: true });
  return [{ path: file.path, content: (await ports.objects.get(key)) ?? attached.text }];
}
