/** §4.1 Workflows of GitHub Actions: the commands of their steps, once for each run of a matrix. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { Unresolved } from '../../src/core/facts.js';
import { linesInOrder } from '../documents/lines-in-order.js';
import { listOf, mapOf, textOf, textsOf, type YamlMap } from '../documents/yaml.js';
import { joinedPath } from '../script-file.js';
import type { Arguments } from '../templates/given.js';
import { concatAll, holed, literal, type Template } from '../templates/template.js';
import { type Combination, combinationsOf } from './matrix.js';
import { readShell, type ShellFacts, VARIABLE } from './shell.js';

export const WORKFLOW = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;
const MAX_STEPS = 500;
/** Scripts and programs of one workflow. */
const MAX_STARTED = 200;

/** `line`: of its first command. */
export type Step = ShellFacts & { readonly job: string; readonly run: string; readonly line: number };

/** YAML 1.1 takes the key `on` for a truth value. */
export function eventsOf(workflow: YamlMap): YamlMap {
  const on = workflow.on ?? workflow.true;
  return { ...Object.fromEntries(textsOf(on).map((event) => [event, null])), ...mapOf(on) };
}

/** `unresolved`: a row where it says more than is worked out. */
export type WorkflowSteps = { readonly steps: readonly Step[]; readonly unresolved: readonly Unresolved[] };

/** Only what a schedule or a person starts: checks of a change run on data made for them. */
export function workflowSteps({ path, text }: { readonly path: string; readonly text: string }, workflow: YamlMap): WorkflowSteps {
  const events = eventsOf(workflow);
  if (!('schedule' in events || 'workflow_dispatch' in events)) return { steps: [], unresolved: [] };
  const lineOf = linesInOrder(text);
  const found: Step[] = [];
  const left: Left = { work: MAX_WORK, started: 2 * MAX_STARTED };
  let at: SourceRef = { file: path, line: 1 };
  for (const [id, job] of Object.entries(mapOf(workflow.jobs))) {
    const { steps, env, defaults, if: condition } = mapOf(job);
    if (condition === false) continue;
    const folder = folderIn(mapOf(defaults).run) ?? folderIn(mapOf(workflow.defaults).run) ?? '';
    const environments = [workflow.env, env];
    const runs = runsOf(job, environments, left);
    if (left.work < 0) return { steps: found, unresolved: [{ ...at, ...TOO_MUCH }] };
    for (const step of listOf(steps).slice(0, MAX_STEPS)) {
      const run = textOf(mapOf(step).run);
      if (run === undefined || mapOf(step).if === false) continue;
      at = { file: path, line: lineOf(run.split('\n')[0]?.trim() ?? '') };
      // More runs than these are read as one, with holes.
      const read = left.started < MAX_STARTED ? runsOf({}, environments, left) : runs;
      const facts = readRuns(read, { run, at, env: mapOf(step).env, folder: folderIn(step) ?? folder }, left);
      left.started -= facts.starts.length + facts.calls.length;
      if (left.started >= 0) found.push({ ...facts, job: id, run, line: at.line });
      if (left.started < 0 || left.work < 0 || facts.isCut) return { steps: found, unresolved: [{ ...at, ...TOO_MUCH }] };
    }
  }
  return { steps: found, unresolved: [] };
}

/** What one workflow may still start, and what working it out may cost: characters of its commands and variables, in each run of a matrix. */
type Left = { work: number; started: number };
const MAX_WORK = 4_000_000;
const TOO_MUCH = {
  reason: 'too-many-values',
  text: 'its matrix, variables and commands are more than are worked out: not all that it starts from here on was looked at',
} as const;

/** One run of a job: the values of its matrix, and the variables that all of its steps have. */
type Run = { readonly known: Combination; readonly environment: Arguments };

/** They share their variables where no value of the matrix stands in one. */
function runsOf(job: unknown, environments: readonly unknown[], left: Left): readonly Run[] {
  const inRun = (known: Combination): Arguments => new Map(environments.flatMap((one) => environmentIn(one, known, left)));
  const alike = inRun(new Map());
  const isAlike = !environments.some((one) => Object.values(mapOf(one)).some((value) => /\bmatrix\./.test(textOf(value) ?? '')));
  return combinationsOf(job).map((known) => ({ known, environment: isAlike || known.size === 0 ? alike : inRun(known) }));
}

type OneStep = { readonly run: string; readonly at: SourceRef; readonly env: unknown; readonly folder: string };

function readRuns(runs: readonly Run[], { run, at, env, folder }: OneStep, left: Left): ShellFacts {
  const read: ShellFacts[] = [];
  let last: { readonly text: string; readonly environment: Arguments; readonly facts: ShellFacts } | undefined;
  for (const { known, environment } of runs) {
    const own = environmentIn(env, known, left);
    const text = withoutExpressions(run, known);
    left.work -= text.length + (own.length > 0 ? environment.size * VARIABLE : 0);
    if (left.work < 0) break;
    const given = own.length > 0 ? new Map([...environment, ...own]) : environment;
    // Runs that differ in nothing are read once.
    const facts =
      last?.text === text && last.environment === given
        ? last.facts
        : readShell({ text, at, by: 'orchestrator', environment: given, folder });
    left.work -= last?.facts === facts ? 0 : facts.work;
    last = { text, environment: given, facts };
    read.push(facts);
  }
  const [starts, calls] = [read.flatMap((one) => one.starts), read.flatMap((one) => one.calls)];
  return { starts, calls, isCut: read.some(({ isCut }) => isCut), work: 0 };
}

function folderIn(step: unknown): string | undefined {
  const written = textOf(mapOf(step)['working-directory']);
  return written === undefined ? undefined : joinedPath('', written);
}

function environmentIn(env: unknown, known: Combination, left: Left): readonly (readonly [string, Template])[] {
  if (left.work < 0) return [];
  return Object.entries(mapOf(env)).flatMap(([name, value]) => {
    const text = textOf(value);
    left.work -= VARIABLE + (text?.length ?? 0);
    return text === undefined || left.work < 0 ? [] : [[name, actionsText(text, known)] as const];
  });
}

const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;

/** `${{ inputs.day }}` is a variable of that name. */
function withoutExpressions(run: string, known: Combination): string {
  return run.replaceAll(EXPRESSION, (_whole, inside: string) => inMatrix(inside, known) ?? `\${${lastName(inside)}}`);
}

function actionsText(text: string, known: Combination): Template {
  const pieces = text.split(EXPRESSION);
  return concatAll(
    pieces.map((piece, index): Template => {
      if (index % 2 === 0) return literal(piece);
      const value = inMatrix(piece, known);
      return value === undefined ? holed('config', lastName(piece)) : literal(value);
    }),
  );
}

/** `matrix.table` in a run where it is known. */
function inMatrix(expression: string, known: Combination): string | undefined {
  const [, name = ''] = /^\s*matrix\.([\w-]+)\s*$/.exec(expression) ?? [];
  return known.get(name) || undefined;
}

function lastName(expression: string): string {
  return expression.match(/\w+/g)?.at(-1) ?? 'value';
}
