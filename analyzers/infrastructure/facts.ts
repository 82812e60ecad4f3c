/** §4.1 Jobs, what starts them with which arguments, and when: as Terraform, CloudFormation and state machines tell it. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { DeclaredTable } from '../../src/core/facts.js';
import type { Platform } from '../../src/core/vocabulary.js';
import type { Arguments, Given, StartedBy } from '../templates/given.js';
import type { Template } from '../templates/template.js';
import type { WrittenTurns } from '../templates/turns.js';
import type { Way } from '../templates/ways.js';

export type JobFacts = Given & {
  readonly at: SourceRef;
  /** What other declarations may call it: its name, its address in Terraform, its logical id. */
  readonly names: readonly string[];
  /** Where its script lies, or what it is called. */
  readonly script: string;
  /** The function of it that is called, where it is not run as a whole. */
  readonly entry?: string;
  /** The way it is made, where its place makes several: the calls of modules that lead there, and the turns of loops. */
  readonly way?: Way;
};

/** A step that starts a job by its name, or a script by its place. */
export type StartFacts = Given & {
  readonly at: SourceRef;
  readonly id: string;
  readonly job?: string;
  readonly script?: string;
  /** The function of the script that is called with the arguments, where it is not the script that gets them. */
  readonly entry?: string;
  readonly by?: StartedBy;
  /** Of a file of SQL: the format of its tables, where they are not those of a catalog of the lake. */
  readonly tables?: string;
  /** The calls of programs that lead to it, the innermost first. */
  readonly through?: readonly SourceRef[];
  /** The turns of the loops around it. */
  readonly turns?: WrittenTurns;
};

export type MachineFacts = { readonly at: SourceRef; readonly names: readonly string[]; readonly starts: readonly StartFacts[] };

export type TriggerFacts = {
  readonly at: SourceRef;
  readonly platform: Platform;
  readonly id: string;
  readonly asWritten: string;
  /** As Quartz writes a cron, and not as AWS does. */
  readonly isQuartz?: boolean;
  readonly timezone: string;
  readonly enabled: boolean;
  /** Names of the jobs or machines it starts. */
  readonly starts: readonly string[];
};

/** A file of commands that other commands call: a program of a shell, a Makefile, the scripts of npm. */
export type ProgramFacts = { readonly path: string; readonly kind: ProgramKind; readonly text: string };
export type ProgramKind = 'shell' | 'make' | 'npm';

/** A command that calls one. `path`: where the program lies for whoever calls it; `variables`: those that count over the program's own. */
export type ProgramCall = {
  readonly at: SourceRef;
  readonly by: StartedBy;
  readonly kind: ProgramKind;
  readonly path: string;
  readonly target?: string;
  readonly words: readonly Template[];
  readonly variables: Arguments;
  readonly environment: Arguments;
};

/** Jobs that begin when others end. */
export type FollowFacts = { readonly after: readonly string[]; readonly starts: readonly string[] };

export type InfrastructureFacts = {
  readonly jobs: readonly JobFacts[];
  readonly machines: readonly MachineFacts[];
  readonly triggers: readonly TriggerFacts[];
  readonly follows: readonly FollowFacts[];
  /** Commands that stand outside any machine. */
  readonly starts: readonly StartFacts[];
  readonly programs: readonly ProgramFacts[];
  /** Commands of schedulers that call programs. */
  readonly calls: readonly ProgramCall[];
  /** Tables of a catalog that it makes, at the places it gives them. */
  readonly tables: readonly DeclaredTable[];
  /** Names that one file gives to what another declares: the variables of a state machine's template. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
};

export const NO_INFRASTRUCTURE: InfrastructureFacts = {
  jobs: [],
  machines: [],
  triggers: [],
  follows: [],
  starts: [],
  programs: [],
  calls: [],
  tables: [],
  aliases: new Map(),
};

export function together(facts: readonly InfrastructureFacts[]): InfrastructureFacts {
  const aliases = new Map<string, readonly string[]>();
  for (const one of facts) for (const [name, of] of one.aliases) aliases.set(name, [...(aliases.get(name) ?? []), ...of]);
  return {
    jobs: facts.flatMap(({ jobs }) => jobs),
    machines: facts.flatMap(({ machines }) => machines),
    triggers: facts.flatMap(({ triggers }) => triggers),
    follows: facts.flatMap(({ follows }) => follows),
    starts: facts.flatMap(({ starts }) => starts),
    programs: facts.flatMap(({ programs }) => programs),
    calls: facts.flatMap(({ calls }) => calls),
    tables: facts.flatMap(({ tables }) => tables),
    aliases,
  };
}
