/** One parsed Python file to scopes, binds, calls and imports: a single `descendantsOfType`, then a stack in document order. */
import type { Bind, Block, Call, Expr, Flaw, Import, Scope } from '../python/facts.js';
import { addAssignment, addDeleted, bindPattern } from './binds.js';
import { blockAround, endBlock, finishBlock, openBlock, openClause, openEach, openScope, openStatement, skipBlock } from './blocks.js';
import { patternNames, sizeOf, toExpr } from './expression.js';
import { linesOf } from './lines.js';
import { namedChildren, type SyntaxNode } from './node.js';
import { type Frame, finishScope, MAX_PARTS, MAX_TEXT, newWalk, textOf, type Walk } from './walk.js';

const KINDS = [
  'function_definition',
  'class_definition',
  'decorator',
  'block',
  'if_statement',
  'elif_clause',
  'else_clause',
  'for_statement',
  'while_statement',
  'with_statement',
  'try_statement',
  'except_clause',
  'except_group_clause',
  'finally_clause',
  'match_statement',
  'case_clause',
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
  'for_in_clause',
  'assignment',
  'augmented_assignment',
  'named_expression',
  'as_pattern',
  'lambda',
  'return_statement',
  'raise_statement',
  'delete_statement',
  'yield',
  'continue_statement',
  'break_statement',
  'global_statement',
  'nonlocal_statement',
  'import_statement',
  'import_from_statement',
  'call',
];
const STATEMENTS: Readonly<Record<string, Block['kind']>> = {
  if_statement: 'if',
  for_statement: 'for',
  while_statement: 'while',
  with_statement: 'with',
  try_statement: 'try',
  match_statement: 'match',
};
const COMPREHENSIONS = new Set(['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression', 'lambda']);
const CLAUSES = new Set(['elif_clause', 'else_clause', 'except_clause', 'except_group_clause', 'finally_clause', 'case_clause']);

/** More calls or binds than this in one file: the rest is left out and said. */
const MAX_CALLS = 20_000;
const MAX_RETURNS = 8;

export type ReadTree = {
  readonly imports: readonly Import[];
  readonly scopes: readonly Scope[];
  readonly blocks: readonly Block[];
  readonly binds: readonly Bind[];
  readonly calls: readonly Call[];
  readonly flaws: readonly Flaw[];
};

/** `keepsText` says for which last names of a call the source line is kept. */
export function readTree(source: string, root: SyntaxNode, keepsText: (verb: string) => boolean): ReadTree {
  const all = root.descendantsOfType(KINDS);
  const calls: SyntaxNode[] = [];
  for (const node of all) if (node?.type === 'call') calls.push(node);
  const flaws: Flaw[] = brokenAt(source, root);
  if (calls.length > MAX_CALLS) flaws.push({ reason: 'too-large', line: 1, text: `${calls.length} calls in one file` });
  calls.length = Math.min(calls.length, MAX_CALLS);
  const inner = innerCalls(calls);
  const walk = newWalk(source, root, { inner, keepsText });
  // Innermost calls first, so that each is converted once however deeply calls nest.
  for (const call of calls.reverse()) if (!inner.has(call.id)) toExpr(walk.c, call);
  let seen = 0;
  for (const node of all) {
    if (!node) continue;
    const { type } = node;
    if (type === 'call' && ++seen > MAX_CALLS) break;
    visit(walk, node, type);
  }
  if (walk.parts < 0) flaws.push({ reason: 'too-large', line: 1, text: `calls in calls, more than ${MAX_PARTS} parts of them` });
  return {
    imports: walk.imports,
    scopes: walk.scopes.map(finishScope),
    blocks: walk.blocks.map(finishBlock),
    binds: walk.binds,
    calls: walk.calls,
    flaws,
  };
}

/**
 * The first place that is no Python. The parser goes on behind it, so what else the file says still counts, but a write in
 * the broken part is lost: one row a file says so. A sign that is missing has no node of its own; then its statement is named.
 */
