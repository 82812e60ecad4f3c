/** Syntax nodes to `Expr`: bounded in depth and size, each call converted once. */
import type { Args, Expr, Param, Step } from '../python/facts.js';
import { toCondition } from './conditions.js';
import { type Converter, MAX_DEPTH, opaque } from './converter.js';
import { namedChildren, type SyntaxNode } from './node.js';
import { splitQuotes, unescapePython } from './strings.js';

const MAX_ITEMS = 200;
/** Of a chain that is longer its end is kept, and its root is opaque. */
export const MAX_STEPS = 500;
const MAX_TEXT = 20_000;
/** An expression with more parts than this is kept as opaque where it is part of another one. */
const MAX_SIZE = 1_500;

/** Recursion here is bounded by MAX_DEPTH; long spines (`a + b + …`, chains) are loops. */
export function toExpr(c: Converter, node: SyntaxNode | null, depth = 0): Expr {
  if (!node) return { kind: 'opaque', text: '' };
  const { type } = node;
  const known = type === 'call' ? c.seen.get(node.id) : undefined;
  if (known) return depth < MAX_DEPTH && sizeOf(c, known) <= MAX_SIZE ? known : opaque(c.source, node);
  if (depth > MAX_DEPTH) return opaque(c.source, node);
  const expr = convert(c, node, type, depth);
  if (type === 'call') c.seen.set(node.id, expr);
  return expr;
}

/** `type` is asked of a node once: each question crosses into WebAssembly. */
function convert(c: Converter, node: SyntaxNode, type: string, depth: number): Expr {
  switch (type) {
    case 'identifier':
      return { kind: 'name', name: slice(c, node) };
    case 'string':
      return toText(c, node, depth);
    case 'concatenated_string':
      return toCat(namedChildren(node).map((part) => toExpr(c, part, depth + 1)));
    case 'integer':
    case 'float':
      return { kind: 'const', value: Number(slice(c, node).replaceAll('_', '')) };
    case 'true':
    case 'false':
      return { kind: 'const', value: type === 'true' };
    case 'none':
      return { kind: 'const', value: null };
    case 'attribute':
    case 'call':
    case 'subscript':
      return toChain(c, node, depth);
    case 'parenthesized_expression':
    case 'await':
    case 'type':
      return toExpr(c, namedChildren(node)[0] ?? null, depth + 1);
    case 'named_expression':
      return toExpr(c, node.childForFieldName('value'), depth + 1);
    case 'binary_operator':
      return toBinary(c, node, depth);
    case 'unary_operator':
      return /^-\s*[\d.]+$/.test(slice(c, node))
        ? { kind: 'const', value: Number(slice(c, node).replace(/\s+/, '')) }
        : opaque(c.source, node);
    case 'boolean_operator':
      return toBoolean(c, node, depth);
    case 'conditional_expression': {
      const [then, condition, otherwise] = namedChildren(node);
      const [left, right] = [toExpr(c, then ?? null, depth + 1), toExpr(c, otherwise ?? null, depth + 1)];
      if (then && condition && asksItself(slice(c, then), slice(c, condition))) return { kind: 'op', op: 'or', left, right };
      if (!condition) return { kind: 'choice', of: [left, right] };
      return { kind: 'op', op: '?', left: toCondition(c, condition, toExpr, depth + 1), right: { kind: 'choice', of: [left, right] } };
    }
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return { kind: 'list', items: toItems(c, node, depth) };
    case 'dictionary':
      return toDict(c, node, depth);
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
      return toEach(c, node, depth);
    case 'list_splat':
    case 'dictionary_splat':
      return { kind: 'spread', of: toExpr(c, namedChildren(node)[0] ?? null, depth + 1) };
    case 'lambda':
      return {
        kind: 'lambda',
        params: toParams(c, node.childForFieldName('parameters')),
        body: toExpr(c, node.childForFieldName('body'), depth + 1),
      };
    default:
      return opaque(c.source, node);
  }
}

function capped(nodes: readonly SyntaxNode[]): readonly SyntaxNode[] {
  return nodes.length > MAX_ITEMS ? nodes.slice(0, MAX_ITEMS) : nodes;
}

