/** §4.1 Crontabs: the jobs of a person's or a system's table, each named by the script it runs. */
import { posixCron } from '../cron.js';
import { type ReadSchedule, readEach, type ScheduleFile, type ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { scriptsOf } from '../script.js';

const place = {
  named: /(?:^|\/)(?:cron\.d\/[\w.-]+|crontabs?(?:[._-](?!(?:py|js|ts|go|rb|md|ya?ml|json|html|sh|xml)$)[\w-]+)*|[\w.-]+\.cron(?:tab)?)$/,
  tells: (_path: string, text: string) => LINE.test(text),
};
/** Five fields or a word with `@`, then a command. */
const LINE = /^[ \t]*(@[a-z]+|(?:[\d*][\w*,/-]*[ \t]+){2}(?:[\w*?,/-]+[ \t]+){2}[\w*?,/-]+)[ \t]+(\S.*)$/im;
const SETTING = /^\s*(\w+)\s*=\s*["']?([^"'\s]*)/;
/** Names that stand before a command only where it is a column of its own. */
const USERS = /^(?:root|ubuntu|www-data|ec2-user|nobody|hadoop)$/;
const MAX_JOBS = 500;

export const crontab: ScheduleReader = { ...place, read: readEach(place, readFile) };

function readFile({ path, text }: ScheduleFile): readonly ReadSchedule[] {
  const rows: ReadSchedule[] = [];
  const isSystem = /(?:^|\/)(?:etc\/crontab|cron\.d\/[^/]+)$/.test(path) || /^#.*\bdow\b.*\buser\b/im.test(text);
  let timezone = 'UTC';
  for (const [index, line] of text.split('\n').entries()) {
    if (rows.length >= MAX_JOBS) break;
    if (/^\s*#/.test(line)) continue;
    const [, written = '', rest = ''] = LINE.exec(line.trimEnd()) ?? [];
    const [, name, value] = SETTING.exec(line) ?? [];
    if (written === '') {
      if (name === 'CRON_TZ' || name === 'TZ') timezone = value || timezone;
      continue;
    }
    if (posixCron(written) === undefined && written !== '@reboot') continue;
    const [first = ''] = rest.split(/\s+/);
    const command = unwrapped(isSystem || USERS.test(first) ? rest.slice(first.length).trim() : rest);
    const scripts = scriptsOf(command);
    const id = nameOf(scripts[0] ?? command.split(/\s+/)[0] ?? '');
    const made = { through: [{ file: path, line: index + 1 }], turns: [] };
    const tasks = scripts.map((runs) => ({ id: nameOf(runs), runs, writes: [], line: index + 1, made }));
    rows.push(rowOf({ file: path, line: index + 1, platform: 'cron', id, written, timezone, tasks }));
  }
  return rows;
}

/** Without what only guards a command: a lock, a time limit, a priority. */
function unwrapped(command: string): string {
  return command
    .replace(/^(?:\S*\/)?flock\s+(?:-(?:w|-timeout|E)\s+\S+\s+|-\S+\s+)*\S+\s+(?:-c\s+)?/, '')
    .replace(/^(?:\S*\/)?(?:timeout\s+(?:-\S+\s+)*\S+|nice(?:\s+-n\s*-?\d+)?|nohup)\s+/, '');
}

/** `/opt/jobs/load_orders.py` is `load_orders`; of a dbt command, the first words. */
function nameOf(run: string): string {
  if (/\s/.test(run)) return run.split(/\s+/).slice(0, 2).join(' ');
  const last = run.slice(run.lastIndexOf('/') + 1);
  return /\.(?:py|ipynb|sql|sh|R|jar|scala)$/.test(last) ? last.slice(0, last.lastIndexOf('.')) : last;
}
