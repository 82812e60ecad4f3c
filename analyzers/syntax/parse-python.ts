/**
 * Python to syntax nodes, several times as fast as tree-sitter: the nodes, fields and places that `file.ts` and `expression.ts`
 * ask for are the same. `undefined` where the source holds anything that this parser is not sure of.
 */
import type { SyntaxNode } from './node.js';
import { Compounds } from './parse/compounds.js';
import { GIVEN_UP } from './parse/lexemes.js';

export function parsePythonSource(source: string): SyntaxNode | undefined {
  try {
    return new Compounds(source).module();
  } catch (error) {
    if (error === GIVEN_UP) return undefined;
    throw error;
  }
}
