/** §4.1 The script, module or dbt command that a command line or a job's description runs. */
import { isMap, listOf, textOf, textsOf } from '../documents/yaml.js';
import { isCommandKey, isScript } from '../infrastructure/job-keys.js';
import { shellStarts } from '../runs/shell.js';

const SCRIPT = /(?:^|[\s"'=])((?:[a-z0-9]+:\/\/)?[\w./{}-]+\.(?:py|ipynb|sql|sh|R|jar|scala))(?=$|[\s"';|&)])/;
const MODULE = /(?:^|\s)-m\s+([A-Za-z_][\w.]*)/;
const DBT = /(?:^|[\s;&/])(dbt\s+(?:run|build|seed|snapshot|test|compile|docs|deps)\b[^;&|\n]*)/;
/** Longer ones are programs written into a command. */
const MAX_LENGTH = 20_000;
const MAX_NESTING = 6;
const NOWHERE = { file: '', line: 1 };

/** What a command says it runs, as its arguments are joined to it too; where it says nothing plain, the first script it names. */
export function scriptOf(command: string): string | undefined {
  const text = command.slice(0, MAX_LENGTH);
  const [started] = shellStarts({ text, at: NOWHERE, by: 'orchestrator' });
  return DBT.exec(text)?.[1]?.trim() ?? started?.script ?? SCRIPT.exec(text)?.[1] ?? MODULE.exec(text)?.[1];
}

/** Each script of a shell program, in order: every line is a command. */
export function scriptsOf(program: string): readonly string[] {
  const lines = program
    .slice(0, MAX_LENGTH)
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n');
  const found = lines
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.split(/&&|;|\|\|/))
    .flatMap((line) => scriptOf(line) ?? []);
  return [...new Set(found)];
}

/** What a job's description as plain values runs. */
export function runsIn(description: unknown, depth = 0): string | undefined {
  if (depth > MAX_NESTING) return undefined;
  for (const item of Array.isArray(description) ? listOf(description) : [description]) {
    if (!isMap(item)) continue;
    for (const [key, value] of Object.entries(item)) {
      const text = textOf(value);
      const command = isCommandKey(key) ? scriptOf(textsOf(value).join(' ')) : runsIn(value, depth + 1);
      const found = text !== undefined && isScript(key, text) ? text : command;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
