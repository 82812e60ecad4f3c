/** A pull request is a value until the last call. */
import type { DatasetUrn } from './urn.js';
import type { Risk, Tier } from './vocabulary.js';

/** A whole file to be in the branch; paths lie under the organisation's `signal_factory/` folder. */
export type FileEdit = { readonly path: string; readonly content: string };

export type PullRequestPlan = {
  readonly urn: DatasetUrn;
  readonly tier: Tier;
  readonly risk: Risk;
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  /** Markdown, at most 58,000 characters. */
  readonly body: string;
  readonly commitMessage: string;
  readonly files: readonly FileEdit[];
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  /** Digest of the judged content: the tree without `security.signature*` (DESIGN 2). */
  readonly judgedDigest: string;
};
export type PullRequestRef = { readonly url: string; readonly branch: string; readonly head: string };
