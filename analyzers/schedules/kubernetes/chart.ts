/** §4.1 Templates of a Helm chart: YAML once their values are holes, or what the chart's own file of values says. */
import { mapOf, textOf } from '../../documents/yaml.js';
import { groupPairs } from '../../pairs.js';
import type { ScheduleFile } from '../reader.js';

const VALUES = /^(?:(.*)\/)?values(?:[-._/][\w./-]*)?\.ya?ml$/;

/** Values of a chart that may say when something starts; the file of the chart itself, and those that somebody gives besides. */
export function tellsValues(path: string, text: string): boolean {
  return VALUES.test(path) && TIMES.test(text) && !/(?:^|\/)templates\//.test(path);
}

/** What is asked of values: other words are of no use here. */
const TIMES = /schedule|cron|time_?zone/i;
/** A text that stays one whatever stands around it. */
const PLAIN = /^[\w*?,/@+-][\w*?,/@+ -]{0,99}$/;

/** Of one chart; more are data of somebody. */
const MAX_FILES = 50;

/** What a value is, by its path of keys; undefined is what nobody here knows. */
export type ChartValues = (keys: readonly string[]) => string | undefined;

export function chartValues(declared: readonly ScheduleFile[]): (template: string) => ChartValues {
  const byChart = groupPairs(
    declared.filter(({ path, text }) => tellsValues(path, text)).map((file) => [chartOf(file.path), file] as const),
  );
  return (template) => {
    const chart = /^(?:(.*)\/)?templates\//.exec(template);
    const files = chart ? (byChart.get(chart[1] ?? '') ?? []) : [];
    if (files.length > MAX_FILES) return () => undefined;
    const own = files.filter(({ path }) => /(?:^|\/)values\.ya?ml$/.test(path));
    return (keys) => {
      const [said, ...more] = own.map((file) => valueIn(file, keys));
      const others = files.map((file) => valueIn(file, keys)).filter((value) => value !== undefined);
      // Where another file says otherwise, whoever installs it chooses.
      return said === undefined || more.length > 0 || !PLAIN.test(said) || others.some((other) => other !== said) ? undefined : said;
    };
  };
}

function chartOf(path: string): string {
  return VALUES.exec(path)?.[1] ?? '';
}

function valueIn({ documents }: ScheduleFile, keys: readonly string[]): string | undefined {
  let at: unknown = documents[0];
  for (const key of keys) {
    const map = mapOf(at);
    at = Object.hasOwn(map, key) ? map[key] : undefined;
  }
  return textOf(at);
}

const OPEN = '\uE000';
const SAID = '\uE002';
const CLOSE = '\uE001';

/** A chart's template as YAML: what only steers is left out, and each value is a hole under its last name, with what it is where that is known. */
export function withoutTemplate(text: string, values: ChartValues): string {
  return text
    .replaceAll(/^[ \t]*\{\{-?[^{}\n]*\}\}[ \t]*$/gm, '')
    .replaceAll(/\{\{-?([^{}\n]*)\}\}/g, (_whole, inside: string) => `${OPEN}${lastName(inside)}${saidOf(inside, values)}${CLOSE}`);
}

/** `.Values.load.schedule`, in quotes or not. */
const VALUE = /^\s*\$?\.Values\.([\w.]+)\s*(?:\|\s*(?:quote|squote|toString|trim)\s*)*-?$/;

function saidOf(expression: string, values: ChartValues): string {
  const keys = VALUE.exec(expression)?.[1];
  const said = keys !== undefined && TIMES.test(keys) ? values(keys.split('.')) : undefined;
  return said === undefined ? '' : SAID + said;
}

function lastName(expression: string): string {
  const [value = ''] = expression.split('|');
  return value.match(/[A-Za-z_][\w-]*/g)?.at(-1) ?? 'value';
}

export function shown(text: string | undefined): string | undefined {
  return text
    ?.replaceAll(/\uE000[^\uE000-\uE002]*\uE002([^\uE000-\uE002]*)\uE001/g, (_whole, said: string) => said)
    .replaceAll(OPEN, '{')
    .replaceAll(CLOSE, '}');
}
