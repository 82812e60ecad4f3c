/** §4.1 One TypeScript file to the facts that a Python file has: names, classes, functions, calls. Types are not looked at. */
import { ts } from 'ts-morph';
import { nestingOf } from '../../src/core/nesting.js';
import {
  type Bind,
  type Block,
  type Call,
  type Expr,
  emptyFacts,
  type Import,
  type Param,
  type PythonFacts,
  type Scope,
} from '../python/facts.js';
import { indexOf } from '../python/facts-index.js';
import { chainOf, isChained, nameText, type Positions, toExpr } from './expression.js';

export const MAX_TYPESCRIPT_BYTES = 512 * 1024;
/** Deeper brackets than anybody writes: the parser recurses over them. */
const MAX_NESTING = 200;
const MAX_NODES = 200_000;
const MAX_DEPTH = 300;

/** The facts of a TypeScript file; what takes too long is a flaw. */
export type ReadTypeScript = (text: string) => Promise<PythonFacts>;

type Draft = { readonly [K in keyof Scope]: K extends 'returns' ? Expr[] : Scope[K] };
type Walk = Positions & {
  readonly imports: Import[];
  readonly scopes: Draft[];
  readonly blocks: Block[];
  readonly binds: Bind[];
  readonly calls: Call[];
  nodes: number;
};
type Place = { readonly scope: number; readonly block: number; readonly depth: number };

export function extractTypeScript(text: string): PythonFacts {
  if (text.length > MAX_TYPESCRIPT_BYTES) return emptyFacts([{ reason: 'too-large', line: 1, text: `${text.length} characters` }]);
  if (nestingOf(text) > MAX_NESTING) return emptyFacts([{ reason: 'too-deep', line: 1, text: `more than ${MAX_NESTING} levels` }]);
  try {
    return factsOf(text);
  } catch (error) {
    // What the parser cannot hold on its stack; a fault of ours is told.
    if (!(error instanceof RangeError)) throw error;
    return emptyFacts([{ reason: 'too-deep', line: 1, text: 'nested expressions' }]);
  }
}

function factsOf(text: string): PythonFacts {
  const empty = emptyFacts([]);
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const walk: Walk = {
    imports: [],
    scopes: empty.scopes.map((scope) => ({ ...scope, returns: [] })),
    blocks: [...empty.blocks],
    binds: [],
    calls: [],
    nodes: 0,
    lineOf: (node) => line(node.getStart(source)),
    endLineOf: (node) => line(node.end),
  };
  for (const statement of source.statements) visit(walk, statement, { scope: 0, block: 0, depth: 0 });
  const { imports, scopes, blocks, binds, calls } = walk;
  const sorted = { scopes, binds: binds.toSorted((a, b) => a.pos - b.pos), calls: calls.toSorted((a, b) => a.pos - b.pos) };
  return { ...empty, imports, blocks, ...sorted, index: indexOf({ imports, ...sorted }) };
}

function visit(walk: Walk, node: ts.Node, at: Place): void {
  walk.nodes += 1;
  if (walk.nodes > MAX_NODES || at.depth > MAX_DEPTH) return;
  const deeper = { ...at, depth: at.depth + 1 };
  if (ts.isImportDeclaration(node)) imported(walk, node);
  else if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.exportClause)
    push(walk, node, node.moduleSpecifier, { local: '*' });
  else if (ts.isClassDeclaration(node)) classBody(walk, node, at);
  else if (ts.isEnumDeclaration(node)) enumBody(walk, node, at);
  else if (ts.isFunctionDeclaration(node)) functionBody(walk, node, { ...at, name: node.name?.text ?? 'default' });
  else if (ts.isVariableDeclaration(node)) declared(walk, node, at);
  else if (ts.isIfStatement(node)) branches(walk, node, deeper);
  else if (ts.isForOfStatement(node)) loop(walk, node, deeper);
  else if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) callback(walk, node, deeper);
  else {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) assigned(walk, node, at);
    if (ts.isReturnStatement(node) && node.expression) walk.scopes[at.scope]?.returns.push(toExpr(node.expression, walk));
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && !isInChain(node)) called(walk, node, at);
    ts.forEachChild(node, (child) => visit(walk, child, deeper));
  }
}

/** A call whose value the rest of a chain is taken from: the whole chain is one call. */
function isInChain(node: ts.Node): boolean {
  let at = node;
  for (let hops = 0; hops < MAX_DEPTH; hops++) {
    const { parent } = at;
    if (!isChained(parent) || parent.expression !== at) return false;
    if (ts.isCallExpression(parent)) return true;
    at = parent;
  }
  return true;
}

function called(walk: Walk, node: ts.Expression, at: Place): void {
  const chain = chainOf(node, walk);
  walk.calls.push({ scope: at.scope, block: at.block, pos: node.end, line: walk.lineOf(node), endLine: walk.endLineOf(node), chain });
}

