/** §4.1 The AWS CDK in TypeScript and Python: Glue jobs, what starts them, and when, as the constructs of a program tell it. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { Unresolved } from '../../src/core/facts.js';
import { commandsIn, namedIn } from '../infrastructure/described.js';
import {
  type InfrastructureFacts,
  type JobFacts,
  type MachineFacts,
  NO_INFRASTRUCTURE,
  type StartFacts,
  type TriggerFacts,
  together,
} from '../infrastructure/facts.js';
import { machineOf } from '../infrastructure/state-machine.js';
import { isText, listIn, type Told, type ToldMap, textIn, toldOf, wordIn } from '../infrastructure/told.js';
import { faultsOf, type Kept, type PerFile, perFile, valuesOf } from '../kept.js';
import { framesOf } from '../runs/places.js';
import { toldIn } from '../runs/told-values.js';
import { isTestFile } from '../standing.js';
import { calleesOf, placeOfCall } from '../targets/callees.js';
import { IDENTITY, isCdk } from '../targets/constructs.js';
import { newEvaluation } from '../targets/evaluate.js';
import { isSpent } from '../targets/paid.js';
import type { CallSite, Program, Unit } from '../targets/program.js';
import type { Frame } from '../targets/values.js';
import type { Arguments } from '../templates/given.js';
import { holed, literal, printTemplate, resolutionOf } from '../templates/template.js';
import { linesReached } from './reached.js';

/** What the constructs of one file tell. */
export type CdkFacts = Pick<InfrastructureFacts, 'jobs' | 'machines' | 'triggers' | 'starts'>;
type Construct = {
  readonly name: string;
  readonly properties: ToldMap;
  readonly at: SourceRef;
  readonly site: CallSite;
  readonly context: string;
};
type Task = { readonly line: number; readonly context: string; readonly start: StartFacts };

const MAX_CONSTRUCTS = 2_000;

/** `past`: of the link and the scan before. */
export function keptCdk(program: Program, past: PerFile<CdkFacts> = { before: undefined, former: undefined }): Kept<CdkFacts> {
  return perFile(program, { ...past, isWanted: usesCdk }, (unit) => cdkIn(program, unit));
}

export function readCdk(program: Program): { readonly facts: InfrastructureFacts; readonly faults: readonly Unresolved[] } {
  const kept = keptCdk(program);
  return { facts: toldByCdk(kept), faults: faultsOf(kept) };
}

/** Of all files together. */
export function toldByCdk(kept: Kept<CdkFacts>): InfrastructureFacts {
  return together(valuesOf(kept).map((one) => ({ ...NO_INFRASTRUCTURE, ...one })));
}

function usesCdk(unit: Unit): boolean {
  return unit.facts.imports.some(({ module }) => isCdk(module)) && !isTestFile(unit);
}

function cdkIn(program: Program, unit: Unit): CdkFacts {
  const constructs = constructsIn(program, unit);
  const tasks = constructs.flatMap(tasksOf);
  const machines = constructs
    .filter(({ name }) => /\bStateMachine$|\.CfnStateMachine$/.test(name))
    .map((construct) => machineIn(construct, tasks));
  const held = new Set(machines.flatMap(({ starts }) => starts));
  return {
    jobs: constructs.flatMap((construct) => jobOf(construct) ?? []),
    machines,
    triggers: constructs.flatMap((construct) => triggerOf(program, construct) ?? []),
    // A task that no machine of the file holds may stand in the machine of another.
    starts: [...constructs.flatMap(handlerOf), ...tasks.map(({ start }) => start).filter((start) => !held.has(start))],
  };
}

