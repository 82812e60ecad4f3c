/** §4.1 The deployments of a prefect.yaml: one row for each schedule. */
import type { Schedule } from '../../../src/core/facts.js';
import { isMap, listOf, textOf, type YamlMap } from '../../documents/yaml.js';
import type { ScheduleFile } from '../reader.js';
import { pairLines, rowOf } from '../row.js';

export function declaredDeployments({ path, text, documents }: ScheduleFile): readonly Schedule[] {
  const lineOf = pairLines(text, 'name');
  return documents.filter(isMap).flatMap((document) =>
    listOf(document.deployments)
      .filter(isMap)
      .flatMap((deployment) => {
        const schedules = [deployment.schedule, ...listOf(deployment.schedules)].filter(isMap);
        const id = textOf(deployment.name) ?? '{name}';
        const [script, flow] = (textOf(deployment.entrypoint) ?? '').split(':');
        const tasks = script ? [{ id: flow ?? id, runs: script, writes: [] }] : [];
        const line = lineOf(id);
        return schedules.map((schedule) => {
          const timezone = textOf(schedule.timezone);
          return rowOf({
            file: path,
            line,
            platform: 'prefect',
            id,
            written: writtenIn(schedule),
            ...(timezone === undefined ? {} : { timezone }),
            paused: schedule.active === false || deployment.paused === true,
            tasks,
          });
        });
      }),
  );
}

/** A cron, an interval in seconds, or a rule of the iCalendar kind. */
function writtenIn(schedule: YamlMap): string | null {
  const interval = textOf(schedule.interval);
  return textOf(schedule.cron) ?? (interval === undefined ? (textOf(schedule.rrule) ?? null) : `every ${interval} seconds`);
}
