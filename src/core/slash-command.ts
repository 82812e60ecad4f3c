/** §14.4 what a comment that begins with `/autopilot` asks for: the words of this version, who may say them, and how they are read. */
import { ROLES, type Role } from './merge-gate/snapshot.js';

export const COMMAND_WORDS = ['help', 'status', 'rescan', 'hold', 'resume', 'proceed'] as const;
export type CommandWord = (typeof COMMAND_WORDS)[number];

/** Objecting is cheap, lifting an objection is not. On a public repository everybody has read. */
export const COMMAND_TABLE: Readonly<Record<CommandWord, { readonly least: Role; readonly leastInPublic: Role; readonly help: string }>> = {
  help: { least: 'read', leastInPublic: 'read', help: 'shows these words' },
  status: { least: 'read', leastInPublic: 'read', help: 'says where this dataset stands and what it waits for' },
  rescan: { least: 'write', leastInPublic: 'write', help: 'scans the default branch again' },
  hold: { least: 'read', leastInPublic: 'triage', help: 'stops this pull request from merging by itself until somebody resumes it' },
  resume: { least: 'write', leastInPublic: 'write', help: 'takes a hold back; the waiting time begins anew' },
  proceed: { least: 'write', leastInPublic: 'write', help: 'says that the objections made so far are settled' },
};

/** Words of later versions: known, so that nobody is told that they mistyped. */
const LATER_WORDS: ReadonlySet<string> = new Set([
  'explain',
  'profile',
  'rebase',
  'regenerate',
  'approve',
  'ignore',
  'offer-again',
  'tier',
  'rollback',
  'disable',
]);

export type ReadCommand =
  /** Not for us. */
  | { readonly kind: 'none' }
  /** `rest`: what stands behind the word on its line; free text, never evaluated. */
  | { readonly kind: 'command'; readonly word: CommandWord; readonly rest: string }
  | { readonly kind: 'later'; readonly word: string }
  | { readonly kind: 'unknown'; readonly suggestion?: CommandWord };

/** So much of a comment is read; a snapshot's comments hold as much. */
export const COMMAND_WITHIN_CHARACTERS = 300;
const SUGGEST_WITHIN = 2;
const LONGEST_WORD = 40;

/**
 * The first line that is not blank decides. It is a command when it begins with `/autopilot`, indented less than a code block is:
 * a quoted line, a fence and anything in front of the word make it none.
 */
export function readCommand(text: string): ReadCommand {
  const line = text
    .slice(0, COMMAND_WITHIN_CHARACTERS)
    .split(/\r\n|\n|\r/)
    .find((each) => /[^ \t]/.test(each));
  const said = /^ {0,3}\/autopilot(?:[ \t]+(\S+)(.*))?[ \t]*$/i.exec(line ?? '');
  if (!said) return { kind: 'none' };
  const word = (said[1] ?? 'help').toLowerCase();
  const known = COMMAND_WORDS.find((each) => each === word);
  if (known) return { kind: 'command', word: known, rest: (said[2] ?? '').trim() };
  if (LATER_WORDS.has(word)) return { kind: 'later', word };
  const suggestion = nearest(word);
  return { kind: 'unknown', ...(suggestion ? { suggestion } : {}) };
}

/**
 * One word that is obeyed and nothing more: whatever a person adds to it, or a word nobody knows, may be an objection, and so may
 * what was cut off.
 */
export function isOnlyCommand(text: string): boolean {
  const read = readCommand(text);
  return read.kind === 'command' && read.rest === '' && !wasCut(text) && !/[\r\n]\s*\S/.test(text.trim());
}

/** What stands behind so many characters is not read. */
export function wasCut(text: string): boolean {
  return text.length >= COMMAND_WITHIN_CHARACTERS;
}

export function mayCommand(word: CommandWord, role: Role, isPrivate: boolean): boolean {
  const { least, leastInPublic } = COMMAND_TABLE[word];
  return ROLES.indexOf(role) >= ROLES.indexOf(isPrivate ? least : leastInPublic);
}

/** The table as Markdown. */
export function commandHelp(): string {
  const rows = COMMAND_WORDS.map((word) => {
    const { least, leastInPublic, help } = COMMAND_TABLE[word];
    const role = least === leastInPublic ? least : `${least}, on a public repository ${leastInPublic}`;
    return `| \`/autopilot ${word}\` | ${help} | ${role} |`;
  });
  return ['A comment that begins with one of these is for me:', '', '| word | what it does | least role |', '|:--|:--|:--|', ...rows].join(
    '\n',
  );
}

/** What a writer is told whose word does not work here. Nothing of their text is repeated but words that we know. */
export function commandRefusal(read: Extract<ReadCommand, { readonly kind: 'later' | 'unknown' }>): string {
  if (read.kind === 'later') return `\`/autopilot ${read.word}\` is not available in this version. \`/autopilot help\` shows what is.`;
  const hint = read.suggestion ? `Did you mean \`/autopilot ${read.suggestion}\`? ` : '';
  return `I do not know that word. ${hint}\`/autopilot help\` shows those that I know.`;
}

function nearest(word: string): CommandWord | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  return nearestOf(word, COMMAND_WORDS);
}

/** What somebody meant who wrote `word`: the one that differs in a letter or two, if there is one. */
export function nearestOf<T extends string>(word: string, all: readonly T[]): T | undefined {
  const near = all
    .map((known) => ({ known, away: editDistance(word, known) }))
    .filter(({ known, away }) => away <= SUGGEST_WITHIN && away < known.length / 2);
  return near.toSorted((a, b) => a.away - b.away)[0]?.known;
}

/** Letters put in, left out or changed, and neighbours swapped, count one each. */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const here = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      here.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (here[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + same,
          swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = here;
  }
  return last[b.length] ?? 0;
}
