/** What nodes of one file are made into expressions with. */
import type { Expr } from '../python/facts.js';
import { type Lines, linesOf } from './lines.js';
import type { SyntaxNode } from './node.js';

export const MAX_DEPTH = 16;

/** Converts the nodes of one file. `seen` holds calls already converted, so that nesting costs no second walk. */
export type Converter = {
  readonly source: string;
  readonly lines: Lines;
  readonly seen: Map<number, Expr>;
  readonly sizes: Map<Expr, number>;
};

export function converter(source: string): Converter {
  return { source, lines: linesOf(source), seen: new Map(), sizes: new Map() };
}

export function opaque(source: string, node: SyntaxNode): Expr {
  return {
    kind: 'opaque',
    text: source
      .slice(node.startIndex, Math.min(node.endIndex, node.startIndex + 60))
      .replace(/\s+/g, ' ')
      .trim(),
  };
}