function toItems(c: Converter, node: SyntaxNode, depth: number): Expr[] {
  return capped(namedChildren(node)).map((item) => toExpr(c, item, depth + 1));
}

function toDict(c: Converter, node: SyntaxNode, depth: number): Expr {
  const entries = capped(namedChildren(node)).map((entry): readonly [Expr, Expr] => {
    if (entry.type === 'pair')
      return [toExpr(c, entry.childForFieldName('key'), depth + 1), toExpr(c, entry.childForFieldName('value'), depth + 1)];
    const spread = toExpr(c, entry, depth + 1);
    return [spread, spread];
  });
  return { kind: 'dict', entries };
}

/** `a + b + c` leans left: the spine is a loop, not a recursion. */
function toBinary(c: Converter, node: SyntaxNode, depth: number): Expr {
  const rights: Expr[] = [];
  let spine: SyntaxNode | null = node;
  const operator = operatorOf(c, node);
  while (spine && spine.type === 'binary_operator' && operatorOf(c, spine) === operator) {
    if (rights.length >= MAX_ITEMS) return opaque(c.source, node);
    rights.push(toExpr(c, spine.childForFieldName('right'), depth + 1));
    spine = spine.childForFieldName('left');
  }
  const first = toExpr(c, spine, depth + 1);
  const parts = rights.reverse();
  if (operator === '+') return { kind: 'cat', parts: [first, ...parts] };
  return parts.slice(0, MAX_DEPTH).reduce((left, right): Expr => ({ kind: 'op', op: operator, left, right }), first);
}

function operatorOf(c: Converter, node: SyntaxNode): string {
  const operator = node.childForFieldName('operator');
  return operator ? slice(c, operator) : '';
}

/** `a if a else b`, `a if a is not None else b`: what `a or b` is. */
function asksItself(value: string, condition: string): boolean {
  return condition === value || condition.replace(/(?<!\s)\s+is\s+not\s+None$/, '') === value;
}

/** `a or b` is the second where the first is nothing; of `a and b` what matters is the second. */
function toBoolean(c: Converter, node: SyntaxNode, depth: number): Expr {
  const right = toExpr(c, node.childForFieldName('right'), depth + 1);
  if (operatorOf(c, node) === 'and') return right;
  return { kind: 'op', op: 'or', left: toExpr(c, node.childForFieldName('left'), depth + 1), right };
}

function toEach(c: Converter, node: SyntaxNode, depth: number): Expr {
  const clauses = namedChildren(node).filter((child) => child.type === 'for_in_clause');
  const clause = clauses[0];
  const body = node.childForFieldName('body');
  if (!clause || !body || clauses.length > 1) return opaque(c.source, node);
  const over = toExpr(c, clause.childForFieldName('right'), depth + 1);
  const conditions = namedChildren(node).filter((child) => child.type === 'if_clause');
  return {
    kind: 'each',
    body: toExpr(c, body, depth + 1),
    names: patternNames(c, clause.childForFieldName('left')),
    over: conditions.reduce((left, clause): Expr => {
      const [asked] = namedChildren(clause);
      return asked ? { kind: 'op', op: 'if', left, right: toCondition(c, asked, toExpr, depth + 1) } : left;
    }, over),
  };
}

/** The names of `a`, `a, b` or `(a, b)`; a place that is no name is ''. */
export function patternNames(c: Converter, node: SyntaxNode | null): string[] {
  if (!node) return [];
  if (node.type === 'identifier') return [slice(c, node)];
  return capped(namedChildren(node)).map((child) => (child.type === 'identifier' ? slice(c, child) : ''));
}

