/** The kinds of tokens as numbers: a sign of one character is its code, others stand beyond 128. */

export const END: number = 0;
export const NAME: number = 1;
export const INTEGER: number = 2;
export const FLOAT: number = 3;
export const STRING: number = 4;
/** The opening of a string with places: what follows the quotes is read by whoever takes it. */
export const FORMAT: number = 5;
export const LINE_END: number = 10;

export const BANG: number = 33;
export const PERCENT: number = 37;
export const AMPERSAND: number = 38;
export const OPEN_PAREN: number = 40;
export const CLOSE_PAREN: number = 41;
export const STAR: number = 42;
export const PLUS: number = 43;
export const COMMA: number = 44;
export const MINUS: number = 45;
export const DOT: number = 46;
export const SLASH: number = 47;
export const COLON: number = 58;
export const SEMICOLON: number = 59;
export const LESS: number = 60;
export const ASSIGN: number = 61;
export const GREATER: number = 62;
export const AT: number = 64;
export const OPEN_BRACKET: number = 91;
export const CLOSE_BRACKET: number = 93;
export const CARET: number = 94;
export const OPEN_BRACE: number = 123;
export const BAR: number = 124;
export const CLOSE_BRACE: number = 125;
export const TILDE: number = 126;

export const POWER: number = 130;
export const FLOOR: number = 131;
export const LEFT_SHIFT: number = 132;
export const RIGHT_SHIFT: number = 133;
/** `==`, `!=`, `<=`, `>=`, `<>`. */
export const COMPARED: number = 134;
export const WALRUS: number = 135;
export const ARROW: number = 136;
export const ELLIPSIS: number = 137;
/** `+=` and the like. */
export const AUGMENTED: number = 138;

const WORDS =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  );
const FIRST_WORD = 140;
const kindOf = (word: string): number => FIRST_WORD + WORDS.indexOf(word);

export const FALSE = kindOf('False');
export const NONE = kindOf('None');
export const TRUE = kindOf('True');
export const AND = kindOf('and');
export const AS = kindOf('as');
export const ASSERT = kindOf('assert');
export const ASYNC = kindOf('async');
export const AWAIT = kindOf('await');
export const BREAK = kindOf('break');
export const CLASS = kindOf('class');
export const CONTINUE = kindOf('continue');
export const DEF = kindOf('def');
export const DEL = kindOf('del');
export const ELIF = kindOf('elif');
export const ELSE = kindOf('else');
export const EXCEPT = kindOf('except');
export const FINALLY = kindOf('finally');
export const FOR = kindOf('for');
export const FROM = kindOf('from');
export const GLOBAL = kindOf('global');
export const IF = kindOf('if');
export const IMPORT = kindOf('import');
export const IN = kindOf('in');
export const IS = kindOf('is');
export const LAMBDA = kindOf('lambda');
export const NONLOCAL = kindOf('nonlocal');
export const NOT = kindOf('not');
export const OR = kindOf('or');
export const PASS = kindOf('pass');
export const RAISE = kindOf('raise');
export const RETURN = kindOf('return');
export const TRY = kindOf('try');
export const WHILE = kindOf('while');
export const WITH = kindOf('with');
export const YIELD = kindOf('yield');

const LONGEST = Math.max(...WORDS.map((word) => word.length));
/** First and last letter and the length tell the words apart, see the check below. */
const slotOf = (first: number, last: number, length: number): number => (first + last + length * 19) & 127;
const SLOTS = new Uint8Array(128);
for (const [index, word] of WORDS.entries()) {
  const slot = slotOf(word.charCodeAt(0), word.charCodeAt(word.length - 1), word.length);
  if (SLOTS[slot]) throw new Error(`two words share slot ${slot}`);
  SLOTS[slot] = index + 1;
}

/** NAME, or the kind of the reserved word that stands there. */
export function wordKind(text: string, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST || length < 2) return NAME;
  const index = SLOTS[slotOf(text.charCodeAt(start), text.charCodeAt(end - 1), length)] ?? 0;
  if (index === 0) return NAME;
  const word = WORDS[index - 1] ?? '';
  return word.length === length && text.startsWith(word, start) ? FIRST_WORD + index - 1 : NAME;
}

/** How tightly an operator binds, as tree-sitter's grammar has it (`^` before `&`); 0 is no operator. */
export const BINDS = new Uint8Array(256);
export const COMPARES: number = 13;
export const BINDS_NOT: number = 12;
export const BINDS_UNARY: number = 20;
const LEVELS: readonly (readonly [level: number, kinds: readonly number[]])[] = [
  [10, [OR]],
  [11, [AND]],
  [COMPARES, [LESS, GREATER, COMPARED, IN, IS, NOT]],
  [14, [BAR]],
  [15, [AMPERSAND]],
  [16, [CARET]],
  [17, [LEFT_SHIFT, RIGHT_SHIFT]],
  [18, [PLUS, MINUS]],
  [19, [STAR, AT, SLASH, PERCENT, FLOOR]],
  [21, [POWER]],
];
for (const [level, kinds] of LEVELS) for (const kind of kinds) BINDS[kind] = level;
