/** One parsed Python file to scopes, binds, calls and imports: a single `descendantsOfType`, then a stack in document order. */
import type { Bind, Block, Call, Expr, Flaw, Import, Scope } from '../python/facts.js';
import { type Converter, converter, opaque, patternNames, sizeOf, toExpr, toParams } from './expression.js';
import { linesOf } from './lines.js';
import { namedChildren, type SyntaxNode } from './node.js';

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
/** Parts of all calls together: calls in calls are told once for each of them. Ten times what the longest file that was tried holds. */
const MAX_PARTS = 1_000_000;
/** Parts of a value times the names that it is unpacked to. */
const MAX_UNPACKED = 20_000;
const MAX_RETURNS = 8;
const MAX_TEXT = 160;

type Statement = { readonly id: number; readonly kind: Block['kind']; branches: number; ended: number; always: boolean };
type Frame = {
  readonly end: number;
  readonly scope: number;
  readonly block: number;
  readonly statement: Statement | undefined;
  readonly start: number;
};
type DraftScope = { -readonly [K in keyof Scope]: Scope[K] } & { returns: Expr[] };
type DraftBlock = { readonly parent: number; readonly statement: Statement; readonly kind: Block['kind']; ends?: true };

export type ReadTree = {
  readonly imports: readonly Import[];
  readonly scopes: readonly Scope[];
  readonly blocks: readonly Block[];
  readonly binds: readonly Bind[];
  readonly calls: readonly Call[];
  readonly flaws: readonly Flaw[];
};

type Walk = {
  readonly c: Converter;
  readonly stack: Frame[];
  readonly scopes: DraftScope[];
  readonly blocks: DraftBlock[];
  readonly binds: Bind[];
  readonly calls: Call[];
  readonly imports: Import[];
  readonly decorators: Expr[];
  readonly inner: ReadonlySet<number>;
  readonly keepsText: (verb: string) => boolean;
  statements: number;
  /** What calls may still say. */
  parts: number;
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
    scopes: walk.scopes,
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

function newWalk(source: string, root: SyntaxNode, given: Pick<Walk, 'inner' | 'keepsText'>): Walk {
  const c = converter(source);
  const module: Statement = { id: 0, kind: 'module', branches: 1, ended: 0, always: true };
  return {
    c,
    stack: [{ end: Number.MAX_SAFE_INTEGER, scope: 0, block: 0, statement: undefined, start: 0 }],
    scopes: [scopeOf('module', '', { parent: -1, block: 0, line: 1, endLine: c.lines.lineOf(root.endIndex) })],
    blocks: [{ parent: -1, statement: module, kind: 'module' }],
    binds: [],
    calls: [],
    imports: [],
    decorators: [],
    statements: 1,
    parts: MAX_PARTS,
    ...given,
  };
}

function scopeOf(kind: Scope['kind'], name: string, at: Pick<Scope, 'parent' | 'block' | 'line' | 'endLine'>): DraftScope {
  return { kind, name, ...at, params: [], decorators: [], bases: [], returns: [] };
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

function finishBlock({ parent, statement, kind, ends }: DraftBlock): Block {
  const branches = statement.always ? statement.branches - statement.ended : 0;
  return { parent, statement: statement.id, branches, kind, ...(ends ? { ends } : {}) };
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

/** A comprehension or a lambda. What a lambda is given nobody knows where it stands; its defaults are known. */
function openEach(walk: Walk, node: SyntaxNode, { scope, block: parent }: Frame): void {
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

function openStatement(walk: Walk, node: SyntaxNode, top: Frame, kind: Block['kind']): void {
  const always = kind !== 'if' && kind !== 'while';
  const statement: Statement = { id: walk.statements++, kind, branches: 0, ended: 0, always };
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: top.block, statement, start: top.start });
  if (node.type === 'for_statement') {
    const right = node.childForFieldName('right');
    bindPattern(walk, top, { how: 'for', left: node.childForFieldName('left'), right, at: right ?? node });
  }
}

function openClause(walk: Walk, node: SyntaxNode, top: Frame): void {
  const { statement } = top;
  if (!statement) return;
  const isElse = node.type === 'else_clause';
  if (isElse && statement.kind === 'if') statement.always = true;
  // `else` of a loop or `try`, and `finally`, run beside the other branches, not instead of them.
  const beside = node.type === 'finally_clause' || (isElse && statement.kind !== 'if');
  const own: Statement = beside ? { id: walk.statements++, kind: statement.kind, branches: 0, ended: 0, always: true } : statement;
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: top.block, statement: own, start: top.start });
}