function brokenAt(source: string, root: SyntaxNode): Flaw[] {
  if (!root.hasError) return [];
  let at = root;
  for (;;) {
    const inner = at.type === 'ERROR' ? undefined : at.namedChildren.find((child) => child?.hasError || child?.type === 'ERROR');
    if (!inner) break;
    at = inner;
  }
  const line = linesOf(source).lineOf(at.startIndex);
  return [{ reason: 'parse-error', line, text: oneLine(source.split('\n')[line - 1] ?? '').trim() }];
}

/** Ids of calls that are the receiver of another call's chain: those are told by the outer one. */
function innerCalls(calls: readonly SyntaxNode[]): Set<number> {
  const inner = new Set<number>();
  for (const call of calls) {
    let node = call.childForFieldName('function');
    for (let steps = 0; node && steps < 100; steps++) {
      const { type }: SyntaxNode = node;
      if (type === 'call') {
        inner.add(node.id);
        break;
      }
      if (type === 'attribute') node = node.childForFieldName('object');
      else if (type === 'subscript') node = node.childForFieldName('value');
      else if (type === 'parenthesized_expression' || type === 'await') node = namedChildren(node)[0] ?? null;
      else break;
    }
  }
  return inner;
}

function visit(walk: Walk, node: SyntaxNode, type: string): void {
  const start = node.startIndex;
  const { stack } = walk;
  let top = stack[stack.length - 1];
  while (top && top.end <= start && stack.length > 1) {
    stack.pop();
    top = stack[stack.length - 1];
  }
  if (!top) return;
  const statement = STATEMENTS[type];
  if (statement) openStatement(walk, node, top, statement);
  else if (CLAUSES.has(type)) openClause(walk, node, top);
  else if (type === 'block') openBlock(walk, node, top);
  else if (type === 'function_definition' || type === 'class_definition') openScope(walk, node, top);
  else if (COMPREHENSIONS.has(type)) openEach(walk, node, top);
  else visitSimple(walk, node, type, top);
}

function visitSimple(walk: Walk, node: SyntaxNode, type: string, top: Frame): void {
  switch (type) {
    case 'decorator':
      walk.decorators.push(toExpr(walk.c, namedChildren(node)[0] ?? null));
      break;
    case 'call':
      if (!walk.inner.has(node.id)) addCall(walk, node, top);
      if (exits(walk, node)) endBlock(walk, top.block, endOf(walk, node));
      break;
    case 'import_statement':
    case 'import_from_statement':
      addImports(walk, node, top);
      break;
    case 'raise_statement':
      endBlock(walk, top.block, endOf(walk, node));
      break;
    case 'delete_statement':
      addDeleted(walk, node, top);
      break;
    case 'return_statement':
      endBlock(walk, top.block, endOf(walk, node));
      addReturn(walk, node, top);
      break;
    case 'yield':
      addReturn(walk, node, top);
      break;
    case 'continue_statement':
    case 'break_statement':
      skipBlock(walk, top.block, { skips: type === 'break_statement' ? 'loop' : 'turn', at: endOf(walk, node) });
      break;
    case 'global_statement':
    case 'nonlocal_statement':
      addOuter(walk, node, top);
      break;
    case 'for_in_clause': {
      const pattern = { how: 'for', left: node.childForFieldName('left'), right: node.childForFieldName('right'), at: node } as const;
      bindPattern(walk, top, pattern, top.start);
      break;
    }
    case 'named_expression':
      // It binds outside of the comprehension that it stands in.
      bindPattern(
        walk,
        { ...top, block: blockAround(walk, top.block) },
        { how: 'assign', left: node.childForFieldName('name'), right: node.childForFieldName('value'), at: node },
      );
      break;
    case 'as_pattern':
      if (top.statement?.kind === 'with') {
        const alias = node.childForFieldName('alias');
        bindPattern(walk, top, {
          how: 'with',
          left: alias ? (namedChildren(alias)[0] ?? alias) : null,
          right: namedChildren(node)[0] ?? null,
          at: node,
        });
      }
      break;
    default:
      addAssignment(walk, node, top);
  }
}

