/** §4.1 Step Functions: the tasks of a state machine in Amazon States Language that start a job or a script. */

import type { SourceRef } from '../../src/core/evidence.js';
import { type Arguments, argumentKey } from '../templates/given.js';
import { fullText, holed, printTemplate, type Template } from '../templates/template.js';
import { parsed, printed } from './called.js';
import { commandsIn } from './described.js';
import type { JobFacts, MachineFacts, StartFacts } from './facts.js';
import { at, interpolated, isText, listIn, mapIn, type Told, type ToldMap, textIn, toldOf } from './told.js';

const MAX_NESTING = 12;

/** A file that is one machine; the text may be a template with `${…}` where JSON wants a value. */
export function readStateMachine(path: string, text: string): MachineFacts | undefined {
  if (!text.includes('"StartAt"') || !text.includes('"States"')) return undefined;
  const machine = parseJson(text) ?? parseJson(text.replace(/([:[,]\s*)(\$\{[^{}]*\})/g, '$1"$2"'));
  if (machine === undefined) return undefined;
  return machineOf(toldOf(machine, interpolated), { at: { file: path, line: 1 }, names: [machineName(path)], lineOf: lineFinder(text) });
}

/** A machine of a file is called like the file. */
export function machineName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.asl)?(?:\.json)?(?:\.tpl|\.tftpl|\.j2)?$/, '');
}

type Place = { readonly at: SourceRef; readonly names: readonly string[]; readonly lineOf?: (name: string) => number | undefined };

/** A machine's definition wherever it stands: a file, a template's property, an argument of Terraform. */
export function machineOf(definition: Told, { at: place, names, lineOf }: Place): MachineFacts {
  const starts: StartFacts[] = [];
  const walk = (states: ToldMap, depth: number): void => {
    if (depth > MAX_NESTING) return;
    for (const [id, state] of states) {
      const line = lineOf?.(id) ?? place.line;
      starts.push(...startsOf(id, mapIn(state), { file: place.file, line }));
      for (const branch of [...listIn(at(state, 'Branches')), ...listIn(at(state, 'Iterator')), ...listIn(at(state, 'ItemProcessor'))])
        walk(mapIn(at(branch, 'States')), depth + 1);
    }
  };
  walk(mapIn(at(definition, 'States')), 0);
  return { at: place, names, starts };
}

/** The containers of a task of ECS, each with its command; the definition may be a text of JSON. */
export function containersOf(
  definition: Told | undefined,
  { at: place, names, way }: Pick<JobFacts, 'at' | 'names' | 'way'>,
): MachineFacts {
  const containers = listIn(isText(definition) ? parsed(definition) : definition);
  const starts = containers.flatMap((container) => {
    const id = printed(at(container, 'name') ?? at(container, 'Name')) || 'container';
    return commandsIn(container).map((command): StartFacts => ({ at: place, id, ...command, ...way }));
  });
  return { at: place, names, starts };
}

function startsOf(id: string, state: ToldMap, place: SourceRef): readonly StartFacts[] {
  const resource = textIn(state.get('Resource'));
  if (!resource) return [];
  const given = state.get('Parameters') ?? state.get('Arguments');
  const job = textIn(at(given, 'JobName'));
  if (job) return [{ at: place, id, job: printTemplate(job), arguments: namedArguments(mapIn(at(given, 'Arguments'))) }];
  const machine = textIn(at(given, 'StateMachineArn'));
  if (machine) return [{ at: place, id, job: printTemplate(machine), arguments: new Map() }];
  return commandsIn(given).map((command) => ({ at: place, id, ...command }));
}

/** `--key`, or `--key.$` whose value is the input's. */
function namedArguments(given: ToldMap): Arguments {
  return new Map(
    [...given].flatMap(([key, value]): [string, Template][] => {
      const text = textIn(value);
      if (!text) return [];
      return key.endsWith('.$') ? [[argumentKey(key.slice(0, -2)), inputHole(text)]] : [[argumentKey(key), text]];
    }),
  );
}

function inputHole(path: Template): Template {
  return holed('config', fullText(path)?.match(/\w+/g)?.at(-1) ?? 'input');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lineFinder(text: string): (name: string) => number | undefined {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries())
    for (const [, key = ''] of line.matchAll(/("(?:[^"\\]|\\.)*"):/g)) if (!lines.has(key)) lines.set(key, index + 1);
  return (name) => lines.get(JSON.stringify(name));
}
