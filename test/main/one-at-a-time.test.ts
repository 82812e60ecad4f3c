/** Work that never overlaps, whoever asks for it. */
import { expect, test } from 'vitest';
import { oneAtATime } from '../../src/main/one-at-a-time.js';

test('what is asked for meanwhile waits its turn, also after a failure', async () => {
  const inTurn = oneAtATime();
  const said: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    said.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    said.push(`${name} ends`);
    if (name === 'bad') throw new Error('broken');
    return name;
  };
  const all = await Promise.allSettled([inTurn(work('one')), inTurn(work('bad')), inTurn(work('two'))]);
  expect(said).toEqual(['one begins', 'one ends', 'bad begins', 'bad ends', 'two begins', 'two ends']);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
