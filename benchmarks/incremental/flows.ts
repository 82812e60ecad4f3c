/** Prefect and Dagster: flows and assets, what starts them, and when. */
import type { Chance } from '../chance.js';
import { CRONS, type Kind, LAYERS, NAMES, oneOf } from './kind.js';

export const FLOWS: readonly Kind[] = [
  { name: 'flows of Prefect', paths: ['flows/orders.py', 'flows/returns.py'], text: flowText },
  {
    name: 'deployments of Prefect',
    paths: ['prefect.yaml', 'flows/prefect.yaml'],
    text: (chance) => {
      const entry = oneOf(chance, ['flows/orders.py:main', 'flows/returns.py:main', 'orders.py:main', 'jobs/load.py:main']);
      const schedule = oneOf(chance, [
        `schedules:\n      - cron: "${oneOf(chance, CRONS)}"\n      - interval: 3600\n        active: false`,
        `schedule: { cron: "${oneOf(chance, CRONS)}", timezone: Europe/Oslo }`,
        'schedule: null',
      ]);
      return `name: shop\ndeployments:\n  - name: ${oneOf(chance, NAMES)}\n    entrypoint: ${entry}\n    ${schedule}\n`;
    },
  },
  {
    name: 'a deployment by code',
    paths: ['deploy.py', 'flows/deploy.py'],
    text: (chance) =>
      `from prefect import flow\nfrom flows.${oneOf(chance, ['orders', 'returns'])} import main\n` +
      oneOf(chance, [
        `main.deploy("late", cron="${oneOf(chance, CRONS)}")\n`,
        `flow.from_source(source="x", entrypoint="flows/returns.py:main").deploy(name="weekly", cron="${oneOf(chance, CRONS)}")\n`,
      ]),
  },
  { name: 'assets of Dagster', paths: ['shop/assets.py', 'shop/more.py'], text: assetText },
  { name: 'definitions of Dagster', paths: ['shop/defs.py', 'defs.py'], text: definitionText },
];

function flowText(chance: Chance): string {
  const write = oneOf(chance, [
    `    df.write.parquet(f"s3://lake/${oneOf(chance, LAYERS)}/{name}")\n`,
    '    publish(df, name)\n',
    '    subprocess.run(["python", "jobs/load.py", "--target", f"s3://lake/{name}"], check=True)\n',
  ]);
  const serve = oneOf(chance, [
    `main.serve(name="nightly", cron="${oneOf(chance, CRONS)}")\n`,
    `main.deploy("often", interval=timedelta(minutes=${oneOf(chance, [5, 10])}), paused=${oneOf(chance, ['True', 'False'])})\n`,
    '',
  ]);
  return (
    'import subprocess\nfrom datetime import timedelta\nfrom prefect import flow, task\nfrom common.io import publish\n' +
    `@task\ndef load(name):\n${write}@flow(name="${oneOf(chance, ['daily', 'weekly'])}")\ndef main(name="${oneOf(chance, NAMES)}"):\n    load(name)\n${serve}`
  );
}

function assetText(chance: Chance): string {
  const name = oneOf(chance, NAMES);
  const by = oneOf(chance, [
    '@dg.asset\n',
    `@dg.asset(group_name="${oneOf(chance, ['sales', 'stock'])}")\n`,
    '@dg.asset(partitions_def=days)\n',
    '@dg.asset(automation_condition=by_cron)\n',
  ]);
  return (
    'import dagster as dg\nfrom common.io import publish\n' +
    `days = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone="${oneOf(chance, ['Europe/Paris', 'UTC'])}")\n` +
    `by_cron = dg.AutomationCondition.on_cron("${oneOf(chance, CRONS)}")\n` +
    `${by}def ${name}():\n    ${oneOf(chance, [`publish(df, "${name}")`, `df.write.saveAsTable("${oneOf(chance, LAYERS)}.${name}")`])}\n` +
    `@dg.op\ndef load():\n    publish(df, "${oneOf(chance, NAMES)}")\n@dg.job\ndef nightly():\n    load()\n`
  );
}

function definitionText(chance: Chance): string {
  const name = oneOf(chance, NAMES);
  const job = oneOf(chance, [
    'nightly',
    `dg.define_asset_job("chosen", dg.AssetSelection.groups("${oneOf(chance, ['sales', 'stock'])}"))`,
    `dg.define_asset_job("keyed", selection=["${name}"])`,
    'dg.define_asset_job("parts", selection="*", partitions_def=days)',
  ]);
  const schedule = oneOf(chance, [
    `dg.ScheduleDefinition(name="by_clock", job=job, cron_schedule="${oneOf(chance, CRONS)}")\n`,
    `@dg.schedule(job=job, cron_schedule="${oneOf(chance, CRONS)}")\ndef by_function(context):\n    return dg.RunRequest()\n`,
    `dg.build_schedule_from_partitioned_job(job, hour_of_day=${oneOf(chance, [4, 5])})\n`,
    `dg.ScheduleDefinition(name="by_target", target=[${name}], cron_schedule="${oneOf(chance, CRONS)}")\n`,
  ]);
  const from = oneOf(chance, ['shop.assets', 'shop.more']);
  return `import dagster as dg\nfrom ${from} import ${oneOf(chance, ['*', `nightly, days, ${name}`])}\njob = ${job}\n${schedule}`;
}
