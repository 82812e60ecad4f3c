/** People, organisations, teams, apps and where they are installed. */
import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../json.js';

export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export const ROLES: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export type Account = {
  readonly id: number;
  readonly nodeId: string;
  login: string;
  readonly kind: 'User' | 'Organization' | 'Bot';
  readonly name: string;
  readonly email: string;
  readonly createdAt: string;
};

export type Team = {
  readonly id: number;
  readonly nodeId: string;
  readonly org: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  readonly parent?: string;
  readonly members: Map<string, 'member' | 'maintainer'>;
  /** By the id of the repository. */
  readonly repositories: Map<number, Role>;
};

export type PropertyDefinition = {
  readonly name: string;
  readonly type: 'string' | 'single_select' | 'multi_select' | 'true_false';
  readonly allowed?: readonly string[];
  readonly fallback?: string;
};

export type Organisation = {
  readonly account: Account;
  readonly members: Map<string, 'admin' | 'member'>;
  readonly teams: Map<string, Team>;
  readonly properties: Map<string, PropertyDefinition>;
  readonly rulesets: Ruleset[];
  /** What a member may do with every repository. */
  basePermission: Role;
};

export type Level = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, Level>>;

export type App = {
  readonly id: number;
  readonly nodeId: string;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly owner: Account;
  readonly bot: Account;
  /** Absent for an app that only marks who set a check. */
  readonly publicKey?: KeyObject;
  webhook: { url: string; secret: string; contentType: 'json' | 'form' } | undefined;
  permissions: Permissions;
  events: readonly string[];
  readonly createdAt: string;
};

export type Installation = {
  readonly id: number;
  readonly app: App;
  readonly account: Account;
  permissions: Permissions;
  events: readonly string[];
  /** `all` also covers repositories that come later. */
  selection: 'all' | 'selected';
  readonly repositories: Set<number>;
  suspended: { readonly at: string; readonly by: Account } | undefined;
  readonly createdAt: string;
  updatedAt: string;
};

export type RulesetTarget = 'branch' | 'tag' | 'push';
export type RulesetEnforcement = 'active' | 'evaluate' | 'disabled';
export type BypassActor = {
  readonly actorId: number | null;
  readonly actorType: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'DeployKey';
  readonly mode: 'always' | 'pull_request';
};
/** `type` and `parameters` as GitHub writes them; a type nobody knows yet is let through as it is. */
export type Rule = { readonly type: string; readonly parameters?: JsonObject };
export type Ruleset = {
  readonly id: number;
  readonly nodeId: string;
  readonly name: string;
  readonly target: RulesetTarget;
  readonly enforcement: RulesetEnforcement;
  readonly source: { readonly kind: 'Repository' | 'Organization'; readonly name: string };
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly Rule[];
  readonly bypass: readonly BypassActor[];
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** Who does something: a person, or an app through one of its installations. */
export type Actor =
  | { readonly kind: 'person'; readonly account: Account }
  | { readonly kind: 'app'; readonly account: Account; readonly app: App; readonly installation: Installation };
