/** The whole life of the small fleet, as the commands a person would type, in order. */
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BootstrapActions } from '../../src/cli/bootstrap.js';
import { MS_PER_HOUR } from '../../src/core/numbers.js';
import { later } from '../../src/core/time.js';
import { type DatasetUrn, urnParts } from '../../src/core/urn.js';
import { hasTable, type Stage } from './stage.js';

const START = '2026-02-15T10:00:00Z';
const hours = (count: number): string => later(START, count * MS_PER_HOUR);

export type Scene = { readonly title: string; readonly act: (actions: BootstrapActions, stage: Stage) => Promise<void> };

export const SCENES: readonly Scene[] = [
  { title: 'run', act: runAt(hours(0)) },
  { title: 'run 48 hours later: what may merge alone is merged', act: runAt(hours(48)) },
  { title: 'the Tier-1 dataset is approved', act: approval('ds://gold/orders', 'dana', hours(49)) },
  { title: 'the Tier-2 dataset is approved', act: approval('ds://gold/customers', 'eli', hours(49)) },
  {
    title: 'run 72 hours later: the missing table got its data',
    act: async (actions, stage) => {
      deliverFirstRun(stage);
      await runAt(hours(72))(actions, stage);
    },
  },
];

function runAt(now: string): Scene['act'] {
  return async (actions, { repositories, lake, home, orgConfig }) => {
    await actions.run({ directories: repositories, lake, orgConfig, holes: {}, dryRun: false }, { home, now });
  };
}

function approval(urn: DatasetUrn, by: string, now: string): Scene['act'] {
  return async (actions, stage) => {
    if (hasTable(stage, urnParts(urn).name)) await actions.approve(urn, { name: by }, { home: stage.home, now });
  };
}

/** Not ours to lose: the job that writes the table puts whole files. */
function deliverFirstRun(stage: Stage): void {
  const { from, to } = stage.firstRun;
  if (existsSync(to) || !hasTable(stage, 'forecasts')) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, `${from}.copy`);
  renameSync(`${from}.copy`, to);
}
