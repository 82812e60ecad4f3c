/** Markdown for pull requests. Everything that comes from a repository passes `text` or `code` and can only be read. */

/** Zero-width space: ends what a forge would turn into a mention or a link, and shows nothing. */
const BREAK = '&#8203;';
const MAX_TEXT = 240;
/** Longer paths are named, not linked. */
const MAX_PATH = 300;
/** How much longer the escaped form may be. */
const GROWTH = 3;

/** Foreign prose inside a line of ours: never a mention, link, tag, table cell or emphasis. */
export function text(raw: string, max = MAX_TEXT): string {
  return bounded(oneLine(raw), max, escapedProse);
}

/** A foreign name, as code. Odd characters become entities in a code element, where nothing is interpreted. */
export function code(raw: string, max = MAX_TEXT): string {
  const line = oneLine(raw);
  if (line === '') return '(empty)';
  return bounded(line, max, (part) =>
    /^[\p{L}\p{N}_ .,:;/@$%&+=~(){}[\]?!'"#^*-]+$/u.test(part) && part.trim() === part ? `\`${part}\`` : `<code>${asEntities(part)}</code>`,
  );
}

/** A constant or checked word of our own as code: a command, a field, a digest, a urn. Never a name from a repository. */
export function ours(word: string): string {
  return `\`${word}\``;
}

/** Foreign prose in which our decisions put a cron or a name in quotation marks: plain ones are shown as code. */
export function sentence(raw: string, max = MAX_TEXT): string {
  return bounded(oneLine(raw), max, (part) =>
    part
      .split(/"([\p{L}\p{N}_ .,:;/@?#*-]+)"/u)
      .map((piece, index) => (index % 2 === 1 ? (piece.trim() === piece ? ours(piece) : escapedProse(`"${piece}"`)) : escapedProse(piece)))
      .join(''),
  );
}

/** Names as code, the first few of them. */
export function codes(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).map((name) => code(name, 60));
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('\n', ' ');
  return [line(head), `|${head.map(() => ':--').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A folded part: one line per row as far as they fit into `room` characters, and an honest word about the rest. */
export function folded<T>(summary: string, rows: readonly T[], lineOf: (row: T) => string, room: number): string {
  const cut = (left: number) => `\n\n*${left} of ${rows.length} lines are left out here: too long for a pull request.*`;
  const frame = (inner: string) => `<details><summary>${summary}</summary>\n\n${inner}\n\n</details>`;
  const most = room - frame(cut(rows.length)).length;
  const lines: string[] = [];
  let length = 0;
  // Rendered one by one: what cannot be shown is not worth the time either.
  for (const row of rows) {
    const line = lineOf(row);
    if (length + line.length + 1 > most) return frame(lines.join('\n') + cut(rows.length - lines.length));
    lines.push(line);
    length += line.length + 1;
  }
  return frame(lines.join('\n'));
}

const BLOCKS = '▁▂▃▄▅▆▇█';

/** Differences below this share of the largest value are drawn as small as they are. */
const LEAST_SPAN = 0.1;

/** One block per value, lowest to highest. All equal: one height. */
export function sparkline(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = least === most ? 0 : Math.max(most - least, LEAST_SPAN * Math.abs(most));
  const low = (least + most - span) / 2;
  return values.map((value) => BLOCKS[span === 0 ? 3 : Math.round(((value - low) / span) * (BLOCKS.length - 1))]).join('');
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `4 to 9`, or `4` where both ends read the same. */
export function range(least: number, most: number): string {
  return count(least) === count(most) ? count(most) : `${count(least)} to ${count(most)}`;
}

export function percent(rate: number): string {
  if (rate === 0) return '0 %';
  return rate < 0.0001 ? '< 0.01 %' : `${Number((rate * 100).toFixed(2))} %`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu 26 Nov 2026, 14:05 UTC`. */
export function moment(instantMs: number): string {
  const date = new Date(instantMs);
  const clock = date.toISOString().slice(11, 16);
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`;
}

/** Instants as a person writes them. */
export function withMoments(words: string): string {
  return words.replace(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, (time) => {
    const ms = Date.parse(time);
    return Number.isNaN(ms) ? time : moment(ms);
  });
}

/** A link to a line of a file, or its name where there is nothing to open. */
export function place(at: { readonly file: string; readonly line: number } | undefined, filesAt: string | undefined): string {
  if (!at) return '';
  const name = code(`${at.file}:${at.line}`, 120);
  if (!filesAt || at.file.length > MAX_PATH || /\p{Surrogate}/u.test(at.file)) return name;
  const path = at.file.split('/').map(encodeSegment).join('/');
  if (path.length > MAX_PATH) return name;
  return `[${name}](${filesAt}/${path}#L${at.line})`;
}

/** encodeURIComponent leaves these alone, Markdown does not. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*~_]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function oneLine(raw: string): string {
  // Controls, line ends, direction marks and other characters without a shape of their own; half characters.
  return raw
    .slice(0, 4 * MAX_TEXT)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, ' ')
    .trim();
}

/** Shortened until both forms are short enough. */
function bounded(line: string, max: number, escaped: (part: string) => string): string {
  const characters = [...line];
  let length = Math.min(characters.length, max);
  for (;;) {
    const part = length < characters.length ? `${characters.slice(0, length).join('').trimEnd()}…` : line;
    const form = escaped(part);
    if (form.length <= max * GROWTH || length <= 1) return form;
    length = Math.floor(length / 2);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escapedProse(part: string): string {
  return part
    .replace(/[&<>|`\\*~[\]$]/g, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '&#95;')
    .replace(/@/g, `@${BREAK}`)
    .replace(/(https?|ftp|mailto|xmpp):/gi, `$1${BREAK}:`)
    .replace(/www\./gi, (word) => `${word.slice(0, 3)}${BREAK}.`)
    .replace(/(?<!&)#(?=[0-9])/g, `#${BREAK}`)
    .replace(/\bGH-(?=[0-9])/gi, (word) => `${word.slice(0, 2)}${BREAK}-`)
    .replace(/:(?=[a-z0-9_+-]+:)/gi, `:${BREAK}`)
    .replace(/\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/gi, (hex) => `${hex.slice(0, 6)}${BREAK}${hex.slice(6)}`)
    .replace(/^([-+=#]|[0-9]+[.)])/, (start) => `${BREAK}${start}`);
}

function asEntities(part: string): string {
  return [...part]
    .map((character) =>
      /[\p{L}\p{N} ()=,;"'-]/u.test(character) ? character : `&#${character.codePointAt(0)};${character === '@' ? BREAK : ''}`,
    )
    .join('');
}
