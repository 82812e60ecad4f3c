/** §4.1 A Makefile as a program of a shell: its variables, and the commands of one target behind those of what it needs. */
import type { Arguments } from '../infrastructure/facts.js';

export const MAKE_VARIABLE = /\$[({](\w+)()[)}]|\$\$(\w+)/g;

const ASSIGNED = /^(?:export[ \t]+)?(\w+)[ \t]*(::?|\?)?=[ \t]*(.*)$/;
const RULE = /^([\w.%/-][\w.%/ \t-]*)::?(?!=)(.*)$/;
const MAX_NEEDED = 100;

/** What a call says: its variables count over the file's own, those of the environment where the file only has a default. */
type Saying = { readonly variables: Arguments; readonly environment: Arguments };

/** Lines keep their places: what does not run is an empty line. Without a target the first one is meant. */
export function makeText(text: string, target: string | undefined, { variables, environment }: Saying): string {
  const lines = text.split('\n');
  const rules = rulesIn(lines);
  const wanted = target ?? [...rules.keys()].find((name) => !name.startsWith('.'));
  const running = new Set(wanted === undefined ? [] : neededBy(rules, wanted).flatMap((name) => rules.get(name)?.lines ?? []));
  return lines
    .map((line, index) => {
      const [, name, sign, value = ''] = ASSIGNED.exec(line) ?? [];
      if (name === undefined) return running.has(index) ? commandIn(line) : '';
      return variables.has(name) || (sign === '?' && environment.has(name)) ? '' : assigned(name, value);
    })
    .join('\n');
}

/** All of its targets, as people call them. */
export function wholeMakeText(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, name, , value = ''] = ASSIGNED.exec(line) ?? [];
      return name === undefined ? commandIn(line) : assigned(name, value);
    })
    .join('\n');
}

/** `NAME := value` and `NAME ?= value` are variables; lines that a tab begins are commands. */
function assigned(name: string, value: string): string {
  return `${name}="${value.trim()}"`;
}

function commandIn(line: string): string {
  return line.replace(/^\t[@-]*/, '');
}

type Rule = { readonly needs: string[]; readonly lines: number[] };

function rulesIn(lines: readonly string[]): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  let open: readonly Rule[] = [];
  for (const [index, line] of lines.entries()) {
    const isCommand = line.startsWith('\t') || (lines[index - 1]?.endsWith('\\') === true && open.length > 0);
    const [, names, needs = ''] = isCommand || ASSIGNED.test(line) ? [] : (RULE.exec(line) ?? []);
    if (isCommand) for (const rule of open) rule.lines.push(index);
    else if (names !== undefined)
      open = names
        .trim()
        .split(/[ \t]+/)
        .map((name) => addTo(rules, name, needs));
    else if (line.trim() !== '' && !line.startsWith('#')) open = [];
  }
  return rules;
}

function addTo(rules: Map<string, Rule>, name: string, needs: string): Rule {
  const rule = rules.get(name) ?? { needs: [], lines: [] };
  rules.set(name, rule);
  rule.needs.push(
    ...(needs
      .split('#')[0]
      ?.split(/[ \t|]+/)
      .filter(Boolean) ?? []),
  );
  return rule;
}

/** What a target needs before it, each once. */
function neededBy(rules: ReadonlyMap<string, Rule>, target: string): readonly string[] {
  const found = new Set([target]);
  for (const name of found) {
    if (found.size > MAX_NEEDED) break;
    for (const need of rules.get(name)?.needs ?? []) if (rules.has(need)) found.add(need);
  }
  return [...found];
}
