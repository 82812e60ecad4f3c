/** Which names a file calls or derives from, in few bytes: whether it is worth reading again is then known without its text. */

import { TASK_WORDS } from './task-calls.js';

/** A Bloom filter: a name that is in it may be called, one that is not is not. */
export type CalledNames = Uint8Array;

const SMALLEST = 32;
const LARGEST = 4_096;

/** Names that stand before a bracket, the bases of classes, and what gets another name. `latin1` is the file's text, read so. */
export function calledNames(latin1: string): CalledNames {
  const bits = new Uint8Array(sizeFor(latin1.length));
  for (let at = latin1.indexOf('('); at >= 0; at = latin1.indexOf('(', at + 1)) {
    let end = at;
    while (end > 0 && isGap(latin1.charCodeAt(end - 1))) end -= 1;
    const start = addNameBefore(bits, latin1, end);
    if (start < end && isClass(latin1, start)) addBases(bits, latin1, at + 1);
    if (end - start === PARTIAL.length && latin1.startsWith(PARTIAL, start)) addNameAfter(bits, latin1, at + 1);
    if (end - start <= LONGEST_TASK && TASK_WORDS.has(latin1.slice(start, end))) {
      addNameAfter(bits, latin1, at + 1);
      if (latin1[start - 1] === '.') addNameBefore(bits, latin1, start - 1);
    }
  }
  addRenamed(bits, latin1);
  return bits;
}

/** What a filter says of a name; of names with other letters than ASCII it says nothing, so they are not called. */
export function mayCallOneOf(names: readonly string[]): (called: CalledNames) => boolean {
  const hashes = names.filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)).map((name) => hashBefore(name, name.length).hash);
  return (called) => hashes.some((hash) => has(called, hash));
}

/** Whether bytes have a size that `calledNames` gives. */
export function isCalledNames({ length }: Uint8Array): boolean {
  return length >= SMALLEST && length <= LARGEST && Number.isInteger(Math.log2(length));
}

/** Sixteen bits for each name of a file of ordinary density. */
function sizeFor(length: number): number {
  let size = SMALLEST;
  while (size < LARGEST && size * 64 < length) size *= 2;
  return size;
}

function addNameBefore(bits: CalledNames, text: string, end: number): number {
  const { hash, start } = hashBefore(text, end);
  if (start < end) add(bits, hash);
  return start;
}

const PARTIAL = 'partial';
/** `Thread(target=put)` */
const TARGET = 'target';
const LONGEST_TASK = Math.max(...[...TASK_WORDS].map(({ length }) => length));

/** `save as s`, and `w = lib.io.save` in a line of its own. */
function addRenamed(bits: CalledNames, text: string): void {
  for (let at = text.indexOf('as'); at >= 0; at = text.indexOf('as', at + 2)) {
    if (!isGap(text.charCodeAt(at - 1)) || !isGap(text.charCodeAt(at + 2))) continue;
    let end = at;
    while (end > 0 && isGap(text.charCodeAt(end - 1))) end -= 1;
    addNameBefore(bits, text, end);
  }
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1))
    addNameAfter(bits, text, at + 1, text.endsWith(TARGET, at) ? undefined : isLineEnd);
}

/** The last of the dotted names that stand after a place, where what comes then is as wanted. */
function addNameAfter(bits: CalledNames, text: string, from: number, isWanted: (text: string, at: number) => boolean = () => true): void {
  let end = from;
  while (end < text.length && isGap(text.charCodeAt(end))) end += 1;
  while (end < text.length && (isLetter(text.charCodeAt(end)) || text.charCodeAt(end) === 46)) end += 1;
  if (isWanted(text, end)) addNameBefore(bits, text, end);
}

function isLineEnd(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at >= text.length || /[\n\r;#]/.test(text[at] ?? '');
}

function addBases(bits: CalledNames, text: string, from: number): void {
  const close = text.indexOf(')', from);
  const bases = text.slice(from, close < 0 ? from : Math.min(close, from + 2_000));
  for (const { index, 0: name } of bases.matchAll(/[A-Za-z_]\w*/g)) addNameBefore(bits, bases, index + name.length);
}

function isClass(text: string, start: number): boolean {
  let at = start;
  while (at > 0 && isGap(text.charCodeAt(at - 1))) at -= 1;
  return at < start && text.endsWith('class', at);
}

/**
 * Sixteen bits a name and six of them set: one name in a thousand is believed to be in a file of ordinary density that does not have
 * it. With two of them set it is one in sixty, which in ten thousand files is more than there are callers of most names.
 * Kirsch and Mitzenmacher, "Less hashing, same performance" (2006): two hashes stand for all.
 */
const BITS_SET = 6;

function add(bits: CalledNames, hash: number): void {
  const step = stepOf(hash);
  for (let count = 0, bit = hash; count < BITS_SET; count++, bit = (bit + step) | 0) {
    const at = bit & (bits.length * 8 - 1);
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
  }
}

function has(bits: CalledNames, hash: number): boolean {
  const step = stepOf(hash);
  for (let count = 0, bit = hash; count < BITS_SET; count++, bit = (bit + step) | 0) {
    const at = bit & (bits.length * 8 - 1);
    if (((bits[at >> 3] ?? 0) & (1 << (at & 7))) === 0) return false;
  }
  return true;
}

/** Odd, so that all bits of a name are different ones. */
function stepOf(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 7) | 1;
}

/** The name that ends at a place, hashed from its last letter to its first. */
function hashBefore(text: string, end: number): { readonly hash: number; readonly start: number } {
  let hash = 0x811c9dc5;
  let start = end;
  for (; start > 0; start--) {
    const code = text.charCodeAt(start - 1);
    if (!isLetter(code)) break;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return { hash: hash >>> 0, start };
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57) || code >= 128;
}

/** Blanks, and a line that is continued. */
function isGap(code: number): boolean {
  return code === 32 || code === 9 || code === 92 || code === 10 || code === 13;
}
