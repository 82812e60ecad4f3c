/** §4.1 Files whose commands start scripts: shell, Makefiles, images, compose files, containers of Kubernetes, workflows, crontabs, bundles of Databricks. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { Unresolved } from '../../src/core/facts.js';
import { isMap, textsOf } from '../documents/yaml.js';
import type { Command } from '../infrastructure/command-line.js';
import { commandOf } from '../infrastructure/command-line.js';
import type { InfrastructureFacts, StartFacts } from '../infrastructure/facts.js';
import { interpolated } from '../infrastructure/told.js';
import type { Arguments, StartedBy } from '../templates/given.js';
import { literal, type Template } from '../templates/template.js';
import { DEPLOYMENTS, deploymentStarts } from './deployments.js';
import { MAKE_VARIABLE, wholeMakeText } from './makefile.js';
import { objectStarts } from './objects.js';
import { CUT_PROGRAM, isMakefile, programIn } from './programs.js';
import { readShell, type ShellFacts, shellStarts } from './shell.js';
import { WORKFLOW, type WorkflowSteps, workflowSteps } from './workflow.js';

export type CommandFile = { readonly path: string; readonly text: string; readonly documents: readonly unknown[] };

/** What people try out, and tests. */
const TRIAL = /(?:^|[/._-])(?:tests?|testing|examples?|tutorials?|docs?|samples?|local|dev|ci|debug|benchmarks?)(?:[/._-]|$)/i;
const NAMED =
  /(?:^|\/)(?:[\w.-]+\.(?:sh|bash)|(?:GNU)?[Mm]akefile|[\w.-]+\.mk|[Dd]ockerfile(?:\.[\w-]+)?|[\w.-]+\.[Dd]ockerfile|[Pp]rocfile|crontab[\w.-]*|package\.json|[\w.-]+\.cron(?:tab)?|cron\.d\/[\w.-]+)$/;

export function isCommandName(path: string): boolean {
  return NAMED.test(path) || /\.ya?ml$/.test(path);
}

/** Scripts, and programs that may start some. */
const STARTS = /\b(?:python[\d.]*|spark-?submit|papermill|pyspark)\b|\.(?:py|ipynb|sh|bash|sql|hql)\b|\bmake[ \t]/;

