/** §4.1 What a run of a script is given: arguments by their keys, words and variables, each as a template. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Template } from './template.js';
import type { WrittenTurns } from './turns.js';

/** By `argumentKey`. */
export type Arguments = ReadonlyMap<string, Template>;

/** What a run of a script is given. */
export type Given = {
  readonly arguments: Arguments;
  /** What stands behind the script in its command, in order. */
  readonly words?: readonly Template[];
  /** Variables of its environment, by their names as they are. */
  readonly environment?: Arguments;
};

/** What starts in production says more than an image's default command, and that more than what people type. */
export const STARTED_BY = ['orchestrator', 'container', 'hand'] as const;
export type StartedBy = (typeof STARTED_BY)[number];

/** `--Target-Path`, `target_path` and `--target-path` are one argument: scripts read it by either spelling. */
export function argumentKey(written: string): string {
  return written.replace(/^-+/, '').replaceAll('-', '_');
}

/** One way a script is run. `at`: where its arguments are written, the one that decides first. */
export type ScriptRun = Given & {
  readonly script: string;
  readonly at: readonly SourceRef[];
  readonly by?: StartedBy;
  /** The function that is called with the arguments, where it is not the script that gets them. */
  readonly entry?: string;
  /** Of a file of SQL: the format of its tables, where they are not those of a catalog of the lake. */
  readonly tables?: string;
  /** The turns of the loops around what starts it. */
  readonly turns?: WrittenTurns;
};
