/** §4.1 Kubernetes: what runs by a clock, plain or as templates of a chart, with the commands of its containers. */
import { isMap, listOf, mapOf, readYaml, textOf, textsOf, type YamlMap } from '../../documents/yaml.js';
import type { StartFacts } from '../../infrastructure/facts.js';
import { objectStarts, objectsIn } from '../../runs/objects.js';
import { type ReadSchedule, type ReadTask, readEach, type ScheduleFile, type ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { scriptOf } from '../script.js';
import { type ChartValues, chartValues, shown, tellsValues, withoutTemplate } from './chart.js';

/** What of an object's spec runs: containers by their names, or the program itself. */
type Kind = (spec: YamlMap) => readonly Runs[];
type Runs = { readonly name: string | undefined; readonly words: readonly string[] };

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['CronJob', ({ jobTemplate }) => inPod(mapOf(mapOf(mapOf(mapOf(jobTemplate).spec).template).spec))],
  ['ScheduledSparkApplication', ({ template }) => application(mapOf(template))],
  ['CronWorkflow', ({ workflowSpec }) => inWorkflow(mapOf(workflowSpec))],
]);
const KIND = new RegExp(String.raw`^[ \t-]*["']?kind["']?\s*:\s*["']?(?:${[...KINDS.keys()].join('|')})\b`, 'm');
const place = { named: /\.ya?ml$/, tells: (_path: string, text: string) => KIND.test(text) };

export const kubernetes: ScheduleReader = {
  named: place.named,
  tells: (path, text) => place.tells(path, text) || tellsValues(path, text),
  read: (files) => {
    const valuesOf = chartValues(files.declared);
    return readEach(place, (file) => readFile(file, valuesOf(file.path)))(files);
  },
};

function readFile({ path, text, documents }: ScheduleFile, values: ChartValues): readonly ReadSchedule[] {
  const told = text.includes('{{') && text.length <= MAX_TEMPLATE ? readYaml(withoutTemplate(text, values)).documents : documents;
  const lines = text.split('\n').flatMap((line, index) => (KIND.test(line) ? [index + 1] : []));
  // What starts is told of the file as it is: a chart's values are holes there too.
  const started = objectStarts({ path, text, documents }).filter(({ object }) => kindOf(object) !== undefined);
  return objectsIn(told)
    .flatMap((object) => {
      const runs = kindOf(object);
      return runs ? [{ object, runs }] : [];
    })
    .flatMap(({ object, runs }, index) => {
      const spec = mapOf(object.spec);
      const timezone = shown(textOf(spec.timeZone) ?? textOf(spec.timezone));
      const row = {
        file: path,
        line: lines[index] ?? lines[0] ?? 1,
        platform: 'kubernetes',
        id: shown(textOf(mapOf(object.metadata).name)) ?? '{name}',
        ...(timezone === undefined ? {} : { timezone }),
        off: spec.suspend === true,
        tasks: tasksOf(runs(spec), started[index]?.starts ?? []),
      } as const;
      const several = textsOf(spec.schedules);
      return (several.length > 0 ? several : [textOf(spec.schedule)]).map((written) => rowOf({ ...row, written: shown(written) }));
    });
}

function kindOf({ kind }: YamlMap): Kind | undefined {
  return KINDS.get(textOf(kind) ?? '');
}

function inPod(pod: YamlMap): readonly Runs[] {
  return [...listOf(pod.initContainers), ...listOf(pod.containers)].filter(isMap).map((container) => runsOf(container.name, container));
}

/** Templates that steps or a graph put in order start what others name. */
function inWorkflow({ templates, workflowTemplateRef: other }: YamlMap): readonly Runs[] {
  const own = listOf(templates).filter(isMap);
  const named = textOf(mapOf(other).name);
  return [
    ...(named === undefined ? [] : [{ name: named, words: [] }]),
    ...own.flatMap(({ name, container, script }): readonly Runs[] =>
      isMap(container) ? [runsOf(name, container)] : isMap(script) ? [{ name: textOf(name), words: [] }] : [],
    ),
  ];
}

function application({ mainApplicationFile: file, mainClass }: YamlMap): readonly Runs[] {
  const program = textOf(file)?.replace(/^local:\/\//, '');
  return [{ name: textOf(mainClass) ?? program?.split('/').at(-1) ?? 'application', words: program === undefined ? [] : [program] }];
}

function runsOf(name: unknown, { command, args }: YamlMap): Runs {
  return { name: textOf(name), words: [...textsOf(command), ...textsOf(args)] };
}

/** `starts`: of the same object, in the order of the text. */
function tasksOf(all: readonly Runs[], starts: readonly StartFacts[]): readonly ReadTask[] {
  const left = [...starts];
  return all.map(({ name, words }): ReadTask => {
    const runs = scriptOf(words.map((word) => shown(word) ?? '').join(' '));
    const own = left.findIndex(({ script }) => script === runs);
    const [start] = own < 0 ? [] : left.splice(own, 1);
    const made = start ? { made: { through: [start.at], turns: [] } } : {};
    return { id: shown(name) ?? '{name}', writes: [], ...(runs === undefined ? {} : { runs }), ...made };
  });
}

/** Templates of charts are short; a longer text was read once. */
const MAX_TEMPLATE = 128 * 1024;
