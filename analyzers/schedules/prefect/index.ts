/** §4.1 Prefect: deployments, made in Python or declared in a file, with the flow that each runs; and flows of its first version. */
import type { StartFacts } from '../../infrastructure/facts.js';
import { DEPLOYMENTS } from '../../runs/deployments.js';
import { MAKES_DEPLOYMENT, mayDeploy } from '../../runs/served.js';
import { fileOf, filesByName } from '../../script-file.js';
import { isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import { type ReadSchedules, type ReadTask, readAlone, type ScheduleFiles, type ScheduleReader, withHoles } from '../reader.js';
import { declaredDeployments } from './declared.js';
import { deploymentsOf } from './deployments.js';
import { flowRows } from './flows.js';

export const prefect: ScheduleReader = {
  ...DEPLOYMENTS,
  // A file that only deploys names nothing of the library.
  words: ['prefect', 'cron', 'interval', 'schedule'],
  needle: new RegExp(String.raw`\b(?:${[...MAKES_DEPLOYMENT, 'Flow'].join('|')})\s*\(`),
  read,
};

function read({ program, declared, paths, perUnit }: ScheduleFiles): ReadSchedules {
  const byName = filesByName(paths);
  const files = declared.filter(({ path, text }) => DEPLOYMENTS.named.test(path) && DEPLOYMENTS.tells(path, text));
  const made = perUnit('prefect', mayDeploy, (unit) => readUnit(program, unit));
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

function readUnit(program: Program, unit: Unit): ReadSchedules {
  const made = [...unit.facts.calls].flatMap((call) => (isSpent(program) ? [] : deploymentsOf(program, unit, call)));
  const all = [...made, ...flowRows(program, unit)];
  return { schedules: all.flatMap(({ schedules }) => schedules), unresolved: all.flatMap(({ unresolved }) => unresolved) };
}
