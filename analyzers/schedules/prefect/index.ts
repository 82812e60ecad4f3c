/** §4.1 Prefect: deployments, made in Python or declared in prefect.yaml, with the flow that each runs. */
import type { StartFacts } from '../../infrastructure/facts.js';
import { DEPLOYMENTS } from '../../runs/deployments.js';
import { MAKES_DEPLOYMENT, usesPrefect } from '../../runs/served.js';
import { fileOf, filesByName } from '../../script-file.js';
import { isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import {
  type ReadSchedule,
  type ReadSchedules,
  type ReadTask,
  readAlone,
  type ScheduleFiles,
  type ScheduleReader,
  withHoles,
} from '../reader.js';
import { declaredDeployments } from './declared.js';
import { deploymentsOf } from './deployments.js';

export const prefect: ScheduleReader = {
  ...DEPLOYMENTS,
  words: ['prefect'],
  needle: new RegExp(`\\b(?:${[...MAKES_DEPLOYMENT].join('|')})\\b`),
  read,
};

function read({ program, declared, paths, perUnit }: ScheduleFiles): ReadSchedules {
  const byName = filesByName(paths);
  const files = declared.filter(({ path, text }) => DEPLOYMENTS.named.test(path) && DEPLOYMENTS.tells(path, text));
  const made = perUnit('prefect', usesPrefect, (unit) => withHoles(readUnit(program, unit)));
  const named = readAlone(files, (file) => withHoles(declaredDeployments(file, (start) => linesOf(program, byName, start))));
  return { schedules: [...made.schedules, ...named.schedules], unresolved: [...made.unresolved, ...named.unresolved] };
}

/** The function that is deployed, where its file is known. */
function linesOf(
  { units }: Program,
  byName: ReturnType<typeof filesByName>,
  { script = '', entry, at }: StartFacts,
): Pick<ReadTask, 'lines'> {
  const unit = units.get(fileOf(script, byName, at.file) ?? '');
  const scope = unit?.facts.scopes.find(({ kind, name, parent }) => kind === 'def' && parent === 0 && name === entry);
  return scope ? { lines: [scope.line, scope.endLine] } : {};
}

function readUnit(program: Program, unit: Unit): readonly ReadSchedule[] {
  return [...unit.facts.calls].flatMap((call) => (isSpent(program) ? [] : deploymentsOf(program, unit, call)));
}
