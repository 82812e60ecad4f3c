/**
 * decision 0001 which unquoted YAML scalars every parser reads alike. YAML 1.1, YAML 1.2 and PyYAML disagree on
 * NO, 017, 0o17, 12:30:45, 1_000, 2026-02-22, 1e3 and more; the emitter quotes them, the strict reader refuses them.
 */

/** Null, booleans, integers and decimals in the one spelling that is the same everywhere. */
const AGREED = /^(?:|~|null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)$/;

/** Everything any of the three dialects may read as something else than a string. */
const READ_DIFFERENTLY: readonly RegExp[] = [
  /^(?:y|n|yes|no|on|off|true|false|null)$/i,
  /^[-+]?(?:0b[01_]+|0x[0-9a-f_]+|0o?[0-7_]+|[0-9][0-9_]*)$/i,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:e[-+]?[0-9]+)?$/i,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt\s].*)/,
  /^(?:<<|=)$/,
];

export type PlainReading = 'agreed' | 'string' | 'ambiguous';

export function readingOf(plain: string): PlainReading {
  if (AGREED.test(plain)) return 'agreed';
  return READ_DIFFERENTLY.some((pattern) => pattern.test(plain)) ? 'ambiguous' : 'string';
}
