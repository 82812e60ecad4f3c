/** Scopes, and the blocks of statements in them: which begin, which end early, what stands around them. */
import type { Block } from '../python/facts.js';
import { bindPattern } from './binds.js';
import { toExpr, toParams } from './expression.js';
import { namedChildren, type SyntaxNode } from './node.js';
import { type Frame, type Statement, scopeOf, textOf, type Walk } from './walk.js';

/** A comprehension or a lambda. What a lambda is given nobody knows where it stands; its defaults are known. */
export function openEach(walk: Walk, node: SyntaxNode, { scope, block: parent }: Frame): void {
  // The word `lambda` has a node of that name too.
  if (!node.childForFieldName('body')) return;
  const statement: Statement = { id: walk.statements++, kind: 'each', branches: 0, ended: 0, always: false };
  const block = walk.blocks.push({ parent, statement, kind: 'each' }) - 1;
  const { lines } = walk.c;
  const start = lines.positionOf(node.startIndex);
  walk.stack.push({ end: node.endIndex, scope, block, statement: undefined, start });
  if (node.type !== 'lambda') return;
  const line = lines.lineOf(node.startIndex);
  for (const { name, default: value } of toParams(walk.c, node.childForFieldName('parameters')))
    walk.binds.push({ scope, block, pos: start, line, how: 'assign', value: value ?? { kind: 'opaque', text: '' }, name });
}

export function openStatement(walk: Walk, node: SyntaxNode, top: Frame, kind: Block['kind']): void {
  const always = kind !== 'if' && kind !== 'while' && kind !== 'match';
  const statement: Statement = { id: walk.statements++, kind, branches: 0, ended: 0, always };
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: top.block, statement, start: top.start });
  if (node.type === 'for_statement') {
    const right = node.childForFieldName('right');
    bindPattern(walk, top, { how: 'for', left: node.childForFieldName('left'), right, at: right ?? node });
  }
}

export function openClause(walk: Walk, node: SyntaxNode, top: Frame): void {
  const { statement } = top;
  if (!statement) return;
  const isElse = node.type === 'else_clause';
  if (isElse && statement.kind === 'if') statement.always = true;
  if (node.type === 'case_clause' && isWildcard(walk, node)) statement.always = true;
  // `else` of a loop or `try`, and `finally`, run beside the other branches, not instead of them.
  const beside = node.type === 'finally_clause' || (isElse && statement.kind !== 'if');
  const own: Statement = beside ? { id: walk.statements++, kind: statement.kind, branches: 0, ended: 0, always: true } : statement;
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: top.block, statement: own, start: top.start, isClause: true });
}

/** `case _:` without a condition. */
function isWildcard(walk: Walk, node: SyntaxNode): boolean {
  return /^case\s+_\s*:/.test(textOf(walk, node));
}

export function openBlock(walk: Walk, node: SyntaxNode, top: Frame): void {
  // What stands around the cases of a `match` is no branch of it: each of them has one.
  if (!top.statement || (top.statement.kind === 'match' && !top.isClause)) return;
  top.statement.branches += 1;
  walk.blocks.push({ parent: top.block, statement: top.statement, kind: top.statement.kind });
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: walk.blocks.length - 1, statement: undefined, start: top.start });
}

export function openScope(walk: Walk, node: SyntaxNode, top: Frame): void {
  const kind = node.type === 'class_definition' ? 'class' : 'def';
  const name = node.childForFieldName('name');
  const statement: Statement = { id: walk.statements++, kind, branches: 0, ended: 0, always: true };
  const scope = scopeOf(kind, name ? textOf(walk, name) : '', {
    parent: top.scope,
    block: top.block,
    line: walk.c.lines.lineOf(node.startIndex),
    endLine: walk.c.lines.lineOf(node.endIndex),
  });
  scope.decorators = walk.decorators.splice(0);
  if (kind === 'def') scope.params = toParams(walk.c, node.childForFieldName('parameters'));
  else scope.bases = namedChildrenOf(node.childForFieldName('superclasses')).map((base) => toExpr(walk.c, base));
  walk.scopes.push(scope);
  walk.stack.push({ end: node.endIndex, scope: walk.scopes.length - 1, block: top.block, statement, start: top.start });
}

function namedChildrenOf(node: SyntaxNode | null): SyntaxNode[] {
  return node ? namedChildren(node).filter((child) => child.type !== 'keyword_argument') : [];
}

export function blockAround({ blocks }: Walk, block: number): number {
  let around = block;
  while (blocks[around]?.kind === 'each') around = blocks[around]?.parent ?? 0;
  return around;
}

/** What a `with` opens ends together with it. */
export function endBlock(walk: Walk, block: number): void {
  const of = walk.blocks[block];
  if (!of || of.ends || of.kind === 'module' || of.kind === 'def' || of.kind === 'class') return;
  of.ends = true;
  of.statement.ended += 1;
  if (of.kind === 'with') endBlock(walk, of.parent);
}

export function finishBlock({ parent, statement, kind, ends }: Walk['blocks'][number]): Block {
  const branches = statement.always ? statement.branches - statement.ended : 0;
  return { parent, statement: statement.id, branches, kind, ...(ends ? { ends } : {}) };
}
