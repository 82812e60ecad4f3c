/** §4.1 A condition of Terraform, as far as it is decided: by what production is called, by what is given, by null. */
import { holdsInProduction } from '../config/environments.js';
import { fullText } from '../templates/template.js';
import { closing, splitAt } from './terraform-text.js';
import { isText, NULL, type Told } from './told.js';

/** What an operand is worth; undefined is what nobody here knows. */
type Operand = (text: string) => Told | undefined;

const MAX_NESTING = 20;

/** Whether it holds; undefined where that is up to whoever applies it. */
export function holds(condition: string, operand: Operand, nesting = 0): boolean | undefined {
  const text = condition.trim();
  if (text === '' || nesting > MAX_NESTING) return undefined;
  const inner = (part: string): boolean | undefined => holds(part, operand, nesting + 1);
  if (text.startsWith('(') && closing(text, 0) === text.length - 1) return inner(text.slice(1, -1));
  const either = splitAt(text, /^\|\|/);
  if (either.length > 1) return decided(either.map(inner), true);
  const both = splitAt(text, /^&&/);
  if (both.length > 1) return decided(both.map(inner), false);
  if (/^!(?!=)/.test(text)) return not(inner(text.slice(1)));
  return holdsInProduction(text) ?? compared(text, operand);
}

/** One that is `decisive` decides; else all have to be known. */
function decided(parts: readonly (boolean | undefined)[], decisive: boolean): boolean | undefined {
  if (parts.includes(decisive)) return decisive;
  return parts.includes(undefined) ? undefined : !decisive;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function compared(text: string, operand: Operand): boolean | undefined {
  for (const [sign, isSame] of [
    [/^==/, true],
    [/^!=/, false],
  ] as const) {
    const [left, right, ...more] = splitAt(text, sign);
    if (left === undefined || right === undefined) continue;
    const equal = more.length > 0 ? undefined : areEqual(operand(left.trim()), operand(right.trim()));
    return isSame ? equal : not(equal);
  }
  const word = wordOf(operand(text));
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function areEqual(left: Told | undefined, right: Told | undefined): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left === NULL || right === NULL) return left === right;
  const [a, b] = [wordOf(left), wordOf(right)];
  return a === undefined || b === undefined ? undefined : a === b;
}

function wordOf(told: Told | undefined): string | undefined {
  return isText(told) && told !== NULL ? fullText(told) : undefined;
}
