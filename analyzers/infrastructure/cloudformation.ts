/** §4.1 CloudFormation and SAM: Glue jobs, triggers, schedules and state machines of a template. */

import type { DeclaredTable } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import { joinedPath } from '../script-file.js';
import { concatAll, fullText, holed, literal, printTemplate, type Template } from '../templates/template.js';
import { argumentsIn, type Called, calledBy, parsed, printed, startsOf } from './called.js';
import { cloudFormationTable } from './catalog-tables.js';
import {
  type FollowFacts,
  type InfrastructureFacts,
  type JobFacts,
  type MachineFacts,
  NO_INFRASTRUCTURE,
  type StartFacts,
  type TriggerFacts,
} from './facts.js';
import { folderIn, type LambdaFunction, lambdaJobs } from './lambda.js';
import { containersOf, machineOf } from './state-machine.js';
import { at, interpolated, isText, listIn, mapIn, NOTHING, type Told, type ToldMap, textIn, toldOf, wordIn } from './told.js';

type Reading = {
  readonly path: string;
  readonly lines: KeyLines;
  readonly parameters: ReadonlyMap<string, Template>;
};

/** `document`: a template as JSON, or YAML whose tags `!Ref x` were read as `{Ref: x}`. */
export function readCloudFormation(path: string, document: unknown, text: string): InfrastructureFacts {
  const plain = mapIn(toldOf(document, literal));
  const resources = mapIn(plain.get('Resources'));
  if (![...resources.values()].some((resource) => /^\w+::/.test(wordIn(at(resource, 'Type')) ?? ''))) return NO_INFRASTRUCTURE;
  const reading = { path, lines: keyLines(text), parameters: defaultsOf(mapIn(plain.get('Parameters'))) };
  const jobs: JobFacts[] = [];
  const machines: MachineFacts[] = [];
  const triggers: TriggerFacts[] = [];
  const tables: DeclaredTable[] = [];
  const starts: StartFacts[] = [];
  const follows: FollowFacts[] = [];
  const made = new Map([...reading.parameters, ...namesMade(resources, reading.parameters)]);
  for (const [id, raw] of resources) {
    const resource = resolved(raw, reading.parameters);
    const type = wordIn(at(resource, 'Type')) ?? '';
    const properties = mapIn(at(resource, 'Properties'));
    const place = { file: path, line: lineOf(reading.lines, id) };
    const names = [id, printed(properties.get('Name') ?? properties.get('StateMachineName'))].filter((name) => name !== '');
    const script = textIn(at(properties, 'Command', 'ScriptLocation'));
    if (type === 'AWS::Glue::Job' && script)
      jobs.push({ at: place, names, script: printTemplate(script), arguments: argumentsIn(properties.get('DefaultArguments')) });
    if (type === 'AWS::StepFunctions::StateMachine' || type === 'AWS::Serverless::StateMachine') {
      const definition = definitionOf(properties);
      if (definition) machines.push(machineOf(definition, { at: place, names }));
    }
    if (type === 'AWS::ECS::TaskDefinition')
      machines.push(
        containersOf(properties.get('ContainerDefinitions'), { at: place, names: [...names, printed(properties.get('Family'))] }),
      );
    if (type === 'AWS::Serverless::Function' || type === 'AWS::Lambda::Function')
      jobs.push(
        ...lambdaJobs(
          functionOf(
            properties,
            { path, globals: at(resolved(plain.get('Globals') ?? NOTHING, reading.parameters), 'Function') },
            { at: place, names },
          ),
        ),
      );
    if (type === 'AWS::Glue::Table') tables.push(...cloudFormationTable(at(resolved(raw, made), 'Properties') ?? NOTHING, place));
    if (SCHEDULES.has(type)) starts.push(...targetsOf(properties).flatMap((called) => startsOf({ at: place, id }, called)));
    if (type === 'AWS::Glue::Trigger') follows.push(followsOf(properties));
    triggers.push(...triggersOf(id, type, properties, reading), ...handedDown(id, type, properties, reading));
  }
  return { ...NO_INFRASTRUCTURE, jobs, machines, triggers, follows, starts, tables };
}