function toChain(c: Converter, node: SyntaxNode, depth: number): Expr {
  const steps: Step[] = [];
  let current: SyntaxNode | null = node;
  while (current && steps.length < MAX_STEPS) {
    const { type }: SyntaxNode = current;
    if (type === 'attribute') {
      const name = current.childForFieldName('attribute');
      steps.push({ kind: 'attr', name: name ? slice(c, name) : '', line: c.lines.lineOf((name ?? current).startIndex) });
      current = current.childForFieldName('object');
    } else if (type === 'call') {
      const list = current.childForFieldName('arguments');
      const line = c.lines.lineOf((list ?? current).startIndex);
      const { args, keywords } = toArgs(c, list, depth);
      steps.push({ kind: 'call', line, endLine: c.lines.lineOf(current.endIndex), args, keywords });
      current = current.childForFieldName('function');
    } else if (type === 'subscript') {
      steps.push({ kind: 'sub', key: toExpr(c, current.childForFieldName('subscript'), depth + 1) });
      current = current.childForFieldName('value');
    } else if (type === 'parenthesized_expression' || type === 'await') current = namedChildren(current)[0] ?? null;
    else break;
  }
  const root = steps.length >= MAX_STEPS && current ? opaque(c.source, current) : toExpr(c, current, depth + 1);
  return { kind: 'chain', root, steps: steps.reverse() };
}

export function toArgs(c: Converter, list: SyntaxNode | null, depth: number): Args {
  if (!list) return { args: [], keywords: [] };
  if (list.type !== 'argument_list') return { args: [toExpr(c, list, depth + 1)], keywords: [] };
  const args: Expr[] = [];
  const keywords: { name: string; value: Expr }[] = [];
  for (const argument of capped(namedChildren(list))) {
    const { type } = argument;
    if (type === 'keyword_argument') {
      const name = argument.childForFieldName('name');
      keywords.push({ name: name ? slice(c, name) : '', value: toExpr(c, argument.childForFieldName('value'), depth + 1) });
    } else if (type === 'dictionary_splat') keywords.push({ name: '**', value: toExpr(c, namedChildren(argument)[0] ?? null, depth + 1) });
    else args.push(toExpr(c, argument, depth + 1));
  }
  return { args, keywords };
}

export function toParams(c: Converter, list: SyntaxNode | null): Param[] {
  if (!list) return [];
  const params: Param[] = [];
  let keywordOnly = false;
  for (const node of capped(namedChildren(list))) {
    const target = node.childForFieldName('name') ?? namedChildren(node)[0] ?? node;
    const value = node.childForFieldName('value');
    const type = node.childForFieldName('type');
    const star = starOf(node.type === 'typed_parameter' ? target : node);
    if (node.type === 'keyword_separator' || node.type === 'positional_separator') {
      keywordOnly ||= node.type === 'keyword_separator';
      continue;
    }
    params.push({
      name: slice(c, node.type === 'identifier' ? node : target).replace(/^\*+/, ''),
      ...(value ? { default: toExpr(c, value, 1), line: c.lines.lineOf(node.startIndex) } : {}),
      ...(type ? { annotation: slice(c, type).slice(0, 60) } : {}),
      ...(star ? { star } : keywordOnly ? { star: 'keyword_only' } : {}),
    });
    if (star === 'args') keywordOnly = true;
  }
  return params;
}

function starOf(node: SyntaxNode): 'args' | 'kwargs' | undefined {
  if (node.type === 'list_splat_pattern') return 'args';
  return node.type === 'dictionary_splat_pattern' ? 'kwargs' : undefined;
}

function toText(c: Converter, node: SyntaxNode, depth: number): Expr {
  const quoted = splitQuotes(slice(c, node));
  if (!quoted) return opaque(c.source, node);
  if (!quoted.prefix.includes('f')) return { kind: 'text', value: unescapePython(quoted.body, quoted.prefix).slice(0, MAX_TEXT) };
  const parts: Expr[] = [];
  for (const child of capped(namedChildren(node))) {
    if (child.type === 'string_content') parts.push({ kind: 'text', value: literalBraces(unescapePython(slice(c, child), quoted.prefix)) });
    if (child.type === 'interpolation') parts.push(toInterpolation(c, child, depth));
  }
  return toCat(parts);
}

function literalBraces(text: string): string {
  return text.replaceAll('{{', '{').replaceAll('}}', '}').slice(0, MAX_TEXT);
}

