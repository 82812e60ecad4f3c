/** Names that get values: what stands on the left of an assignment, a loop, `with` or `del`, and which part of the right each has. */
import type { Bind, Expr } from '../python/facts.js';
import { opaque } from './converter.js';
import { patternNames, sizeOf, toExpr } from './expression.js';
import { namedChildren, type SyntaxNode } from './node.js';
import { type Frame, MAX_TEXT, textOf, type Walk } from './walk.js';

/** Parts of a value times the names that it is unpacked to. */
const MAX_UNPACKED = 20_000;

/** `del x[key]`. */
export function addDeleted(walk: Walk, node: SyntaxNode, top: Frame): void {
  const [only] = namedChildren(node);
  for (const left of only?.type === 'expression_list' ? namedChildren(only) : namedChildren(node))
    if (left.type === 'subscript') bindPattern(walk, top, { how: 'delete', left, right: null, at: node });
}

export function addAssignment(walk: Walk, node: SyntaxNode, top: Frame): void {
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

export function bindPattern(walk: Walk, top: Frame, pattern: Pattern, pos = walk.c.lines.positionOf(pattern.at.endIndex)): void {
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