/** What all functions of a template have counts where one says nothing of its own. */
function functionOf(
  properties: ToldMap,
  { path, globals }: { readonly path: string; readonly globals: Told | undefined },
  { at: place, names }: Pick<JobFacts, 'at' | 'names'>,
): LambdaFunction {
  const said = (key: string): Told | undefined => properties.get(key) ?? at(globals, key);
  const code = folderIn(properties.get('CodeUri') ?? properties.get('Code') ?? at(globals, 'CodeUri'));
  const variables = [globals, properties].flatMap((of) => [...mapIn(at(of, 'Environment', 'Variables'))]);
  return {
    at: place,
    names: [...names, printed(properties.get('FunctionName'))].filter((name) => name !== ''),
    folder: code === undefined ? undefined : joinedPath(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '', code),
    handler: said('Handler'),
    runtime: said('Runtime'),
    environment: new Map(variables),
  };
}

/** What buckets and databases of the template are called, by their logical ids. */
function namesMade(resources: ToldMap, parameters: ReadonlyMap<string, Template>): readonly (readonly [string, Template])[] {
  return [...resources].flatMap(([id, raw]) => {
    const type = wordIn(at(raw, 'Type'));
    const properties = at(resolved(raw, parameters), 'Properties');
    const name = textIn(type === 'AWS::S3::Bucket' ? at(properties, 'BucketName') : at(properties, 'DatabaseInput', 'Name'));
    return name && (type === 'AWS::S3::Bucket' || type === 'AWS::Glue::Database') ? [[id, name] as const] : [];
  });
}

/** The definition as an object, or as one text of JSON. */
function definitionOf(properties: ToldMap): Told | undefined {
  const object = properties.get('Definition') ?? properties.get('DefinitionString');
  return isText(object) ? parsed(object) : object;
}

const SCHEDULES = new Set(['AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::Glue::Trigger']);

function triggersOf(id: string, type: string, properties: ToldMap, reading: Reading): readonly TriggerFacts[] {
  const made = (name: string, told: ToldMap, starts: readonly string[]): TriggerFacts | undefined => {
    const written = textIn(told.get('ScheduleExpression') ?? told.get('Schedule'));
    if (!written) return undefined;
    const state = wordIn(told.get('State')) ?? 'ENABLED';
    return {
      at: { file: reading.path, line: lineOf(reading.lines, name) },
      platform: type === 'AWS::Glue::Trigger' ? 'glue' : 'eventbridge',
      id: printed(told.get('Name')) || name,
      asWritten: printTemplate(written),
      timezone: wordIn(told.get('ScheduleExpressionTimezone')) ?? 'UTC',
      enabled: state !== 'DISABLED' && wordIn(told.get('Enabled')) !== 'false' && wordIn(told.get('StartOnCreation')) !== 'false',
      starts,
    };
  };
  if (SCHEDULES.has(type)) {
    const starts = targetsOf(properties).flatMap(({ names }) => names);
    return [made(id, properties, starts)].filter((trigger) => trigger !== undefined);
  }
  if (!type.startsWith('AWS::Serverless::')) return [];
  // SAM writes schedules among the events of what they start.
  return [...mapIn(properties.get('Events'))].flatMap(([name, event]) => {
    const isSchedule = /^Schedule(?:V2)?$/.test(wordIn(at(event, 'Type')) ?? '');
    return (isSchedule && made(name, mapIn(at(event, 'Properties')), [id])) || [];
  });
}

function targetsOf(properties: ToldMap): readonly Called[] {
  return ['Targets', 'Target', 'Actions']
    .flatMap((key) => listIn(properties.get(key)))
    .map((target) => {
      const [arn, job] = [printed(at(target, 'Arn')), printed(at(target, 'JobName'))];
      const task = printed(at(target, 'EcsParameters', 'TaskDefinitionArn'));
      const named = { names: [arn, job, task].filter((name) => name !== ''), arguments: argumentsIn(at(target, 'Arguments')) };
      return calledBy(arn, at(target, 'Input')) ?? named;
    });
}

