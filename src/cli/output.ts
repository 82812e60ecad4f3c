/** §14 how every command speaks: text or one JSON document on standard output, the rest on standard error. */
import { stripVTControlCharacters } from 'node:util';
import { EXIT_CODES, type Problem, ProblemError } from '../core/problem.js';

export const FORMATS_SHOWN = ['text', 'json'] as const;
export type ShownAs = (typeof FORMATS_SHOWN)[number];

export type Console = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal: progress may be drawn. */
  readonly interactive: boolean;
};

export function printJsonDocument(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Columns padded to their widest cell; control characters of foreign text are taken out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Text of repositories and data as one line that cannot move the cursor or colour the terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

export function printProblem(console: Console, problem: Problem): void {
  console.err(`sf: ${plain(problem.what)} ${plain(problem.remedy)}\n`);
}

/** The exit code for what a command threw; something unexpected is a fault of ours and says so. */
export function reportFailure(console: Console, error: unknown): number {
  if (error instanceof ProblemError) {
    printProblem(console, error.problem);
    return EXIT_CODES[error.problem.kind];
  }
  console.err(`sf: this should not have happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_CODES.world;
}
