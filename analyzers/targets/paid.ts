/** What linking may cost, and what a result cost and hangs on: whoever uses it again pays the same. */

/** What linking still may cost, in evaluated expressions. */
export type Work = {
  /** Of the file at hand, and of all files together. */
  left: number;
  total: number;
  /** Of what is worked out now. */
  needs: Needs;
  shared: Set<Paid<unknown>>;
  /** What the file at hand has paid for, and all that was ever paid for what is shared. */
  settled: Set<Paid<unknown>>;
  sharedSteps: number;
};
/** Whoever works: a program does. */
type Working = { readonly work: Work };

/** What a result hangs on beside the files that it read: it may be another one where more files are known. */
export type Needs = {
  /** Names that were asked about in all files, each with what was asked: `askedOf`. */
  readonly names: Set<string>;
  /** Files that a name led to, and the names that were asked of those that are not among the units. */
  readonly files: Set<string>;
  readonly missing: Map<string, ReadonlySet<string>>;
  /** Modules whose files were looked for: their dotted names, or from a file on the path without its ending. */
  readonly modules: Set<string>;
  /** Files of which it was asked how they are run, and arguments of which it was asked whether any run gives them. */
  readonly runs: Set<string>;
  /** Names of settings files that were looked for: `documentsOf`, `hasDocuments`. */
  readonly settings: Set<string>;
};

function noNeeds(): Needs {
  return { names: new Set(), files: new Set(), missing: new Map(), modules: new Set(), runs: new Set(), settings: new Set() };
}

/**
 * Something worked out for whoever asks first, and what it cost. Who uses it again pays the same, each time or once a file, so
 * that no row hangs on who that was. `steps` are its own, without those of what is shared and was asked for on the way.
 */
export type Paid<T> = { readonly value: T; readonly needs: Needs; readonly steps: number; readonly shared: ReadonlySet<Paid<unknown>> };

/** What `work` gives, and what that hangs on; whoever it is worked out for hangs on the same. */
export function paid<T>({ work: state }: Working, work: () => T): Paid<T> {
  const { total, needs: outer, shared: around, sharedSteps } = state;
  const needs = noNeeds();
  const shared = new Set<Paid<unknown>>();
  state.needs = needs;
  state.shared = shared;
  try {
    return { value: work(), needs, steps: total - state.total - (state.sharedSteps - sharedSteps), shared };
  } finally {
    state.needs = outer;
    state.shared = around;
    addNeeds(outer, needs);
    for (const one of shared) around.add(one);
  }
}

export function paidAgain<T>(working: Working, { value, needs, steps, shared }: Paid<T>): T {
  spend(working, steps);
  for (const one of shared) settle(working, one);
  addNeeds(working.work.needs, needs);
  return value;
}

/** What is worked out once for all files, each of which pays for it once. */
export function shared<T>(working: Working, { known, keep }: Sharing<T>, work: () => T): T {
  const { work: state } = working;
  const found = known ?? paid(working, work);
  if (known) settle(working, known);
  else {
    state.settled.add(found);
    state.sharedSteps += found.steps;
    if (!isSpent(working)) keep(found);
  }
  state.shared.add(found);
  if (known) addNeeds(state.needs, found.needs);
  return found.value;
}
type Sharing<T> = { readonly known: Paid<T> | undefined; readonly keep: (found: Paid<T>) => void };

/** Whether what hangs on something would be worked out as it was. */
export type Holds = (needs: Needs) => boolean;

export function stillHolding<K, T>(known: ReadonlyMap<K, Paid<T>>, holds: Holds): Map<K, Paid<T>> {
  return new Map([...known].filter(([, { needs }]) => holds(needs)));
}

/** The same of what is kept under two keys. */
export function stillHoldingIn<K, L, T>(known: ReadonlyMap<K, ReadonlyMap<L, Paid<T>>>, holds: Holds): Map<K, ReadonlyMap<L, Paid<T>>> {
  const held = [...known].map(([key, inner]) => [key, stillHolding(inner, holds)] as const);
  return new Map(held.filter(([, inner]) => inner.size > 0));
}

function settle(working: Working, one: Paid<unknown>): void {
  const { work } = working;
  if (work.settled.has(one)) return;
  work.settled.add(one);
  work.sharedSteps += one.steps;
  spend(working, one.steps);
  for (const inner of one.shared) settle(working, inner);
}

function addNeeds(to: Needs, { names, files, missing, modules, runs, settings }: Needs): void {
  for (const name of names) to.names.add(name);
  for (const file of files) to.files.add(file);
  for (const module of modules) to.modules.add(module);
  addMissing(to.missing, missing);
  for (const run of runs) to.runs.add(run);
  for (const name of settings) to.settings.add(name);
}

export function addMissing(to: Map<string, ReadonlySet<string>>, missing: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [path, names] of missing) to.set(path, new Set([...(to.get(path) ?? []), ...names]));
}

/** Some half a second of one processor, and more than twice what the costliest of the files needs that were tried. */
const FILE_STEPS = 200_000;
const REPOSITORY_STEPS = 40 * FILE_STEPS;

export function newWork(steps = REPOSITORY_STEPS): Work {
  return {
    left: Math.min(steps, FILE_STEPS),
    total: steps,
    needs: noNeeds(),
    shared: new Set(),
    settled: new Set(),
    sharedSteps: 0,
  };
}

/** A file begins: what is left of the repository's budget, and no more than one file's. */
export function beginFile({ work }: Working): void {
  work.settled = new Set();
  work.left = Math.min(FILE_STEPS, work.total);
}

/** Whether a file that costs so many steps would be read to its end. */
export function mayCost({ work }: Working, steps: number): boolean {
  return steps < Math.min(FILE_STEPS, work.total);
}

export function spend({ work }: Working, steps: number): void {
  work.left -= steps;
  work.total -= steps;
}

/** From here on values of this file would be holes only because nobody looked. */
export function isSpent({ work }: Working): boolean {
  return work.left <= 0;
}
