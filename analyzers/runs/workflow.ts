/** §4.1 Workflows of GitHub Actions: the commands of their steps, once for each run of a matrix. */
import { listOf, mapOf, textOf, textsOf, type YamlMap } from '../documents/yaml.js';
import { joinedPath } from '../script-file.js';
import { concat, holed, literal, type Template } from '../targets/template.js';
import { linesInOrder } from './lines.js';
import { type Combination, combinationsOf } from './matrix.js';
import { readShell, type ShellFacts } from './shell.js';

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

/** Only what a schedule or a person starts: checks of a change run on data made for them. */
export function workflowSteps({ path, text }: { readonly path: string; readonly text: string }, workflow: YamlMap): readonly Step[] {
  const events = eventsOf(workflow);
  if (!('schedule' in events || 'workflow_dispatch' in events)) return [];
  const lineOf = linesInOrder(text);
  let started = 0;
  return Object.entries(mapOf(workflow.jobs)).flatMap(([id, job]) => {
    const { steps, env, defaults, if: condition } = mapOf(job);
    if (condition === false) return [];
    const combinations = combinationsOf(job);
    const folder = folderIn(mapOf(defaults).run) ?? folderIn(mapOf(workflow.defaults).run) ?? '';
    return listOf(steps)
      .slice(0, MAX_STEPS)
      .flatMap((step): Step[] => {
        const run = textOf(mapOf(step).run);
        if (run === undefined || mapOf(step).if === false) return [];
        const at = { file: path, line: lineOf(run.split('\n')[0]?.trim() ?? '') };
        // More runs than these are read as one, with holes.
        const isMany = started > MAX_STARTED;
        const read = (isMany ? [new Map<string, string>()] : combinations).map((known) => {
          const environment = new Map([workflow.env, env, mapOf(step).env].flatMap((one) => environmentIn(one, known)));
          return readShell({ text: withoutExpressions(run, known), at, by: 'orchestrator', environment, folder: folderIn(step) ?? folder });
        });
        const facts = { starts: read.flatMap(({ starts }) => starts), calls: read.flatMap(({ calls }) => calls) };
        started += facts.starts.length + facts.calls.length;
        return started > 2 * MAX_STARTED ? [] : [{ ...facts, job: id, run, line: at.line }];
      });
  });
}

function folderIn(step: unknown): string | undefined {
  const written = textOf(mapOf(step)['working-directory']);
  return written === undefined ? undefined : joinedPath('', written);
}

function environmentIn(env: unknown, known: Combination): readonly (readonly [string, Template])[] {
  return Object.entries(mapOf(env)).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, actionsText(text, known)] as const];
  });
}

const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;

/** `${{ inputs.day }}` is a variable of that name. */
function withoutExpressions(run: string, known: Combination): string {
  return run.replaceAll(EXPRESSION, (_whole, inside: string) => inMatrix(inside, known) ?? `\${${lastName(inside)}}`);
}

function actionsText(text: string, known: Combination): Template {
  const pieces = text.split(EXPRESSION);
  return concat(
    ...pieces.map((piece, index): Template => {
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
