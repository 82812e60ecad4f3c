/** Python programs by chance: whole as a rule, of every kind of statement and expression. */
import fc from 'fast-check';
import '../property-seed.js';

const name = fc.constantFrom('a', 'b', 'df', 'self', 'print', 'match', 'type', 'case', '_', 'größe');
const number = fc.constantFrom('0', '1', '1_000', '0xff', '1.5', '.5', '1e3', '2j');
const text = fc.constantFrom(
  '"x"',
  "'y'",
  '"""a\nb"""',
  "r'\\d'",
  'b"z"',
  'f"{a}/y"',
  "f'{a!r:>{b}} {{}} {c.d}'",
  '"a" "b"',
  "f\"{a['k']}\" 'c'",
);
const gap = fc.constantFrom(' ', ' ', ' ', '  ', ' \\\n ');
const operator = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '@',
  '**',
  '|',
  '&',
  '^',
  '<<',
  '>>',
  '<',
  '==',
  '!=',
  'in',
  'not in',
  'is',
  'is not',
  'and',
  'or',
);

const join = (separator: string, parts: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc.array(parts, { maxLength: most }).map((all) => all.join(separator));

const { expression } = fc.letrec<{ expression: string; primary: string; argument: string }>((tie) => ({
  argument: fc.oneof(
    { weight: 3, arbitrary: tie('expression') },
    fc.tuple(name, tie('expression')).map(([key, value]) => `${key}=${value}`),
    tie('primary').map((of) => `*${of}`),
    tie('expression').map((of) => `**${of}`),
  ),
  primary: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    fc.oneof(name, number, text, fc.constantFrom('None', 'True', '...', '()', '[]', '{}')),
    fc.tuple(tie('primary'), name).map(([of, attribute]) => `(${of}).${attribute}`),
    fc.tuple(name, name).map(([of, attribute]) => `${of}.${attribute}`),
    fc.tuple(name, join(', ', tie('argument'), 3)).map(([of, given]) => `${of}(${given})`),
    fc.tuple(tie('primary'), join(',\n', tie('argument'), 2)).map(([of, given]) => `(${of}).save(${given})`),
    fc.tuple(name, tie('expression')).map(([of, key]) => `${of}[${key}]`),
    fc.tuple(name, tie('primary'), tie('primary')).map(([of, from, to]) => `${of}[${from}:${to}, ::1]`),
    tie('expression').map((of) => `(${of})`),
    join(', ', tie('expression'), 3).map((items) => `[${items}]`),
    fc.tuple(name, join(', ', tie('expression'), 2)).map(([of, items]) => `[*${of}, ${items}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([first, second]) => `(${first}, ${second})`),
    fc.tuple(tie('expression'), tie('expression'), name).map(([key, value, of]) => `{${key}: ${value}, **${of}}`),
    fc.tuple(tie('expression'), name).map(([first, of]) => `{${first}, *${of}}`),
    fc
      .tuple(tie('expression'), name, tie('primary'), tie('primary'))
      .map(([body, of, over, test]) => `[${body} for ${of} in ${over} if ${test}]`),
    fc.tuple(name, tie('expression'), tie('primary')).map(([of, body, over]) => `${of}(${body} for a, b in ${over})`),
    fc.tuple(tie('expression'), tie('primary')).map(([value, over]) => `{"k": ${value} for _ in ${over}}`),
    fc.tuple(name, number).map(([of, key]) => `f"x{${of}[${key}].y(*${of})}y"`),
  ),
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    { weight: 3, arbitrary: tie('primary') },
    fc.tuple(tie('primary'), gap, operator, gap, tie('primary')).map((parts) => parts.join('')),
    fc.tuple(tie('primary'), operator, tie('primary'), operator, tie('primary')).map((parts) => parts.join(' ')),
    fc.tuple(fc.constantFrom('-', '~', 'not ', 'await '), tie('primary')).map((parts) => parts.join('')),
    fc.tuple(tie('primary'), tie('primary'), tie('expression')).map(([then, test, other]) => `${then} if ${test} else ${other}`),
    fc.tuple(name, tie('expression')).map(([of, body]) => `lambda ${of}, *b, c=1: ${body}`),
    fc.tuple(name, tie('primary')).map(([of, value]) => `(${of} := ${value})`),
  ),
}));

const simple = fc.oneof(
  expression,
  fc
    .tuple(fc.constantFrom('a', 'a.b', 'a[0]', 'a, b', '(a, *b)', '[a, b.c]', 'a = b', 'x: A[b] | None'), expression)
    .map(([left, right]) => `${left} = ${right}`),
  fc.tuple(fc.constantFrom('a', 'self.b', 'c["k"]'), fc.constantFrom('+=', '//=', '**=', '@='), expression).map((parts) => parts.join(' ')),
  fc.tuple(fc.constantFrom('return', 'yield', 'yield from', 'assert', 'del', 'raise'), expression).map((parts) => parts.join(' ')),
  fc.constantFrom(
    'pass',
    'import a.b as c, d',
    'from .x import (y as z,)',
    'from q import *',
    'global a, b',
    'return',
    'raise',
    'x: int',
    'type X = A[b]',
  ),
  fc.tuple(simpleText(), simpleText()).map((parts) => parts.join('; ')),
);

function simpleText(): fc.Arbitrary<string> {
  return fc.oneof(expression, fc.constantFrom('pass', 'a = f(1)', 'del a'));
}

const header = fc.oneof(
  expression.map((test) => `if ${test}:`),
  expression.map((test) => `while ${test}:`),
  fc.tuple(fc.constantFrom('a', 'a, b', '(a, b)', 'c.d'), expression).map(([left, over]) => `for ${left} in ${over}:`),
  expression.map((of) => `with f(${of}) as f, g() as (h, i):`),
  fc.constantFrom(
    'with (open(a) as b, c):',
    'def f(a, /, b: int = g(1), *c, d, **e) -> A[b]:',
    'async def h(*, k="x"):',
    'class A(B, m=C):',
    'class D[T]:',
  ),
  fc.tuple(expression, expression).map(([first, second]) => `@${first}\n@a.b(${second})\ndef g(self):`),
);

const indented = (body: string): string => body.replace(/^(?=.)/gm, '    ');
const comment = fc.constantFrom('', '', '', '  # c', '\n# flush', '\n    # in', '\n\n        # deep');

const { statement } = fc.letrec<{ statement: string }>((tie) => {
  const body = fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map((all) => indented(all.join('\n')));
  return {
    statement: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'statement' },
      fc.tuple(simple, comment).map((parts) => parts.join('')),
      fc.tuple(header, body, comment).map(([head, block, behind]) => `${head}\n${block}${behind}`),
      fc.tuple(header, simple).map(([head, line]) => `${head} ${line}`),
      fc.tuple(expression, body, body, body).map(([test, one, two, three]) => `if ${test}:\n${one}\nelif a:\n${two}\nelse:\n${three}`),
      fc.tuple(body, body, body).map(([one, two, three]) => `try:\n${one}\nexcept (A, B) as e:\n${two}\nfinally:\n${three}`),
      fc
        .tuple(expression, body, expression)
        .map(([of, block, guard]) => `match f(${of}):\n  case [A(x, y=1), *_] if ${guard}:\n${indented(block)}\n  case _: pass`),
    ),
  };
});

export const program = fc
  .tuple(fc.array(statement, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\n'))
  .map(([all, end, last]) => (all.join('\n') + last).replaceAll('\n', end));
