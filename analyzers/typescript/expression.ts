/** §4.1 An expression of TypeScript in the form that Python's have, so that one evaluation serves both. */
import { ts } from 'ts-morph';
import { holdsInProduction } from '../config/environments.js';
import type { Expr, Param, Step } from '../python/facts.js';

const MAX_DEPTH = 24;
const MAX_STEPS = 200;
const MAX_ITEMS = 400;

export type Positions = { lineOf(node: ts.Node): number; endLineOf(node: ts.Node): number };

export function toExpr(node: ts.Expression | undefined, at: Positions, depth = 0): Expr {
  if (!node || depth > MAX_DEPTH) return { kind: 'opaque', text: '' };
  const inner = (one: ts.Expression | undefined): Expr => toExpr(one, at, depth + 1);
  const plain = unwrapped(node);
  if (ts.isStringLiteralLike(plain)) return { kind: 'text', value: plain.text };
  if (ts.isNumericLiteral(plain)) return { kind: 'const', value: Number(plain.text) };
  if (ts.isTemplateExpression(plain)) {
    const spans = plain.templateSpans
      .slice(0, MAX_ITEMS)
      .flatMap((span): Expr[] => [inner(span.expression), { kind: 'text', value: span.literal.text }]);
    return { kind: 'cat', parts: [{ kind: 'text', value: plain.head.text }, ...spans] };
  }
  if (ts.isIdentifier(plain)) return plain.text === 'undefined' ? { kind: 'const', value: null } : { kind: 'name', name: plain.text };
  if (ts.isObjectLiteralExpression(plain))
    return { kind: 'dict', entries: plain.properties.slice(0, MAX_ITEMS).flatMap((one) => entryOf(one, inner)) };
  if (ts.isArrayLiteralExpression(plain))
    return {
      kind: 'list',
      items: plain.elements
        .slice(0, MAX_ITEMS)
        .map((one) => (ts.isSpreadElement(one) ? { kind: 'spread', of: inner(one.expression) } : inner(one))),
    };
  if (ts.isConditionalExpression(plain)) return conditional(plain, inner);
  if (ts.isBinaryExpression(plain)) return binary(plain, inner);
  if (ts.isArrowFunction(plain)) return lambda(plain, at, depth);
  return keyword(plain) ?? (isChained(plain) ? chainOf(plain, at, depth) : { kind: 'opaque', text: '' });
}

function keyword(node: ts.Expression): Expr | undefined {
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { kind: 'const', value: true };
    case ts.SyntaxKind.FalseKeyword:
      return { kind: 'const', value: false };
    case ts.SyntaxKind.NullKeyword:
      return { kind: 'const', value: null };
    case ts.SyntaxKind.ThisKeyword:
      return { kind: 'name', name: 'self' };
    case ts.SyntaxKind.SuperKeyword:
      return { kind: 'name', name: 'super' };
    default:
      return undefined;
  }
}

/** Types and brackets change no value. */
function unwrapped(node: ts.Expression): ts.Expression {
  let at = node;
  for (let hops = 0; hops < MAX_STEPS; hops++) {
    if (
      ts.isParenthesizedExpression(at) ||
      ts.isAsExpression(at) ||
      ts.isNonNullExpression(at) ||
      ts.isSatisfiesExpression(at) ||
      ts.isAwaitExpression(at)
    )
      at = at.expression;
    else break;
  }
  return at;
}

function entryOf(one: ts.ObjectLiteralElementLike, inner: (node: ts.Expression) => Expr): (readonly [Expr, Expr])[] {
  if (ts.isSpreadAssignment(one)) return [[{ kind: 'spread', of: inner(one.expression) }, inner(one.expression)]];
  if (ts.isShorthandPropertyAssignment(one))
    return [
      [
        { kind: 'text', value: one.name.text },
        { kind: 'name', name: one.name.text },
      ],
    ];
  if (!ts.isPropertyAssignment(one)) return [];
  const key: Expr = ts.isComputedPropertyName(one.name) ? inner(one.name.expression) : { kind: 'text', value: nameText(one.name) };
  return [[key, inner(one.initializer)]];
}

export function nameText(name: ts.PropertyName | ts.BindingName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) || ts.isPrivateIdentifier(name)
    ? name.text
    : '';
}

/** The side that production takes, where the condition names it. */
function conditional(node: ts.ConditionalExpression, inner: (node: ts.Expression) => Expr): Expr {
  const condition = node.condition.getText().slice(0, 200);
  const holds = holdsInProduction(condition) ?? (/^(?:[\w.]*\.)?isProd(?:uction)?$/i.test(condition) || undefined);
  if (holds !== undefined && !condition.includes('||')) return inner(holds ? node.whenTrue : node.whenFalse);
  return { kind: 'choice', of: [inner(node.whenTrue), inner(node.whenFalse)] };
}

