/** §4.1 GitHub Actions: workflows with `on.schedule`, and the scripts of their steps. */
import type { Schedule, ScheduledTask } from '../../../src/core/facts.js';
import { isMap, listOf, mapOf, textOf } from '../../documents/yaml.js';
import { readEach, type ScheduleFile, type ScheduleReader } from '../reader.js';
import { pairLines, rowOf } from '../row.js';
import { scriptsOf } from '../script.js';

const place = {
  named: /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/,
  tells: (_path: string, text: string) => /^[ \t{-]*["']?cron["']?\s*:/m.test(text),
};

export const githubActions: ScheduleReader = { ...place, read: readEach(place, readFile) };

/** One row for each cron of a workflow: they are one after another, not alternatives. */
function readFile({ path, text, documents }: ScheduleFile): readonly Schedule[] {
  const id = path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const lineOf = pairLines(text, 'cron');
  return documents.filter(isMap).flatMap((workflow) => {
    // YAML 1.1 takes the key `on` for a truth value.
    const on = mapOf(workflow.on ?? workflow.true);
    const tasks = tasksOf(workflow.jobs);
    return listOf(on.schedule).flatMap((one) => {
      const written = textOf(mapOf(one).cron);
      if (written === undefined) return [];
      const timezone = textOf(mapOf(one).timezone);
      const line = lineOf(written);
      return [rowOf({ file: path, line, platform: 'github_actions', id, written, ...(timezone ? { timezone } : {}), tasks })];
    });
  });
}

function tasksOf(jobs: unknown): readonly ScheduledTask[] {
  return Object.entries(mapOf(jobs)).flatMap(([id, job]) => {
    const { steps, if: condition } = mapOf(job);
    if (condition === false) return [];
    const programs = listOf(steps).flatMap((step) => textOf(mapOf(step).run) ?? []);
    return programs.flatMap(scriptsOf).map((runs): ScheduledTask => ({ id, runs, writes: [] }));
  });
}
