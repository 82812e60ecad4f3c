/** §4.1 Programs of a shell, as far as they start scripts: their variables where they are literal, else holes. */

import type { SourceRef } from '../../src/core/evidence.js';
import { assignment, commandOf, splitWords } from '../infrastructure/command-line.js';
import type { ProgramCall, StartFacts } from '../infrastructure/facts.js';
import type { Arguments, StartedBy } from '../templates/given.js';
import { concat, fullText, holed, isShort, literal, printTemplate, type Template } from '../templates/template.js';
import { folderAfter, programCalled } from './program-call.js';
import { isSqlFile, tablesOf } from './sql-files.js';

/** Longer programs and lines are no list of commands. */
const MAX_LINES = 5_000;
const MAX_LINE = 4_000;
const MAX_COMMANDS = 10_000;
const MAX_STARTS = 200;
/** Variables that all its starts and calls are given, each counted for each of them. */
const MAX_GIVEN = 20_000;

export type ShellText = {
  readonly text: string;
  readonly at: SourceRef;
  readonly by: StartedBy;
  /** Variables that are set outside, exported ones among them. */
  readonly environment?: Arguments;
  /** How a variable is written: `$(NAME)` in a Makefile. */
  readonly variable?: RegExp;
  /** Where it begins. */
  readonly folder?: string;
  /** Whatever it sets is in the environment of what it starts, as in a crontab. */
  readonly exportsAll?: boolean;
};

