/** What a test may set so that the stand-in behaves as GitHub does on a bad day. */
export class Knobs {
  /** Recursive trees answer at most this many entries and say `truncated`. */
  treeEntries = 100_000;
  /** How many times more `mergeable` is not known yet. */
  mergeableUnknown = 0;
  /** GitHub Enterprise with a pre-receive hook: CLEAN is called HAS_HOOKS. */
  hasHooks = false;
  /** The secondary limit on content: 80 a minute and 500 an hour. */
  contentLimit = false;
  /** The primary limit of an installation's token, a real hour long. */
  requestsPerHour = 5_000;
  /** Refuse once the primary limit is used up. */
  enforcePrimaryLimit = false;
  /** Types of rules nobody here models that are not satisfied. */
  readonly unmetRules = new Set<string>();
  /** Milliseconds added to every answer. */
  latencyMs = 0;
}
