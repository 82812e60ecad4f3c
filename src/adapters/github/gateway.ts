/** The only module that writes to GitHub: one write at a time per installation, within its budget, redacted, and read back before any second try. */
import type * as z from 'zod';
import { withoutReserve } from '../../core/content-reserve.js';
import { ProblemError } from '../../core/problem.js';
import type { Clock, ContentBudget } from '../../ports.js';
import { isUnclear, type Refusal, type Reply, type Unclear, understood } from './answers.js';
import type { Reader, Sender } from './client.js';
import type { Identify } from './identity.js';
import type { As } from './limits.js';
import type { Place } from './place.js';
import type { Redaction } from './redact.js';

export type OperationName =
  | 'create-tree'
  | 'create-commit'
  | 'create-ref'
  | 'update-ref'
  | 'swap-ref'
  | 'delete-ref'
  | 'open-pull-request'
  | 'update-pull-request'
  | 'close-pull-request'
  | 'add-labels'
  | 'remove-label'
  | 'create-label'
  | 'request-reviewers'
  | 'comment'
  | 'edit-comment'
  | 'react'
  | 'create-check-run'
  | 'update-check-run'
  | 'merge'
  | 'enqueue'
  | 'dequeue'
  | 'redeliver';

/** A write as a value. Nothing happens until the gateway performs it. */
export type Write<T> = {
  readonly operation: OperationName;
  /** Absent for what concerns no repository. */
  readonly place?: Place;
  /** What it takes of the installation's hourly content budget. GitHub does not say which calls count: all that make something do. */
  readonly cost: 0 | 1;
  /** May also use what is kept back of that budget. */
  readonly urgent?: true;
  /**
   * `same`: done twice it is one effect. `pinned`: it names the state it expects, so a second one finds another and is refused.
   * `look-first`: done twice it would be there twice. `once`: never repeated, whatever is read back.
   */
  readonly repeat: 'same' | 'pinned' | 'look-first' | 'once';
  readonly call:
    | { readonly route: string; readonly params: Readonly<Record<string, unknown>> }
    | { readonly mutation: string; readonly variables: Readonly<Record<string, unknown>> };
  /** Which parameters are text that people read, and how long each may be. */
  readonly texts?: Readonly<Record<string, number>>;
  /** Files among the parameters: they leave as they are or not at all. */
  readonly files?: readonly { readonly path: string; readonly content: string }[];
  readonly answer: z.ZodType<T>;
  /** What is there if it took effect; undefined: it did not. */
  readonly landed: (reader: Reader) => Promise<T | undefined>;
  /** What a dry run answers in its stead. */
  readonly pretended: T;
};

export type Outcome<T> = { readonly done: true; readonly value: T } | ({ readonly done: false } & Refusal);
export type OperationRecord = {
  readonly operation: OperationName;
  readonly repository: string;
  readonly at: string;
  /** `landed`: GitHub gave no clear answer, and it was found done. `parked`: a limit or our budget stood before it. */
  readonly outcome: 'done' | 'landed' | 'refused' | 'unclear' | 'parked' | 'dry-run';
};
export type Gateway = {
  /** Refusals that leave no doubt are values; limits, a spent budget and what stays unclear are thrown. */
  perform<T>(write: Write<T>): Promise<Outcome<T>>;
  readonly redaction: Redaction;
};

export type GatewayOptions = {
  readonly reader: Reader;
  readonly sender: Sender;
  readonly identify: Identify;
  readonly redaction: Redaction;
  readonly budget: ContentBudget;
  readonly contentPerHour: number;
  readonly clock: Clock;
  /** Between the beginnings of two writes of one installation; GitHub asks for a second. */
  readonly spacingMs: number;
  readonly dryRun: boolean;
  readonly onOperation: (record: OperationRecord) => void;
};

export function createGateway(options: GatewayOptions): Gateway {
  const { clock, dryRun, onOperation } = options;
  const inLine = createLine(options.spacingMs);
  const perform = async <T>(write: Write<T>): Promise<Outcome<T>> => {
    const tell = (outcome: OperationRecord['outcome']) =>
      onOperation({ operation: write.operation, repository: write.place?.name ?? '', at: clock.now(), outcome });
    const redacted = redactedWrite(write, options.redaction);
    if (dryRun) {
      tell('dry-run');
      return { done: true, value: write.pretended };
    }
    return inLine(asker(write), async (pause) => {
      try {
        if (write.place) await options.identify(write.place);
        const { outcome, as } = await carryOut(options, redacted, pause);
        tell(as);
        return outcome;
      } catch (error) {
        tell(error instanceof ProblemError && error.until !== undefined ? 'parked' : 'unclear');
        throw error;
      }
    });
  };
  return { perform, redaction: options.redaction };
}

