/** §4.1 Files whose commands start scripts: shell, Makefiles, images, compose files, containers of Kubernetes, workflows, crontabs, bundles of Databricks. */
import type { SourceRef } from '../../src/core/evidence.js';
import { isMap, listOf, mapOf, textOf, textsOf, type YamlMap } from '../documents/yaml.js';
import type { Command } from '../infrastructure/command-line.js';
import { commandOf } from '../infrastructure/command-line.js';
import type { Arguments, StartedBy, StartFacts } from '../infrastructure/facts.js';
import { interpolated } from '../infrastructure/told.js';
import { concat, holed, literal, type Template } from '../targets/template.js';
import { DEPLOYMENTS, deploymentStarts } from './deployments.js';
import { objectStarts } from './objects.js';
import { shellStarts } from './shell.js';

export type CommandFile = { readonly path: string; readonly text: string; readonly documents: readonly unknown[] };

/** What people try out, and tests. */
const TRIAL = /(?:^|[/._-])(?:tests?|testing|examples?|tutorials?|docs?|samples?|local|dev|ci|debug|benchmarks?)(?:[/._-]|$)/i;
const NAMED =
  /(?:^|\/)(?:[\w.-]+\.(?:sh|bash)|(?:GNU)?[Mm]akefile|[\w.-]+\.mk|[Dd]ockerfile(?:\.[\w-]+)?|[\w.-]+\.[Dd]ockerfile|[Pp]rocfile|crontab[\w.-]*|[\w.-]+\.cron(?:tab)?|cron\.d\/[\w.-]+)$/;

export function isCommandName(path: string): boolean {
  return NAMED.test(path) || /\.ya?ml$/.test(path);
}

const STARTS = /\b(?:python[\d.]*|spark-?submit|papermill|pyspark)\b|\.(?:py|ipynb)\b/;

export function mayStartScripts(path: string, text: string): boolean {
  if (TRIAL.test(path)) return false;
  if (!/\.ya?ml$/.test(path)) return STARTS.test(text);
  if (isDeployment(path, text)) return true;
  return (
    /^[ \t]*(?:-[ \t]+)?["']?(?:command|args|run|entrypoint|notebook_path|python_file|entryPoint)["']?\s*:/m.test(text) &&
    /\.(?:py|ipynb)\b|notebook_path|-m\b/.test(text)
  );
}

function isDeployment(path: string, text: string): boolean {
  return DEPLOYMENTS.named.test(path) && DEPLOYMENTS.tells(path, text);
}

export function commandStarts(file: CommandFile): readonly StartFacts[] {
  const { path, text } = file;
  if (/(?:^|\/)\.github\/workflows\//.test(path)) return file.documents.filter(isMap).flatMap((document) => workflowStarts(file, document));
  if (isDeployment(path, text)) return deploymentStarts(file);
  if (/\.ya?ml$/.test(path)) return objectStarts(file).flatMap(({ starts }) => starts);
  if (/[Dd]ockerfile/.test(path)) return imageStarts(path, text);
  if (/(?:^|\/)(?:[\w.-]*\.mk|(?:GNU)?[Mm]akefile)$/.test(path)) return makeStarts(path, text);
  if (/cron/.test(path)) return shellStarts({ text: withoutFields(text), at: { file: path, line: 1 }, by: 'orchestrator' });
  return shellStarts({ text, at: { file: path, line: 1 }, by: 'hand' });
}

/** A crontab's commands without the five fields that say when. */
function withoutFields(text: string): string {
  return text
    .replaceAll(/^[ \t]*(?:@[a-z]+|(?:[\d*][\w*,/-]*[ \t]+){2}(?:[\w*?,/-]+[ \t]+){2}[\w*?,/-]+)[ \t]+/gim, '')
    .replaceAll('\\%', '%');
}

const MAKE_VARIABLE = /\$[({](\w+)()[)}]|\$\$(\w+)/g;

/** `NAME := value` and `NAME ?= value` are variables; lines that a tab begins are commands. */
function makeStarts(path: string, text: string): readonly StartFacts[] {
  const plain = text.replaceAll(
    /^(?:export[ \t]+)?(\w+)[ \t]*(?::|::|\?)?=[ \t]*(.*)$/gm,
    (_whole, name: string, value: string) => `${name}="${value.trim()}"`,
  );
  return shellStarts({ text: plain.replaceAll(/^\t[@-]?/gm, ''), at: { file: path, line: 1 }, by: 'hand', variable: MAKE_VARIABLE });
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
const MAX_STEPS = 500;

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

/** Only what a schedule or a person starts: checks of a change run on data made for them. */
function workflowStarts({ path, text }: CommandFile, workflow: YamlMap): readonly StartFacts[] {
  // YAML 1.1 takes the key `on` for a truth value.
  const on = workflow.on ?? workflow.true;
  const events = [...textsOf(on), ...Object.keys(mapOf(on))];
  if (!events.some((event) => event === 'schedule' || event === 'workflow_dispatch')) return [];
  return Object.values(mapOf(workflow.jobs)).flatMap((job) => {
    const { steps, env } = mapOf(job);
    return listOf(steps)
      .slice(0, MAX_STEPS)
      .flatMap((step) => {
        const run = textOf(mapOf(step).run);
        if (run === undefined) return [];
        const environment = new Map([workflow.env, env, mapOf(step).env].flatMap(environmentIn));
        const line = lineOf(text, run.split('\n')[0]?.trim() ?? '');
        return shellStarts({ text: withoutExpressions(run), at: { file: path, line }, by: 'orchestrator', environment });
      });
  });
}

function environmentIn(env: unknown): readonly (readonly [string, Template])[] {
  return Object.entries(mapOf(env)).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, actionsText(text)] as const];
  });
}

const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;

/** `${{ inputs.day }}` is a variable of that name. */
function withoutExpressions(run: string): string {
  return run.replaceAll(EXPRESSION, (_whole, inside: string) => `\${${inside.match(/\w+/g)?.at(-1) ?? 'value'}}`);
}

function actionsText(text: string): Template {
  const pieces = text.split(EXPRESSION);
  return concat(
    ...pieces.map((piece, index): Template => (index % 2 === 0 ? literal(piece) : holed('config', piece.match(/\w+/g)?.at(-1) ?? 'value'))),
  );
}

function starting(commands: readonly Command[], at: SourceRef, by: StartedBy): readonly StartFacts[] {
  return commands.flatMap((command): StartFacts[] => (command.script === undefined ? [] : [{ at, id: command.script, by, ...command }]));
}

function within(command: Command, environment: Arguments): Command {
  return environment.size > 0 ? { ...command, environment: new Map([...environment, ...(command.environment ?? [])]) } : command;
}

function lineOf(text: string, piece: string): number {
  const found = piece === '' ? -1 : text.indexOf(piece);
  return found < 0 ? 1 : text.slice(0, found).split('\n').length;
}
