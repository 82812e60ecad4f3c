/** What `if`, `elif` and comprehensions ask: more of it is kept than of the same words as a value. */
import type { Expr } from '../python/facts.js';
import { type Converter, MAX_DEPTH, opaque } from './converter.js';
import { namedChildren, type SyntaxNode } from './node.js';

type ToExpr = (c: Converter, node: SyntaxNode, depth: number) => Expr;

const NOTHING: Expr = { kind: 'const', value: null };
const COMPARES = /^(?:==|!=|<=|>=|<|>|in|not\s+in|is|is\s+not)$/;

/** `and`, `or`, `not` and comparisons of two values are kinds of `op`. */
export function toCondition(c: Converter, node: SyntaxNode, toExpr: ToExpr, depth = 0): Expr {
  if (depth > MAX_DEPTH) return opaque(c.source, node);
  const parts = namedChildren(node);
  const [first, last] = [parts[0], parts.at(-1)];
  switch (node.type) {
    case 'parenthesized_expression':
      return first ? toCondition(c, first, toExpr, depth + 1) : opaque(c.source, node);
    case 'not_operator':
      return first ? { kind: 'op', op: 'not', left: toCondition(c, first, toExpr, depth + 1), right: NOTHING } : opaque(c.source, node);
    case 'boolean_operator': {
      const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      const operator = node.childForFieldName('operator');
      if (!left || !right || !operator) return opaque(c.source, node);
      const op = c.source.slice(operator.startIndex, operator.endIndex);
      return { kind: 'op', op, left: toCondition(c, left, toExpr, depth + 1), right: toCondition(c, right, toExpr, depth + 1) };
    }
    case 'comparison_operator': {
      if (!first || !last || parts.length !== 2) return opaque(c.source, node);
      const between = c.source.slice(first.endIndex, Math.min(last.startIndex, first.endIndex + 100));
      const op = between
        .replace(/[()\\]/g, ' ')
        .trim()
        .replace(/\s+/g, ' ');
      return COMPARES.test(op)
        ? { kind: 'op', op, left: toExpr(c, first, depth + 1), right: toExpr(c, last, depth + 1) }
        : opaque(c.source, node);
    }
    default:
      return toExpr(c, node, depth);
  }
}
