/** Terraform's parser: what it reads, what it refuses, and that an engine that broke is not asked again. */
import { expect, test } from 'vitest';
import { openHcl } from '../../src/adapters/hcl.js';
import { type HclEngine, startHcl } from '../../src/adapters/hcl-engine.js';

const GOOD = 'variable "zone" {\n  default = "gold"\n}\n';
const READ = { variable: { zone: [{ default: 'gold' }] } };
/** Directives in each other: brackets do not nest in them, and the parser recurses over them until its stack is at its end. */
const BREAKING = `a = "${'%{ if x }'.repeat(20_000)}${'%{ endif }'.repeat(20_000)}"\n`;

function counted() {
  const started: HclEngine[] = [];
  const parse = openHcl(async () => {
    const engine = await startHcl();
    started.push(engine);
    return engine;
  });
  return { started, parse };
}

test('what Terraform would not read is nothing, and the engine reads on', async () => {
  const { started, parse } = counted();
  expect(await parse('variable {{{')).toBeUndefined();
  expect(await parse(GOOD)).toEqual(READ);
  expect(started).toHaveLength(1);
});

test('a file that breaks the engine is nothing, and the next file has another engine', { timeout: 60_000 }, async () => {
  const { started, parse } = counted();
  expect(await parse(BREAKING)).toBeUndefined();
  expect(await parse(GOOD)).toEqual(READ);
  expect(await parse(`# more\n${GOOD}`)).toEqual(READ);
  expect(started).toHaveLength(2);
});

test('an engine that ended by itself is no fault of the file after it', async () => {
  const { started, parse } = counted();
  expect(await parse(GOOD)).toEqual(READ);
  // Without its arguments the program in it panics.
  const functions: unknown = Reflect.get(globalThis, '__parse_terraform_config_wasm__');
  if (typeof functions !== 'object' || functions === null) throw new Error('the engine has another shape than expected');
  expect(() => Reflect.apply(Reflect.get(functions, 'parse'), undefined, [])).not.toThrow();
  expect(started[0]?.parse(GOOD)).toEqual({ kind: 'broken' });
  expect(await parse(GOOD)).toEqual(READ);
  expect(started).toHaveLength(2);
});
