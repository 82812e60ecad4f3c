/**
 * One process of the kill evidence: makes the stage, plays on it until a chosen moment, or prints how it ended.
 * Usage: node dist/benchmarks/kill-child.js make|play|list|end|serve FOLDER [--from SCENE] [--to SCENE] [--kill-at N] [--tables a,b] [--turned]
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { UNOBSERVED } from '../src/adapters/local/store.js';
import type { Console } from '../src/cli/output.js';
import { bootstrapActions } from '../src/main/bootstrap-actions.js';
import { endState } from './kills/end-state.js';
import { SCENES } from './kills/play.js';
import { makeStage, type Stage, stageAt, TABLES } from './kills/stage.js';

const OPTIONS = {
  from: { type: 'string', default: '0' },
  to: { type: 'string', default: String(SCENES.length) },
  'kill-at': { type: 'string' },
  tables: { type: 'string', default: TABLES.join(',') },
  turned: { type: 'boolean', default: false },
} as const;

const SILENT: Console = { out: () => undefined, err: () => undefined, interactive: false };

/** Written at once, so that a reader knows the scene in which the process was killed. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

type Part = { readonly from: number; readonly to: number; readonly killAt: number | undefined; readonly listed: boolean };

/** `killAt`: the process ends itself there as `kill -9` would. */
async function play(stage: Stage, { from, to, killAt, listed }: Part): Promise<void> {
  let seen = 0;
  const actions = bootstrapActions(
    SILENT,
    killAt === undefined && !listed
      ? UNOBSERVED
      : (phase, effect) => {
          seen += 1;
          if (listed) say(`${seen} ${phase} ${effect.replaceAll(stage.folder, '')}`);
          if (seen === killAt) process.kill(process.pid, 'SIGKILL');
        },
  );
  for (const [index, scene] of SCENES.entries()) {
    if (index < from || index >= to) continue;
    say(`scene ${index}`);
    await scene.act(actions, stage);
  }
}

/** Plays what each line of standard input asks for, undisturbed: `<from> <to> <folder>`, answered by `done` or the fault. */
async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [from, to, ...folder] = line.split(' ');
    const stage = stageAt(folder.join(' '));
    try {
      await play(stage, { from: Number(from), to: Number(to), killAt: undefined, listed: false });
      say('done');
    } catch (error) {
      say(`fault ${JSON.stringify(error instanceof Error ? error.stack : String(error))}`);
    }
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [verb, folder] = positionals;
  if (folder === undefined) throw new Error('name a verb and a folder');
  const stage = stageAt(resolve(folder));
  // The other order of folders is the same fleet.
  const turned = values.turned ? { ...stage, repositories: stage.repositories.toReversed() } : stage;
  const killAt = values['kill-at'] === undefined ? undefined : Number(values['kill-at']);
  if (verb === 'make') await makeStage(stage.folder, values.tables.split(','));
  else if (verb === 'play' || verb === 'list') {
    await play(turned, { from: Number(values.from), to: Number(values.to), killAt, listed: verb === 'list' });
  } else if (verb === 'serve') await serve();
  else if (verb === 'end') say(JSON.stringify(await endState(stage)));
  else throw new Error(`unknown verb ${verb}`);
}

await main();