/** Behind `-` and `=` stands a default, behind `?` and `+` something else. */
const SHELL_VARIABLE = /\$\{(\w+|[@*#?!])(?::?[-=]([^{}]*)|:?[?+][^{}]*)?\}|\$(\w+|[@*#?!])|\$\(([^()]*)\)|`([^`]*)`/g;

/** `isCut`: it starts and calls more, or gives them more, than was read. `work`: what reading it cost, in characters. */
export type ShellFacts = {
  readonly starts: readonly StartFacts[];
  readonly calls: readonly ProgramCall[];
  readonly isCut: boolean;
  readonly work: number;
};
/** What a command, and a variable that one is given, cost beside their text. */
const COMMAND = 40;
export const VARIABLE = 20;

export function shellStarts(shell: ShellText): readonly StartFacts[] {
  return readShell(shell).starts;
}

/** The commands of a text in order; what is set before is known after. */
export function readShell({
  text,
  at,
  by,
  environment = new Map(),
  variable = SHELL_VARIABLE,
  folder = '',
  exportsAll = false,
}: ShellText): ShellFacts {
  const starts: StartFacts[] = [];
  const calls: ProgramCall[] = [];
  const set = new Map<string, Template>();
  const worth = { get: (name: string) => set.get(name) ?? environment.get(name) };
  const exported = exporting(environment);
  let [given, read] = [0, 0];
  let isCut = false;
  let inside = folder;
  for (const { line, words } of commandsOf(text, (raw) => withVariables(raw, worth, variable))) {
    isCut ||= ++read > MAX_COMMANDS;
    if (isCut) break;
    const assigned = assignedBy(words);
    for (const [name, value] of assigned.set) set.set(name, value);
    if (assigned.set.length > 0) {
      if (assigned.isExport || exportsAll) exported.add(assigned.set);
      continue;
    }
    inside = folderAfter(words, inside);
    const place = { file: at.file, line: at.line + line };
    const command = commandOf(words);
    const { script } = command;
    const called = script === undefined ? programCalled(words, inside) : undefined;
    if (script === undefined && !called) continue;
    const inherited = exported.with((called ?? command).environment);
    given += inherited.size;
    isCut = starts.length + calls.length >= MAX_STARTS || given > MAX_GIVEN;
    if (isCut) break;
    if (called) calls.push({ ...called, at: place, by, environment: inherited });
    else if (script !== undefined) {
      const tables = isSqlFile(script) ? tablesOf(words.map(printTemplate).join(' ')) : undefined;
      const environment = inherited.size > 0 ? { environment: inherited } : {};
      starts.push({ at: place, id: script, by, ...command, ...environment, ...(tables === undefined ? {} : { tables }) });
    }
  }
  return { starts, calls, isCut, work: text.length + COMMAND * read + VARIABLE * given };
}

/** What whoever is started inherits: those that are told the same have one map of it. */
function exporting(environment: Arguments) {
  const added = new Map<string, Template>();
  let whole: Arguments | undefined = environment;
  return {
    add: (set: Assigned['set']): void => {
      for (const [name, value] of set) added.set(name, value);
      whole = undefined;
    },
    with: (own: Arguments | undefined): Arguments => {
      whole ??= new Map([...environment, ...added]);
      return own && own.size > 0 ? new Map([...whole, ...own]) : whole;
    },
  };
}

type Read = { readonly line: number; readonly words: readonly Template[] };

/** Lines that a backslash carries on are one; `&&`, `||`, `;` and `|` end a command. Read one by one: what a line sets, the next one sees. */
function* commandsOf(text: string, read: (raw: string) => Template): Generator<Read> {
  let carried = '';
  let from = 0;
  for (const [index, line] of text.split('\n').slice(0, MAX_LINES).entries()) {
    const plain = line.trimEnd();
    if (carried === '') from = index;
    carried += carried === '' ? plain : ` ${plain.trim()}`;
    if (carried.length > MAX_LINE) {
      carried = '';
      continue;
    }
    if (plain.endsWith('\\')) {
      carried = carried.slice(0, -1);
      continue;
    }
    if (!/^\s*#/.test(carried))
      for (const piece of piecesOf(carried)) yield { line: from, words: splitWords(read(piece.replace(/\s#\s.*$/, ''))) };
    carried = '';
  }
}

const TOKEN = /'[^']*'|"[^"]*"|\$\([^()]*\)|`[^`]*`|&&|\|\|?|;|[^'"$`&|;]+|[\s\S]/g;

/** Commands of one line; what stands in quotes, or is printed by a command within, is no end of one. */
function piecesOf(line: string): readonly string[] {
  const pieces: string[] = [''];
  for (const [token] of line.matchAll(TOKEN)) {
    if (/^(?:&&|\|\|?|;)$/.test(token)) pieces.push('');
    else pieces.push((pieces.pop() ?? '') + token);
  }
  return pieces;
}

type Assigned = { readonly set: readonly (readonly [string, Template])[]; readonly isExport: boolean };

/** `A=b`, `export A=b C=d`; not `A=b command`. */
function assignedBy(words: readonly Template[]): Assigned {
  const isExport = /^(?:export|declare|readonly|local)$/.test(fullText(words[0] ?? literal('')) ?? '');
  const rest = isExport ? words.slice(1).filter((word) => !/^-/.test(fullText(word) ?? '')) : words;
  const set = rest.map((word) => (/^[A-Za-z_]\w*=/.test(String(word.parts[0] ?? '')) ? assignment(word) : undefined));
  const known = set.filter((one) => one !== undefined);
  return { set: known.length === rest.length ? known : [], isExport };
}

/** `${NAME:-default}` is its default where nothing sets it; what a command prints is not known, a date is a time. */
function withVariables(text: string, set: Worth, variable: RegExp): Template {
  const parts: Template[] = [];
  let end = 0;
  for (const match of text.matchAll(variable)) {
    parts.push(literal(text.slice(end, match.index)));
    const [whole, braced, fallback, bare, command, ticked] = match;
    parts.push(worthOf({ name: braced ?? bare, fallback, printed: command ?? ticked }, set) ?? literal(whole));
    end = match.index + whole.length;
  }
  return concat(...parts, literal(text.slice(end)));
}

type Worth = Pick<Arguments, 'get'>;
type Variable = { readonly name: string | undefined; readonly fallback: string | undefined; readonly printed: string | undefined };

function worthOf({ name, fallback, printed }: Variable, set: Worth): Template | undefined {
  if (printed !== undefined)
    return /^\s*(?:\S*\/)?date\b/.test(printed) ? holed('time', 'date') : holed('opaque', printed.split(/\W/)[0] ?? '');
  if (name === undefined) return undefined;
  const known = set.get(name);
  if (known && isShort(known)) return known;
  return fallback !== undefined && fallback !== '' && !fallback.includes('$')
    ? literal(fallback)
    : holed('config', /^\d+$/.test(name) ? `word_${name}` : name);
}
