/** §14.5 what a webhook, a timer or a command asks the bot to do. Handlers read the present state and never the payload's. */

export type BotTask =
  /** What the App is installed on may have changed: read it again. */
  | { readonly kind: 'sync-installation'; readonly installation: number }
  /** The default branch moved, or a person asked: scan it if it differs from what was scanned last. */
  | { readonly kind: 'scan'; readonly repository: number; readonly because: string }
  /** What repositories say changed: the whole fleet follows. */
  | { readonly kind: 'follow'; readonly because: string }
  /** Something happened around pull requests: those meant are looked at now. Without `pullRequest` and `head`: all of the repository. */
  | { readonly kind: 'look'; readonly repository: number; readonly pullRequest?: number; readonly head?: string; readonly because: string }
  /** A pull request was reopened by a person. */
  | { readonly kind: 'reopen'; readonly repository: number; readonly pullRequest: number }
  /**
   * A comment that begins with our word. Only `written` ones may be obeyed, and only while the comment still has this digest
   * (`sha256` of its text); of the others the reader is told once that they are not: `edited` afterwards, or written
   * `elsewhere` than in the conversation (a review, a line of the diff: `comment` is then that thing's id), if they are somebody to answer.
   */
  | {
      readonly kind: 'command';
      readonly repository: number;
      readonly issue: number;
      readonly comment: number;
      readonly bodyDigest: string;
      readonly as: 'written' | 'edited' | 'elsewhere';
      /** Whoever did that; their role is asked afresh. */
      readonly by?: { readonly id: number; readonly login: string };
    }
  /** Nothing, and why. */
  | { readonly kind: 'nothing'; readonly because: string };