export function mayStartScripts(path: string, text: string): boolean {
  if (TRIAL.test(path)) return false;
  if (!/\.ya?ml$/.test(path)) return STARTS.test(text);
  if (isDeployment(path, text)) return true;
  if (WORKFLOW.test(path)) return /\b(?:schedule|workflow_dispatch)\b/.test(text) && /\brun["']?\s*:/.test(text);
  return (
    /^[ \t]*(?:-[ \t]+)?["']?(?:command|args|run|entrypoint|notebook_path|python_file|entryPoint)["']?\s*:/m.test(text) &&
    /\.(?:py|ipynb|sql|hql)\b|notebook_path|-m\b/.test(text)
  );
}

function isDeployment(path: string, text: string): boolean {
  return DEPLOYMENTS.named.test(path) && DEPLOYMENTS.tells(path, text);
}

/** What the commands of a file start, which programs those of schedulers call, and the program that it is itself. */
export function commandFacts(file: CommandFile): CommandFacts {
  const { path, text } = file;
  const program = programIn(path, text);
  const facts = { programs: program ? [program] : [], unresolved: [] };
  if (WORKFLOW.test(path)) return { ...facts, ...together(file.documents.filter(isMap).map((one) => workflowSteps(file, one))) };
  if (isDeployment(path, text)) return { ...facts, starts: deploymentStarts(file), calls: [] };
  if (/\.ya?ml$/.test(path)) return { ...facts, starts: objectStarts(file).flatMap(({ starts }) => starts), calls: [] };
  if (/[Dd]ockerfile/.test(path)) return { ...facts, starts: imageStarts(path, text), calls: [] };
  const at = { file: path, line: 1 };
  if (/cron/.test(path))
    return { ...facts, ...namedCut(path, readShell({ text: withoutFields(text), at, by: 'orchestrator', exportsAll: true })) };
  if (program?.kind === 'npm') return { ...facts, starts: [], calls: [] };
  const shell = isMakefile(path) ? { text: wholeMakeText(text), variable: MAKE_VARIABLE } : { text };
  // What people may call by hand they may call in any way.
  return { ...facts, ...namedCut(path, readShell({ ...shell, at, by: 'hand' })), calls: [] };
}

function namedCut(path: string, { starts, calls, isCut }: ShellFacts): Omit<CommandFacts, 'programs'> {
  return { starts, calls, unresolved: isCut ? [{ file: path, line: 1, ...CUT_PROGRAM }] : [] };
}

export type CommandFacts = Pick<InfrastructureFacts, 'starts' | 'programs' | 'calls'> & { readonly unresolved: readonly Unresolved[] };

function together(all: readonly WorkflowSteps[]): Omit<CommandFacts, 'programs'> {
  const steps = all.flatMap((one) => one.steps);
  return {
    starts: steps.flatMap(({ starts }) => starts),
    calls: steps.flatMap(({ calls }) => calls),
    unresolved: all.flatMap(({ unresolved }) => unresolved),
  };
}

/** A crontab's commands without the five fields that say when. */
function withoutFields(text: string): string {
  return text
    .replaceAll(/^[ \t]*(?:@[a-z]+|(?:[\d*][\w*,/-]*[ \t]+){2}(?:[\w*?,/-]+[ \t]+){2}[\w*?,/-]+)[ \t]+/gim, '')
    .replaceAll('\\%', '%');
}

/** `ENTRYPOINT` and `CMD` are one command; `ENV` goes with it. */
function imageStarts(path: string, text: string): readonly StartFacts[] {
  const environment = new Map<string, Template>();
  let entry: Instruction | undefined;
  let command: Instruction | undefined;
  for (const instruction of instructions(text)) {
    if (instruction.name === 'ENV') for (const [name, value] of environmentOf(instruction.rest)) environment.set(name, literal(value));
    if (instruction.name === 'ENTRYPOINT') entry = instruction;
    if (instruction.name === 'CMD') command = instruction;
  }
  const at = entry ?? command;
  if (!at) return [];
  const words = [...(entry?.words ?? []), ...(command?.words ?? [])].map((word) => interpolated(word));
  const place = { file: path, line: at.line };
  const shell = [entry, command].find((one) => one && one.words.length === 0);
  if (shell) return shellStarts({ text: shell.rest, at: place, by: 'container', environment });
  return starting([within(commandOf(words), environment)], place, 'container');
}

type Instruction = { readonly name: string; readonly rest: string; readonly words: readonly string[]; readonly line: number };

const MAX_INSTRUCTIONS = 1_000;

/** Characters; a longer one is made by a machine. */
const MAX_INSTRUCTION = 10_000;

function instructions(text: string): readonly Instruction[] {
  const lines = text.split('\n');
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length && found.length < MAX_INSTRUCTIONS; at++) {
    const [, name = '', first = ''] = /^\s*(ENV|CMD|ENTRYPOINT)\s+(.*)$/.exec(lines[at] ?? '') ?? [];
    if (name === '') continue;
    const line = at + 1;
    let rest = first.trimEnd();
    while (rest.endsWith('\\') && at + 1 < lines.length && rest.length < MAX_INSTRUCTION)
      rest = `${rest.slice(0, -1)} ${(lines[++at] ?? '').trim()}`;
    if (rest.length <= MAX_INSTRUCTION) found.push({ name, rest, words: wordsOf(rest), line });
  }
  return found;
}

/** The form with brackets, which is JSON. */
function wordsOf(rest: string): readonly string[] {
  try {
    return rest.startsWith('[') ? textsOf(JSON.parse(rest)) : [];
  } catch {
    return [];
  }
}

/** `ENV A=b C="d e"` and `ENV A b`. */
function environmentOf(rest: string): readonly (readonly [string, string])[] {
  const pairs = [...rest.matchAll(/(?<!\w)(\w+)=(?:"([^"]*)"|'([^']*)'|(\S*))/g)].map(
    ([, name = '', a, b, c]) => [name, a ?? b ?? c ?? ''] as const,
  );
  const [, name = '', value = ''] = /^(\w+)\s+(.*)$/.exec(rest) ?? [];
  return pairs.length > 0 ? pairs : name === '' ? [] : [[name, value]];
}

function starting(commands: readonly Command[], at: SourceRef, by: StartedBy): readonly StartFacts[] {
  return commands.flatMap((command): StartFacts[] => (command.script === undefined ? [] : [{ at, id: command.script, by, ...command }]));
}

function within(command: Command, environment: Arguments): Command {
  return environment.size > 0 ? { ...command, environment: new Map([...environment, ...(command.environment ?? [])]) } : command;
}
