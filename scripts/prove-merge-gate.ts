/**
 * `npm run evidence:gate`: switches each condition of the merge gate off in turn and asks which named tests notice.
 * Then each thing that the merge itself must do. Ends with 1 when a condition can be taken out and everything stays green. The switches are in the tests, not in the product.
 */
import { startVitest, type TestCase } from 'vitest/node';
import { CONDITIONS } from '../src/core/merge-gate/evaluate.js';

/** Something that must hold before or at a merge, the switch that takes it out, and the tests that should notice. */
type Proof = {
  readonly name: string;
  readonly switchedOff: Readonly<Record<string, string>>;
  readonly file: string;
  /** Matches the names of the tests that are asked. */
  readonly tests: string;
};

const ROWS = 'test/core/merge-gate/rows.test.ts';

/** A condition's own rows, all of them: their names begin with its id. */
const CONDITION_PROOFS: readonly Proof[] = [...new Set(CONDITIONS.map(({ number }) => number))].map((number) => {
  const ids = CONDITIONS.filter((condition) => condition.number === number).map(({ id }) => id);
  return {
    name: `${number} (${ids.join(', ')})`,
    switchedOff: { GATE_WITHOUT: String(number) },
    file: ROWS,
    tests: ` (?:${ids.join('|')}): `,
  };
});

/** What the merge itself must do, with its own file and its own switches: the tests of an outcome begin with its number. */
const MERGE_STEP = 'test/spine/merge-step.test.ts';
const MERGE_PROOFS: readonly Proof[] = (
  [
    [23, 'lease', 'the lease on the base branch'],
    [23, 'fencing', 'noticing that the lease was lost'],
    [23, 'intent', 'the intent under the revision of the record'],
    [24, 'age', 'the age of what was seen'],
    [24, 'own-check', 'our own check, shown first'],
    [25, 'sha', 'the head in the call'],
    [25, 'method', 'the method in the call'],
    [25, 'words', 'title and message in the call'],
    [25, 'once', 'sending it once'],
    [26, 'refused-is-done', 'taking a refusal for one'],
    [26, 'unclear-is-done', 'reading back what was not answered'],
    [26, 'stops', 'stopping where only a person can help'],
    [27, 'other-head', 'comparing the merged head'],
    [27, 'digests', 'comparing what the base holds'],
    [27, 'late-objection', 'looking back for objections'],
  ] as const
).map(([outcome, without, what]) => ({
  name: `${outcome} ${without}: ${what}`,
  switchedOff: { MERGE_WITHOUT: without },
  file: MERGE_STEP,
  tests: `${outcome} `,
}));

/** `npm run evidence:gate -- 23 24` asks only for those. */
const asked = process.argv.slice(2);
const PROOFS = [...CONDITION_PROOFS, ...MERGE_PROOFS].filter(
  ({ name }) => asked.length === 0 || asked.some((number) => name.startsWith(`${number} `)),
);

type Result = { readonly asked: number; readonly red: readonly string[] };

async function run(proof: Omit<Proof, 'name'>): Promise<Result> {
  const vitest = await startVitest('test', [proof.file], {
    config: false,
    watch: false,
    reporters: [{}],
    env: { GATE_WITHOUT: '', MERGE_WITHOUT: '', ...proof.switchedOff },
    testNamePattern: proof.tests,
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  await vitest.close();
  return { asked: tests.filter((test) => !isSkipped(test)).length, red: tests.filter(isRed).map(({ name }) => name) };
}

function isSkipped(test: TestCase): boolean {
  return test.result().state === 'skipped';
}

function isRed(test: TestCase): boolean {
  return test.result().state === 'failed';
}

/** With nothing switched off everything must be green, else a red test proves nothing. */
async function control(): Promise<boolean> {
  const files = [...new Set(PROOFS.map(({ file }) => file))];
  const results = [];
  for (const file of files) results.push(await run({ file, switchedOff: {}, tests: '.' }));
  const red = results.flatMap((result) => result.red);
  const asked = results.reduce((sum, result) => sum + result.asked, 0);
  console.log(`Nothing switched off: ${asked} tests, ${red.length} red.`);
  for (const name of red) console.log(`  red: ${name}`);
  return asked > 0 && red.length === 0;
}

const SHOWN = 3;

async function prove(): Promise<boolean> {
  if (!(await control())) return false;
  const unnoticed: string[] = [];
  console.log('| switched off | tests that turn red | of | among them |\n|:--|--:|--:|:--|');
  for (const proof of PROOFS) {
    const { asked, red } = await run(proof);
    console.log(`| ${proof.name} | ${red.length} | ${asked} | ${red.slice(0, SHOWN).join('; ') || 'NONE'} |`);
    if (red.length === 0) unnoticed.push(proof.name);
  }
  console.log(
    unnoticed.length === 0 ? `All ${PROOFS.length} are guarded.` : `Nobody notices when this is taken out: ${unnoticed.join(', ')}.`,
  );
  return unnoticed.length === 0;
}

// Vitest sets the exit code for the red tests that are wanted here.
process.exitCode = (await prove()) ? 0 : 1;
