/** §8.2 what the reader sees: what happens without them, what was found, the proof, and everything else folded. */
import type { FieldEvidence } from '../src/core/artifacts/dataset-manifest.js';
import type { Autonomy } from '../src/core/decide/autonomy.js';
import { mergeDueAt } from '../src/core/decide/merge.js';
import type { Decision } from '../src/core/evidence.js';
import type { Unresolved } from '../src/core/facts.js';
import { ACCEPTED_BRANCH } from '../src/core/pull-request.js';
import { changePart, fileLines, undoPart } from './pull-request-change.js';
import { columnLines, dataPart } from './pull-request-data.js';
import { branchOf, type PullRequestInput } from './pull-request-input.js';
import { checksPart } from './pull-request-proof.js';
import { whyLine, whyRows } from './pull-request-why.js';
import { code, codes, folded, moment, ours, place, sentence, table, text } from './render/markdown.js';
import { wordsOf } from './rollback.js';

/** GitHub takes 65,536; the rest is left for what others append. */
const MAX_BODY = 58_000;

/** `judged`: digest of what is judged, over all files. */
export function pullRequestBody(input: PullRequestInput, judged: string): string {
  const open = [firstPart(input), foundPart(input), checksPart(input), dataPart(input), changePart(input), undoPart(input)].join('\n\n');
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

function firstPart(input: PullRequestInput): string {
  const { manifest, merge, risk, delivery, openedAt } = input;
  const words = wordsOf(delivery, manifest.urn);
  const unchanged = 'Your job’s code is not changed.';
  if (merge.value.kind === 'auto' && input.autonomy?.value.kind === 'never') return neverAlone(input, input.autonomy, unchanged);
  if (merge.value.kind === 'auto') {
    const when = moment(Date.parse(mergeDueAt(openedAt, merge.value)));
    const [where, stops] =
      delivery.how === 'github'
        ? ['', 'so does any comment, review or push']
        : [` It goes into ${ours(ACCEPTED_BRANCH)}, never into a branch of yours.`, 'so does any commit on its branch'];
    return `**Merges by itself on ${when}, if nobody objects.** ${ours(words.stop)} stops it; ${stops}.${where} ${unchanged}`;
  }
  const asked = manifest.tier === 'TIER_3' ? ` You are asked because ${sentence(risk.because)}.` : '';
  const nothing = `**Nothing happens until a person approves.**${asked}`;
  const days = `An answer is hoped for within ${merge.value.slaBusinessDays} business days.`;
  const [approves, ends] =
    delivery.how === 'github'
      ? ['an approving review lets it go on', 'closing it declines.']
      : [`${ours(words.approve)} lets it go on`, `${ours(words.stop)} ends it.`];
  if (manifest.tier !== 'TIER_1') return `${nothing} If the checks below are right, ${approves}; ${ends} ${days} ${unchanged}`;
  const staging = delivery.how === 'github' ? ' It waits for a staging report as well.' : '';
  return [
    `${nothing} It is a draft for a steward, who is asked to`,
    '',
    `1. read the checks below: are they what the readers of this dataset rely on?`,
    `2. change ${ours('policy_bundle.yaml')} on the branch ${code(branchOf(manifest.urn))} where they are not; rules about values are yours to add, under ${ours('contract_lite.invariants')}`,
    `3. decide: ${approves}; ${ends}${staging}`,
    '',
    `${days} ${unchanged}`,
  ].join('\n');
}

/** The repository's own rules come first: we say so, and what would help. */
function neverAlone(
  { merge, delivery, manifest }: PullRequestInput,
  { value, because: rule }: Decision<Autonomy>,
  unchanged: string,
): string {
  const hours = merge.value.kind === 'auto' ? `${merge.value.afterHours} hours` : 'its waiting time';
  const helps = value.kind === 'never' ? value.helps : [];
  return [
    `**Waits for a person, because ${sentence(rule)}.** Otherwise it would merge by itself after ${hours}. ${ours(wordsOf(delivery, manifest.urn).stop)} stops it. ${unchanged}`,
    '',
    ...helps.map((help, index) => `${index === 0 ? 'What helps:' : 'Or:'} ${help}.`),
  ].join('\n');
}

function foundPart(input: PullRequestInput): string {
  const { manifest, facts, delivery } = input;
  const filesAt = delivery.how === 'github' ? delivery.filesAt : undefined;
  const key = manifest.storage.partition_key;
  const maker = facts.model ? `dbt model ${code(facts.model.model)}` : code(manifest.runtime);
  const [first] = facts.schedules;
  const scheduled = first ? place({ file: first.schedule.file, line: first.task?.line ?? first.schedule.line }, filesAt) : '';
  const inline = manifest.enforcement_model === 'inline_sdk';
  return table(
    ['', ours(manifest.urn), 'from'],
    [
      [
        'Written by',
        `${maker}, ${code(manifest.storage.format)}, ${code(manifest.storage.gold)}, ${key ? `partitioned by ${code(key)}` : 'not partitioned'}`,
        place(facts.at, filesAt),
      ],
      ['Runs', runWords(input), scheduled],
      ['Owner', code(manifest.owner_team), place(facts.owners.at, filesAt)],
      ['Tier', `${manifest.tier}: ${because(input, 'tier')}`, facts.consumers.length === 0 ? '' : codes(facts.consumers, 2)],
      ...(inline ? [['Checked', because(input, 'enforcement_model'), '']] : []),
    ],
  );
}

function runWords({ facts, manifest }: PullRequestInput): string {
  const [first, ...others] = facts.schedules;
  const { expected_update_by: due, grace_period: grace } = manifest.slo.freshness;
  if (!first) return `no schedule found; expected by ${text(due, 80)}, ${grace} grace`;
  const { schedule, task } = first;
  const name = [schedule.id, task?.id].filter((part) => part !== undefined).join('.');
  const when = schedule.schedule === null ? 'never on its own' : `${code(schedule.schedule)} ${text(schedule.timezone, 60)}`;
  return `${when}, ${code(name)} (${schedule.platform})${others.length > 0 ? ` and ${others.length} more` : ''}, ${grace} grace`;
}

function unresolvedLine({ file, line, reason, text: seen }: Unresolved, { delivery }: PullRequestInput): string {
  return `- ${place({ file, line }, delivery.how === 'github' ? delivery.filesAt : undefined)} ${reason}: ${code(seen)}`;
}

function because({ manifest }: PullRequestInput, field: FieldEvidence['field']): string {
  return sentence(manifest.evidence?.find((row) => row.field === field)?.because ?? '');
}
