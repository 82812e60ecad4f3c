/** Runs one work item: load, flow, save, advance. The only place where a step's errors are caught. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { advance, commandOf, TERMINAL_STATES } from '../core/lifecycle.js';
import type { Outcome } from '../core/outcome.js';
import { happened, waits } from '../core/outcome.js';
import { type Problem, ProblemError, problemOf } from '../core/problem.js';
import { later } from '../core/time.js';
import type { BootstrapState } from '../core/vocabulary.js';
import { loadBootstrap } from '../flows/bootstrap.js';
import { releaseSlot } from '../flows/profile.js';
import type { Ports, WorkItem } from '../ports.js';
import { FLOWS } from './commands.js';

/** What a step did, for whoever watches. */
export type StepReport = {
  readonly urn: string;
  readonly from: BootstrapState;
  readonly to: BootstrapState;
  readonly because: string;
  readonly until?: string;
  readonly problem?: Problem;
};

const RETRY_AFTER_MS = 5 * 60_000;

/**
 * The record is saved first and the item completed second. An item that is handed out again after its record moved on
 * (the process died in between) only hands on what the record's state asks for.
 */
export async function step(ports: Ports, item: WorkItem): Promise<StepReport | undefined> {
  const record = await ports.records.byBootstrapId(item.execution);
  if (!record || commandOf(record.current_step) !== item.command) {
    await ports.workflow.complete(item.token, record && commandOf(record.current_step));
    return undefined;
  }
  const { outcome, problem } = await attempt(ports, record, item);
  if (outcome.kind === 'wait') return wait(ports, item, record, outcome, problem);
  return move(ports, item, record, outcome, problem);
}

async function attempt(
  ports: Ports,
  record: BootstrapRecord,
  item: WorkItem,
): Promise<{ readonly outcome: Outcome; readonly problem?: Problem }> {
  try {
    return { outcome: await FLOWS[item.command](await loadBootstrap(ports, record), ports) };
  } catch (thrown) {
    const error = foreseen(thrown) ?? unforeseen(item, record, thrown);
    // The flow may have noted something before it failed: what counts is what is stored.
    const standing = (await ports.records.byBootstrapId(item.execution)) ?? record;
    return { outcome: afterProblem(item, standing, error, ports.clock.now()), problem: error.problem };
  }
}

/** A bug of ours, or input that nobody thought of: it ends with a person for this dataset, and the others go on. */
function unforeseen({ command }: WorkItem, { dataset_urn }: BootstrapRecord, thrown: unknown): ProblemError {
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new ProblemError(
    {
      kind: 'world',
      what: `${command} of ${dataset_urn} failed in a way that nobody foresaw (${message.split('\n')[0]?.slice(0, 300)}).`,
      remedy: 'Please report it with this text; `sf bootstrap retry` begins again.',
    },
    { cause: thrown },
  );
}

/** A place on a disk that cannot be read is a problem of one dataset. */
function foreseen(thrown: unknown): ProblemError | undefined {
  if (thrown instanceof ProblemError) return thrown;
  const problem = problemOf(thrown);
  return problem && new ProblemError(problem, { cause: thrown });
}

function afterProblem(item: WorkItem, record: BootstrapRecord, { problem, retry, until }: ProblemError, now: string): Outcome {
  const failed = { ...record, problem };
  if (!retry) return happened('gave-up', failed, `${problem.what} ${problem.remedy}`);
  if (item.command === 'profile') return happened('profiling-failed', failed, problem.what);
  return waits(until ?? later(now, RETRY_AFTER_MS), failed, `${problem.what} ${problem.remedy}`);
}

async function wait(
  ports: Ports,
  item: WorkItem,
  before: BootstrapRecord,
  outcome: Outcome & { kind: 'wait' },
  problem?: Problem,
): Promise<StepReport> {
  const { record, because, until } = outcome;
  const state = before.current_step;
  const isNews = record !== before || record.reason !== because;
  const saved = isNews
    ? await ports.records.save({ ...record, reason: because }, { at: ports.clock.now(), event: 'waits', from: state, to: state, because })
    : record;
  // Somebody else wrote to the record meanwhile: what they wrote is looked at now, not when this wait ends.
  await ports.workflow.park(item.token, saved ? until : ports.clock.now());
  return { urn: record.dataset_urn, from: state, to: state, because, until, ...(problem ? { problem } : {}) };
}

async function move(
  ports: Ports,
  item: WorkItem,
  before: BootstrapRecord,
  outcome: Outcome & { kind: 'event' },
  problem?: Problem,
): Promise<StepReport> {
  const { event } = outcome;
  const advanced = advance(outcome.record, event);
  if (advanced.kind === 'refused')
    throw new Error(`${item.command} of ${before.dataset_urn} ended in an event without an edge: ${advanced.because}`);
  const because = advanced.because ?? outcome.because;
  const at = ports.clock.now();
  const from = before.current_step;
  // Before the record: a slot that is kept by a dead run is missed by everybody else.
  if (from === 'PROFILING') await releaseSlot(before.bootstrap_id, ports);
  const next = standing(
    { ...outcome.record, current_step: advanced.to, counters: advanced.counters, reason: because },
    at,
    problem !== undefined,
  );
  const saved = await ports.records.save(next, { at, event, from, to: advanced.to, because });
  // Another process moved the record: the item comes back and finds it so.
  if (!saved) return { urn: before.dataset_urn, from, to: from, because: 'the record was changed by somebody else meanwhile' };
  await ports.workflow.complete(item.token, advanced.run);
  return { urn: before.dataset_urn, from, to: advanced.to, because, ...(problem ? { problem } : {}) };
}

/** A problem that was overcome is no longer shown; the end is dated. */
function standing(record: BootstrapRecord, at: string, failed: boolean): BootstrapRecord {
  const { problem, finished_at: _, ...rest } = record;
  return {
    ...rest,
    ...(failed && problem ? { problem } : {}),
    ...(TERMINAL_STATES.includes(record.current_step) ? { finished_at: at } : {}),
  };
}