function bind(walk: Walk, node: ts.Node, at: Place, one: Pick<Bind, 'name' | 'value'> & Partial<Bind>): void {
  walk.binds.push({ how: 'assign', scope: at.scope, block: at.block, pos: node.end, line: walk.lineOf(node), ...one });
}

function imported(walk: Walk, node: ts.ImportDeclaration): void {
  const clause = node.importClause;
  if (clause?.name) push(walk, node, node.moduleSpecifier, { local: clause.name.text, name: 'default' });
  const named = clause?.namedBindings;
  if (named && ts.isNamespaceImport(named)) push(walk, node, node.moduleSpecifier, { local: named.name.text });
  for (const one of named && ts.isNamedImports(named) ? named.elements : [])
    push(walk, node, node.moduleSpecifier, { local: one.name.text, name: (one.propertyName ?? one.name).text });
}

/** `'../lib/jobs'` is the module `lib.jobs`, two levels up from the file. */
function push(walk: Walk, node: ts.Node, from: ts.Expression, one: Pick<Import, 'local' | 'name'>): void {
  if (!ts.isStringLiteralLike(from)) return;
  const parts = from.text.replace(/\.[jt]s$/, '').split('/');
  const isRelative = parts[0] === '.' || parts[0] === '..';
  const level = isRelative ? 1 + parts.filter((part) => part === '..').length : 0;
  const module = parts.filter((part) => part !== '.' && part !== '..').join('.');
  walk.imports.push({ scope: 0, module, level, line: walk.lineOf(node), ...one });
}

function newScope(walk: Walk, node: ts.Node, at: Place, one: Pick<Scope, 'kind' | 'name'> & Partial<Scope>): Place {
  const block = newBlock(walk, at, { kind: one.kind === 'class' ? 'class' : 'def', branches: 1 });
  walk.scopes.push({
    parent: at.scope,
    block,
    line: walk.lineOf(node),
    endLine: walk.endLineOf(node),
    params: [],
    decorators: [],
    bases: [],
    ...one,
    returns: [],
  });
  return { scope: walk.scopes.length - 1, block, depth: at.depth + 1 };
}

function newBlock(
  walk: Walk,
  at: Place,
  { kind, branches: all, statement }: Pick<Block, 'kind' | 'branches'> & { readonly statement?: number },
): number {
  walk.blocks.push({ parent: at.block, statement: statement ?? walk.blocks.length, branches: all, kind });
  return walk.blocks.length - 1;
}

function classBody(walk: Walk, node: ts.ClassDeclaration, at: Place): void {
  const bases = (node.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(({ types }) => types.map(({ expression }) => toExpr(expression, walk)));
  const inside = newScope(walk, node, at, { kind: 'class', name: node.name?.text ?? 'default', bases });
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && member.initializer) {
      bind(walk, member, inside, { name: nameText(member.name), value: toExpr(member.initializer, walk) });
      visit(walk, member.initializer, inside);
    } else if (ts.isConstructorDeclaration(member)) functionBody(walk, member, { ...inside, name: '__init__', isMethod: true });
    else if (ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member))
      functionBody(walk, member, { ...inside, name: nameText(member.name), isMethod: true });
  }
}

function enumBody(walk: Walk, node: ts.EnumDeclaration, at: Place): void {
  const inside = newScope(walk, node, at, { kind: 'class', name: node.name.text });
  for (const member of node.members)
    if (member.initializer) bind(walk, member, inside, { name: nameText(member.name), value: toExpr(member.initializer, walk) });
}

type Made = Place & { readonly name: string; readonly isMethod?: boolean };

function functionBody(walk: Walk, node: ts.FunctionLikeDeclaration, { name, isMethod = false, ...at }: Made): void {
  const isStatic = isMethod && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
  const own = node.parameters.map((param, index) => paramOf(walk, param, index));
  const params: readonly Param[] = isMethod && !isStatic ? [{ name: 'self' }, ...own] : own;
  const decorators: readonly Expr[] = [
    ...(isStatic ? [{ kind: 'name', name: 'staticmethod' } as const] : []),
    ...(ts.isGetAccessorDeclaration(node) ? [{ kind: 'name', name: 'property' } as const] : []),
  ];
  const inside = newScope(walk, node, at, { kind: 'def', name, params, decorators });
  for (const [index, param] of node.parameters.entries()) {
    const value = { kind: 'name', name: own[index]?.name ?? '' } as const;
    if (!ts.isIdentifier(param.name)) destructured(walk, param.name, inside, value);
    if (ts.isParameterPropertyDeclaration(param, node)) bind(walk, param, inside, { name: `self.${value.name}`, value });
  }
  if (node.body) {
    if (ts.isBlock(node.body)) for (const statement of node.body.statements) visit(walk, statement, inside);
    else {
      walk.scopes[inside.scope]?.returns.push(toExpr(node.body, walk));
      visit(walk, node.body, inside);
    }
  }
}

