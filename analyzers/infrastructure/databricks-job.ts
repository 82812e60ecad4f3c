/** §4.1 A job of Databricks as it is described, in a bundle or in Terraform: its tasks with their scripts, and when it runs. */

import type { SourceRef } from '../../src/core/evidence.js';
import { argumentKey } from '../templates/given.js';
import { withJinja } from '../templates/jinja-holes.js';
import { printTemplate, type Template } from '../templates/template.js';
import { commandsIn } from './described.js';
import type { MachineFacts, StartFacts, TriggerFacts } from './facts.js';
import { at, isText, listIn, mapIn, type Told, type ToldMap, textIn, wordIn } from './told.js';

export type DatabricksJob = {
  readonly told: Told;
  readonly at: SourceRef;
  /** What other jobs may call it, the first one for its schedule. */
  readonly names: readonly string[];
  /** Its key, where it has no name. */
  readonly key: string;
  readonly lineOf?: (task: string) => number;
  /** Where a script lies in the repository, as it is written. */
  readonly placeOf?: (script: string) => string;
};

export function databricksJob(job: DatabricksJob): { readonly machine: MachineFacts; readonly triggers: readonly TriggerFacts[] } {
  const parameters = jobParameters(job.told);
  // Terraform has a block for each task.
  const tasks = [...listIn(at(job.told, 'tasks')), ...listIn(mapIn(job.told).get('task'))];
  const starts = tasks.flatMap((task) => startsOf(job, mapIn(task), parameters));
  return { machine: { at: job.at, names: job.names, starts }, triggers: triggersOf(job) };
}

function startsOf(job: DatabricksJob, task: ToldMap, parameters: ReadonlyMap<string, Template>): readonly StartFacts[] {
  const id = wordIn(task.get('task_key')) ?? '{task}';
  const place = job.lineOf ? { file: job.at.file, line: job.lineOf(id) } : job.at;
  const other = textIn(at(task, 'run_job_task', 'job_id'));
  if (other) return [{ at: place, id, job: printTemplate(other), arguments: new Map() }];
  const isNotebook = [...task.keys()].includes('notebook_task');
  return commandsIn(rendered(task, parameters)).map((command): StartFacts => {
    const script = command.script === undefined ? undefined : (job.placeOf?.(command.script) ?? command.script);
    // Notebooks have the parameters of the job as well, over their own.
    const given = isNotebook ? new Map([...command.arguments, ...parameters]) : command.arguments;
    return { at: place, id, ...command, ...(script === undefined ? {} : { script }), arguments: given };
  });
}

/** `{{job.parameters.day}}` is what the job says of it. */
function rendered(told: Told, parameters: ReadonlyMap<string, Template>): Told {
  if (isText(told))
    return withJinja(told, (expression) => parameters.get(argumentKey(/^job\.parameters\.([\w-]+)$/.exec(expression)?.[1] ?? '')));
  if (told instanceof Map) return new Map([...told].map(([key, value]) => [key, rendered(value, parameters)]));
  return listIn(told).map((item) => rendered(item, parameters));
}

function jobParameters(told: Told): ReadonlyMap<string, Template> {
  const all = [...listIn(at(told, 'parameters')), ...listIn(mapIn(told).get('parameter'))];
  return new Map(
    all.flatMap((one) => {
      const [name, value] = [wordIn(at(one, 'name')), textIn(at(one, 'default'))];
      return name === undefined || !value ? [] : [[argumentKey(name), value] as const];
    }),
  );
}

function triggersOf({ told, at: place, names, key }: DatabricksJob): readonly TriggerFacts[] {
  const [name = key] = names;
  const id = textIn(at(told, 'name'));
  const common = { at: place, platform: 'databricks' as const, id: id ? printTemplate(id) : key, starts: [name] };
  return [
    { of: at(told, 'schedule'), written: printed(at(told, 'schedule', 'quartz_cron_expression')), isQuartz: true },
    { of: at(told, 'trigger'), written: periodOf(at(told, 'trigger', 'periodic')) },
    { of: at(told, 'continuous'), written: at(told, 'continuous') === undefined ? undefined : 'continuous' },
  ].flatMap(({ of, written, isQuartz = false }): TriggerFacts[] => {
    if (written === undefined) return [];
    const isOn = wordIn(at(of, 'pause_status')) !== 'PAUSED';
    const timezone = wordIn(at(of, 'timezone_id')) ?? 'UTC';
    return [{ ...common, asWritten: written, timezone, enabled: isOn, ...(isQuartz ? { isQuartz } : {}) }];
  });
}

function printed(told: Told | undefined): string | undefined {
  const text = textIn(told);
  return text && printTemplate(text);
}

function periodOf(told: Told | undefined): string | undefined {
  const [interval, unit] = [printed(at(told, 'interval')), printed(at(told, 'unit'))];
  return interval === undefined || unit === undefined ? undefined : `every ${interval} ${unit.toLowerCase()}`;
}
