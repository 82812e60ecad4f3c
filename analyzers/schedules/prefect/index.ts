/** §4.1 Prefect: deployments, made in Python or declared in prefect.yaml, with the flow that each runs. */
import type { Schedule, Unresolved } from '../../../src/core/facts.js';
import { beginFile, isSpent, type Program, type Unit } from '../../targets/program.js';
import type { ReadSchedules, ScheduleFiles, ScheduleReader } from '../reader.js';
import { declaredDeployments } from './declared.js';
import { deploymentsOf } from './deployments.js';

const place = {
  named: /(?:^|\/)[\w.-]*prefect[\w.-]*\.ya?ml$/,
  tells: (_path: string, text: string) => /^deployments\s*:/m.test(text),
};

export const prefect: ScheduleReader = {
  ...place,
  needle: /^[ \t]*(?:from|import)[ \t]+prefect\b/m,
  read,
};

function read({ program, declared }: ScheduleFiles): ReadSchedules {
  const files = declared.filter(({ path, text }) => place.named.test(path) && place.tells(path, text));
  const read = [...program.units.values()].filter(usesPrefect).map((unit) => readUnit(program, unit));
  return {
    schedules: [...read.flatMap(({ schedules }) => schedules), ...files.flatMap(declaredDeployments)],
    unresolved: read.flatMap(({ unresolved }) => unresolved),
  };
}

function usesPrefect({ facts }: Unit): boolean {
  return facts.imports.some(({ module }) => /^prefect(?:\.|$)/.test(module));
}

function readUnit(program: Program, unit: Unit): ReadSchedules {
  const schedules: Schedule[] = [];
  const unresolved: Unresolved[] = [];
  beginFile(program);
  for (const call of unit.facts.calls) {
    if (isSpent(program)) break;
    schedules.push(...deploymentsOf(program, unit, call));
  }
  for (const { file, line, scheduleAsWritten } of schedules)
    if (/\{\w*\}/.test(scheduleAsWritten ?? '')) unresolved.push({ file, line, reason: 'dynamic-schedule', text: scheduleAsWritten ?? '' });
  return { schedules, unresolved };
}