function constructsIn(program: Program, unit: Unit): readonly Construct[] {
  const found: Construct[] = [];
  for (const call of unit.facts.calls) {
    const step = call.chain.steps.findIndex(({ kind }) => kind === 'call');
    if (step < 0 || found.length >= MAX_CONSTRUCTS || isSpent(program)) continue;
    const site = { unit, call, step };
    const [made] = calleesOf(newEvaluation(program), site, placeOfCall(site));
    if (made?.kind !== 'library' || !isCdk(made.name) || !/\.[A-Z]\w*$/.test(made.name)) continue;
    for (const frame of framesOf(program, site)) {
      const told = toldIn({ ev: newEvaluation(program) }, { expr: { ...call.chain, steps: call.chain.steps.slice(0, step + 1) }, frame });
      if (told instanceof Map)
        found.push({
          name: made.name,
          properties: plainKeys(told),
          at: { file: unit.path, line: call.line },
          site,
          context: contextOf(frame),
        });
    }
  }
  return found;
}

/** Which of the ways its class is made a construct belongs to. */
function contextOf({ self }: Frame, hops = 0): string {
  const made = self?.kind === 'instance' ? self.ctor?.frame : undefined;
  return made === undefined || hops > 4 ? '' : `${made.unit.path}:${made.pos} ${contextOf(made, hops + 1)}`;
}

/** `scriptLocation` and `script_location` are one property. */
function plainKeys(told: ToldMap): ToldMap {
  return new Map(
    [...told].map(([key, value]): [string, Told] => [
      key === IDENTITY ? key : key.replaceAll('_', '').toLowerCase(),
      value instanceof Map && !/arguments$|environment|definition/i.test(key) ? plainKeys(value) : value,
    ]),
  );
}

function at(told: Told | undefined, ...keys: readonly string[]): Told | undefined {
  return keys.reduce<Told | undefined>((inner, key) => (inner instanceof Map ? inner.get(key) : undefined), told);
}

function namesOf(properties: ToldMap, ...keys: readonly string[]): readonly string[] {
  return [IDENTITY, ...keys].flatMap((key) => printed(properties.get(key)) ?? []);
}

function printed(told: Told | undefined): string | undefined {
  const text = textIn(told);
  return text && printTemplate(text);
}

function jobOf({ name, properties, at: place }: Construct): JobFacts | undefined {
  if (!/glue/i.test(name) || !/\.(?:CfnJob|\w*Job)$/.test(name)) return undefined;
  const script = printed(at(properties, 'command', 'scriptlocation') ?? properties.get('script') ?? at(properties, 'executable', 'script'));
  if (script === undefined) return undefined;
  return { at: place, names: namesOf(properties, 'name', 'jobname'), script, arguments: givenIn(properties.get('defaultarguments')) };
}

/** A construct given as a value has a name that only the account knows: the argument's own says more. */
function givenIn(told: Told | undefined): Arguments {
  return new Map(
    [...namedIn(told)].map(([key, value]) => [
      key,
      /\.(?:ts|py)#/.test(printTemplate(value)) || resolutionOf(value) === 'none' ? holed('config', key) : value,
    ]),
  );
}

/** Tasks of a machine; `TaskInput` is what it is made of. */
function tasksOf({ name, properties, at: place, site, context }: Construct): readonly Task[] {
  if (!/stepfunctions|sfn/i.test(name) || /StateMachine$/.test(name)) return [];
  const id = printed(properties.get(IDENTITY))?.split('#').at(-1) ?? 'task';
  const parameters = at(properties, 'parameters');
  const job = printed(properties.get('gluejobname') ?? at(parameters, 'jobname'));
  const given = properties.get('arguments') ?? at(parameters, 'arguments');
  const starts: readonly StartFacts[] =
    job === undefined
      ? commandsIn(properties).map((command) => ({ at: place, id, ...command }))
      : [{ at: place, id, job, arguments: givenIn(given) }];
  return starts.map((start) => ({ line: site.call.line, context, start }));
}

function machineIn({ properties, at: place, site, context }: Construct, tasks: readonly Task[]): MachineFacts {
  const names = namesOf(properties, 'statemachinename');
  const definition = definitionOf(properties.get('definition') ?? properties.get('definitionstring') ?? properties.get('definitionbody'));
  const read = definition ? machineOf(definition, { at: place, names }) : undefined;
  if (read && read.starts.length > 0) return read;
  const lines = linesReached(site);
  const reached = tasks.filter((task) => lines.has(task.line) && (task.context === context || task.context === ''));
  return { at: place, names, starts: reached.map(({ start }) => start) };
}

