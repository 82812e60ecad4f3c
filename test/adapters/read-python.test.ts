/** The pool: a worker that hangs or dies costs its own file and nothing else. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { emptyFacts } from '../../analyzers/python/facts.js';
import { packFacts, unpackFacts } from '../../analyzers/python/packed.js';
import { pythonReader } from '../../src/adapters/tree-sitter/read-python.js';

it('gives up the file a worker hangs on or dies of, and reads the others', async () => {
  const workerFile = join(mkdtempSync(join(tmpdir(), 'sf-worker-')), 'worker.mjs');
  const answer = JSON.stringify(packFacts({ ...emptyFacts([]), main: true }));
  writeFileSync(
    workerFile,
    `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ sha }) => {
  if (sha === 'hangs') for (;;);
  if (sha === 'dies') throw new Error('out of memory');
  parentPort.postMessage(${answer});
});
parentPort.postMessage('ready');`,
  );
  const reader = pythonReader({ workersFrom: 0, workerFile: pathToFileURL(workerFile), silenceMs: 400 });
  const shas = ['a', 'hangs', 'b', 'c', 'dies', 'd', 'e'];
  const facts = (await reader.read(shas.map((sha) => ({ kind: 'py', sha, bytes: new Uint8Array() })))).map(unpackFacts);
  await reader.close();

  expect(facts.map((one) => one?.main)).toEqual([true, false, true, true, false, true, true]);
  expect(facts[1]?.flaws).toEqual([{ reason: 'parse-timeout', line: 1, text: 'blob hangs was given up' }]);
});

it('leaves what only the other parser reads to a worker, however few the files are', async () => {
  const workerFile = join(mkdtempSync(join(tmpdir(), 'sf-worker-')), 'worker.mjs');
  writeFileSync(
    workerFile,
    "import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => {\n  for (;;);\n});\nparentPort.postMessage('ready');",
  );
  const reader = pythonReader({ workerFile: pathToFileURL(workerFile), silenceMs: 100 });
  const sources = ['x = 1\n', 'print -x\n', 'y = 2\n'];
  const texts = await reader.read(sources.map((text, index) => ({ kind: 'py', sha: `${index}`, bytes: Buffer.from(text) })));
  await reader.close();
  const facts = texts.map(unpackFacts);
  expect(facts.map((one) => one?.binds.map(({ name }) => name))).toEqual([['x'], [], ['y']]);
  expect(facts[1]?.flaws).toEqual([{ reason: 'parse-timeout', line: 1, text: 'blob 1 was given up' }]);
});

it('reads in this process below the threshold', async () => {
  const reader = pythonReader();
  const [facts = ''] = await reader.read([{ kind: 'py', sha: 'a', bytes: Buffer.from('x = 1\n') }]);
  expect(unpackFacts(facts)?.binds).toMatchObject([{ name: 'x' }]);
  await reader.close();
});
