/** Scopes, and the blocks of statements in them: which begin, which end early, what stands around them. */
import type { Block, Expr } from '../python/facts.js';
import { bindPattern } from './binds.js';
import { toCondition } from './conditions.js';
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
  const subject = kind === 'match' ? subjectOf(walk, node) : undefined;
  const statement: Statement = { id: walk.statements++, kind, branches: 0, ended: 0, always, ...(subject ? { subject } : {}) };
  const header = headerOf(walk, node, top.scope, statement);
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: top.block, statement, start: top.start, header });
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
  const header = headerOf(walk, node, top.scope, own);
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: top.block, statement: own, start: top.start, isClause: true, header });
}

/** What decides whether the block of a branch runs, and where that stands. */
function headerOf(walk: Walk, node: SyntaxNode, scope: number, { kind, subject }: Statement): Pick<Block, 'pos' | 'scope' | 'when'> {
  const { lines } = walk.c;
  if (kind === 'for') return { scope, pos: lines.positionOf((node.childForFieldName('right') ?? node).endIndex) };
  if (kind !== 'if' && kind !== 'match') return {};
  const [first] = namedChildren(node);
  if ((node.type === 'if_statement' || node.type === 'elif_clause') && first)
    return { scope, pos: lines.positionOf(first.endIndex), when: toCondition(walk.c, first, toExpr) };
  const pos = lines.positionOf(node.startIndex);
  if (node.type !== 'case_clause' || isWildcard(walk, node)) return { scope, pos };
  return { scope, pos, when: (subject && caseOf(textOf(walk, node), subject)) ?? { kind: 'opaque', text: '' } };
}

function subjectOf(walk: Walk, node: SyntaxNode): Expr | undefined {
  const [subject, body, ...others] = namedChildren(node);
  return subject && body && others.length === 0 && subject.type !== 'expression_list' ? toExpr(walk.c, subject) : undefined;
}

const LITERAL = `(?:"[^"\\\\\n]*"|'[^'\\\\\n]*'|-?\\d+|True|False|None)`;
const LITERALS = new RegExp(`^case\\s+(${LITERAL}(?:\\s*\\|\\s*${LITERAL})*)\\s*:`);

/** `case "a" | "b":`; of other patterns nobody knows. */
function caseOf(text: string, subject: Expr): Expr | undefined {
  const [, all] = LITERALS.exec(text.slice(0, 2_000)) ?? [];
  if (all === undefined) return undefined;
  const items = [...all.matchAll(new RegExp(LITERAL, 'g'))].map(([word]) => literalOf(word));
  return { kind: 'op', op: 'in', left: subject, right: { kind: 'list', items } };
}

function literalOf(word: string): Expr {
  if (/^["']/.test(word)) return { kind: 'text', value: word.slice(1, -1) };
  if (word === 'None') return { kind: 'const', value: null };
  return { kind: 'const', value: /^[TF]/.test(word) ? word === 'True' : Number(word) };
}

/** `case _:` without a condition. */
function isWildcard(walk: Walk, node: SyntaxNode): boolean {
  return /^case\s+_\s*:/.test(textOf(walk, node));
}

export function openBlock(walk: Walk, node: SyntaxNode, top: Frame): void {
  // What stands around the cases of a `match` is no branch of it: each of them has one.
  if (!top.statement || (top.statement.kind === 'match' && !top.isClause)) return;
  top.statement.branches += 1;
  walk.blocks.push({ parent: top.block, statement: top.statement, kind: top.statement.kind, ...top.header });
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
export function endBlock(walk: Walk, block: number, at: number): void {
  const of = walk.blocks[block];
  if (of) of.over ??= at;
  if (!of || of.ends || of.kind === 'module' || of.kind === 'def' || of.kind === 'class') return;
  of.ends = true;
  of.statement.ended += 1;
  if (of.kind === 'with') endBlock(walk, of.parent, at);
}

/** `continue`, `break`. */
export function skipBlock(walk: Walk, block: number, { skips, at }: { readonly skips: 'turn' | 'loop'; readonly at: number }): void {
  const of = walk.blocks[block];
  if (of) of.over ??= at;
  if (of?.kind === 'if' || of?.kind === 'match' || of?.kind === 'with') of.skips = skips;
  if (of?.kind === 'with') skipBlock(walk, of.parent, { skips, at });
}

export function finishBlock({ parent, statement, kind, ends, skips, pos, scope, when, over }: Walk['blocks'][number]): Block {
  const branches = statement.always ? statement.branches - statement.ended : 0;
  const at = pos === undefined ? {} : { pos, ...(scope === undefined ? {} : { scope }) };
  const more = {
    ...(ends ? { ends } : {}),
    ...(skips ? { skips } : {}),
    ...at,
    ...(when ? { when } : {}),
    ...(over === undefined ? {} : { over }),
  };
  return { parent, statement: statement.id, branches, kind, ...more };
}
