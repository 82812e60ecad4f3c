/** §4.1 Holes that a job's arguments fill: by the script that runs, then by the argument's name, exactly. */
import type { Origin } from '../../src/core/origin.js';
import type { ScriptRun } from '../infrastructure/runs.js';
import { concat, printTemplate, type Template } from './template.js';

type Runs = ReadonlyMap<string, readonly ScriptRun[]>;

/** Each run of the script is a target of its own; a template without such a hole stays as it is. */
export function filledByRuns(templates: readonly Template[], runs: Runs, files: readonly string[]): readonly Template[] {
  if (runs.size === 0) return templates;
  return templates.flatMap((template) => {
    const places = [...files, ...template.via.map(({ file }) => file)];
    const own = places.map((file) => runs.get(file)).find((found) => found?.some((run) => fits(template, run))) ?? [];
    const filled = own.filter((run) => fits(template, run)).map((run) => fill(template, run));
    return filled.length > 0 ? filled : [template];
  });
}

function fits({ parts }: Template, run: ScriptRun): boolean {
  return parts.some((part) => typeof part !== 'string' && part.kind !== 'time' && given(run, part.name) !== undefined);
}

function fill(template: Template, run: ScriptRun): Template {
  const parts = template.parts.map(
    (part): Template => (typeof part === 'string' ? { parts: [part], via: [] } : (given(run, part.name) ?? { parts: [part], via: [] })),
  );
  const filled = { ...concat(...parts), via: [...template.via, ...run.at].slice(-12) };
  return template.origin ? { ...filled, origin: filledOrigin(template.origin, run, printTemplate(filled)) } : filled;
}

/** The holes of the origin become what the job gives; what is above them stays as the code says it. */
function filledOrigin(origin: Origin, run: ScriptRun, value: string): Origin {
  const top = withJobs(origin, run);
  return top.how === 'joined' ? { ...top, value } : { how: 'joined', name: '', value, from: [top] };
}

function withJobs(origin: Origin, run: ScriptRun): Origin {
  const value = origin.how === 'hole' ? given(run, origin.name) : undefined;
  if (!value) return { ...origin, from: origin.from.map((one) => withJobs(one, run)) };
  const [at, ...also] = run.at;
  const from = also.map((place): Origin => ({ how: 'job-declared', name: run.script, value: '', at: place, from: [] }));
  return { how: 'job', name: origin.name, value: printTemplate(value), ...(at ? { at } : {}), from };
}

/** A value that is itself one unknown says less than the argument's own name. */
function given(run: ScriptRun, name: string): Template | undefined {
  const value = run.arguments.get(name.replaceAll('-', '_'));
  return value?.parts.some((part) => typeof part === 'string' && part !== '') ? value : undefined;
}
