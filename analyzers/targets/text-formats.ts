/** How Python writes a value at a place of a text: `{:>8}`, `%03d`, `!r`; what is not worked out exactly is a hole. */
import { keyText } from './combine.js';
import { hole, inTurns, text, textOf, turnsOfValue, type Value } from './values.js';

/** Of a text that is padded. */
const MAX_WIDTH = 100;

type Spec = {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
};

/** `format`: what stands in the place behind the value, conversion first; a date format is a time. */
export function formatted(value: Value, format: string, name: string): Value {
  const [, conversion = '', spec = ''] = /^(![rsa])?:?([\s\S]*)$/.exec(format) ?? [];
  if (spec.includes('%') && /[a-zA-Z]/.test(spec)) return hole('time', spec.replaceAll(/[%\W]/g, ''));
  const full = value.kind === 'text' || value.kind === 'const' ? keyText(value) : undefined;
  if (full === undefined || (spec === '' && (conversion === '' || conversion === '!s'))) return value;
  const isText = value.kind === 'text' || conversion !== '';
  const shown = conversion === '!r' || conversion === '!a' ? reprOf(value, full) : full;
  const parsed = specOf(spec);
  const written = shown === undefined || !parsed ? undefined : isText ? padText(shown, parsed) : padNumber(value, parsed);
  if (written === undefined) return hole('opaque', name);
  return value.kind === 'text'
    ? text({ ...value.template, parts: [written] })
    : (inTurns([textOf(written)], turnsOfValue(value))[0] ?? value);
}

/** `%-8s`, `%03d` as the place of a text that is formatted says it. */
export function percentFormat(flags: string, width: string, precision: string, type: string): string {
  const isText = /[sra]/.test(type);
  const align = flags.includes('-') ? '<' : isText || !flags.includes('0') ? '>' : '';
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const zero = align === '' ? '0' : '';
  const conversion = isText ? `!${type}` : '';
  return `${conversion}:${align}${sign}${flags.includes('#') ? '#' : ''}${zero}${width}${precision}${isText ? '' : type.replace(/[iu]/, 'd')}`;
}

function specOf(spec: string): Spec | undefined {
  const found = /^(?:([\s\S])?([<>=^]))?([-+ ]?)(0?)(\d*)(?:\.(\d+))?([sdxXobf]?)$/.exec(spec);
  if (!found) return undefined;
  const [, fill, align = '', sign = '', zero = '', width = '', precision, type = ''] = found;
  if (Number(width) > MAX_WIDTH || Number(precision ?? 0) > MAX_WIDTH) return undefined;
  return {
    fill: fill ?? (zero === '' ? ' ' : '0'),
    align: align === '' && zero !== '' ? '=' : align,
    sign,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

function padText(value: string, { fill, align, sign, width, precision, type }: Spec): string | undefined {
  if (align === '=' || sign !== '' || (type !== '' && type !== 's')) return undefined;
  return padded(value.slice(0, precision ?? value.length), { fill, width, align: align || '<' });
}

const BASES: Readonly<Record<string, number>> = { '': 10, d: 10, x: 16, X: 16, o: 8, b: 2 };

function padNumber(value: Value, { fill, align, sign, width, precision, type }: Spec): string | undefined {
  if (value.kind !== 'const' || typeof value.value !== 'number' || type === 's') return undefined;
  const size = Math.abs(value.value);
  const base = BASES[type];
  if (base !== undefined && (precision !== undefined || (!Number.isSafeInteger(size) && type !== ''))) return undefined;
  const digits = base === undefined ? size.toFixed(precision ?? 6) : size.toString(base);
  const before = value.value < 0 ? '-' : sign === '-' ? '' : sign;
  const shown = type === 'X' ? digits.toUpperCase() : digits;
  if (align === '=') return before + padded(shown, { fill, width: width - before.length, align: '>' });
  return padded(before + shown, { fill, width, align: align || '>' });
}

function padded(value: string, { fill, width, align }: Pick<Spec, 'fill' | 'width' | 'align'>): string {
  if (align === '<') return value.padEnd(width, fill);
  if (align === '>') return value.padStart(width, fill);
  const left = Math.floor(Math.max(width - value.length, 0) / 2);
  return value.padStart(value.length + left, fill).padEnd(width, fill);
}

function reprOf(value: Value, full: string): string | undefined {
  if (value.kind !== 'text') return full;
  return /^[\x20-\x7e]*$/.test(full) && !/['\\]/.test(full) ? `'${full}'` : undefined;
}
