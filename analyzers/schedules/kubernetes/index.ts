/** §4.1 Kubernetes: CronJobs, plain or as templates of a chart, with the commands of their containers. */
import type { Schedule, ScheduledTask } from '../../../src/core/facts.js';
import { isMap, listOf, mapOf, readYaml, textOf, textsOf, type YamlMap } from '../../documents/yaml.js';
import { readEach, type ScheduleFile, type ScheduleReader } from '../reader.js';
import { pairLines, rowOf } from '../row.js';
import { scriptOf } from '../script.js';

const place = {
  named: /\.ya?ml$/,
  tells: (_path: string, text: string) => /^[ \t-]*["']?kind["']?\s*:\s*["']?CronJob\b/m.test(text),
};

export const kubernetes: ScheduleReader = { ...place, read: readEach(place, readFile) };

function readFile({ path, text, documents }: ScheduleFile): readonly Schedule[] {
  const told = text.includes('{{') && text.length <= MAX_TEMPLATE ? readYaml(withoutTemplate(text)).documents : documents;
  const line = pairLines(text, 'kind')('CronJob');
  return told.flatMap(cronJobs).map((job) => {
    const spec = mapOf(job.spec);
    const id = shown(textOf(mapOf(job.metadata).name)) ?? '{name}';
    const timezone = shown(textOf(spec.timeZone));
    return rowOf({
      file: path,
      line,
      platform: 'kubernetes',
      id,
      written: shown(textOf(spec.schedule)),
      ...(timezone === undefined ? {} : { timezone }),
      paused: spec.suspend === true,
      tasks: tasksOf(mapOf(mapOf(mapOf(mapOf(spec.jobTemplate).spec).template).spec)),
    });
  });
}

/** A document may be a list of objects. */
function cronJobs(document: unknown): readonly YamlMap[] {
  const objects = isMap(document) && document.kind === 'List' ? listOf(document.items) : [document];
  return objects.filter(isMap).filter(({ kind }) => kind === 'CronJob');
}

function tasksOf(pod: YamlMap): readonly ScheduledTask[] {
  return [...listOf(pod.initContainers), ...listOf(pod.containers)].filter(isMap).map((container): ScheduledTask => {
    const command = [...textsOf(container.command), ...textsOf(container.args)].map((word) => shown(word) ?? '');
    const runs = scriptOf(command.join(' '));
    return { id: shown(textOf(container.name)) ?? '{name}', writes: [], ...(runs === undefined ? {} : { runs }) };
  });
}

/** Templates of charts are short; a longer text was read once. */
const MAX_TEMPLATE = 128 * 1024;

const OPEN = '\uE000';
const CLOSE = '\uE001';

/** A chart's template as YAML: what only steers is left out, and each value is a hole under its last name. */
function withoutTemplate(text: string): string {
  return text
    .replaceAll(/^[ \t]*\{\{-?[^{}\n]*\}\}[ \t]*$/gm, '')
    .replaceAll(/\{\{-?([^{}\n]*)\}\}/g, (_whole, inside: string) => `${OPEN}${lastName(inside)}${CLOSE}`);
}

function lastName(expression: string): string {
  const [value = ''] = expression.split('|');
  return value.match(/[A-Za-z_][\w-]*/g)?.at(-1) ?? 'value';
}

function shown(text: string | undefined): string | undefined {
  return text?.replaceAll(OPEN, '{').replaceAll(CLOSE, '}');
}
