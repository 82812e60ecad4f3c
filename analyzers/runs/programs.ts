/** §4.1 Programs that other commands call, run for each call with what that gives: a shell's, a Makefile's target, a script of npm. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { Unresolved } from '../../src/core/facts.js';
import { unlessFault } from '../fault.js';
import type { InfrastructureFacts, ProgramCall, ProgramFacts, StartFacts } from '../infrastructure/facts.js';
import { groupPairs } from '../pairs.js';
import { fileOf, filesByName } from '../script-file.js';
import type { Arguments } from '../templates/given.js';
import { concat, literal, type Template } from '../templates/template.js';
import { MAKE_VARIABLE, makeText } from './makefile.js';
import { npmScript } from './npm.js';
import { readShell, type ShellFacts } from './shell.js';

const MAX_NESTING = 4;
/** What all programs of a repository may cost, in characters, and what a run costs beside its text. */
const MAX_WORK = 8_000_000;
const RUN = 8_000;
const MANY = 'too-many-values';
export const CUT_PROGRAM = {
  reason: MANY,
  text: 'it starts more, or gives it more variables, than is looked at: not all of it was',
} as const;
const CUT_CALLS = { reason: MANY, text: 'it calls more programs than are looked at: not all that they start from here on was' } as const;

export function programIn(path: string, text: string): ProgramFacts | undefined {
  const kind = /\.(?:sh|bash)$/.test(path) ? 'shell' : isMakefile(path) ? 'make' : /(?:^|\/)package\.json$/.test(path) ? 'npm' : undefined;
  return kind && { path, kind, text };
}

export function isMakefile(path: string): boolean {
  return /(?:^|\/)(?:[\w.-]*\.mk|(?:GNU)?[Mm]akefile)$/.test(path);
}

export type WithPrograms = { readonly facts: InfrastructureFacts; readonly unresolved: readonly Unresolved[] };

/** With what the programs start that schedulers call. */
export function withPrograms(facts: InfrastructureFacts): WithPrograms {
  if (facts.calls.length === 0 || facts.programs.length === 0) return { facts, unresolved: [] };
  const find = finder(facts.programs);
  const callers = [...groupPairs(facts.calls.map((call) => [call.at.file, call] as const)).values()].map((calls): Caller => {
    const caller: Caller = { open: [], found: [], spent: 0, unresolved: new Map() };
    put(caller, calls, [], find);
    return caller;
  });
  takeTurns(callers, find);
  const unresolved = new Map(callers.flatMap((caller) => [...caller.unresolved]));
  return { facts: { ...facts, starts: [...facts.starts, ...callers.flatMap(({ found }) => found)] }, unresolved: [...unresolved.values()] };
}

type Find = (call: ProgramCall) => ProgramFacts | undefined;
type Open = { readonly call: ProgramCall; readonly program: ProgramFacts; readonly through: readonly SourceRef[] };
/** One file that calls programs. `open`: what is still to be run, the next one last; `unresolved`: by file and reason. */
type Caller = { readonly open: Open[]; readonly found: StartFacts[]; spent: number; readonly unresolved: Map<string, Unresolved> };

/** Whoever has spent least, with the run that it wants, is next: nobody takes away what others have a share in. */
function takeTurns(callers: readonly Caller[], find: Find): void {
  const inTurn = new Set(callers.filter(({ open }) => open.length > 0));
  let left = MAX_WORK;
  while (inTurn.size > 0) {
    const caller = [...inTurn].reduce((least, one) => (wanted(one) < wanted(least) ? one : least));
    const next = caller.open.pop();
    const before = caller.spent;
    if (next && RUN + next.program.text.length <= left) run(caller, next, find);
    else if (next) tell(caller, { ...(next.through.at(-1) ?? next.call.at), ...CUT_CALLS });
    if (caller.open.length === 0 || caller.spent === before) inTurn.delete(caller);
    left -= caller.spent - before;
  }
}

function wanted({ open, spent }: Caller): number {
  return spent + (open.at(-1)?.program.text.length ?? 0);
}

function run(caller: Caller, { call, program, through }: Open, find: Find): void {
  const ran = unlessFault(program.path, () => runProgram(program, call));
  caller.spent += RUN + program.text.length;
  if ('fault' in ran) {
    tell(caller, ran.fault);
    return;
  }
  const { starts, calls, isCut, work } = ran.value;
  caller.spent += work;
  if (isCut) tell(caller, { file: program.path, line: 1, ...CUT_PROGRAM });
  const way = [call.at, ...through];
  for (const start of starts) caller.found.push({ ...start, through: way });
  if (way.length <= MAX_NESTING) put(caller, calls, way, find);
}

function put({ open }: Caller, calls: readonly ProgramCall[], through: readonly SourceRef[], find: Find): void {
  for (const call of calls.toReversed()) {
    const program = find(call);
    if (program) open.push({ call, program, through });
  }
}

function tell({ unresolved }: Caller, row: Unresolved): void {
  const key = `${row.file} ${row.reason}`;
  if (!unresolved.has(key)) unresolved.set(key, row);
}

/** The program at that very path, else the one whose path ends so: it was copied somewhere before it runs. */
function finder(programs: readonly ProgramFacts[]): Find {
  const byPath = new Map(programs.map((program) => [program.path, program]));
  const names = filesByName([...byPath.keys()]);
  return ({ path, at, kind }) => {
    const found = byPath.get(path) ?? byPath.get(fileOf(path, names, at.file) ?? '');
    return found?.kind === kind ? found : undefined;
  };
}

function runProgram({ path, kind, text }: ProgramFacts, { target, words, variables, environment, by }: ProgramCall): ShellFacts {
  const at = { file: path, line: 1 };
  const known = new Map([...environment, ...variables]);
  if (kind === 'make')
    return readShell({ text: makeText(text, target, { variables, environment }), at, by, environment: known, variable: MAKE_VARIABLE });
  const given = new Map([...known, ...positional(words)]);
  if (kind === 'shell') return readShell({ text: withWords(text), at, by, environment: hasOwnWords(text) ? known : given });
  const script = npmScript(text, target ?? '');
  if (!script) return { starts: [], calls: [], isCut: false, work: 0 };
  return readShell({ text: `${script.text} $@`, at: { file: path, line: script.line }, by, environment: given });
}

/** More words than these are read by their place by nobody. */
const MAX_PLACES = 20;

function positional(words: readonly Template[]): Arguments {
  const all = concat(...words.flatMap((word, index) => (index === 0 ? [word] : [literal(' '), word])));
  return new Map([
    ...words.slice(0, MAX_PLACES).map((word, index): [string, Template] => [String(index + 1), word]),
    ['@', all],
    ['*', all],
  ]);
}

/** In quotes `$@` is as many words as were given. */
function withWords(text: string): string {
  return text.replaceAll(/"\$(?:@|\{@\})"/g, '$@');
}

/** Words that are moved on, set anew, or are those of a function within. */
function hasOwnWords(text: string): boolean {
  return /\bshift\b|\bset[ \t]+--|\bgetopts\b|^[ \t]*(?:function[ \t]+\w+|[\w-]+[ \t]*\(\))/m.test(text);
}
