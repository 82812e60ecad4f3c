/** §4.1 A target as a template: literal text with named holes where the program knows more than its source says. */
import { printPlace, type SourceRef } from '../../src/core/evidence.js';
import type { Resolution } from '../../src/core/facts.js';
import type { HoleReason, Origin } from '../../src/core/origin.js';
import { DATA_ENDINGS } from '../../src/core/place.js';
import { type InTurns, joinTurns, NO_TURNS } from './turns.js';

export type HoleKind = 'param' | 'arg' | 'env' | 'time' | 'config' | 'opaque';
/**
 * `otherwise`: the text where nobody gives it one; `why`: what made it a hole, where its kind does not say so; `entry`: of an
 * argument, the function that is called with it.
 */
export type Hole = {
  readonly kind: HoleKind;
  readonly name: string;
  readonly otherwise?: string;
  readonly why?: HoleReason;
  readonly entry?: string;
};
/** `via`: the places the text came through; `origin`: how, where somebody asks; `madeAt`: where the object is made whose text it is. */
export type Template = {
  readonly parts: readonly (string | Hole)[];
  readonly via: readonly SourceRef[];
  readonly madeAt?: SourceRef;
  readonly origin?: Origin;
} & InTurns;

/** More values than this are a family: one hole. */
export const MAX_VALUES = 32;
const MAX_PARTS = 64;
/** As much as one text of a source may have: SQL is that long now and then, and what loops make of it must not be longer. */
const MAX_CHARACTERS = 20_000;
/** No store takes longer names; one that is longer is a name only by mistake. */
const MAX_TARGET = 4_000;
/** Places that a text and its row keep of those it came through; where there are as many, others may have been left out. */
export const MAX_VIA = 12;

export function literal(text: string): Template {
  return { parts: bounded([text]), via: [] };
}

const TOO_LONG: Hole = { kind: 'opaque', name: 'long_text', why: 'too-long' };

/** Every text that is put together goes through here: what is too long of it is a hole. */
function bounded(parts: readonly (string | Hole)[]): readonly (string | Hole)[] {
  if (parts.length <= MAX_PARTS && sizeOf(parts) <= MAX_CHARACTERS) return parts;
  const kept: (string | Hole)[] = [];
  let left = MAX_CHARACTERS;
  for (const part of parts.slice(0, MAX_PARTS)) {
    kept.push(typeof part === 'string' ? part.slice(0, left) : part);
    left -= typeof part === 'string' ? part.length : 0;
    if (left < 0) return kept.at(-2) === TOO_LONG ? kept.slice(0, -1) : [...kept, TOO_LONG];
  }
  return kept;
}

function sizeOf(parts: readonly (string | Hole)[]): number {
  return parts.reduce((size, part) => size + (typeof part === 'string' ? part.length : 0), 0);
}

/** Characters of its text. */
export function sizeOfText({ parts }: Template): number {
  return sizeOf(parts);
}

/** Longer values of variables are data, and those that are put together of them grow by powers. */
const MAX_VALUE = 2_000;
const MAX_VALUE_PARTS = 12;

export function isShort({ parts }: Template): boolean {
  return parts.length <= MAX_VALUE_PARTS && sizeOf(parts) < MAX_VALUE;
}

/** A dataset has a name that somebody can read. */
export function asTarget(template: Template): Template {
  return sizeOf(template.parts) <= MAX_TARGET ? template : { ...template, parts: [TOO_LONG] };
}

export function holed(kind: HoleKind, name: string, otherwise?: string): Template {
  return { parts: [{ kind, name: holeName(name), ...(otherwise === undefined ? {} : { otherwise }) }], via: [] };
}

/** Braces inside a name would make two holes of one. */
function holeName(name: string): string {
  const plain = name
    .replace(/[^\w.-]+/g, '_')
    .replace(/^_+|(?<!_)_+$/g, '')
    .slice(0, 80);
  return plain === '' ? 'unknown' : plain;
}

export function concat(...templates: readonly Template[]): Template {
  return concatAll(templates);
}

/** As many as there may be: a call takes no more than its stack holds. */
export function concatAll(templates: readonly Template[]): Template {
  const parts: (string | Hole)[] = [];
  for (const part of templates.flatMap((t) => t.parts)) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  const kept = bounded(parts);
  return { parts: kept, via: joinVia(templates), ...joinOrigins(templates, kept), ...joinedTurns(templates) };
}

function joinedTurns(templates: readonly Template[]): InTurns {
  const turns = templates.reduce((all, one) => joinTurns(all, one.turns ?? NO_TURNS) ?? all, NO_TURNS);
  return turns.size === 0 ? {} : { turns };
}

/** Text that stands in the expression itself is seen in what it gives; several parts of one text have one origin. */
function joinOrigins(templates: readonly Template[], parts: Template['parts']): Pick<Template, 'origin'> {
  const from = new Set(templates.flatMap(({ origin }) => (origin === undefined ? [] : origin.how === 'joined' ? origin.from : [origin])));
  if (from.size === 0) return {};
  const value = printTemplate({ parts, via: [] });
  return { origin: { how: 'joined', name: '', value, from: [...from].filter(({ how }) => how !== 'written') } };
}

function joinVia(templates: readonly Template[]): SourceRef[] {
  const seen = new Map<string, SourceRef>();
  for (const ref of templates.flatMap((t) => t.via)) seen.set(printPlace(ref), ref);
  return [...seen.values()].slice(0, MAX_VIA);
}

export function through(template: Template, at: SourceRef): Template {
  return template.via.some((ref) => ref.file === at.file && ref.line === at.line)
    ? template
    : { ...template, via: [...template.via, at].slice(-MAX_VIA) };
}

/** The literal text when there is no hole. */
export function fullText(template: Template): string | undefined {
  const texts = template.parts.filter((part) => typeof part === 'string');
  return texts.length === template.parts.length ? texts.join('') : undefined;
}

export function printTemplate(template: Template): string {
  return template.parts.map((part) => (typeof part === 'string' ? part : `{${part.name}}`)).join('');
}

/** Applies a change to the literal parts only. */
export function mapText(template: Template, change: (text: string) => string): Template {
  return { ...template, parts: bounded(template.parts.map((part) => (typeof part === 'string' ? change(part) : part))) };
}

/** As many places are replaced as fit: a text put in for each letter of another is longer than both. */
export function replaceText(template: Template, from: string, to: string): Template {
  const most = Math.ceil(MAX_CHARACTERS / Math.max(to.length, 1)) + 2;
  return mapText(template, (part) => part.split(from, most).join(to));
}

const ENDING = new RegExp(`\\.(?:${DATA_ENDINGS}|db)\\b`, 'gi');

/** `partial` needs literal text that could name a dataset: a scheme, a slash or a file ending does not. */
export function resolutionOf(template: Template): Resolution {
  const holes = template.parts.filter((part) => typeof part !== 'string');
  const text = template.parts.filter((part) => typeof part === 'string').join('/');
  if (holes.length === 0) return text === '' ? 'none' : 'full';
  const naming = text.replace(/^[a-z0-9+]+:\/\//i, '').replace(ENDING, '');
  return /[A-Za-z0-9]{2,}/.test(naming) ? 'partial' : 'none';
}
