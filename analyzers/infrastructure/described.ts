/** §4.1 Scripts with what they are given, at any depth of a job's description: containers, steps of EMR, submissions to Spark, notebooks. */
import { type Arguments, argumentKey } from '../templates/given.js';
import { concat, holed, literal, printTemplate, type Template } from '../templates/template.js';
import { assignment, type Command, commandOf, readArguments, readCommand, settingsIn, splitWords } from './command-line.js';
import { COMMAND_KEYS, isScript, plainKey, SCRIPT_KEYS, type ScriptKind } from './job-keys.js';
import { isText, listIn, mapIn, type Told, textIn } from './told.js';

const MAX_NESTING = 12;
const MAX_COMMANDS = 200;

/** By plain keys. */
type Described = ReadonlyMap<string, Told>;

export function commandsIn(told: Told | undefined): readonly Command[] {
  const found: Command[] = [];
  collect(found, told, { depth: 0, environment: new Map() });
  return found;
}

type Around = { readonly depth: number; readonly environment: Arguments };

function collect(found: Command[], told: Told | undefined, { depth, environment }: Around): void {
  if (depth > MAX_NESTING || found.length >= MAX_COMMANDS || told === undefined || isText(told)) return;
  if (!(told instanceof Map)) {
    for (const item of listIn(told)) collect(found, item, { depth: depth + 1, environment });
    return;
  }
  const described: Described = new Map([...told].map(([key, value]) => [plainKey(key), value]));
  const inside = new Map([...environment, ...environmentIn(described)]);
  const commands = COMMANDS.map((read) => read(described)).find((read) => read.length > 0);
  if (commands) for (const command of commands) found.push(within(command, inside));
  else for (const inner of told.values()) collect(found, inner, { depth: depth + 1, environment: inside });
}

function within(command: Command, environment: Arguments): Command {
  const own = command.environment ?? new Map<string, Template>();
  const all = new Map([...environment, ...own]);
  if (all.size === 0) return command;
  const known = ([key, value]: readonly [string, Template]) => [key, withVariables(value, all)] as const;
  return {
    ...command,
    arguments: new Map([...command.arguments].map(known)),
    ...(command.words ? { words: command.words.map((word) => withVariables(word, all)) } : {}),
    environment: all,
  };
}

/** `$(TABLE)` and `$TABLE` are what the same description says of the variable. */
function withVariables(word: Template, environment: Arguments): Template {
  const parts = word.parts.map((part) => typeof part !== 'string' && part.kind === 'config' && environment.get(part.name));
  if (!parts.some(Boolean)) return word;
  return { ...concat(...parts.map((value, index) => value || { parts: word.parts.slice(index, index + 1), via: [] })), via: word.via };
}

/** The kinds of description, the one that says most first. */
const COMMANDS: readonly ((described: Described) => readonly Command[])[] = [
  entryPoint,
  application,
  glueScript,
  notebook,
  pythonFile,
  commandLine,
];

function entryPoint(described: Described): readonly Command[] {
  const script = scriptIn(described, 'entryPoint');
  if (!script) return [];
  const settings = settingsIn(wordsOf(described, 'sparksubmitparameters').flatMap(splitWords));
  return [withWords(script, wordsOf(described, 'entrypointarguments'), settings)];
}

function application(described: Described): readonly Command[] {
  const script = scriptIn(described, 'application');
  return script ? [withWords(script, wordsOf(described, 'applicationargs'), textsIn(described.get('conf')))] : [];
}

/** A Glue job that its task makes. */
function glueScript(described: Described): readonly Command[] {
  const script = scriptIn(described, 'glue');
  return script ? [{ script: printTemplate(script), arguments: namedIn(described.get('scriptargs')) }] : [];
}

function notebook(described: Described): readonly Command[] {
  const script = scriptIn(described, 'notebook');
  if (!script) return [];
  const given = [described.get('baseparameters'), described.get('notebookparams'), described.get('parameters')];
  return [{ script: printTemplate(script), arguments: new Map(given.flatMap((one) => [...textsIn(one)])) }];
}

