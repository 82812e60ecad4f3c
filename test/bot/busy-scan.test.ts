/** §14.5 while a scan computes, webhooks are taken and other repositories are worked on; one that is over its limit is a failed delivery. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownTask } from '../../src/bot/own-task.js';
import { programOf, scansWith, sourceOf } from '../adapters/scan-process/programs.js';
import { makeScene, NOW, post } from './scene.js';

test('a scan that computes holds up nothing', { timeout: 60_000 }, async () => {
  const program = programOf(`
    said('spins', 'yes');
    while (!existsSync(folder + '/enough')) {}
    process.kill(process.pid, 'SIGXCPU');`);
  const scans = scansWith(program);
  const scene = await makeScene({
    handlers: {
      scan: async ({ repository }) => {
        if (repository === 1) await scans.scan(sourceOf('acme/bad'));
        return 'scanned';
      },
    },
  });
  const ask = async (repository: number): Promise<unknown> =>
    scene.ground.inbox.accept(ownTask('a push', { kind: 'scan', repository, because: 'a push' }, NOW));
  await ask(1);
  scene.worker.run();
  await expect.poll(() => program.said('spins'), { timeout: 20_000 }).toBe('yes');
  const answers: { readonly status: number }[] = [];
  for (let at = 0; at < 20; at++) answers.push(await post(scene.url, { event: 'ping', guid: `while-busy-${at}`, text: '{}' }));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
  await ask(2);
  scene.worker.nudge();
  const told = (repository: string): string | undefined => scene.logged().find((line) => line.includes(`"repository":"${repository}"`));
  await expect.poll(() => told('2')).toContain('"outcome":"done"');
  expect(told('1')).toBeUndefined();

  writeFileSync(join(program.folder, 'enough'), '');
  await expect.poll(() => told('1'), { timeout: 20_000 }).toContain('"outcome":"failed"');
  const row = scene.ground.store.database.prepare("SELECT state, said FROM inbox WHERE lane = '1'").get();
  expect(row).toMatchObject({
    state: 'waiting',
    said: expect.stringContaining('used more than 60 seconds of processor time and was ended.'),
  });
  await scene.stop();
});