/** A trigger of Glue that waits for other jobs. */
function followsOf(properties: ToldMap): FollowFacts {
  const after = listIn(at(properties.get('Predicate'), 'Conditions')).map((one) => printed(at(one, 'JobName')));
  return { after: after.filter((name) => name !== ''), starts: targetsOf(properties).flatMap(({ names }) => names) };
}

/** A schedule given to a nested stack or a module: what it starts is declared there. */
function handedDown(id: string, type: string, properties: ToldMap, { path, lines }: Reading): readonly TriggerFacts[] {
  const given =
    type === 'AWS::CloudFormation::Stack' ? mapIn(properties.get('Parameters')) : type.endsWith('::MODULE') ? properties : NOTHING;
  return [...given].flatMap(([name, value]): readonly TriggerFacts[] => {
    const asWritten = printed(value);
    if (!/schedule/i.test(name) || !/^(?:cron|rate)\(/.test(asWritten)) return [];
    const line = lineOf(lines, name, lineOf(lines, id));
    return [{ at: { file: path, line }, platform: 'eventbridge', id, asWritten, timezone: 'UTC', enabled: true, starts: [] }];
  });
}

function defaultsOf(parameters: ToldMap): ReadonlyMap<string, Template> {
  return new Map(
    [...parameters].flatMap(([name, parameter]) => {
      const value = textIn(at(parameter, 'Default'));
      return value && fullText(value) !== '' ? [[name, value] as const] : [];
    }),
  );
}

/** `Ref`, `Fn::Sub`, `Fn::Join` and `Fn::GetAtt` as templates; parameters by their default where it says something. */
function resolved(told: Told, parameters: ReadonlyMap<string, Template>): Told {
  if (isText(told)) return told;
  if (!(told instanceof Map)) return listIn(told).map((item) => resolved(item, parameters));
  const known = (name: string): Template => parameters.get(name) ?? holed('config', name.replace(/\.(?:Arn|Name|Ref)$/, ''));
  const ref = wordIn(told.get('Ref'));
  if (ref !== undefined) return known(ref);
  const attribute = told.get('Fn::GetAtt');
  if (attribute !== undefined)
    return known(
      listIn(attribute)
        .map((part) => wordIn(part) ?? '')[0]
        ?.split('.')[0] ?? 'attribute',
    );
  const substituted = told.get('Fn::Sub');
  if (substituted !== undefined) return interpolated(wordIn(listIn(substituted)[0]) ?? '', known);
  const join = listIn(told.get('Fn::Join'));
  if (join.length === 2)
    return joined(
      wordIn(join[0]) ?? '',
      listIn(join[1]).map((part) => textIn(resolved(part, parameters)) ?? holed('config', 'part')),
    );
  const picked = listIn(told.get('Fn::If'));
  if (picked.length === 3) return resolved(picked[1] ?? literal(''), parameters);
  return new Map([...told].map(([key, inner]): [string, Told] => [key, resolved(inner, parameters)]));
}

function joined(by: string, parts: readonly Template[]): Template {
  return concatAll(parts.flatMap((part, index) => (index === 0 ? [part] : [literal(by), part])));
}

/** The lines that begin with a key, by the key. */
type KeyLines = ReadonlyMap<string, readonly number[]>;

function keyLines(text: string): KeyLines {
  const keys = text.split('\n').flatMap((line, index): [string, number][] => {
    const [, quoted, plain] = /^\s*(?:"([^"]*)"|([^\s"':][^\s:]*)):/.exec(line) ?? [];
    const key = quoted ?? plain;
    return key === undefined ? [] : [[key, index + 1]];
  });
  return groupPairs(keys);
}

function lineOf(lines: KeyLines, id: string, from = 1): number {
  return lines.get(id)?.find((line) => line >= from) ?? from;
}
