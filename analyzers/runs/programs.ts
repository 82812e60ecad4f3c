/** §4.1 Programs that other commands call, run for each call with what that gives: a shell's, a Makefile's target, a script of npm. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Arguments, InfrastructureFacts, ProgramCall, ProgramFacts, StartFacts } from '../infrastructure/facts.js';
import { fileOf, filesByName } from '../script-file.js';
import { concat, literal, type Template } from '../targets/template.js';
import { MAKE_VARIABLE, makeText } from './makefile.js';
import { npmScript } from './npm.js';
import { readShell, type ShellFacts } from './shell.js';

const MAX_NESTING = 4;
/** Programs that are run for all calls of a repository, and the characters of their texts. */
const MAX_RUNS = 500;
const MAX_CHARACTERS = 4_000_000;

export function programIn(path: string, text: string): ProgramFacts | undefined {
  const kind = /\.(?:sh|bash)$/.test(path) ? 'shell' : isMakefile(path) ? 'make' : /(?:^|\/)package\.json$/.test(path) ? 'npm' : undefined;
  return kind && { path, kind, text };
}

export function isMakefile(path: string): boolean {
  return /(?:^|\/)(?:[\w.-]*\.mk|(?:GNU)?[Mm]akefile)$/.test(path);
}

/** With what the programs start that schedulers call. */
export function withPrograms(facts: InfrastructureFacts): InfrastructureFacts {
  if (facts.calls.length === 0 || facts.programs.length === 0) return facts;
  const find = finder(facts.programs);
  const left = { runs: MAX_RUNS, characters: MAX_CHARACTERS };
  const found: StartFacts[] = [];
  const follow = (call: ProgramCall, through: readonly SourceRef[]): void => {
    const program = find(call);
    if (!program || through.length > MAX_NESTING || left.runs <= 0 || left.characters < program.text.length) return;
    left.runs -= 1;
    left.characters -= program.text.length;
    const { starts, calls } = runProgram(program, call);
    const way = [call.at, ...through];
    found.push(...starts.map((start) => ({ ...start, through: way })));
    for (const inner of calls) follow(inner, way);
  };
  for (const call of facts.calls) follow(call, []);
  return { ...facts, starts: [...facts.starts, ...found] };
}

/** The program at that very path, else the one whose path ends so: it was copied somewhere before it runs. */
function finder(programs: readonly ProgramFacts[]): (call: ProgramCall) => ProgramFacts | undefined {
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
  if (!script) return { starts: [], calls: [] };
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
