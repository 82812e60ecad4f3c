/** §8.3 what the merge gate knows from our own store and from the data, beside the fresh snapshot of the forge. */
import type { BootstrapRecord } from '../artifacts/bootstrap-record.js';
import type { MergeStrategy } from '../decide/merge.js';
import type { Settings } from '../settings.js';
import type { CheckSignature } from '../signing/verify.js';
import type { EnrichmentLevel, Risk } from '../vocabulary.js';
import type { StandingSetback } from './setbacks.js';
import type { Reading } from './snapshot.js';

export type GateLedger = {
  readonly now: string;
  readonly record: BootstrapRecord;
  /** As decided for what is proposed: who merges, how risky, and at which level. */
  readonly merge: MergeStrategy;
  readonly risk: Risk;
  readonly level: EnrichmentLevel;
  /** The organisation's settings with what this repository may change of them. */
  readonly settings: Settings;
  /** Why the repository's own settings could not be understood; `settings` are then the organisation's alone. */
  readonly settingsProblem?: string;
  /** The forge's number of the repository that the proposal was made for: a name can be given to another one. */
  readonly repositoryId: number;
  /** The dataset's folder in the repository: nothing outside it may be changed. */
  readonly folder: string;
  /** Our App and its bot user, by the forge's numbers. */
  readonly app: { readonly id: number; readonly botId: number };
  /** Kill switches that are on, in words: global, organisation, repository, dataset. */
  readonly switches: readonly string[];
  /** Live bootstraps and open pull requests of this urn, this one included. */
  readonly sameUrn: { readonly bootstraps: number; readonly pullRequests: number };
  /** Whether an owner was resolved from the repository or the settings; a fallback word is none. */
  readonly ownerKnown: boolean;
  /** Merges of ours within the last hour, those among them that are under way or in a merge queue; not this one. */
  readonly mergesLastHour: { readonly repository: number; readonly installation: number; readonly owner: number };
  /** Merges of ours that were taken back or made the base branch's checks fail, seen within 24 hours, oldest first. */
  readonly setbacks: readonly StandingSetback[];
  /** Whether what the proposal was made from (jobs, owners, settings, registrations) is the same on the base branch as it stands now. */
  readonly inputs: Reading<'same' | 'changed'>;
  /** Canonical fingerprint of the data's columns as they are now, and of the baseline; absent: no data yet. */
  readonly schema: Reading<{ readonly now?: string; readonly profiled?: string }>;
  readonly checkSignature: CheckSignature;
  /** Where the signature was put into the config store alone (`signed_in: store`): the bundle as it stands there. */
  readonly storedBundle?: string;
  /** A named role lets this content pass without a staging report (Tier-1). */
  readonly waivers?: readonly { readonly by: string; readonly at: string; readonly judged_digest: string }[];
};
