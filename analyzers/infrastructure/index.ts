/** §4.1 Which files tell about jobs, and what each tells. A new kind of infrastructure is a reader here. */
import { type BundleFile, readBundles } from './bundles.js';
import { readCloudFormation } from './cloudformation.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE, together } from './facts.js';
import { isScheduleAlone, readScheduleAlone } from './schedule-alone.js';
import { readStateMachine } from './state-machine.js';
import { readTerraform, type TerraformFacts } from './terraform.js';
import type { TerraformFile } from './terraform-scope.js';

export type InfrastructureKind = 'terraform' | 'json' | 'yaml';

/** By the name alone; whether a JSON or YAML file says anything of this kind is seen in its text. */
export function infrastructureKind(path: string): InfrastructureKind | undefined {
  if (path.endsWith('.tf')) return 'terraform';
  if (/\.(?:json|template)(?:\.(?:tpl|tftpl|j2))?$/.test(path) && !/(?:^|\/)(?:node_modules|package(?:-lock)?\.json)/.test(path))
    return 'json';
  return /\.ya?ml$/.test(path) ? 'yaml' : undefined;
}

/** Whether the bytes may hold jobs, schedules or machines. */
export function mayTellOfJobs(text: string): boolean {
  return (
    text.includes('"StartAt"') ||
    /AWS::(?:Glue|StepFunctions|Events|Scheduler|Serverless|Lambda|ECS|EMR)/.test(text) ||
    handsDownSchedule(text) ||
    isScheduleAlone(text)
  );
}

/** A template that gives a schedule to what another template or module declares. */
function handsDownSchedule(text: string): boolean {
  return /\bResources\b/.test(text) && /(?:AWS::CloudFormation::Stack|::MODULE)\b/.test(text) && /\b(?:cron|rate)\(/.test(text);
}

/** YAML that may hold a template. */
export function readTemplates(path: string, documents: readonly unknown[], text: string): InfrastructureFacts {
  return together(documents.map((document) => readCloudFormation(path, document, text)));
}

export function readJson(path: string, text: string): InfrastructureFacts {
  const machine = readStateMachine(path, text);
  if (machine) return { ...NO_INFRASTRUCTURE, machines: [machine] };
  const document = parseJson(text);
  return document === undefined ? NO_INFRASTRUCTURE : (readScheduleAlone(path, document, text) ?? readCloudFormation(path, document, text));
}

export function readInfrastructure(
  files: readonly InfrastructureFacts[],
  terraform: readonly TerraformFile[],
  bundles: readonly BundleFile[] = [],
): TerraformFacts {
  const { facts, unresolved } = readTerraform(terraform);
  return { facts: together([...files, facts, readBundles(bundles)]), unresolved };
}

/** Neither JSON nor the template of a state machine that becomes JSON. */
export function isBrokenJson(path: string, text: string): boolean {
  return parseJson(text) === undefined && readStateMachine(path, text) === undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