function toInterpolation(c: Converter, node: SyntaxNode, depth: number): Expr {
  const expression = node.childForFieldName('expression');
  const value = toExpr(c, expression, depth + 1);
  const specifier = node.childForFieldName('format_specifier');
  const spec = specifier ? slice(c, specifier).replace(/^:/, '') : '';
  const behind = c.source.slice(expression?.endIndex, specifier?.startIndex ?? node.endIndex);
  // `{x=}` writes the expression as well.
  if (behind.trimStart().startsWith('=')) return opaque(c.source, node);
  const conversion = /![ra]/.exec(behind)?.[0] ?? '';
  if (spec === '' && conversion === '') return value;
  return { kind: 'op', op: 'format', left: value, right: { kind: 'text', value: `${conversion}:${spec}` } };
}

/** Neighbouring texts become one; a single text is itself. Only what has a text in it is surely text: `+` between others may add numbers up. */
function toCat(parts: readonly Expr[]): Expr {
  const joined: Expr[] = [];
  for (const part of parts.flatMap((p) => (p.kind === 'cat' && p.parts.some(isWritten) ? p.parts : [p]))) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') joined[joined.length - 1] = { kind: 'text', value: last.value + part.value };
    else joined.push(part);
  }
  const [only] = joined;
  if (joined.length === 0) return NO_TEXT;
  if (joined.length === 1 && only?.kind === 'text') return only;
  return { kind: 'cat', parts: joined.length > 1 && !joined.some(isWritten) ? [...joined, NO_TEXT] : joined };
}

const NO_TEXT: Expr = { kind: 'text', value: '' };

function isWritten({ kind }: Expr): boolean {
  return kind === 'text';
}

/** Objects in an expression, counted once per call that was kept; where they are too many, how many does not matter. */
export function sizeOf(c: Converter, expr: Expr): number {
  const known = c.sizes.get(expr);
  if (known !== undefined) return known;
  const size = countOf(c, expr);
  c.sizes.set(expr, size);
  return size;
}

/** Depth is bounded where expressions are made. */
function countOf(c: Converter, expr: Expr): number {
  switch (expr.kind) {
    case 'cat':
      return 2 + sumOf(c, expr.parts);
    case 'chain':
      return 2 + sizeIn(c, expr.root) + stepsOf(c, expr.steps);
    case 'op':
      return 1 + sizeIn(c, expr.left) + sizeIn(c, expr.right);
    case 'choice':
      return 2 + sumOf(c, expr.of);
    case 'list':
      return 2 + sumOf(c, expr.items);
    case 'dict': {
      let size = 2 + expr.entries.length;
      for (const [key, value] of expr.entries) size += sizeIn(c, key) + sizeIn(c, value);
      return size;
    }
    case 'spread':
      return 1 + sizeIn(c, expr.of);
    case 'each':
      return 2 + sizeIn(c, expr.body) + sizeIn(c, expr.over);
    case 'lambda': {
      let size = 2 + expr.params.length + sizeIn(c, expr.body);
      for (const param of expr.params) if (param.default) size += sizeIn(c, param.default);
      return size;
    }
    default:
      return 1;
  }
}

/** Of a part: only calls are kept, and a call is a chain. */
function sizeIn(c: Converter, expr: Expr): number {
  return (expr.kind === 'chain' ? c.sizes.get(expr) : undefined) ?? countOf(c, expr);
}

function sumOf(c: Converter, parts: readonly Expr[]): number {
  let size = 0;
  for (const part of parts) size += sizeIn(c, part);
  return size;
}

function stepsOf(c: Converter, steps: readonly Step[]): number {
  let size = steps.length;
  for (const step of steps) {
    if (step.kind === 'sub') size += sizeIn(c, step.key);
    else if (step.kind === 'call') {
      size += 2 + step.keywords.length + sumOf(c, step.args);
      for (const keyword of step.keywords) size += sizeIn(c, keyword.value);
    }
  }
  return size;
}

function slice(c: Converter, node: SyntaxNode): string {
  return c.source.slice(node.startIndex, node.endIndex);
}