function asker({ place }: Pick<Write<unknown>, 'place'>): As {
  return place?.installation ?? 'app';
}

type Ending<T> = { readonly outcome: Outcome<T>; readonly as: 'done' | 'landed' | 'refused' };

async function carryOut<T>(options: GatewayOptions, write: Write<T>, pause: () => Promise<void>): Promise<Ending<T>> {
  const first = await sendOnce(options, write);
  if (!isUnclear(first)) return ended(write, first);
  await pause();
  const found = await write.landed(options.reader);
  if (found !== undefined) return { outcome: { done: true, value: found }, as: 'landed' };
  if (write.repeat === 'once') throw unclear(write, first);

  const second = await sendOnce(options, write);
  if (!isUnclear(second)) return ended(write, second);
  await pause();
  const foundLater = await write.landed(options.reader);
  if (foundLater !== undefined) return { outcome: { done: true, value: foundLater }, as: 'landed' };
  throw unclear(write, second);
}

async function sendOnce<T>(options: GatewayOptions, write: Write<T>): Promise<Reply | Unclear> {
  const { budget, clock, contentPerHour, sender } = options;
  if (write.cost > 0 && write.place) {
    const most = write.urgent ? contentPerHour : withoutReserve(contentPerHour);
    const spent = await budget.spend(write.place.installation, write.cost, most, clock.now());
    if (!spent.ok) throw overBudget(write.place.installation, most, spent.until);
  }
  const { call } = write;
  return 'route' in call
    ? sender.send({ as: asker(write), route: call.route, params: call.params })
    : sender.mutate(asker(write), call.mutation, call.variables);
}

function ended<T>(write: Write<T>, reply: Reply): Ending<T> {
  if (!reply.ok) return { outcome: { ...reply, done: false }, as: 'refused' };
  const route = 'route' in write.call ? write.call.route : write.operation;
  return { outcome: { done: true, value: understood({ route }, write.answer, reply.data) }, as: 'done' };
}

function redactedWrite<T>(write: Write<T>, redaction: Redaction): Write<T> {
  for (const { path, content } of write.files ?? []) redaction.refuse(path, content);
  if (!write.texts || !('route' in write.call)) return write;
  return { ...write, call: { ...write.call, params: cleaned(write.call.params, write.texts, redaction) } };
}

function cleaned(params: object, texts: Readonly<Record<string, number>>, redaction: Redaction): Readonly<Record<string, unknown>> {
  const entries = Object.entries(params).map(([name, value]: [string, unknown]): [string, unknown] => {
    const atMost = texts[name];
    if (typeof value === 'string') return [name, atMost === undefined ? value : redaction.clean(value, atMost)];
    if (Array.isArray(value)) return [name, value.map((item: unknown) => (isObject(item) ? cleaned(item, texts, redaction) : item))];
    return [name, isObject(value) ? cleaned(value, texts, redaction) : value];
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The writes of one asker follow each other, each `spacingMs` after the one before began. */
function createLine(spacingMs: number) {
  const tails = new Map<As, Promise<unknown>>();
  const last = new Map<As, number>();
  const pauseFor = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : Promise.resolve());
  return <T>(as: As, work: (pause: () => Promise<void>) => Promise<T>): Promise<T> => {
    const turn = async () => {
      await pauseFor((last.get(as) ?? -spacingMs) + spacingMs - performance.now());
      last.set(as, performance.now());
      return work(() => pauseFor(spacingMs));
    };
    const mine = (tails.get(as) ?? Promise.resolve()).then(turn, turn);
    tails.set(
      as,
      mine.catch(() => undefined),
    );
    return mine;
  };
}

function unclear(write: Pick<Write<unknown>, 'operation' | 'place'>, answer: Unclear): ProblemError {
  return new ProblemError(
    {
      kind: 'world',
      what: `GitHub gave no clear answer to "${write.operation}" in ${write.place?.name ?? 'the App'} (${answer.unclear}), and it was not found done.`,
      remedy: 'It is looked at again before anything is repeated.',
    },
    { retry: true },
  );
}

function overBudget(installation: number, perHour: number, until: string): ProblemError {
  return new ProblemError(
    {
      kind: 'world',
      what: `Installation ${installation} has made the ${perHour} changes of this hour that such a write may use.`,
      remedy: `It goes on by itself at ${until}.`,
    },
    { until },
  );
}
