/** §4.1 A Makefile as a program of a shell: its variables, and the commands of one target behind those of what it needs. */

import { groupPairs } from '../pairs.js';
import type { Arguments } from '../templates/given.js';

export const MAKE_VARIABLE = /\$[({](\w+)()[)}]|\$\$(\w+)/g;

const ASSIGNED = /^(?:export[ \t]+)?(\w+)[ \t]*(::?|\?)?=[ \t]*(.*)$/;
const RULE = /^([\w.%/-][\w.%/ \t-]*)::?(?!=)(.*)$/;

/** What a call says: its variables count over the file's own, those of the environment where the file only has a default. */
type Saying = { readonly variables: Arguments; readonly environment: Arguments };

/** Lines keep their places: what does not run is an empty line. Without a target the first one is meant. */
export function makeText(text: string, target: string | undefined, { variables, environment }: Saying): string {
  const lines = text.split('\n');
  const rules = rulesIn(lines);
  const wanted = target ?? [...rules.keys()].find((name) => !name.startsWith('.'));
  const running = new Set(wanted === undefined ? [] : [...neededBy(rules, wanted)].flatMap((rule) => rule.lines));
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

/** One line of targets: all that it names share what it needs and the commands below it. */
type Rule = { readonly needs: readonly string[]; readonly lines: number[] };

/** A target may stand in several lines. */
function rulesIn(lines: readonly string[]): ReadonlyMap<string, readonly Rule[]> {
  const named: (readonly [string, Rule])[] = [];
  let open: Rule | undefined;
  for (const [index, line] of lines.entries()) {
    const isCommand = line.startsWith('\t') || (lines[index - 1]?.endsWith('\\') === true && open !== undefined);
    const [, names, needs = ''] = isCommand || ASSIGNED.test(line) ? [] : (RULE.exec(line) ?? []);
    if (isCommand) open?.lines.push(index);
    else if (names !== undefined) {
      const rule = { needs: wordsIn(needs.split('#')[0] ?? ''), lines: [] };
      for (const name of wordsIn(names)) named.push([name, rule]);
      open = rule;
    } else if (line.trim() !== '' && !line.startsWith('#')) open = undefined;
  }
  return groupPairs(named);
}

function wordsIn(text: string): readonly string[] {
  return text.split(/[ \t|]+/).filter(Boolean);
}

/** What a target needs before it: each name and each line once. */
function neededBy(rules: ReadonlyMap<string, readonly Rule[]>, target: string): ReadonlySet<Rule> {
  const found = new Set<Rule>();
  const names = new Set([target]);
  for (const name of names)
    for (const rule of rules.get(name) ?? []) {
      if (!found.has(rule)) for (const need of rule.needs) names.add(need);
      found.add(rule);
    }
  return found;
}
