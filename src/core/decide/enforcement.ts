/** §4.5 where a dataset is checked: inside the job or after the write; and whether lineage events are to be had. */
import type { DatasetManifest } from '../artifacts/dataset-manifest.js';
import type { Decision } from '../evidence.js';
import type { Settings } from '../settings.js';
import type { EnforcementModel, Runtime, Tier } from '../vocabulary.js';

export type EnforcementFacts = {
  readonly tier: Tier;
  readonly runtime: Runtime;
  /** False where nobody may or can change the job's code. */
  readonly modifiable: boolean;
};

export function decideEnforcement({ tier, runtime, modifiable }: EnforcementFacts): Decision<EnforcementModel> {
  if (runtime === 'dbt') {
    return { value: 'post_write', rule: 'enforcement/dbt', because: 'dbt makes it, and an SDK cannot run inside a dbt model' };
  }
  if (runtime === 'glue' || !modifiable) {
    const job = runtime === 'glue' ? 'a Glue job writes it' : 'the job that writes it cannot be changed';
    return { value: 'post_write', rule: 'enforcement/unmodifiable', because: `${job}, so it is checked after the write` };
  }
  if (tier === 'TIER_1') {
    return {
      value: 'inline_sdk',
      rule: 'enforcement/tier-1-inline',
      because: `Tier-1 on ${runtime}: bad rows are held back inside the job, before a consumer sees one`,
    };
  }
  if (tier === 'TIER_2') {
    return {
      value: 'post_write',
      rule: 'enforcement/tier-2-staging',
      because: 'Tier-2: checking a staging copy after the write is enough and needs no SDK in the job',
    };
  }
  return {
    value: 'post_write',
    rule: 'enforcement/tier-3-lineage',
    because: 'Tier-3: checks after the write and lineage events only, no change to the job',
  };
}

export type LineageFacts = {
  readonly runtime: Runtime;
  readonly model: EnforcementModel;
  readonly orchestration: DatasetManifest['orchestration'];
  /** Name of the job where no orchestrator names it: the file or model that writes. */
  readonly job: string;
};

/** Orchestrators with an OpenLineage integration that is switched on by configuration. */
const EMITTING: ReadonlySet<string> = new Set(['airflow', 'dag_factory', 'dagster']);

export function decideLineage(
  facts: LineageFacts,
  settings: Pick<Settings, 'lineage_namespace'>,
): Decision<DatasetManifest['openlineage']> {
  const { orchestration, runtime } = facts;
  const task = orchestration?.task_id;
  const job_name = orchestration ? [orchestration.dag_id, ...(task ? [task] : [])].join('.') : facts.job;
  const named = { namespace: namespaceOf(orchestration?.platform, settings.lineage_namespace), job_name };
  const on = { enabled: true, ...named };
  if (orchestration && EMITTING.has(orchestration.platform)) {
    return {
      value: on,
      rule: 'lineage/orchestrator',
      because: `${orchestration.platform} emits run events for ${job_name} by configuration`,
    };
  }
  if (runtime === 'spark' || runtime === 'glue') {
    return { value: on, rule: 'lineage/spark-listener', because: `Spark's listener emits run events for ${job_name} by configuration` };
  }
  if (runtime === 'dbt') return { value: on, rule: 'lineage/dbt', because: `dbt's run results are turned into run events for ${job_name}` };
  if (facts.model === 'inline_sdk') return { value: on, rule: 'lineage/sdk', because: `the SDK inside ${job_name} emits its run events` };
  return {
    value: { enabled: false, ...named },
    rule: 'lineage/no-emitter',
    because: `${orchestration ? `${orchestration.platform} starts` : 'no known orchestrator starts'} ${job_name} and ${runtime} itself emits no run events`,
  };
}

/** The setting names Airflow's namespace; another orchestrator keeps its instance and says its own name. */
function namespaceOf(platform: string | undefined, setting: string): string {
  if (platform === undefined || platform === 'dag_factory' || !setting.startsWith('airflow://')) return setting;
  return setting.replace(/^airflow/, platform.replaceAll('_', '-'));
}
