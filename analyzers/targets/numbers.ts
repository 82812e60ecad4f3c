/** `+` between numbers: what they add up to, where all of them are known. */
import type { Expr } from '../python/facts.js';
import { fullText, MAX_VALUES } from '../templates/template.js';
import { joinTurns, NO_TURNS, type Turns } from '../templates/turns.js';
import { nameFor } from './combine.js';
import { asTemplate, hole, inTurns, turnsOfValue, type Value } from './values.js';

type Part = { readonly part: Expr; readonly values: readonly Value[] };
type Sum = { readonly number: number; readonly turns: Turns };

/** Undefined where nothing says that these are numbers. One that is not known makes the sum a hole: text cannot be added to a number. */
export function sumsOf(parts: readonly Part[]): readonly Value[] | undefined {
  if (parts.length < 2 || !parts.some(isNumber)) return undefined;
  let sums: readonly Sum[] = [{ number: 0, turns: NO_TURNS }];
  for (const { part, values } of parts) {
    const numbers = values.map(numberOf);
    const known = numbers.filter((one) => one !== undefined);
    if (known.length === 0 || known.length < numbers.length) return [hole('opaque', nameFor(part))];
    sums = sums.flatMap((sum) =>
      values.flatMap((value, index) => {
        const turns = joinTurns(sum.turns, turnsOfValue(value));
        return turns ? [{ number: sum.number + (known[index] ?? 0), turns }] : [];
      }),
    );
    if (sums.length > MAX_VALUES) return [hole('opaque', nameFor(part), 'too-many')];
  }
  return sums.flatMap(({ number, turns }) => inTurns([{ kind: 'const', value: number }], turns));
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '//': (a, b) => Math.floor(a / b),
};

/** `year - 1`, of one number and one more that are known. */
export function countsOf(
  { op }: { readonly op: string },
  left: readonly Value[],
  right: () => readonly Value[],
): readonly Value[] | undefined {
  const operation = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
  const [one, ...more] = operation && left.length === 1 ? left : [];
  const first = one && numberOf(one);
  if (!operation || !one || first === undefined || more.length > 0) return undefined;
  const [other, ...others] = right();
  const second = other && numberOf(other);
  const value = second === undefined ? Number.NaN : operation(first, second);
  if (!other || others.length > 0 || !Number.isSafeInteger(value)) return undefined;
  return inTurns(inTurns([{ kind: 'const', value }], turnsOfValue(one)), turnsOfValue(other));
}

/** Names of Python that give numbers. */
const COUNTS = /^(?:int|float|len|round|abs|ord)$/;

function isNumber({ part, values }: Part): boolean {
  const counts = part.kind === 'chain' && part.root.kind === 'name' && COUNTS.test(part.root.name) && part.steps.length === 1;
  return counts || values.some((value) => value.kind === 'const' && typeof value.value === 'number');
}

/** A text of digits is one that was read as a number: `int(year)`. What is no whole number is written in ways that nobody works out here. */
function numberOf(value: Value): number | undefined {
  if (value.kind === 'const') return typeof value.value === 'number' && Number.isSafeInteger(value.value) ? value.value : undefined;
  const template = asTemplate(value);
  const digits = template ? fullText(template) : undefined;
  return digits !== undefined && /^-?\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
