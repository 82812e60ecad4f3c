/** §4.1 The deployments of a prefect.yaml: one row for each schedule. */

import { textOf } from '../../documents/yaml.js';
import type { StartFacts } from '../../infrastructure/facts.js';
import { deploymentsIn, writtenIn } from '../../runs/deployments.js';
import type { ReadSchedule, ReadTask, ScheduleFile } from '../reader.js';
import { rowOf } from '../row.js';

/** `linesOf`: where a function of a script stands. */
export function declaredDeployments(file: ScheduleFile, linesOf: (start: StartFacts) => Pick<ReadTask, 'lines'>): readonly ReadSchedule[] {
  return deploymentsIn(file).flatMap(({ id, isPaused, deployed }) =>
    deployed.map(({ schedule, line, start }) => {
      const timezone = textOf(schedule.timezone);
      const written = writtenIn(schedule) ?? null;
      return rowOf({
        file: file.path,
        line,
        platform: 'prefect',
        id,
        written: schedule.cron === undefined && schedule.interval !== undefined ? `every ${written} seconds` : written,
        ...(timezone === undefined ? {} : { timezone }),
        paused: schedule.active === false || isPaused,
        tasks: start ? [taskOf(id, start, linesOf(start))] : [],
      });
    }),
  );
}

function taskOf(id: string, { entry, script, at }: StartFacts, lines: Pick<ReadTask, 'lines'>): ReadTask {
  return { id: entry ?? id, ...(script === undefined ? {} : { runs: script }), ...lines, writes: [], made: { through: [at], turns: [] } };
}
