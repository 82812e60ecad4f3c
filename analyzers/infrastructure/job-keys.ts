/** §4.1 The keys under which a job's description names the script or the command that it runs: of every provider, in whichever spelling. */

/** Boto writes `entryPoint` where a state machine writes `EntryPoint` and an operator `entry_point`. */
export function plainKey(key: string): string {
  return key.replace(/\.\$$/, '').replaceAll(/[_-]/g, '').toLowerCase();
}

/** The keys of one kind of job, and what its text has to look like where others use the key too. */
type Kind = { readonly keys: readonly string[]; readonly looks?: RegExp };

export const SCRIPT_KEYS = {
  /** EMR Serverless and EMR on EKS; a container's is a command. */
  entryPoint: { keys: ['entrypoint'], looks: /^\S*[./]\S*$/ },
  /** `SparkSubmitOperator` and operators made after it. */
  application: { keys: ['application', 'applicationfile'], looks: /\.(?:py|jar|R)$/ },
  glue: { keys: ['scriptlocation'] },
  /** Databricks and Papermill. */
  notebook: { keys: ['notebookpath', 'inputnb'] },
  /** Databricks' `spark_python_task`, Dataproc's `pyspark_job` and `pyspark_batch`, Beam. */
  python: { keys: ['pythonfile', 'mainpythonfileuri', 'mainpythonfile', 'pyfile', 'pythondrivercode'] },
  /** Livy's `file`, Dataproc's `main`. */
  file: { keys: ['file', 'main'], looks: /\.py$/ },
} as const satisfies Record<string, Kind>;
export type ScriptKind = keyof typeof SCRIPT_KEYS;

/** Those of a command line, in the order in which its words stand. */
export const COMMAND_KEYS = ['entrypoint', 'command', 'cmds', 'commands', 'bashcommand', 'args', 'arguments'] as const;
const COMMANDS: ReadonlySet<string> = new Set(COMMAND_KEYS);
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.values(SCRIPT_KEYS).flatMap((kind) => kind.keys.map((key) => [key, kind] as const)),
);

/** Whether a text under a key is the script that is run. */
export function isScript(key: string, text: string): boolean {
  const kind = KINDS.get(plainKey(key));
  return kind !== undefined && kind.looks?.test(text) !== false;
}

export function isScriptKey(key: string): boolean {
  return KINDS.has(plainKey(key));
}

/** Whether a key holds a command line, or a part of one. */
export function isCommandKey(key: string): boolean {
  return COMMANDS.has(plainKey(key));
}
