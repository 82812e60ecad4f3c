/** §4.1 Triggers of Terraform: when they start what, by the addresses of its neighbours. */
import { printTemplate } from '../templates/template.js';
import { argumentsIn, type Called, calledBy, printed } from './called.js';
import type { TriggerFacts } from './facts.js';
import { items, member } from './terraform-blocks.js';
import { evaluateExpression } from './terraform-expression.js';
import { closing } from './terraform-text.js';
import { at, isText, type Lookup, listIn, type Told, textIn, wordIn } from './told.js';

export type Trigger = Omit<TriggerFacts, 'at'>;
/** `address`: of the module that it is in, as its neighbours are named by it; `behind`: the block that an output of a module names. */
export type Own = {
  readonly address: string;
  readonly body: unknown;
  readonly told: Told;
  readonly lookup: Lookup;
  readonly behind: (module: string, output: string) => string | undefined;
};

export function triggerOf(type: string, name: string, own: Own): Trigger | undefined {
  const { told } = own;
  if (/^kubernetes_cron_job(?:_v1)?$/.test(type)) return cronJob(name, told);
  const written = wordIn(at(told, 'schedule_expression')) ?? wordIn(at(told, 'schedule'));
  if (written === undefined) return undefined;
  const count = wordIn(at(told, 'count'));
  const isOn = wordIn(at(told, 'enabled')) !== 'false' && wordIn(at(told, 'is_enabled')) !== 'false';
  const state = wordIn(at(told, 'state')) ?? 'ENABLED';
  const id = textIn(at(told, 'name'));
  const common = {
    id: id ? printTemplate(id) : name,
    asWritten: written,
    timezone: wordIn(at(told, 'schedule_expression_timezone')) ?? wordIn(at(told, 'time_zone')) ?? 'UTC',
    enabled: isOn && wordIn(at(told, 'paused')) !== 'true' && state !== 'DISABLED' && count !== '0' && written !== '',
  };
  if (type === 'aws_scheduler_schedule') return { ...common, platform: 'eventbridge', starts: startedBy(own) };
  if (type === 'aws_cloudwatch_event_rule') return { ...common, platform: 'eventbridge', starts: [] };
  if (type === 'aws_glue_trigger') return { ...common, platform: 'glue', starts: startedBy(own) };
  // A cron of five fields as a crontab has it.
  if (type === 'google_cloud_scheduler_job') return { ...common, platform: 'cron', starts: [] };
  return undefined;
}

/** A CronJob of Kubernetes, as blocks. */
function cronJob(name: string, told: Told): Trigger | undefined {
  const written = textIn(at(told, 'spec', 'schedule'));
  if (!written) return undefined;
  const id = textIn(at(told, 'metadata', 'name'));
  return {
    platform: 'kubernetes',
    id: id ? printTemplate(id) : name,
    asWritten: printTemplate(written),
    timezone: wordIn(at(told, 'spec', 'timezone')) ?? 'UTC',
    enabled: wordIn(at(told, 'spec', 'suspend')) !== 'true' && wordIn(at(told, 'count')) !== '0',
    starts: [],
  };
}

/** What the actions of a trigger and the target of a schedule start. */
export function startedBy(own: Own): readonly string[] {
  return [...new Set(calledIn(own).flatMap(({ names }) => names))];
}

export function calledIn({ body, told, ...here }: Own): readonly Called[] {
  return ['actions', 'target'].flatMap((key) =>
    listIn(at(told, key)).map((one, index): Called => {
      const input = at(one, 'input');
      const called = calledBy(printed(at(one, 'arn')), input);
      const given = called?.arguments ?? argumentsIn(at(one, 'arguments'));
      const written = [wordIn(at(one, 'job_name')) ?? '', ...(called?.names ?? [])].filter((name) => name !== '' && !name.includes('{'));
      return { names: [...references(items(member(body, key))[index], here), ...written], arguments: given };
    }),
  );
}

export function conditionsOf({ body, told, ...here }: Own): readonly string[] {
  const written = listIn(at(told, 'predicate', 'conditions')).flatMap((one) => wordIn(at(one, 'job_name')) ?? []);
  return [...references(member(body, 'predicate'), here), ...written];
}

/** What a target of a rule sends its events to, by the addresses of the rules. */
export function targetOf({ body, ...here }: Own): { readonly rules: readonly string[]; readonly starts: readonly string[] } {
  return {
    rules: references(member(body, 'rule'), here),
    starts: [...references(member(body, 'arn'), here), ...references(member(body, 'ecs_target'), here)],
  };
}

/** Who may start something, and where that is sent which could not be started. */
const BESIDE = /^(?:role_arn|kms_key_arn|dead_letter_config|network_configuration)$/;

const ADDRESS = /(?:module|aws_\w+)\.[\w-]+/g;
/** A longer key is none that somebody gives. */
const MAX_KEY = 200;

/** Addresses of other blocks, in the text as it is written; of an instance with its key, where that is known. */
function references(body: unknown, { address, lookup, behind }: Pick<Own, 'address' | 'lookup' | 'behind'>): readonly string[] {
  const text = JSON.stringify(body ?? '', (key, value: unknown) => (BESIDE.test(key) ? undefined : value));
  const found = [...text.matchAll(ADDRESS)].flatMap(({ 0: whole, index }) => {
    const rest = text.slice(index + whole.length, index + whole.length + MAX_KEY).replaceAll('\\"', '"');
    const [, output] = whole.startsWith('module.') ? (/^\.([\w-]+)/.exec(rest) ?? []) : [];
    const named = output === undefined ? undefined : behind(whole.slice('module.'.length), output);
    if (named !== undefined) return named;
    // What is told as a name is named by that.
    if (output !== undefined && isText(lookup([...whole.split('.'), output]))) return [];
    const end = rest.startsWith('[') ? closing(rest, 0) : -1;
    const key = end < 0 ? undefined : wordIn(evaluateExpression(rest.slice(1, end), lookup));
    return address + whole + (key === undefined ? '' : `[${key}]`);
  });
  return [...new Set(found)];
}