/** A long sum is nested to the left: its parts are gathered without recursion. */
function binary(node: ts.BinaryExpression, inner: (node: ts.Expression) => Expr): Expr {
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken)
    return { kind: 'choice', of: [inner(node.left), inner(node.right)] };
  if (kind !== ts.SyntaxKind.PlusToken) return { kind: 'opaque', text: '' };
  const parts: ts.Expression[] = [];
  let at: ts.Expression = node;
  while (ts.isBinaryExpression(at) && at.operatorToken.kind === kind && parts.length < MAX_ITEMS) {
    parts.push(at.right);
    at = at.left;
  }
  return { kind: 'cat', parts: [...(parts.length < MAX_ITEMS ? [at] : []), ...parts.toReversed()].map(inner) };
}

function lambda(node: ts.ArrowFunction, at: Positions, depth: number): Expr {
  const { body } = node;
  const result = ts.isBlock(body)
    ? body.statements.length === 1 && body.statements[0] && ts.isReturnStatement(body.statements[0])
      ? body.statements[0].expression
      : undefined
    : body;
  const params = node.parameters.map((param): Param => ({ name: nameText(param.name) }));
  return result ? { kind: 'lambda', params, body: toExpr(result, at, depth + 1) } : { kind: 'opaque', text: 'function' };
}

export function isChained(
  node: ts.Node,
): node is ts.CallExpression | ts.NewExpression | ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** `a.b(x).c`, flat; a `new X(…)` begins a chain with the call of X. */
export function chainOf(node: ts.Expression, at: Positions, depth = 0): Extract<Expr, { kind: 'chain' }> {
  const steps: Step[] = [];
  let current = unwrapped(node);
  const args = (given: readonly ts.Expression[] | undefined): readonly Expr[] =>
    (given ?? [])
      .slice(0, MAX_ITEMS)
      .map((one) => (ts.isSpreadElement(one) ? { kind: 'spread', of: toExpr(one.expression, at, depth + 1) } : toExpr(one, at, depth + 1)));
  while (isChained(current) && steps.length < MAX_STEPS) {
    if (ts.isPropertyAccessExpression(current)) steps.push({ kind: 'attr', name: current.name.text, line: at.lineOf(current.name) });
    else if (ts.isElementAccessExpression(current)) steps.push({ kind: 'sub', key: toExpr(current.argumentExpression, at, depth + 1) });
    else
      steps.push({ kind: 'call', line: at.lineOf(current), endLine: at.endLineOf(current), args: args(current.arguments), keywords: [] });
    current = unwrapped(current.expression);
  }
  const root = isChained(current) ? ({ kind: 'opaque', text: '' } as const) : toExpr(current, at, depth + 1);
  return translated({ kind: 'chain', root, steps: steps.toReversed() });
}

const METHODS: Readonly<Record<string, string>> = { toLowerCase: 'lower', toUpperCase: 'upper', trim: 'strip', replaceAll: 'replace' };

/** `Object.entries(x)` is `x.items()`; a variable of the environment is a name that nobody gives. */
function translated(chain: Extract<Expr, { kind: 'chain' }>): Extract<Expr, { kind: 'chain' }> {
  const { root, steps } = chain;
  const [first, second, ...rest] = steps;
  if (root.kind !== 'name' || first?.kind !== 'attr') return { ...chain, steps: steps.map(translatedStep) };
  const over = second?.kind === 'call' ? second.args[0] : undefined;
  const method = { entries: 'items', keys: 'keys', values: 'values' }[first.name];
  if (root.name === 'Object' && over && method !== undefined && second?.kind === 'call')
    return { kind: 'chain', root: over, steps: [{ kind: 'attr', name: method, line: first.line }, { ...second, args: [] }, ...rest] };
  if (root.name === 'JSON' && first.name === 'stringify' && over) return { kind: 'chain', root: over, steps: [] };
  if (root.name === 'process' && first.name === 'env' && second?.kind === 'attr')
    return { kind: 'chain', root: { kind: 'opaque', text: second.name }, steps: rest };
  return { ...chain, steps: steps.map(translatedStep) };
}

function translatedStep(step: Step): Step {
  return step.kind === 'attr' && Object.hasOwn(METHODS, step.name) ? { ...step, name: METHODS[step.name] ?? step.name } : step;
}
