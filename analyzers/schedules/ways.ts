/** §4.1 Rows of one place in the code: by each of the turns and calls that make it. */

import type { Unresolved } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import type { Placed } from '../python/facts.js';
import { type Reached, waysTo } from '../runs/places.js';
import type { Program, Unit } from '../targets/program.js';
import { writeTurns } from '../templates/turns.js';
import { type Evaluate, evaluatorAt } from './arguments.js';
import type { ReadSchedule, ReadSchedules, ReadTask } from './reader.js';

/** `what`: is made there, for the reader of a flaw. */
export type MadeAt = { readonly unit: Unit; readonly place: Placed; readonly what: string };

export function eachWay(
  program: Program,
  { unit, place, what }: MadeAt,
  read: (evaluate: Evaluate) => { readonly schedules: readonly ReadSchedule[]; readonly unresolved: readonly Unresolved[] },
): ReadSchedules {
  const { scope, block, pos } = place;
  const { ways, isCut } = waysTo(program, { unit, scope, block, pos });
  const made = ways.map(({ frame, ...way }) => ({ way, said: read(evaluatorAt(program, frame)) }));
  const text = `${what} is made in more turns and calls than are followed: these are ${ways.length} of them`;
  const cut: readonly Unresolved[] = isCut ? [{ file: unit.path, line: place.line, reason: 'too-many-values', text }] : [];
  return {
    schedules: eachOnce(made.flatMap(({ way, said }) => said.schedules.map((row) => ({ way, row })))),
    unresolved: [...cut, ...distinct(made.flatMap(({ said }) => said.unresolved))],
  };
}

/** A task is made in the turn and by the call that make what starts it. */
function madeIn({ through, turns }: Omit<Reached, 'frame'>, tasks: readonly ReadTask[]): readonly ReadTask[] {
  if (through.length === 0 && turns.size === 0) return tasks;
  return tasks.map((task) => ({
    ...task,
    made: { through: [...through, ...(task.made?.through ?? [])], turns: writeTurns(turns) },
  }));
}

/** A loop that changes nothing about a schedule makes it once, in no turn more than in another. */
function eachOnce(made: readonly { readonly way: Omit<Reached, 'frame'>; readonly row: ReadSchedule }[]): readonly ReadSchedule[] {
  const groups = [...groupPairs(made.map((one) => [JSON.stringify(one.row), one])).values()];
  return groups.flatMap(([first, ...others]) =>
    first && others.length === 0 ? [{ ...first.row, tasks: madeIn(first.way, first.row.tasks) }] : (first?.row ?? []),
  );
}

function distinct<T>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