function addCall(walk: Walk, node: SyntaxNode, top: Frame): void {
  const chain = toExpr(walk.c, node);
  if (chain.kind !== 'chain' || walk.parts < 0) return;
  walk.parts -= sizeOf(walk.c, chain);
  const verb = verbOf(chain.steps) ?? (chain.root.kind === 'name' ? chain.root.name : '');
  const { lines } = walk.c;
  const { scope, block } = top;
  const line = lines.lineOf(node.startIndex);
  const pos = lines.positionOf(node.startIndex);
  const endLine = lines.lineOf(node.endIndex);
  if (!walk.keepsText(verb)) walk.calls.push({ scope, block, pos, line, chain, endLine });
  else walk.calls.push({ scope, block, pos, line, chain, endLine, text: oneLine(textOf(walk, node)) });
}

function endOf(walk: Walk, node: SyntaxNode): number {
  return walk.c.lines.positionOf(node.endIndex);
}

const EXITS = /^(?:sys\.exit|os\._exit|exit|quit|dbutils\.notebook\.exit)\s*\(/;

/** A statement of its own that ends the program. */
function exits(walk: Walk, { startIndex, endIndex }: SyntaxNode): boolean {
  const { source } = walk.c;
  if (!EXITS.test(source.slice(startIndex, startIndex + 40))) return false;
  const before = source.slice(source.lastIndexOf('\n', startIndex - 1) + 1, startIndex);
  const after = source.slice(endIndex, endIndex + 40);
  return /^(?:.{0,400}[:;])?[ \t]*$/.test(before) && /^[ \t]*(?:$|[\r\n;#])/.test(after) && !/\blambda\b/.test(before);
}

function verbOf(steps: Extract<Expr, { kind: 'chain' }>['steps']): string | undefined {
  const step = steps[steps.length - 2];
  return step?.kind === 'attr' ? step.name : undefined;
}

function oneLine(text: string): string {
  return text
    .slice(0, MAX_TEXT * 4)
    .replace(/\s+/g, ' ')
    .slice(0, MAX_TEXT);
}

function addReturn(walk: Walk, node: SyntaxNode, top: Frame): void {
  const value = namedChildren(node)[0];
  const scope = walk.scopes[top.scope];
  if (!value || !scope || scope.returns.length >= MAX_RETURNS) return;
  scope.returns.push(toExpr(walk.c, value));
  scope.returnsAt.push([top.block, walk.c.lines.positionOf(node.startIndex)]);
}

function addOuter(walk: Walk, node: SyntaxNode, top: Frame): void {
  const scope = walk.scopes[top.scope];
  if (scope?.kind === 'def') scope.outer = [...(scope.outer ?? []), ...patternNames(walk.c, node)].slice(0, MAX_OUTER);
}
const MAX_OUTER = 200;

function addImports(walk: Walk, node: SyntaxNode, top: Frame): void {
  const from = node.childForFieldName('module_name');
  const path = from ? textOf(walk, from).replace(/\s+/g, '') : '';
  const level = /^\.*/.exec(path)?.[0].length ?? 0;
  const block = top.block === 0 ? {} : { block: top.block };
  const placed = { scope: top.scope, level, line: walk.c.lines.lineOf(node.startIndex), ...block };
  for (const child of namedChildren(node)) {
    if (from && child.startIndex === from.startIndex) continue;
    if (child.type === 'wildcard_import') walk.imports.push({ ...placed, local: '*', module: path.slice(level), name: '*' });
    const name = child.type === 'aliased_import' ? child.childForFieldName('name') : child.type === 'dotted_name' ? child : null;
    if (!name) continue;
    const alias = child.childForFieldName('alias');
    const local = textOf(walk, alias ?? name);
    if (from) walk.imports.push({ ...placed, local, module: path.slice(level), name: textOf(walk, name) });
    else walk.imports.push({ ...placed, local, module: textOf(walk, name) });
  }
}
