/** §4.1 The join of jobs with what starts them: each run of a script with the arguments it gets. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { Unresolved } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import type { Arguments, Given, ScriptRun } from '../templates/given.js';
import type { Template } from '../templates/template.js';
import type { WrittenTurns } from '../templates/turns.js';
import type { InfrastructureFacts, JobFacts, StartFacts } from './facts.js';

const MAX_ALIASES = 4;
/** In each round; what else a name may mean is left out. */
const MAX_NAMES = 1_000;

/** The jobs a name means, whatever file calls it so. */
export function jobsNamed(facts: InfrastructureFacts, name: string): readonly JobFacts[] {
  const known = JOBS.get(facts) ?? new Map<string, readonly JobFacts[]>();
  const jobs = known.get(name) ?? namedIn(facts.jobs, resolveNames(facts, name));
  JOBS.set(facts, known.set(name, jobs));
  return jobs;
}
const JOBS = new WeakMap<InfrastructureFacts, Map<string, readonly JobFacts[]>>();

type Named = { readonly names: readonly string[] };
const PLACES = new WeakMap<readonly Named[], ReadonlyMap<string, readonly number[]>>();

/** What has one of the names, in order: of thousands, each is looked at once for all that ask. */
export function namedIn<T extends Named>(all: readonly T[], known: ReadonlySet<string>): readonly T[] {
  const places = PLACES.get(all) ?? groupPairs(all.flatMap(({ names }, at) => names.map((name) => [name, at] as const)));
  PLACES.set(all, places);
  const found = new Set([...known].flatMap((name) => places.get(name) ?? []));
  return [...found].toSorted((a, b) => a - b).flatMap((at) => all[at] ?? []);
}

/** `{x}` is an alias or an address; `module.a.job_name` is what `module.a` is. */
export function resolveNames({ aliases }: InfrastructureFacts, name: string): ReadonlySet<string> {
  const known = new Set<string>();
  let open: ReadonlySet<string> = new Set([name]);
  for (let round = 0; round < MAX_ALIASES && open.size > 0; round++) {
    const next = new Set<string>();
    for (const one of open) {
      const bare = /^\{([^{}]*)\}$/.exec(one)?.[1] ?? one;
      for (const form of [bare, bare.replace(/\.[\w-]+$/, ''), bare.split(/[:/]/).at(-1) ?? bare].filter(Boolean)) {
        if (known.has(form)) continue;
        known.add(form);
        for (const other of aliases.get(form)?.slice(0, MAX_NAMES - next.size) ?? []) next.add(other);
      }
    }
    open = next;
  }
  return known;
}

/** Runs of jobs that one file starts by their names: where thousands have one name, nobody knows which is meant. */
const MAX_NAMED = 5_000;
const TOO_MANY = {
  reason: 'too-many-values',
  text: 'its names mean more jobs than are looked at: what some of them are given is not known',
} as const;

/**
 * A start says more than the job's own defaults. A job that nobody starts here runs with its defaults. `unresolved`: gets a row
 * for each file that starts more than is looked at.
 */
export function scriptRuns(facts: InfrastructureFacts, unresolved: Unresolved[] = []): readonly ScriptRun[] {
  const runs: ScriptRun[] = [];
  const started = new Set<JobFacts>();
  const namedBy = new Map<string, number>();
  for (const start of [...facts.machines.flatMap(({ starts }) => starts), ...facts.starts]) {
    if (start.script !== undefined)
      runs.push({ ...given(start), script: start.script, at: [start.at, ...(start.through ?? [])], ...how(start) });
    for (const job of start.job === undefined ? [] : jobsNamed(facts, start.job)) {
      started.add(job);
      const named = (namedBy.get(start.at.file) ?? 0) + 1;
      namedBy.set(start.at.file, named);
      if (named === MAX_NAMED + 1) unresolved.push({ ...start.at, ...TOO_MANY });
      if (named > MAX_NAMED) continue;
      runs.push({
        ...given(start),
        script: job.script,
        arguments: merged(job, start),
        at: [...(start.arguments.size > 0 ? [start.at] : []), ...placesOf(job)],
        ...inTurns([...(start.turns ?? []), ...(job.way?.turns ?? [])]),
      });
    }
  }
  for (const job of facts.jobs)
    if (!started.has(job)) runs.push({ ...given(job), script: job.script, at: placesOf(job), ...inTurns(job.way?.turns ?? []) });
  // Whoever runs a file of SQL says by that alone that its statements are carried out.
  return runs.filter((run) => saysSomething(run) || /\.(?:sql|hql)$/i.test(run.script));
}

/** Its own place, and the calls of modules that make it. */
export function placesOf({ at, way }: Pick<JobFacts, 'at' | 'way'>): readonly SourceRef[] {
  return [at, ...(way?.through ?? [])];
}

function inTurns(turns: WrittenTurns): Pick<StartFacts, 'turns'> {
  return turns.length > 0 ? { turns } : {};
}

function saysSomething({ arguments: named, words = [], environment }: Given): boolean {
  return named.size > 0 || words.length > 0 || (environment?.size ?? 0) > 0;
}

function given({ arguments: named, words, environment }: Given): Given {
  return { arguments: named, ...(words ? { words } : {}), ...(environment ? { environment } : {}) };
}

function how({ by, turns, entry, tables }: StartFacts): Pick<StartFacts, 'by' | 'turns' | 'entry' | 'tables'> {
  return {
    ...(tables === undefined ? {} : { tables }),
    ...(by ? { by } : {}),
    ...(turns ? { turns } : {}),
    ...(entry === undefined ? {} : { entry }),
  };
}

function merged(job: JobFacts, start: StartFacts): Arguments {
  return new Map<string, Template>([...job.arguments, ...start.arguments]);
}