function paramOf(walk: Walk, param: ts.ParameterDeclaration, index: number): Param {
  const name = ts.isIdentifier(param.name) ? param.name.text : `given_${index}`;
  return {
    name,
    line: walk.lineOf(param),
    ...(param.initializer ? { default: toExpr(param.initializer, walk) } : {}),
    ...(param.dotDotDotToken ? { star: 'args' as const } : {}),
  };
}

/** `const f = (…) => {…}` is a function of that name. */
function declared(walk: Walk, node: ts.VariableDeclaration, at: Place): void {
  const { initializer, name } = node;
  if (!initializer) return;
  if ((ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)) && ts.isIdentifier(name)) {
    functionBody(walk, initializer, { ...at, name: name.text });
    return;
  }
  if (ts.isIdentifier(name)) bind(walk, node, at, { name: name.text, value: toExpr(initializer, walk) });
  else destructured(walk, name, at, toExpr(initializer, walk));
  visit(walk, initializer, at);
}

/** `{ a, b: c = 1 }` and `[a, b]` of a value. */
function destructured(walk: Walk, pattern: ts.BindingPattern, at: Place, value: Expr): void {
  for (const [index, element] of pattern.elements.entries()) {
    if (!ts.isBindingElement(element) || !ts.isIdentifier(element.name)) continue;
    if (ts.isArrayBindingPattern(pattern)) {
      bind(walk, element, at, { name: element.name.text, value, index });
      continue;
    }
    const key = element.propertyName ? nameText(element.propertyName) : element.name.text;
    const member: Expr = { kind: 'chain', root: value, steps: [{ kind: 'attr', name: key, line: walk.lineOf(element) }] };
    bind(walk, element, at, { name: element.name.text, value: member });
  }
}

function assigned(walk: Walk, node: ts.BinaryExpression, at: Place): void {
  const target = toExpr(node.left, walk);
  const [only] = target.kind === 'chain' ? target.steps : [];
  const root = target.kind === 'chain' && target.root.kind === 'name' ? target.root.name : undefined;
  const name = target.kind === 'name' ? target.name : root !== undefined && only?.kind === 'attr' ? `${root}.${only.name}` : undefined;
  if (name !== undefined) bind(walk, node, at, { name, value: toExpr(node.right, walk) });
}

function branches(walk: Walk, node: ts.IfStatement, at: Place): void {
  visit(walk, node.expression, at);
  const all = node.elseStatement ? 2 : 0;
  const statement = walk.blocks.length;
  visit(walk, node.thenStatement, { ...at, block: newBlock(walk, at, { kind: 'if', branches: all, statement }) });
  if (node.elseStatement) visit(walk, node.elseStatement, { ...at, block: newBlock(walk, at, { kind: 'if', branches: all, statement }) });
}

function loop(walk: Walk, node: ts.ForOfStatement, at: Place): void {
  const value = toExpr(node.expression, walk);
  const list = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations : [];
  for (const { name } of list) turn(walk, name, at, { node: node.expression, value });
  visit(walk, node.statement, { ...at, block: newBlock(walk, at, { kind: 'for', branches: 1 }) });
}

function turn(walk: Walk, name: ts.BindingName, at: Place, { node, value }: { readonly node: ts.Node; readonly value: Expr }): void {
  if (ts.isIdentifier(name)) bind(walk, node, at, { name: name.text, how: 'for', value });
  else if (ts.isArrayBindingPattern(name))
    for (const [index, element] of name.elements.entries())
      if (ts.isBindingElement(element) && ts.isIdentifier(element.name))
        bind(walk, node, at, { name: element.name.text, how: 'for', value, index });
  if (ts.isObjectBindingPattern(name)) {
    bind(walk, node, at, { name: 'each', how: 'for', value });
    destructured(walk, name, at, { kind: 'name', name: 'each' });
  }
}

/** `list.forEach((one) => …)` is a loop; what else is done with a function, it stands where it is written. */
function callback(walk: Walk, node: ts.ArrowFunction | ts.FunctionExpression, at: Place): void {
  const call = node.parent;
  const method = ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) ? call.expression : undefined;
  const [first] = node.parameters;
  const isLoop = method !== undefined && /^(?:forEach|map|flatMap)$/.test(method.name.text);
  if (isLoop && first) turn(walk, first.name, at, { node: method.expression, value: toExpr(method.expression, walk) });
  visit(walk, node.body, { ...at, block: newBlock(walk, at, { kind: isLoop ? 'for' : 'with', branches: 1 }) });
}
