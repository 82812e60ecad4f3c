/** §4.1 A script that only calls what another file does: that file gets the arguments which the script is started with. */

import type { SourceRef } from '../../src/core/evidence.js';
import { fileOf, filesByName } from '../script-file.js';
import { declaresArguments } from '../targets/declared-arguments.js';
import { findModule } from '../targets/modules.js';
import type { Program, Unit } from '../targets/program.js';
import type { ScriptRun } from '../templates/given.js';

/** With the runs of files that started scripts call. A script that is not among the units is missing. */
export function withCalled(program: Program, runs: readonly ScriptRun[]): readonly ScriptRun[] {
  const byName = filesByName([...program.modules.paths].filter((path) => path.endsWith('.py')));
  return runs.flatMap((run) => {
    const file = fileOf(run.script, byName, run.at[0]?.file);
    const unit = file === undefined ? undefined : program.units.get(file);
    if (file !== undefined && !unit) program.missing.set(file, program.missing.get(file) ?? new Set(['*']));
    if (!unit || run.entry !== undefined || declaresArguments(unit.facts)) return [run];
    return [run, ...calledFrom(program, unit).map(({ script, at }) => ({ ...run, script, at: [...run.at, at] }))];
  });
}

/** `at`: the call. */
type Called = { readonly script: string; readonly at: SourceRef };

/** Files with arguments of their own of which the module itself calls something. */
function calledFrom({ modules, units }: Program, unit: Unit): readonly Called[] {
  const files = (unit.callsByScope.get(0) ?? []).flatMap(({ chain: { root }, line }) => {
    const imports = root.kind === 'name' ? (unit.importsByName.get(root.name) ?? []) : [];
    return imports.flatMap(({ module, name, level }) => {
      const whole = [module, name ?? ''].filter((part) => part !== '').join('.');
      const script = findModule(modules, unit.path, module, level) ?? findModule(modules, unit.path, whole, level);
      return script === undefined ? [] : [{ script, at: { file: unit.path, line } }];
    });
  });
  const first = new Map(files.toReversed().map((called) => [called.script, called]));
  return [...first.values()].filter(({ script }) => {
    const called = units.get(script);
    return called !== undefined && called !== unit && declaresArguments(called.facts);
  });
}
