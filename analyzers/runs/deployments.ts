/** §4.1 Deployments that a prefect.yaml declares, or a file that one was built into: the function of a script that each calls, with its parameters, and when. */

import { linesInOrder } from '../documents/lines-in-order.js';
import { isMap, listOf, mapOf, textOf, type YamlMap } from '../documents/yaml.js';
import type { StartFacts } from '../infrastructure/facts.js';
import { interpolated, isText, mapIn, toldOf } from '../infrastructure/told.js';
import type { Arguments } from '../templates/given.js';
import { withJinja } from '../templates/jinja-holes.js';

type DeploymentFile = { readonly path: string; readonly text: string; readonly documents: readonly unknown[] };

const PROJECT = /(?:^|\/)[\w.-]*prefect[\w.-]*\.ya?ml$/;

export const DEPLOYMENTS = {
  named: /\.ya?ml$/,
  tells: (path: string, text: string) =>
    (PROJECT.test(path) && /^deployments\s*:/m.test(text)) || (/^flow_name\s*:/m.test(text) && /^entrypoint\s*:/m.test(text)),
};

/** `start`: what runs by that schedule; a schedule may give parameters of its own. */
export type Deployed = { readonly schedule: YamlMap; readonly line: number; readonly start?: StartFacts };
export type Deployment = {
  readonly id: string;
  readonly isPaused: boolean;
  readonly start?: StartFacts;
  readonly deployed: readonly Deployed[];
};

export function deploymentsIn({ path, text, documents }: DeploymentFile): readonly Deployment[] {
  const lineOf = linesInOrder(text);
  return documents
    .filter(isMap)
    .flatMap((document) => (isBuilt(document) ? [document] : listOf(document.deployments).filter(isMap)))
    .map((told): Deployment => {
      const id = textOf(told.name) ?? '{name}';
      const line = lineOf(id);
      const start = startOf(told, { file: path, line });
      const schedules = [told.schedule, ...listOf(told.schedules)].filter(isMap);
      const deployed = schedules.map((schedule): Deployed => {
        const own = mapOf(schedule.parameters);
        if (!start || Object.keys(own).length === 0) return { schedule, line, ...(start ? { start } : {}) };
        const at = { file: path, line: lineOf(writtenIn(schedule) ?? '') };
        return { schedule, line, start: { ...start, at, arguments: new Map([...start.arguments, ...argumentsIn(own)]) } };
      });
      return { id, isPaused: told.paused === true || told.is_schedule_active === false, ...(start ? { start } : {}), deployed };
    });
}

/** By `prefect deployment build`: each is a document of its own. */
function isBuilt({ flow_name: flow, entrypoint }: YamlMap): boolean {
  return textOf(flow) !== undefined && textOf(entrypoint) !== undefined;
}

/** A deployment runs as it is where no schedule says more, and by each of those that do. */
export function deploymentStarts(file: DeploymentFile): readonly StartFacts[] {
  return deploymentsIn(file).flatMap(({ start, deployed }) => {
    const own = deployed.flatMap((one) => one.start ?? []);
    return own.length > 0 ? [...new Set(own)] : start ? [start] : [];
  });
}

/** `flows/load.py:load`, or with dots `flows.load.load`. */
function startOf(told: YamlMap, at: StartFacts['at']): StartFacts | undefined {
  const written = textOf(told.entrypoint) ?? '';
  const [, script, entry] = /^([^:]+):(\w+)$/.exec(written) ?? /^([A-Za-z_][\w.]*)\.(?!py$)(\w+)$/.exec(written) ?? ['', written];
  if (!script) return undefined;
  const variables = mapOf(mapOf(mapOf(told.work_pool).job_variables).env);
  const environment = argumentsIn({ ...variables, ...mapOf(mapOf(told.job_variables).env) });
  return {
    at,
    id: entry ?? script,
    script,
    ...(entry ? { entry } : {}),
    by: 'orchestrator',
    arguments: argumentsIn(mapOf(told.parameters)),
    ...(environment.size > 0 ? { environment } : {}),
  };
}

function argumentsIn(told: YamlMap): Arguments {
  const read = toldOf(told, (text) => withJinja(interpolated(text)));
  return new Map([...mapIn(read)].flatMap(([name, value]) => (isText(value) ? [[name, value] as const] : [])));
}

/** A cron, an interval in seconds, or a rule of the iCalendar kind. */
export function writtenIn(schedule: YamlMap): string | undefined {
  return textOf(schedule.cron) ?? textOf(schedule.interval) ?? textOf(schedule.rrule);
}
