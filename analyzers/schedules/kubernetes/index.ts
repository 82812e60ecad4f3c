/** §4.1 Kubernetes: CronJobs, plain or as templates of a chart, with the commands of their containers. */
import { isMap, listOf, mapOf, readYaml, textOf, textsOf, type YamlMap } from '../../documents/yaml.js';
import type { StartFacts } from '../../infrastructure/facts.js';
import { objectStarts, objectsIn } from '../../runs/objects.js';
import { type ReadSchedule, type ReadTask, readEach, type ScheduleFile, type ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { scriptOf } from '../script.js';

const KIND = /^[ \t-]*["']?kind["']?\s*:\s*["']?CronJob\b/m;
const place = { named: /\.ya?ml$/, tells: (_path: string, text: string) => KIND.test(text) };

export const kubernetes: ScheduleReader = { ...place, read: readEach(place, readFile) };

function readFile({ path, text, documents }: ScheduleFile): readonly ReadSchedule[] {
  const told = text.includes('{{') && text.length <= MAX_TEMPLATE ? readYaml(withoutTemplate(text)).documents : documents;
  const lines = text.split('\n').flatMap((line, index) => (KIND.test(line) ? [index + 1] : []));
  // What starts is told of the file as it is: a chart's values are holes there too.
  const started = objectStarts({ path, text, documents }).filter(({ object }) => isCronJob(object));
  return objectsIn(told)
    .filter(isCronJob)
    .map((job, index) => {
      const spec = mapOf(job.spec);
      const timezone = shown(textOf(spec.timeZone));
      return rowOf({
        file: path,
        line: lines[index] ?? lines[0] ?? 1,
        platform: 'kubernetes',
        id: shown(textOf(mapOf(job.metadata).name)) ?? '{name}',
        written: shown(textOf(spec.schedule)),
        ...(timezone === undefined ? {} : { timezone }),
        off: spec.suspend === true,
        tasks: tasksOf(mapOf(mapOf(mapOf(mapOf(spec.jobTemplate).spec).template).spec), started[index]?.starts ?? []),
      });
    });
}

function isCronJob({ kind }: YamlMap): boolean {
  return kind === 'CronJob';
}

/** `starts`: of the same object, in the order of the text. */
function tasksOf(pod: YamlMap, starts: readonly StartFacts[]): readonly ReadTask[] {
  const left = [...starts];
  return [...listOf(pod.initContainers), ...listOf(pod.containers)].filter(isMap).map((container): ReadTask => {
    const command = [...textsOf(container.command), ...textsOf(container.args)].map((word) => shown(word) ?? '');
    const runs = scriptOf(command.join(' '));
    const own = left.findIndex(({ script }) => script === runs);
    const [start] = own < 0 ? [] : left.splice(own, 1);
    const made = start ? { made: { through: [start.at], turns: [] } } : {};
    return { id: shown(textOf(container.name)) ?? '{name}', writes: [], ...(runs === undefined ? {} : { runs }), ...made };
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
