/** §4.1 What one file of a dbt project says alone: JSON, no path inside; files meet in `link.ts`. */
import type { YamlMap } from '../documents/yaml.js';
import type { Flaw } from '../flaw.js';

/** `dbt_project.yml`. Trees are kept as written: which key is a folder depends on the files there are. */
export type ProjectFacts = {
  readonly name: string;
  readonly modelPaths: readonly string[];
  readonly seedPaths: readonly string[];
  readonly snapshotPaths: readonly string[];
  readonly macroPaths: readonly string[];
  readonly vars: YamlMap;
  readonly models: YamlMap;
  readonly seeds: YamlMap;
  readonly snapshots: YamlMap;
  readonly flaws: readonly Flaw[];
};

/** `packages.yml`, `dependencies.yml`: folders of this repository that are packages of the project. */
export type PackagesFacts = { readonly locals: readonly string[]; readonly flaws: readonly Flaw[] };

export type NodeProperties = {
  readonly name: string;
  readonly kind: 'model' | 'seed' | 'snapshot';
  readonly config: YamlMap;
  readonly meta: YamlMap;
  /** Beside its configuration. */
  readonly tags?: readonly string[];
  readonly group?: string;
  /** A snapshot without a file of its own names its input here: `ref('orders')`. */
  readonly relation?: string;
  readonly versions: readonly { readonly v: string; readonly definedIn?: string; readonly config: YamlMap }[];
  readonly latest?: string;
};
/** A table outside the warehouse says where its files are. */
export type ExternalTable = { readonly location?: string; readonly format?: string };
export type SourceProperties = {
  readonly name: string;
  readonly database?: string;
  readonly schema?: string;
  readonly tables: readonly (ExternalTable & { readonly name: string; readonly identifier?: string })[];
};
export type PropertiesFacts = {
  readonly nodes: readonly NodeProperties[];
  readonly sources: readonly SourceProperties[];
  readonly groups: readonly { readonly name: string; readonly owner?: string }[];
  readonly flaws: readonly Flaw[];
};

export type MacroFacts = { readonly name: string; readonly params: string; readonly body: string };
export type SnapshotFacts = { readonly name: string; readonly template: string; readonly line: number };
/** A .sql file: what Jinja sees of it, with plain SQL between tags left out. */
export type SqlFacts = {
  readonly template: string;
  readonly macros: readonly MacroFacts[];
  readonly snapshots: readonly SnapshotFacts[];
  readonly flaws: readonly Flaw[];
};

export type DbtSource = {
  readonly project: string;
  readonly file: string;
  readonly name: string;
  readonly database: string;
  readonly schema: string;
  readonly tables: readonly (ExternalTable & { readonly name: string; readonly identifier: string })[];
};
