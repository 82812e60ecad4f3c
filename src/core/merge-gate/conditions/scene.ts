/** §8.3 the snapshot and the ledger with what several conditions derive from them. */
import type { BootstrapRecord } from '../../artifacts/bootstrap-record.js';
import { PolicyBundle } from '../../artifacts/policy-bundle.js';
import { DOCUMENTS } from '../../document-keys.js';
import type { Json } from '../../json.js';
import type { FileEdit } from '../../pull-request.js';
import { judgedDigest } from '../../signing/judged.js';
import { readStrictYaml } from '../../signing/strict-yaml.js';
import type { GateLedger } from '../ledger.js';
import type { PullRequestSnapshot, Reading } from '../snapshot.js';

export type PullRequestRecord = NonNullable<BootstrapRecord['pull_request']>;

/** `unseen`: the forge did not show it. `unfit`: it was shown, and is not what may be put in force. */
export type SeenBundle =
  | { readonly kind: 'read'; readonly document: Json; readonly bundle: PolicyBundle }
  | { readonly kind: 'unfit'; readonly because: string }
  | { readonly kind: 'unseen'; readonly because: string };

export type Scene = {
  readonly snapshot: PullRequestSnapshot;
  readonly ledger: GateLedger;
  readonly pull: PullRequestRecord | undefined;
  readonly now: number;
  /** Digest of what the head holds beside its base, without the signature. */
  readonly judged: Reading<string>;
  readonly bundle: SeenBundle;
};

export function sceneOf(snapshot: PullRequestSnapshot, ledger: GateLedger): Scene {
  const files = filesOf(snapshot);
  return {
    snapshot,
    ledger,
    pull: ledger.record.pull_request,
    now: Date.parse(ledger.now),
    judged: files.ok ? { ok: true, value: judgedDigest(files.value) } : files,
    bundle: files.ok ? bundleOf(files.value, `${ledger.folder}/${DOCUMENTS.bundle}`) : { kind: 'unseen', because: files.because },
  };
}

/** A change without content is one that was not read, whatever the reason. */
function filesOf({ changes }: PullRequestSnapshot): Reading<readonly FileEdit[]> {
  if (!changes.ok) return changes;
  const files = changes.value.flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]));
  const unread = changes.value.find(({ content }) => content === undefined);
  return unread ? { ok: false, because: `the content of ${unread.path} was not read` } : { ok: true, value: files };
}

function bundleOf(files: readonly FileEdit[], path: string): SeenBundle {
  const file = files.find((each) => each.path === path);
  if (!file) return { kind: 'unfit', because: `the branch changes no ${path}` };
  const read = readStrictYaml(file.content, path);
  if (!read.ok) return { kind: 'unfit', because: read.problem.what };
  const parsed = PolicyBundle.safeParse(read.value);
  if (parsed.success) return { kind: 'read', document: read.value, bundle: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the top';
  const what = issue?.message.replace(/^Invalid input: /, '').replace('received undefined', 'and nothing is there') ?? 'no policy bundle';
  return { kind: 'unfit', because: `${path} is not valid at ${where}: ${what}` };
}