function openBlock(walk: Walk, node: SyntaxNode, top: Frame): void {
  if (!top.statement) return;
  top.statement.branches += 1;
  walk.blocks.push({ parent: top.block, statement: top.statement, kind: top.statement.kind });
  walk.stack.push({ end: node.endIndex, scope: top.scope, block: walk.blocks.length - 1, statement: undefined, start: top.start });
}

function openScope(walk: Walk, node: SyntaxNode, top: Frame): void {
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

function visitSimple(walk: Walk, node: SyntaxNode, type: string, top: Frame): void {
  switch (type) {
    case 'decorator':
      walk.decorators.push(toExpr(walk.c, namedChildren(node)[0] ?? null));
      break;
    case 'call':
      if (!walk.inner.has(node.id)) addCall(walk, node, top);
      break;
    case 'import_statement':
    case 'import_from_statement':
      addImports(walk, node, top);
      break;
    case 'raise_statement':
      endBlock(walk, top.block);
      break;
    case 'delete_statement':
      addDeleted(walk, node, top);
      break;
    case 'return_statement':
      endBlock(walk, top.block);
      addReturn(walk, node, top);
      break;
    case 'yield':
      addReturn(walk, node, top);
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

function blockAround({ blocks }: Walk, block: number): number {
  let around = block;
  while (blocks[around]?.kind === 'each') around = blocks[around]?.parent ?? 0;
  return around;
}

/** What a `with` opens ends together with it. */
function endBlock(walk: Walk, block: number): void {
  const of = walk.blocks[block];
  if (!of || of.ends || of.kind === 'module' || of.kind === 'def' || of.kind === 'class') return;
  of.ends = true;
  of.statement.ended += 1;
  if (of.kind === 'with') endBlock(walk, of.parent);
}

/** `del x[key]`. */
function addDeleted(walk: Walk, node: SyntaxNode, top: Frame): void {
  const [only] = namedChildren(node);
  for (const left of only?.type === 'expression_list' ? namedChildren(only) : namedChildren(node))
    if (left.type === 'subscript') bindPattern(walk, top, { how: 'delete', left, right: null, at: node });
}

function addAssignment(walk: Walk, node: SyntaxNode, top: Frame): void {
  const right = node.childForFieldName('right');
  const type = node.childForFieldName('type');
  if (!right && !type) return;
  // `a = b = value`: the value of each is the last one.
  let value = right;
  for (let links = 0; value && value.type === 'assignment' && links < 20; links++) value = value.childForFieldName('right');
  const left = node.childForFieldName('left');
  if (node.type !== 'augmented_assignment' || !left || !value)
    bindPattern(walk, top, { how: 'assign', left, right: value, at: node, type });
  else bindPattern(walk, top, { how: 'augment', left, right: value, at: node, operator: operatorBetween(walk, left, value) });
}

/** Of `a /= b` it is `/`. */
function operatorBetween(walk: Walk, left: SyntaxNode, right: SyntaxNode): string {
  const between = walk.c.source.slice(left.endIndex, Math.min(right.startIndex, left.endIndex + MAX_TEXT));
  return /[^\s\\=(]+/.exec(between)?.[0] ?? '';
}

type Pattern = {
  readonly how: Bind['how'];
  readonly left: SyntaxNode | null;
  readonly right: SyntaxNode | null;
  readonly at: SyntaxNode;
  readonly type?: SyntaxNode | null;
  /** Of an assignment that changes what was there. */
  readonly operator?: string;
};

function bindPattern(walk: Walk, top: Frame, pattern: Pattern, pos = walk.c.lines.positionOf(pattern.at.endIndex)): void {
  const { left, right, type, operator = '+' } = pattern;
  if (!left) return;
  const given: Expr = right ? toExpr(walk.c, right) : { kind: 'opaque', text: '' };
  const value: Expr = operator === '+' ? given : { kind: 'op', op: operator, left: toExpr(walk.c, left), right: given };
  const how = operator === '+' ? pattern.how : 'assign';
  const { scope, block } = top;
  const line = walk.c.lines.lineOf(left.startIndex);
  if (left.type === 'identifier' || left.type === 'attribute') {
    const name = left.type === 'identifier' ? textOf(walk, left) : textOf(walk, left).replace(/\s+/g, '');
    if (!type) walk.binds.push({ scope, block, pos, line, how, value, name });
    else walk.binds.push({ scope, block, pos, line, how, value, name, annotation: textOf(walk, type).slice(0, 60) });
  } else if (left.type === 'subscript') {
    const of = left.childForFieldName('value');
    if (!of) return;
    const key = toExpr(walk.c, left.childForFieldName('subscript'));
    walk.binds.push({ scope, block, pos, line, how, value, name: textOf(walk, of).slice(0, 200), key });
  } else {
    const names = targetNames(walk, left);
    const count = namedChildren(left).reduce((sum, child) => sum + Math.max(namedChildren(child).length, 1), 0);
    const whole = sizeOf(walk.c, value) * count > MAX_UNPACKED && right ? opaque(walk.c.source, right) : value;
    const star = namedChildren(left).findIndex((child) => child.type === 'list_splat_pattern');
    for (const [place, name] of names.entries()) {
      const index = star >= 0 && place > star ? place - names.length : place;
      if (name !== '') walk.binds.push({ scope, block, pos, line, how, name, ...unpacked(how, value, index, whole) });
    }
    if (how === 'for') for (const bind of nested(walk, left, whole)) walk.binds.push({ scope, block, pos, line, how, ...bind });
  }
}

/** As of any pattern, and `a.b, c.d = …`. */
function targetNames(walk: Walk, left: SyntaxNode): string[] {
  const targets = namedChildren(left);
  return patternNames(walk.c, left).map((name, place) => {
    const target = targets[place];
    return target?.type === 'attribute' ? textOf(walk, target).replace(/\s+/g, '') : name;
  });
}

/** `for i, (k, v) in …`: the names in inner brackets unpack what stands at that place of each element. */
function nested(walk: Walk, left: SyntaxNode, over: Expr): readonly Pick<Bind, 'name' | 'value' | 'index'>[] {
  return namedChildren(left).flatMap((child, at) => {
    if (child.type !== 'tuple_pattern' && child.type !== 'list_pattern') return [];
    const place = { kind: 'sub', key: { kind: 'const', value: at } } as const;
    const body: Expr = { kind: 'chain', root: { kind: 'name', name: ELEMENT }, steps: [place] };
    const value: Expr = { kind: 'each', names: [ELEMENT], over, body };
    return patternNames(walk.c, child).flatMap((name, index) => (name === '' ? [] : [{ name, value, index }]));
  });
}
const ELEMENT = 'element';

/** Of a list that is written out each name has its element alone; of anything else each has the whole, unless that is too much. */
function unpacked(how: Bind['how'], value: Expr, index: number, whole: Expr): Pick<Bind, 'value' | 'index'> {
  const own = how === 'assign' && value.kind === 'list' && !value.items.some(({ kind }) => kind === 'spread');
  const item = own ? value.items.at(index) : undefined;
  return item ? { value: { kind: 'list', items: [item] }, index: 0 } : { value: whole, index };
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
  if (value && scope && scope.returns.length < MAX_RETURNS) scope.returns.push(toExpr(walk.c, value));
}

function addImports(walk: Walk, node: SyntaxNode, top: Frame): void {
  const from = node.childForFieldName('module_name');
  const path = from ? textOf(walk, from).replace(/\s+/g, '') : '';
  const level = /^\.*/.exec(path)?.[0].length ?? 0;
  const placed = { scope: top.scope, level, line: walk.c.lines.lineOf(node.startIndex) };
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

function textOf(walk: Walk, node: SyntaxNode): string {
  return walk.c.source.slice(node.startIndex, node.endIndex);
}
