/** §4.1 TypeScript to facts by its own parser, which is loaded with the first file and given up where it takes too long. */
import { emptyFacts } from '../../analyzers/python/facts.js';
import type { ReadTypeScript } from '../../analyzers/typescript/extract.js';
import { within } from '../adapters/deadline.js';

/** As for Python: a file takes a few milliseconds. */
const PARSE_MS = 700;

export function openTypeScript(): ReadTypeScript {
  return async (text) => {
    const { extractTypeScript } = await import('../../analyzers/typescript/extract.js');
    const late = emptyFacts([{ reason: 'parse-timeout', line: 1, text: `more than ${PARSE_MS} ms` }]);
    return within(PARSE_MS, () => extractTypeScript(text)) ?? late;
  };
}
