/** §4.1 HCL as JSON, by Terraform's own parser in WebAssembly; expressions stay text between `${` and `}`. */
import { nestingOf } from '../core/nesting.js';
import type { ParseHcl } from '../core/template-engine.js';
import { type HclEngine, hclStarter } from './hcl-engine.js';
import { excessIn } from './hcl-excess.js';

/** Its parser recurses over nests and over signs, and a stack that overflows there takes the engine with it. */
const MAX_NESTING = 200;
/** Signs that stand before a value, and questions of one expression. */
const MAX_SIGNS = 200;

/**
 * The engine is started with the first file: most repositories hold none. One that broke is left, and the next file has another.
 * Whoever opens it holds all of it.
 */
export function openHcl(start: () => Promise<HclEngine> = hclStarter()): ParseHcl {
  const opened: { engine?: Promise<HclEngine> } = {};
  return async (text) => {
    if (nestingOf(text) > MAX_NESTING) return { kind: 'too-much', of: `more than ${MAX_NESTING} brackets in each other` };
    if (signsIn(text) > MAX_SIGNS) return { kind: 'too-much', of: `more than ${MAX_SIGNS} signs or questions in a row` };
    const excess = excessIn(text);
    if (excess !== undefined) return { kind: 'too-much', of: excess };
    // An engine that is not there is no fault of the file.
    if ((await opened.engine)?.hasEnded()) delete opened.engine;
    opened.engine ??= start();
    const engine = await opened.engine;
    const answer = engine.parse(text);
    if (answer.kind !== 'broken') return answer;
    engine.end();
    delete opened.engine;
    return { kind: 'refused' };
  };
}

/** The most `!` and `-` one after the other, or `?` in one expression: it ends with its line, outside of round and square brackets. */
function signsIn(text: string): number {
  let most = 0;
  let [signs, questions, depth] = [0, 0, 0];
  for (const char of text) {
    if (char === '!' || char === '-') signs += 1;
    else if (!/\s/.test(char)) signs = 0;
    if (char === '?') questions += 1;
    else if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth = Math.max(0, depth - 1);
    else if (char === '\n' && depth === 0) questions = 0;
    most = Math.max(most, signs, questions);
  }
  return most;
}
