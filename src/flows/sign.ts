/** §6.2 the gateway signs what was approved: the two signature fields change, nothing else. */
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import { PolicyBundle } from '../core/artifacts/policy-bundle.js';
import { DOCUMENTS, repositoryFolder, signedBundleKey } from '../core/document-keys.js';
import { toJson } from '../core/json.js';
import { happened, type Outcome } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { FileEdit } from '../core/pull-request.js';
import { policyDigest } from '../core/signing/digest.js';
import { judgedDigest } from '../core/signing/judged.js';
import { attachSignature } from '../core/signing/signature-lines.js';
import { printStatement } from '../core/signing/statement.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, note } from './bootstrap.js';

export async function sign(
  bootstrap: Bootstrap,
  ports: Pick<Ports, 'objects' | 'records' | 'forge' | 'signer' | 'clock'>,
): Promise<Outcome> {
  const { record, registration, fleet } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has nothing to sign`);
  const forge = ports.forge(registration.facts.repository);
  const head = await forge.head(request.branch);
  const files = head ? await forge.readFolder(head, repositoryFolder(fleet.settings.folder, record.dataset_urn)) : [];
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
  { record, registration }: Bootstrap,
  files: readonly FileEdit[],
  ports: Pick<Ports, 'objects' | 'signer' | 'clock'>,
): Promise<readonly FileEdit[]> {
  const file = fileNamed(files, DOCUMENTS.bundle);
  const document = readDocument(file);
  const bundle = parsed(PolicyBundle.safeParse(document), file);
  const manifestFile = fileNamed(files, DOCUMENTS.manifest);
  const manifest = parsed(DatasetManifest.safeParse(readDocument(manifestFile)), manifestFile);
  const digest = policyDigest(toJson(document));
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

function fileNamed(files: readonly FileEdit[], name: string): FileEdit {
  const file = files.find((edit) => edit.path.endsWith(`/${name}`));
  if (file) return file;
  throw new ProblemError({ kind: 'usage', what: `The branch holds no ${name}.`, remedy: 'Put it back, or run `sf bootstrap retry`.' });
}

function readDocument(file: FileEdit) {
  const read = readStrictYaml(file.content, file.path);
  if (read.ok) return read.value;
  throw new ProblemError(read.problem);
}

function parsed<T>(
  result:
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      },
  file: FileEdit,
): T {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ProblemError({
    kind: 'usage',
    what: `${file.path} is not valid at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}.`,
    remedy: 'Mend that field on the branch and approve again.',
  });
}
