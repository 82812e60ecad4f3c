/** §4.1 Holes that a job's arguments fill: by the script that runs, then by the argument's name, exactly. */

import type { Origin } from '../../src/core/origin.js';
import { fillHoles } from '../templates/filled.js';
import type { ScriptRun } from '../templates/given.js';
import { type Hole, MAX_VIA, type Template } from '../templates/template.js';
import { joinTurns, NO_TURNS, readTurns } from '../templates/turns.js';
import type { Program } from './program.js';
import { runsOf } from './script-runs.js';

/** Each run of the script is a target of its own; a template without such a hole stays as it is. `runs`: those that count. */
export function filledByRuns(
  program: Program,
  templates: readonly Template[],
  files: readonly string[],
  runs?: readonly ScriptRun[],
): readonly Template[] {
  return templates.flatMap((template) => {
    const places = [...files, ...template.via.map(({ file }) => file)];
    const own = runs ?? places.map((file) => runsOf(program, file)).find((found) => found.some((run) => fits(template, run))) ?? [];
    const filled = own.filter((run) => fits(template, run)).map((run) => fill(template, run));
    return filled.length > 0 ? filled : [template];
  });
}

/** The runs that fill some target of a site, else those of the first of its files that is run. */
export function runsFor(program: Program, templates: readonly Template[], files: readonly string[]): readonly ScriptRun[] {
  const places = [...files, ...templates.flatMap(({ via }) => via.map(({ file }) => file))];
  const all = [...new Set(places)].map((file) => runsOf(program, file)).filter((found) => found.length > 0);
  return all.find((found) => found.some((run) => templates.some((template) => fits(template, run)))) ?? all[0] ?? [];
}

/** Undefined where the run gives it nothing. */
export function filledBy(template: Template, run: ScriptRun): Template | undefined {
  return fits(template, run) ? fill(template, run) : undefined;
}

function fits({ parts }: Template, run: ScriptRun): boolean {
  return parts.some((part) => typeof part !== 'string' && given(run, part) !== undefined);
}

function fill(template: Template, run: ScriptRun): Template {
  const filled = fillHoles(
    template,
    (hole) => given(run, hole),
    (name, value) => {
      const [at, ...also] = run.at;
      const from = also.map((place): Origin => ({ how: 'job-declared', name: run.script, value: '', at: place, from: [] }));
      return { how: 'job', name, value, ...(at ? { at } : {}), from };
    },
  );
  const turns = joinTurns(template.turns ?? NO_TURNS, readTurns(run.turns ?? []));
  return { ...filled, via: [...template.via, ...run.at].slice(-MAX_VIA), ...(turns?.size ? { turns } : {}) };
}

/** A value that is itself one unknown says less than the argument's own name. */
export function given(run: ScriptRun, hole: Pick<Hole, 'kind' | 'name' | 'entry' | 'otherwise'>): Template | undefined {
  const { otherwise, ...open } = hole;
  const { kind, name, entry } = open;
  if (kind === 'time' || (kind !== 'env' && entry !== run.entry)) return undefined;
  const value = kind === 'env' ? run.environment?.get(name) : run.arguments.get(name.replaceAll('-', '_'));
  if (value?.parts.some((part) => typeof part === 'string' && part !== '')) return value;
  // What is given and not known is not the default.
  return value && otherwise !== undefined ? { parts: [open], via: value.via } : undefined;
}
