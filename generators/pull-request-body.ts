/** §8.2 what the reader sees: what happens without them, what was found, the proof, and everything else folded. */
import type { FieldEvidence } from '../src/core/artifacts/dataset-manifest.js';
import { mergeDueAt } from '../src/core/decide/merge.js';
import type { Decision } from '../src/core/evidence.js';
import type { Unresolved } from '../src/core/facts.js';
import { policyDigest } from '../src/core/signing/digest.js';
import { judgedDigest } from '../src/core/signing/judged.js';
import { readStrictYaml } from '../src/core/signing/strict-yaml.js';
import type { PullRequestInput } from './pull-request.js';
import { checksPart, columnLines, dataPart } from './pull-request-proof.js';
import { code, codes, folded, moment, place, table, text } from './render/markdown.js';
import { KEPT_AFTER_ROLLBACK, rollbackSteps, wordsOf } from './rollback.js';

/** GitHub takes 65,536; the rest is left for what others append. */
const MAX_BODY = 58_000;
const MAX_BECAUSE = 300;

export function pullRequestBody(input: PullRequestInput): string {
  const open = [firstLine(input), foundPart(input), checksPart(input), dataPart(input), costPart(input), undoPart(input)].join('\n\n');
  const why = whyRows(input);
  const columns = input.baseline.schema ? columnLines(input) : [];
  const folds: readonly ((room: number) => string)[] = [
    (room: number) => folded('Files, signature and how to verify it', fileLines(input), (line) => line, room),
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

function firstLine(input: PullRequestInput): string {
  const { manifest, merge, delivery, openedAt } = input;
  const words = wordsOf(delivery, manifest.urn);
  const unchanged = 'Your job’s code is not changed.';
  if (merge.value.kind === 'auto') {
    const when = moment(Date.parse(mergeDueAt(openedAt, merge.value)));
    const stops = delivery.how === 'github' ? 'so does any comment, review or push' : 'so does any commit on the branch';
    return `**Merges by itself on ${when}, if nobody objects.** ${code(words.stop)} stops it; ${stops}. ${unchanged}`;
  }
  const approves =
    delivery.how === 'github'
      ? 'An approving review lets it go on; closing it declines.'
      : `${code(words.approve)} lets it go on, ${code(words.stop)} ends it.`;
  const draft = manifest.tier === 'TIER_1' ? ' It is a draft for a steward.' : '';
  const staging = merge.value.stagingReport === 'required' ? ' It waits for a staging report as well.' : '';
  const days = ` An answer is hoped for within ${merge.value.slaBusinessDays} business days.`;
  return `**Nothing happens until a person approves.** ${approves}${draft}${staging}${days} ${unchanged}`;
}

function foundPart(input: PullRequestInput): string {
  const { manifest, facts, risk, delivery } = input;
  const filesAt = delivery.how === 'github' ? delivery.filesAt : undefined;
  const from = (field: string) => place(evidenceFor(input, field)?.source, filesAt);
  const why = (field: string) => text(evidenceFor(input, field)?.because ?? '');
  const key = manifest.storage.partition_key;
  const maker = facts.model ? `dbt model ${code(facts.model.model)}` : code(manifest.runtime);
  const readers = facts.consumers.length === 0 ? 'no reader found' : codes(facts.consumers, 2);
  const [first, ...others] = facts.schedules;
  const task = first ? [first.schedule.id, first.task?.id].filter((part) => part !== undefined).join('.') : '';
  const runs = first
    ? `${first.schedule.schedule === null ? 'never on its own' : `${code(first.schedule.schedule)} ${text(first.schedule.timezone, 60)}`}, ${code(task)} (${first.schedule.platform})${others.length > 0 ? `, and ${others.length} more` : ''}`
    : 'no schedule found';
  return table(
    [code(manifest.urn), '', 'from'],
    [
      [
        'Written by',
        `${maker}, ${code(manifest.storage.format)}, ${code(manifest.storage.gold)}${key ? `, partitioned by ${code(key)}` : ', not partitioned'}`,
        place(facts.at, filesAt),
      ],
      ['Runs', runs, first ? place({ file: first.schedule.file, line: first.task?.line ?? first.schedule.line }, filesAt) : ''],
      ['Due', `${text(manifest.slo.freshness.expected_update_by, 80)}, ${manifest.slo.freshness.grace_period} grace`, from('slo')],
      ['Owner', code(manifest.owner_team), place(facts.owners.at, filesAt)],
      ['Tier', `${manifest.tier}: ${why('tier')}`, readers],
      [
        'Checked',
        `${manifest.enforcement_model === 'inline_sdk' ? 'inside the job' : 'after the write'}: ${why('enforcement_model')}`,
        from('enforcement_model'),
      ],
      ['Risk', `${risk.value}: ${text(risk.because)}`, ''],
    ],
  );
}

/** The parts of §8.2 that this version cannot bring yet are named, each in one line. */
function costPart({ manifest }: PullRequestInput): string {
  return manifest.enforcement_model === 'inline_sdk'
    ? [
        '**Cost:** not measured yet. The checks will run inside the job; what they add is measured in staging before this may merge.',
        '**SDK integration:** comes as a change of its own, with the staging report. Until then nothing runs inside your job.',
        '**Staging report:** none yet.',
      ].join('\n\n')
    : [
        '**Cost:** none inside your job: the checks run after the write.',
        '**SDK integration:** none in this change. **Staging report:** none, because no code of the job changes.',
      ].join('\n\n');
}

function undoPart({ manifest, delivery }: PullRequestInput): string {
  const steps = rollbackSteps(delivery, manifest.urn).map(({ does, how }) => `- ${does}: ${code(how)}`);
  return ['**Undo**', ...steps, `- ${KEPT_AFTER_ROLLBACK}`].join('\n');
}

function fileLines({ documents, bundle, manifest, delivery }: PullRequestInput): readonly string[] {
  const { manifest: dataset, policy, baseline } = documents;
  const read = readStrictYaml(policy.content);
  const digest = read.ok ? code(policyDigest(read.value)) : 'not readable';
  const files = [dataset, policy, baseline];
  return [
    `- ${code(dataset.path)}: who the dataset is, its owner, places, schedule and goals`,
    `- ${code(policy.path)}: what is checked (version ${code(bundle.bundle_version ?? '1.0')}, ${code(bundle.enrichment_level)})`,
    `- ${code(baseline.path)}: what the data looked like`,
    '',
    `The policy is unsigned while it is judged; its digest is ${digest}. The gateway signs it before the merge and changes only ${code('security.signature')} and ${code('security.signature_jws')}.`,
    `What is judged, all files without those two lines: ${code(judgedDigest(files))}. Any other change starts the review again.`,
    '',
    'After the merge, with the gateway’s public keys:',
    '',
    '```sh',
    `sf policy verify ${/^[A-Za-z0-9_./-]+$/.test(policy.path) ? policy.path : 'policy_bundle.yaml'} --jwks jwks.json --urn ${manifest.urn}`,
    '```',
    '',
    `More about any of this: ${code(wordsOf(delivery, manifest.urn).explain)}.`,
  ];
}

function unresolvedLine({ file, line, reason, text: seen }: Unresolved, { delivery }: PullRequestInput): string {
  return `- ${place({ file, line }, delivery.how === 'github' ? delivery.filesAt : undefined)} ${reason}: ${code(seen)}`;
}

type WhyRow = Omit<Decision<unknown>, 'value'> & { readonly field?: string };

/** The manifest's evidence first, then decisions it does not already hold. */
function whyRows(input: PullRequestInput): readonly WhyRow[] {
  const written = (input.manifest.evidence ?? []).map(({ field, rule, because, source }) => ({
    field,
    rule,
    because,
    ...(source ? { at: source } : {}),
  }));
  const rows = [...written, ...input.decisions, input.risk, input.merge];
  // The first of equals wins: the manifest's row knows its field.
  const unique = new Map(
    [...rows].reverse().map((row) => [JSON.stringify([row.rule.slice(0, MAX_BECAUSE), row.because.slice(0, MAX_BECAUSE)]), row]),
  );
  return [...unique.values()].reverse();
}

function whyLine({ field, rule, because, at }: WhyRow, { delivery }: PullRequestInput): string {
  const from = place(at, delivery.how === 'github' ? delivery.filesAt : undefined);
  return `- ${field ? `${code(field)}: ` : ''}${text(because, MAX_BECAUSE)} (${code(rule)}${from ? `, ${from}` : ''})`;
}

function evidenceFor({ manifest }: PullRequestInput, field: string): FieldEvidence | undefined {
  return manifest.evidence?.find((row) => row.field === field);
}
