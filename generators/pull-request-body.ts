/** §8.2 what the reader sees: what happens without them, what was found, the proof, and everything else folded. */
import type { FieldEvidence } from '../src/core/artifacts/dataset-manifest.js';
import { heldTo } from '../src/core/decide/orchestration.js';
import { printWriter } from '../src/core/decide/writer.js';
import type { Unresolved } from '../src/core/facts.js';
import { changePart, fileLines, undoPart } from './pull-request-change.js';
import { columnLines, dataPart } from './pull-request-data.js';
import { type PullRequestInput, tierWord } from './pull-request-input.js';
import { openingPart } from './pull-request-opening.js';
import { checksPart } from './pull-request-proof.js';
import { whyLine, whyRows } from './pull-request-why.js';
import { code, codes, folded, ours, place, sentence, table, text } from './render/markdown.js';

/** GitHub takes 65,536; the rest is left for what others append. */
const MAX_BODY = 58_000;
const WRITERS_SHOWN = 3;

/** `judged`: digest of what is judged, over all files. */
export function pullRequestBody(input: PullRequestInput, judged: string): string {
  const open = [openingPart(input), foundPart(input), checksPart(input), dataPart(input), changePart(input), undoPart(input)].join('\n\n');
  const why = whyRows(input);
  const columns = input.baseline.schema ? columnLines(input) : [];
  const folds: readonly ((room: number) => string)[] = [
    (room: number) => folded('Files, signature and how to verify it', fileLines(input, judged), (line) => line, room),
    (room: number) =>
      folded(`What I could not read (${input.unresolved.length})`, input.unresolved, (row) => unresolvedLine(row, input), room),
    (room: number) => folded(`Why each value is what it is (${why.length} decisions)`, why, (row) => whyLine(row, input), room),
    (room: number) => folded(`The columns (${columns.length - 2})`, columns, (line) => line, room),
  ].filter((_, index) => (index !== 1 || input.unresolved.length > 0) && (index !== 3 || columns.length > 0));
  return `${folds.reduce((body, fold, index) => `${body}\n\n${fold(roomFor(body.length, folds.length - index))}`, open)}\n`;
}

/** An equal share of what is left for each fold that is still to come; what one does not use goes to the next. */
function roomFor(used: number, folds: number): number {
  return Math.floor((MAX_BODY - used - 10 * folds) / folds);
}

function foundPart(input: PullRequestInput): string {
  const { manifest, facts, delivery } = input;
  const filesAt = delivery.how === 'github' ? delivery.filesAt : undefined;
  const key = manifest.storage.partition_key;
  const maker = facts.model ? `dbt model ${code(facts.model.model)}` : code(manifest.runtime);
  const first = heldTo(facts.schedules) ?? facts.schedules[0];
  const scheduled = first ? place({ file: first.schedule.file, line: first.task?.line ?? first.schedule.line }, filesAt) : '';
  const inline = manifest.enforcement_model === 'inline_sdk';
  const found = (words: string, from: string): string => (from === '' ? words : `${words} · ${from}`);
  return table(
    ['', ours(manifest.urn)],
    [
      [
        'Written by',
        found(
          `${maker}, ${code(manifest.storage.format)}, ${code(manifest.storage.gold)}, ${key ? `partitioned by ${code(key)}` : 'not partitioned'}`,
          place(facts.at, filesAt),
        ),
      ],
      ...writtenToo(input),
      ['Runs', found(runWords(input), scheduled)],
      // On a forge the first screen names the owner, and where from.
      ...(delivery.how === 'github' ? [] : [['Owner', found(code(manifest.owner_team), place(facts.owners.at, filesAt))]]),
      [
        'Tier',
        `${tierWord(manifest.tier)}: ${because(input, 'tier')}${facts.consumers.length === 0 ? '' : ` · ${codes(facts.consumers, 2)}`}`,
      ],
      ...(inline ? [['Checked', because(input, 'enforcement_model')]] : []),
    ],
  );
}

/** Who writes it beside the file above, and why that one speaks for it. */
function writtenToo({ facts, delivery }: PullRequestInput): readonly (readonly string[])[] {
  if (!facts.writers) return [];
  const filesAt = delivery.how === 'github' ? delivery.filesAt : undefined;
  const { all, speaks } = facts.writers;
  const others = all.filter((writer) => printWriter(writer) !== speaks.value);
  const shown = others
    .slice(0, WRITERS_SHOWN)
    .map((writer) => (writer.repository === facts.repository ? place(writer.at, filesAt) : code(printWriter(writer), 200)));
  const more = others.length > WRITERS_SHOWN ? ` and ${others.length - WRITERS_SHOWN} more` : '';
  return [['Written too by', `${shown.join(', ')}${more} · the owner is that of the file above: ${text(speaks.because, 300)}`]];
}

function runWords({ facts, manifest }: PullRequestInput): string {
  const first = heldTo(facts.schedules) ?? facts.schedules[0];
  const others = facts.schedules.length - 1;
  const { expected_update_by: due, grace_period: grace } = manifest.slo.freshness;
  if (!first) return `no schedule found; expected by ${text(due, 80)}, ${grace} grace`;
  const { schedule, task } = first;
  const name = [schedule.id, task?.id].filter((part) => part !== undefined).join('.');
  const when = schedule.schedule === null ? 'never on its own' : `${code(schedule.schedule)} ${text(schedule.timezone, 60)}`;
  return `${when}, ${code(name)} (${schedule.platform})${others > 0 ? ` and ${others} more` : ''}, ${grace} grace`;
}

function unresolvedLine({ file, line, reason, text: seen }: Unresolved, { delivery }: PullRequestInput): string {
  return `- ${place({ file, line }, delivery.how === 'github' ? delivery.filesAt : undefined)} ${reason}: ${code(seen)}`;
}

function because({ manifest }: PullRequestInput, field: FieldEvidence['field']): string {
  return sentence(manifest.evidence?.find((row) => row.field === field)?.because ?? '');
}
