/** Terraform's parser: what it reads, what it refuses, and that an engine that broke is not asked again. */
import { describe, expect, it, test } from 'vitest';
import { openHcl } from '../../src/adapters/hcl.js';
import { type HclEngine, hclStarter } from '../../src/adapters/hcl-engine.js';

const GOOD = 'variable "zone" {\n  default = "gold"\n}\n';
const READ = { kind: 'blocks', blocks: { variable: { zone: [{ default: 'gold' }] } } };
const NONE = { kind: 'refused' };
/** Directives in each other: brackets do not nest in them, and the parser recurses over them until its stack is at its end. */
const BREAKING = `a = "${'%{ if x }'.repeat(20_000)}${'%{ endif }'.repeat(20_000)}"\n`;

function counted() {
  const start = hclStarter();
  const started: HclEngine[] = [];
  const parse = openHcl(async () => {
    const engine = await start();
    started.push(engine);
    return engine;
  });
  return { started, parse };
}

test('what Terraform would not read is nothing, and the engine reads on', async () => {
  const { started, parse } = counted();
  expect(await parse('variable {{{')).toEqual(NONE);
  expect(await parse(GOOD)).toEqual(READ);
  expect(started).toHaveLength(1);
});

test('a file that breaks the engine is nothing, and the next file has another engine', { timeout: 60_000 }, async () => {
  const { started, parse } = counted();
  expect(await parse(BREAKING)).toEqual(NONE);
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

describe('what would take too long', () => {
  const lines = (count: number, of = (n: number) => `  "line ${n}" of 'many'`): string =>
    Array.from({ length: count }, (_, n) => `${of(n)}\n`).join('');

  it.each([
    ['a text of 4,000 lines', `a = <<EOT\n${lines(4_000)}EOT\n`],
    ['a text of 700 lines, indented, with values', `a = <<-EOT\n${lines(700, (n) => `    ${n} \${x.y} $\${z} %%{ if }`)}    EOT\n`],
    ['30,000 values in a text', `a = "${`\${b}/`.repeat(30_000)}"\n`],
    ['1,000 texts of ten lines', `b {\n${lines(1_000, (n) => `a${n} = <<EOT\n${lines(10)}EOT`)}}\n`],
    ['comments that speak of a text', `# <<EOT\n${lines(9_000, (n) => `k${n} = "<<EOT" // <<EOT`)}/* <<EOT\n${lines(9_000)}*/ b = "EOT"\n`],
    ['a text in the value of a text', `a = <<EOT\n${lines(500)}\${f(<<EOS\n${lines(500)}EOS\n)}\n${lines(500)}EOT\n`],
    ['a text of 40,000 words in one line', `a = "${'word \\n'.repeat(40_000)}"\n`],
  ])('is not %s', async (_name, text) => {
    expect(await counted().parse(text)).toMatchObject({ kind: 'blocks' });
  });

  it.each([
    ['a text of 20,000 lines', `a = <<EOT\n${lines(20_000)}EOT\n`, /lines or signs/],
    ['a text of 50,000 lines without a word', `a = <<EOT\n${'.\n'.repeat(50_000)}EOT\n`, /lines or signs/],
    ['a text that never ends', 'a = <<E\n'.repeat(30_000), /lines or signs/],
    ['signs of values that are none', `a = "${'$.'.repeat(30_000)}"\n`, /lines or signs/],
    ['the same in a value', `a = "\${f("${'$.'.repeat(30_000)}")}"\n`, /lines or signs/],
    ['100,000 numbers', `a = [${'1,'.repeat(100_000)}]\n`, /numbers$/],
    ['400,000 signs that mean nothing', '@'.repeat(400_000), /mean nothing/],
    ['300 brackets in each other', `a = ${'['.repeat(300)}${']'.repeat(300)}\n`, /brackets/],
    ['300 choices', `a = ${'b ? '.repeat(300)}1\n`, /questions/],
  ])('is %s: no engine is asked', async (_name, text, of) => {
    const { started, parse } = counted();
    expect(await parse(text)).toEqual({ kind: 'too-much', of: expect.stringMatching(of) });
    expect(started).toHaveLength(0);
  });
});