function pythonFile(described: Described): readonly Command[] {
  const script = scriptIn(described, 'python') ?? scriptIn(described, 'file');
  if (!script) return [];
  const words = ['parameters', 'args', 'arguments'].flatMap((key) => wordsOf(described, key));
  return [withWords(script, words, textsIn(described.get('properties')))];
}

function scriptIn(described: Described, kind: ScriptKind): Template | undefined {
  for (const key of SCRIPT_KEYS[kind].keys) {
    const text = textOf(described, key);
    if (text && isScript(key, printTemplate(text))) return text;
  }
  return undefined;
}

/** What a container or a shell is told; a list of words whose first is a shell's `-c` is one text. */
function commandLine(described: Described): readonly Command[] {
  const texts = COMMAND_KEYS.map((key) => wordsOf(described, key));
  const words = texts.flat();
  if (words.length === 0) return [];
  const shell = words.findIndex((word) => /^-\w*c$/.test(printTemplate(word)));
  const lines = shell > 0 ? words.slice(shell + 1, shell + 2) : words.filter(isProgram);
  if (lines.length > 0) return lines.flatMap(shellCommands);
  const command = commandOf(words);
  return command.script === undefined ? [] : [command];
}

/** A text that is a command by itself, not a word of one. */
function isProgram(word: Template): boolean {
  return /\s/.test(printTemplate(word).trim()) && /(?:python|submit|papermill|\.py\b)/.test(printTemplate(word));
}

/** Each command of a text in a shell's language. */
export function shellCommands(text: Template): readonly Command[] {
  return linesOf(text)
    .map((line) => readCommand([line]))
    .filter(({ script }) => script !== undefined);
}

/** Commands end with a line, `&&`, `||`, `;` and `|`; a backslash carries a line on. */
function linesOf(text: Template): readonly Template[] {
  const lines: Template['parts'][number][][] = [[]];
  for (const part of text.parts) {
    const pieces = typeof part === 'string' ? part.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n|&&|\|\|?|;/) : [part];
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) lines.push([]);
      lines.at(-1)?.push(piece);
    }
  }
  return lines.map((parts) => ({ parts, via: text.via }));
}

function withWords(script: Template, words: readonly Template[], settings: Arguments): Command {
  return { script: printTemplate(script), arguments: new Map([...settings, ...readArguments(words)]), words };
}

function environmentIn(described: Described): Arguments {
  const found = new Map<string, Template>();
  for (const key of ['environment', 'env', 'envvars']) {
    const told = described.get(key);
    for (const [name, value] of textsIn(told, (written) => written)) found.set(name, value);
    for (const item of Array.isArray(told) ? told : []) {
      const pair = isText(item) ? assignment(item) : namedValue(item);
      if (pair) found.set(...pair);
    }
  }
  return found;
}

/** `{name: X, value: y}`, as containers are given their variables. */
function namedValue(item: Told): readonly [string, Template] | undefined {
  const name = textIn(mapIn(item).get('name') ?? mapIn(item).get('Name'));
  const value = textIn(mapIn(item).get('value') ?? mapIn(item).get('Value'));
  return name && value ? [printTemplate(name), value] : undefined;
}

export function namedIn(told: Told | undefined): Arguments {
  return textsIn(told);
}

function textsIn(told: Told | undefined, key: (written: string) => string = argumentKey): Arguments {
  return new Map([...mapIn(told)].flatMap(([name, value]) => (isText(value) ? [[key(name), value] as const] : [])));
}

function textOf(described: Described, key: string): Template | undefined {
  const told = described.get(key);
  return isText(told) ? told : undefined;
}

function wordsOf(described: Described, key: string): readonly Template[] {
  const told = described.get(key);
  const listed = isText(told) ? /^States\.Array\((.*)\)$/.exec(printTemplate(told))?.[1] : undefined;
  if (listed !== undefined) return listed.split(',').map(intrinsicWord);
  return (isText(told) ? [told] : Array.isArray(told) ? told : []).filter(isText);
}

/** An element of `States.Array(…)`: a text in quotes, or something of the input. */
function intrinsicWord(written: string): Template {
  const [, quoted] = /^'(.*)'$/.exec(written.trim()) ?? [];
  return quoted === undefined ? holed('config', written.match(/\w+/g)?.at(-1) ?? 'input') : literal(quoted);
}
