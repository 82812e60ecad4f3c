/** §14 how every command speaks: text or one JSON document on standard output, the rest on standard error. */
import { stripVTControlCharacters } from 'node:util';
import { EXIT_CODES, type Problem, ProblemError, problemOf } from '../core/problem.js';
import { instant } from '../core/time.js';

export const FORMATS_SHOWN = ['text', 'json'] as const;
export type ShownAs = (typeof FORMATS_SHOWN)[number];

export type Console = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal: progress may be drawn. */
  readonly interactive: boolean;
};

export function printJsonDocument(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value, null, 2).replace(MOVING, inEscapes)}\n`);
}

/** What JSON leaves as it is although it moves the cursor of a terminal or turns the direction of its text. */
const MOVING = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function inEscapes(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A word as a shell takes it: what is printed to be called must survive spaces and signs in names. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Columns under their heads. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return aligned([head, ...rows]);
}

/** Columns padded to their widest cell; control characters of foreign text are taken out. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(plain));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
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
export function reportFailure(console: Console, error: unknown, asJson: boolean): number {
  const problem = problemOf(error);
  if (problem) printProblem(console, problem);
  else {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.err(`sf: this should not have happened: ${told.split('\n').map(plain).join('\n')}\n`);
  }
  const shown = problem ?? {
    kind: 'world',
    what: error instanceof Error ? error.message : String(error),
    remedy: 'Report it with what was run.',
  };
  if (asJson) printJsonDocument(console, { problem: shown });
  return EXIT_CODES[problem?.kind ?? 'world'];
}

/** The value of `--now`. */
export function parseNow(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return instant(time);
  throw new ProblemError({ kind: 'usage', what: `${JSON.stringify(text)} is no UTC time.`, remedy: 'Write it like 2026-02-15T10:00:00Z.' });
}
