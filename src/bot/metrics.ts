/** Counters of this process and samples taken when somebody asks, as Prometheus reads them. Labels are words of ours, never foreign text. */

export type Labels = Readonly<Record<string, string>>;
export type Sample = { readonly name: string; readonly labels?: Labels; readonly value: number };

type Meaning = { readonly type: 'counter' | 'gauge'; readonly help: string };

export const METRICS: Readonly<Record<string, Meaning>> = {
  autopilot_webhooks_total: { type: 'counter', help: 'Requests to the webhook address by answer.' },
  autopilot_webhook_seconds_total: { type: 'counter', help: 'Time from the first byte of webhooks to their answer, summed.' },
  autopilot_tasks_total: { type: 'counter', help: 'Tasks of deliveries by kind and how they ended.' },
  autopilot_task_seconds_total: { type: 'counter', help: 'Time spent on tasks by kind, summed.' },
  autopilot_timer_runs_total: { type: 'counter', help: 'Runs of periodic jobs by how they ended.' },
  autopilot_scans_ended_total: { type: 'counter', help: 'Scans that were ended by what they were over: cpu, time, memory or facts.' },
  autopilot_writes_total: { type: 'counter', help: 'Writes to the forge by operation.' },
  autopilot_inbox: { type: 'gauge', help: 'Deliveries in the store by state.' },
  autopilot_datasets: { type: 'gauge', help: 'Datasets by state of their bootstrap.' },
  autopilot_pull_requests_open: { type: 'gauge', help: 'Pull requests of ours that are open.' },
  autopilot_merges: { type: 'gauge', help: 'Merged pull requests by what let them merge: clock, approval or person.' },
  autopilot_auto_merge_share: { type: 'gauge', help: 'Share of merged pull requests that merged by the clock.' },
  autopilot_campaign_eta_seconds: {
    type: 'gauge',
    help: 'Until the last pull request opens, and until the last one that waits for nobody merges.',
  },
  autopilot_campaign_with_people: { type: 'gauge', help: 'Datasets whose merge, or whose turn, depends on a person.' },
  autopilot_last_reconcile_timestamp_seconds: { type: 'gauge', help: 'When lost deliveries were last asked for again.' },
  process_resident_memory_bytes: { type: 'gauge', help: 'Resident memory size.' },
};

export type Metrics = {
  /** Adds to a counter. */
  add(name: string, labels: Labels, by?: number): void;
  /** All counters and the samples given, as text. */
  text(samples: readonly Sample[]): string;
};

export function createMetrics(): Metrics {
  const counters = new Map<string, Sample>();
  return {
    add: (name, labels, by = 1) => {
      const key = `${name}${labelText(labels)}`;
      counters.set(key, { name, labels, value: (counters.get(key)?.value ?? 0) + by });
    },
    text: (samples) => {
      const all = [...counters.values(), ...samples];
      return Object.entries(METRICS)
        .map(([name, { type, help }]) => {
          const lines = all
            .filter((sample) => sample.name === name)
            .map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`);
          return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.sort().join('\n')}\n`;
        })
        .join('');
    },
  };
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[^A-Za-z0-9_. -]/g, '_')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
