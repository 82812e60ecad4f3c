/** What the link step says about a repository: sites, models, schedules, datasets, and what it could not understand. */
import type { AskedTable } from './catalog-table.js';
import type { Decision, SourceRef } from './evidence.js';
import type { EnforcementModel, Platform, Runtime, Tier, UnresolvedReason } from './vocabulary.js';

export type Resolution = 'full' | 'partial' | 'none';

/**
 * A call (or SQL text) that reads or writes data, at the place where the dataset is decided.
 * `targets`: most resolved strings, unknown parts as `{name}`; several when one site holds several datasets.
 * `confidence` 0..1 comes from the techniques used; `via` names the places the value came through.
 */
export type DataSite = {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  /** [cell index, line in the cell] for notebooks. */
  readonly cell?: readonly [number, number];
  readonly api: string;
  readonly format: string;
  readonly targets: readonly string[];
  readonly resolution: Resolution;
  readonly dataset: boolean;
  /** Why it is no dataset: temp, test, debug, plot, model, buffer, example. */
  readonly whyNot?: string;
  readonly runtime: Runtime;
  readonly confidence: number;
  readonly via: readonly SourceRef[];
};
export type WriteSite = DataSite & { readonly mode: string; readonly partitionBy: readonly string[] };
export type ReadSite = DataSite;

export type RuntimeFinding = { readonly path: string; readonly runtime: Runtime; readonly evidence: SourceRef };

export type DbtModel = {
  readonly project: string;
  readonly file: string;
  readonly model: string;
  readonly materialized: string;
  /** The relation with the target unknown, and the form each named condition gives. */
  readonly relation: string;
  readonly relationWhen: Readonly<Record<string, string>>;
  readonly refs: readonly string[];
  /** The models that they mean, as rows call them: `orders (v2)`. Absent in what an older version stored. */
  readonly refModels?: readonly string[];
  readonly sources: readonly string[];
  /** What each of them is called in the database, as `relation`. Absent in what an older version stored. */
  readonly sourceRelations?: readonly string[];
  readonly viaMacro: readonly string[];
  readonly owner?: string;
  /** What selects it, from its file, its properties and its folders. Absent in what an older version stored. */
  readonly tags?: readonly string[];
  /** Absent where its own meta names it. */
  readonly ownerBy?: 'dbt_group';
  /** False for ephemeral, disabled and analysis models. */
  readonly dataset: boolean;
  readonly partitionBy: readonly string[];
  readonly at: SourceRef;
};

export type ScheduledTask = {
  readonly id: string;
  /** The script, module or dbt selection the task runs, as far as it is known: a path in the repository where it is one. */
  readonly runs?: string;
  /** Those that it names itself; else they are its schedule's. */
  readonly owners?: readonly string[];
  /** Lines of the function in `runs` that is called, where the task calls one. */
  readonly lines?: readonly [number, number];
  /** Indices into the repository's writes. */
  readonly writes: readonly number[];
  /** Of writes with several targets those that this task gives; of a write that is not named here, all. */
  readonly targets?: readonly { readonly write: number; readonly of: readonly string[] }[];
  readonly line?: number;
};
export type Schedule = {
  readonly file: string;
  readonly line: number;
  readonly platform: Platform;
  readonly id: string;
  /** Five-field POSIX cron; null when never active; as written when it has no cron. */
  readonly schedule: string | null;
  readonly scheduleAsWritten: string | null;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly owner?: string;
  readonly tasks: readonly ScheduledTask[];
};

export type OwnerSource = 'codeowners' | 'dbt_meta' | 'dbt_group' | 'task' | 'default_args' | 'repository' | 'settings' | 'none';

export type Unresolved = SourceRef & { readonly reason: UnresolvedReason; readonly text: string };

/** A table that DDL, infrastructure, dbt or the job that makes it gives a place of its own; holes of both stand as `{name}`. */
export type DeclaredTable = {
  readonly name: string;
  readonly location: string;
  readonly format: string;
  readonly partitionBy: readonly string[];
  readonly at: SourceRef;
};

/** Everything one repository says; `datasets` are drawn from it by `decide/` in the flow `register`. */
export type RepoFacts = {
  readonly repository: string;
  readonly commit: string | null;
  readonly files: { readonly seen: number; readonly parsed: number; readonly cached: number };
  readonly runtimes: readonly RuntimeFinding[];
  readonly writes: readonly WriteSite[];
  readonly reads: readonly ReadSite[];
  readonly dbt: readonly DbtModel[];
  readonly schedules: readonly Schedule[];
  /** CODEOWNERS as parsed: `ownerLookup` in analyzers/ownership answers for a path. */
  readonly codeowners: Codeowners;
  readonly unresolved: readonly Unresolved[];
  /** Absent in what an older version stored. */
  readonly declared?: readonly DeclaredTable[];
  /** What production's catalogs said of its names when it was scanned; absent where the settings name none. */
  readonly asked?: readonly AskedTable[];
};

export type OwnerRule = { readonly pattern: string; readonly owners: readonly string[]; readonly line: number };
export type Codeowners = { readonly file?: string; readonly rules: readonly OwnerRule[] };

/** A place that writes a dataset: a job at its first write, or a dbt model. */
export type Writer = { readonly repository: string; readonly at: SourceRef };

/** What the scanned repositories say about one dataset, before anything is decided for a manifest. */
export type DatasetFacts = {
  readonly repository: string;
  /** The resolved place the dataset is published to: URL, path or catalog name. */
  readonly target: string;
  /** Those of its repository. */
  readonly writes: readonly WriteSite[];
  /** All files that write it, where there are several; which one gives it its owner, runtime and format, as `repository:file:line`. */
  readonly writers?: { readonly all: readonly Writer[]; readonly speaks: Decision<string> };
  /** What other repositories write to the same place: told, and no part of what is decided. */
  readonly elsewhere?: readonly { readonly repository: string; readonly at: SourceRef; readonly write?: WriteSite }[];
  /** Of writes with several targets those that are this dataset, as the write says them. */
  readonly said?: ReadonlyMap<WriteSite, readonly string[]>;
  /** Set when a dbt model makes it. */
  readonly model?: DbtModel;
  readonly format: string;
  readonly runtime: Runtime;
  readonly partitionBy: readonly string[];
  readonly schedules: readonly { readonly schedule: Schedule; readonly task?: ScheduledTask }[];
  readonly owners: { readonly teams: readonly string[]; readonly source: OwnerSource; readonly at?: SourceRef };
  /** `repository:file` of each place that reads it, over all scanned repositories. */
  readonly consumers: readonly string[];
  readonly at: SourceRef;
};

/** A dataset after identity, owner, tier and model were decided; the `datasets` rows of `sf-scan/1`. */
export type DatasetRow = {
  readonly facts: DatasetFacts;
  readonly urn: string | null;
  readonly ownerTeam: string;
  readonly tier: Tier;
  readonly enforcementModel: EnforcementModel;
  readonly decisions: readonly Decision<unknown>[];
};
