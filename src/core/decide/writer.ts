/** §4.3 of several jobs that write one dataset, the one that speaks for it: its file gives owner, runtime and format. */
import type { Decision } from '../evidence.js';
import type { DatasetFacts, Writer } from '../facts.js';
import { heldTo } from './orchestration.js';

export type WriterCandidate = Writer & { readonly schedules: DatasetFacts['schedules'] };

export type WriterClaims = {
  /** The repository that has the record of the place. */
  readonly holder?: string | undefined;
  /** Repositories that have committed a dataset.yaml for the place. */
  readonly committed: ReadonlySet<string>;
};

type Run = DatasetFacts['schedules'][number];
type Narrowing = { readonly left: readonly WriterCandidate[]; readonly rule: string; readonly because: string };

/** The answer does not depend on the order of the candidates; undefined where there are none. */
export function decideWriter(candidates: readonly WriterCandidate[], claims: WriterClaims): Decision<Writer> | undefined {
  const all = candidates.toSorted(byPlace);
  let left: readonly WriterCandidate[] = all;
  const said: Narrowing[] = [];
  for (const narrow of [byHolder, byCommitted, bySchedule]) {
    const found = narrow(left, claims);
    if (found.left.length === 0 || found.left.length === left.length) continue;
    said.push(found);
    left = found.left;
  }
  const [first] = left;
  if (!first) return undefined;
  const { rule } = said.at(-1) ?? { rule: all.length > 1 ? 'writer/first-place' : 'writer/only' };
  const order = left.length > 1 ? [`it comes first of ${left.length} by repository and file`] : [];
  const because = all.length > 1 ? [...said.map((each) => each.because), ...order].join('; ') : 'nothing else writes it';
  return { value: { repository: first.repository, at: first.at }, rule, because, at: first.at };
}

function byHolder(left: readonly WriterCandidate[], { holder }: WriterClaims): Narrowing {
  return { left: left.filter(({ repository }) => repository === holder), rule: 'writer/record', because: `${holder} has its record` };
}

function byCommitted(left: readonly WriterCandidate[], { committed }: WriterClaims): Narrowing {
  const kept = left.filter(({ repository }) => committed.has(repository));
  const names = [...new Set(kept.map(({ repository }) => repository))].join(' and ');
  return { left: kept, rule: 'writer/committed', because: `its dataset.yaml is committed in ${names}` };
}

function bySchedule(left: readonly WriterCandidate[]): Narrowing {
  const held = heldTo(left.flatMap(({ schedules }) => schedules));
  const isHeld = ({ schedule, task }: Run) => schedule === held?.schedule && task === held?.task;
  const kept = held ? left.filter(({ schedules }) => schedules.some(isHeld)) : [];
  return { left: kept, rule: 'writer/schedule', because: `${held?.schedule.id} runs it, the schedule that the dataset is held to` };
}

export function printWriter({ repository, at }: Writer): string {
  return `${repository}:${at.file}:${at.line}`;
}

function byPlace(a: Writer, b: Writer): number {
  const key = ({ repository, at }: Writer) => [repository, at.file, String(at.line).padStart(9, '0')].join('\n');
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
