/** §4.1 Prefect: deployments, made in Python or declared in prefect.yaml, with the flow that each runs. */
import type { Schedule } from '../../../src/core/facts.js';
import { isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import { type ReadSchedules, readAlone, type ScheduleFiles, type ScheduleReader, withHoles } from '../reader.js';
import { declaredDeployments } from './declared.js';
import { deploymentsOf, MADE } from './deployments.js';

const place = {
  named: /(?:^|\/)[\w.-]*prefect[\w.-]*\.ya?ml$/,
  tells: (_path: string, text: string) => /^deployments\s*:/m.test(text),
};

export const prefect: ScheduleReader = {
  ...place,
  words: ['prefect'],
  needle: new RegExp(`\\b(?:${[...MADE].join('|')})\\b`),
  read,
};

function read({ program, declared, perUnit }: ScheduleFiles): ReadSchedules {
  const files = declared.filter(({ path, text }) => place.named.test(path) && place.tells(path, text));
  const made = perUnit('prefect', usesPrefect, (unit) => withHoles(readUnit(program, unit)));
  const named = readAlone(files, (file) => withHoles(declaredDeployments(file)));
  return { schedules: [...made.schedules, ...named.schedules], unresolved: [...made.unresolved, ...named.unresolved] };
}

function usesPrefect({ facts }: Unit): boolean {
  return facts.imports.some(({ module }) => /^prefect(?:\.|$)/.test(module));
}

function readUnit(program: Program, unit: Unit): readonly Schedule[] {
  return [...unit.facts.calls].flatMap((call) => (isSpent(program) ? [] : deploymentsOf(program, unit, call)));
}