/** States Language as an object, or as a text of it. */
function definitionOf(told: Told | undefined): Told | undefined {
  if (!isText(told)) return told;
  try {
    return toldOf(JSON.parse(printTemplate(told)), literal);
  } catch {
    return undefined;
  }
}

function triggerOf(program: Program, { name, properties, at: place, site }: Construct): TriggerFacts | undefined {
  const glue = /glue.*\.CfnTrigger$/i.test(name);
  if (!glue && !/(?:events|scheduler)\b.*\.(?:Cfn)?(?:Rule|Schedule)$/i.test(name.replaceAll('_', ''))) return undefined;
  const written = printed(properties.get('scheduleexpression') ?? properties.get('schedule'));
  if (written === undefined || !/^(?:cron|rate|at)\(/.test(written)) return undefined;
  const isOff = wordIn(properties.get('enabled')) === 'False' || wordIn(properties.get('state')) === 'DISABLED';
  const id =
    printed(properties.get('rulename') ?? properties.get('name')) ?? printed(properties.get(IDENTITY))?.split('#').at(-1) ?? 'schedule';
  const targets = [properties.get('targets'), properties.get('target'), properties.get('actions')];
  return {
    at: place,
    platform: glue ? 'glue' : 'eventbridge',
    id,
    asWritten: written,
    timezone: printed(properties.get('scheduleexpressiontimezone')) ?? 'UTC',
    enabled: !isOff,
    starts: [...new Set([...targets.flatMap((told) => identitiesIn(told, 0)), ...addedTargets(program, site, properties)])],
  };
}

/** Texts that name what is started: identities of constructs, names and addresses of jobs. */
function identitiesIn(told: Told | undefined, depth: number): readonly string[] {
  if (told === undefined || depth > 6) return [];
  if (isText(told)) return /#/.test(printTemplate(told)) ? [printTemplate(told)] : [];
  if (told instanceof Map) {
    const own = printed(told.get(IDENTITY));
    const named = printed(told.get('jobname') ?? told.get('jobName') ?? told.get('job_name'));
    return own !== undefined
      ? [own]
      : [...(named === undefined ? [] : [named]), ...[...told.values()].flatMap((inner) => identitiesIn(inner, depth + 1))];
  }
  return listIn(told).flatMap((item) => identitiesIn(item, depth + 1));
}

/** `rule.addTarget(…)`, in the function the rule is made in. */
function addedTargets(program: Program, { unit, call }: CallSite, properties: ToldMap): readonly string[] {
  const own = printed(properties.get(IDENTITY));
  return (unit.callsByScope.get(call.scope) ?? []).flatMap((other) => {
    const [before, last] = other.chain.steps.slice(-2);
    if (last?.kind !== 'call' || before?.kind !== 'attr' || !/^add_?target$/i.test(before.name)) return [];
    const site = { unit, call: other, step: other.chain.steps.length - 1 };
    const [frame = placeOfCall(site)] = framesOf(program, site);
    const telling = { ev: newEvaluation(program) };
    const rule = toldIn(telling, { expr: { ...other.chain, steps: other.chain.steps.slice(0, -2) }, frame });
    if (printed(at(rule, IDENTITY)) !== own) return [];
    return last.args.flatMap((expr) => identitiesIn(toldIn(telling, { expr, frame }), 0));
  });
}

/** A Lambda's handler with its environment. */
function handlerOf({ name, properties, at: place }: Construct): readonly StartFacts[] {
  if (!/lambda/i.test(name) || !/Function$/.test(name)) return [];
  const folder = printed(properties.get('code') ?? properties.get('entry'));
  const handler = printed(properties.get('handler')) ?? 'handler';
  const file = printed(properties.get('index')) ?? `${handler.split('.').slice(0, -1).join('/') || 'index'}.py`;
  const environment = at(properties, 'environment');
  const variables = givenIn(environment instanceof Map && environment.has('variables') ? environment.get('variables') : environment);
  if (folder === undefined || variables.size === 0) return [];
  return [{ at: place, id: name, script: `${folder}/${file}`, arguments: new Map(), environment: variables }];
}
