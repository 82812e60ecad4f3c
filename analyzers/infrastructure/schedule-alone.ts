/** §4.1 A rule of EventBridge, or a schedule of its Scheduler, as JSON by itself: what AWS's command line is given to make one. */

import { literal } from '../templates/template.js';
import { readCloudFormation } from './cloudformation.js';
import type { InfrastructureFacts } from './facts.js';
import { at, toldOf, wordIn } from './told.js';

const WRITTEN = /"ScheduleExpression"\s*:\s*"(?:cron|rate|at)\(/;

export function isScheduleAlone(text: string): boolean {
  return WRITTEN.test(text);
}

/** Its keys are those of the resource of a template. An answer of AWS, as somebody recorded it, declares nothing. */
export function readScheduleAlone(path: string, document: unknown, text: string): InfrastructureFacts | undefined {
  const told = toldOf(document, literal);
  const name = wordIn(at(told, 'Name'));
  const written = wordIn(at(told, 'ScheduleExpression'));
  if (!name || written === undefined || at(told, 'ResponseMetadata') !== undefined) return undefined;
  const template = { Resources: { [name]: { Type: 'AWS::Events::Rule', Properties: document } } };
  const facts = readCloudFormation(path, template, text);
  const line = text.slice(0, text.search(WRITTEN)).split('\n').length;
  return { ...facts, triggers: facts.triggers.map((trigger) => ({ ...trigger, at: { file: path, line } })) };
}
