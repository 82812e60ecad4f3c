/** §4.1 Which of several environments a settings file or a key is asked for: what a run says, else production's, and a default only where neither is known. */
import { isEnvironment, isProduction, namesProduction } from '../config/environments.js';
import { fullText, printTemplate, type Template } from '../templates/template.js';
import { keyText } from './combine.js';
import { given } from './job-arguments.js';
import { runsOf } from './script-runs.js';
import { asTemplate, type Evaluation, type Frame, type Value } from './values.js';

const DEFAULTED = 'environment ';

/** A default that names an environment is no choice of it: whoever looks for the settings of one hears that it was a default. */
export function noteDefault(ev: Evaluation, word: string | undefined): void {
  if (word !== undefined && isEnvironment(word) && !isProduction(word)) ev.unbound.add(`${DEFAULTED}${word}`);
}

export type Heard = { readonly values: readonly Value[]; readonly defaults: readonly string[] };

/** The values, and the environments that stand in them by default. */
export function heard(ev: Evaluation, work: () => readonly Value[]): Heard {
  const around = ev.unbound;
  ev.unbound = new Set();
  const values = work();
  const defaults = [...ev.unbound].flatMap((one) => (one.startsWith(DEFAULTED) ? [one.slice(DEFAULTED.length)] : []));
  for (const one of ev.unbound) around.add(one);
  ev.unbound = around;
  return { values, defaults };
}

/** What the runs of the script say of it, where they say one and the same; undefined where each says another, and none production. */
export function toldByRuns(ev: Evaluation, template: Template, frame: Frame): Template | undefined {
  if (!template.parts.some((part) => typeof part !== 'string' && (part.kind === 'arg' || part.kind === 'env'))) return template;
  // Another script may be given something else.
  for (const one of ev.underWay) one.outermost = -1;
  for (const file of new Set([...ev.files, frame.unit.path])) {
    const runs = runsOf(ev.program, file);
    const filled = new Map(runs.map((run) => filledFor(run, template)).map((one) => [printTemplate(one), one]));
    if (runs.length === 0 || (filled.size === 1 && filled.has(printTemplate(template)))) continue;
    const [only, ...others] = filled.values();
    if (others.length === 0) return only;
    const words = [...filled.values()].map(fullText);
    return words.some((word) => word === undefined || namesProduction(word)) ? template : undefined;
  }
  return template;
}

function filledFor(run: Parameters<typeof given>[0], template: Template): Template {
  const parts = template.parts.map((part) => {
    const value = typeof part === 'string' ? undefined : given(run, part);
    if (typeof part === 'string' || !value) return part;
    // What is given and not known is not the default.
    const { otherwise: _, ...open } = part;
    return fullText(value) ?? open;
  });
  return { ...template, parts };
}

/** With what waits in its holes; undefined where one of them has no default. */
export function byDefault(template: Template): string | undefined {
  const parts = template.parts.map((part) => (typeof part === 'string' ? part : part.otherwise));
  return parts.includes(undefined) ? undefined : parts.join('');
}

type Dict = Extract<Value, { kind: 'dict' }>;

/** Settings of several environments by their names: production's are meant. */
function productionKey({ entries }: Dict): string | undefined {
  const names = entries.map(({ keys: [key] }) => (key ? (keyText(key) ?? '') : ''));
  return names.every(isEnvironment) ? names.find(isProduction) : undefined;
}

/** The key under which a dictionary is asked; one that is up to who runs the job is the environment's that is meant. */
export function keyAsked(ev: Evaluation, dict: Dict, { key, defaults, frame }: KeyAsked): string | undefined {
  const template = asTemplate(key);
  if (!template) return undefined;
  const told = toldByRuns(ev, template, frame);
  if (!told) return undefined;
  const word = fullText(told);
  if (word !== undefined) return (defaults.includes(word) ? productionKey(dict) : undefined) ?? word;
  return productionKey(dict) ?? byDefault(told);
}
type KeyAsked = { readonly key: Value; readonly defaults: readonly string[]; readonly frame: Frame };
