/** §4.1 A site with the place where its dataset is decided, and what is made of several that say the same. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { Site } from '../runtimes/site.js';
import type { DefRef, Program, Unit } from '../targets/program.js';
import { isGiven } from '../targets/script-runs.js';
import type { BoundCall } from '../targets/values.js';
import { printTemplate, resolutionOf } from '../templates/template.js';
import type { Trail } from './linking.js';
import { eitherWords } from './words-by-turn.js';

/** `via`: the calls between that place and the reader or writer itself. */
export type DecidedSite = {
  readonly site: Site;
  readonly unit: Unit;
  readonly line: number;
  readonly endLine: number;
  readonly via: readonly SourceRef[];
  readonly hops: number;
  /** Whose words those of the site are, where they are of one. */
  readonly readBy?: Trail;
  /** What is written there, where that was kept. */
  readonly text?: string | undefined;
};

export function saysNothing({ templates }: Site): boolean {
  return templates.every((template) => resolutionOf(template) === 'none');
}

export function saysAll({ templates }: Site): boolean {
  return templates.every((template) => resolutionOf(template) === 'full');
}

/** An argument of a job that some run gives. */
export function isTold(program: Program, { templates }: Site): boolean {
  const holes = templates.flatMap(({ parts }) => parts.flatMap((part) => (typeof part === 'string' ? [] : [part])));
  return holes.some(({ kind, name }) => (kind === 'arg' || kind === 'env') && isGiven(program, kind, name));
}

export function sameSite(a: Site, b: Site): boolean {
  return a.effect === b.effect && a.templates.map(printTemplate).join('\n') === b.templates.map(printTemplate).join('\n');
}

/** Callers say nothing about the target: the place stays, words about mode and format may have come. */
export function keepPlace(here: readonly DecidedSite[], further: readonly DecidedSite[]): readonly DecidedSite[] {
  return here.map((one) => {
    const others = further.filter((known) => sameSite(known.site, one.site));
    const [other, ...more] = others;
    if (!other) return one;
    const words = eitherWords(others.map(({ site }) => site));
    const { readBy: _, ...place } = one;
    const site = { ...other.site, ...words, line: one.site.line, endLine: one.site.endLine };
    return { ...place, site, ...(other.readBy && more.length === 0 ? { readBy: other.readBy } : {}) };
  });
}

/** A helper whose callers, all beside it, decide on one and the same target: the dataset is where the helper writes. */
export function oneDataset(here: readonly DecidedSite[], further: readonly DecidedSite[]): readonly DecidedSite[] | undefined {
  const [first] = further;
  const [place] = here;
  if (!first || !place || here.length !== 1) return undefined;
  const same = further.every((one) => one.unit === place.unit && sameSite(one.site, first.site));
  const via = further.map((one) => ({ file: one.unit.path, line: one.line }));
  const site = { ...first.site, ...eitherWords(further.map((one) => one.site)) };
  return same ? [{ ...first, site, unit: place.unit, line: place.line, endLine: place.endLine, via, hops: first.hops }] : undefined;
}

/** A dataset that a subclass names is decided there: at the line its text came through, else at the class. */
export function atSubclass(one: DecidedSite, subclass: DefRef): DecidedSite {
  const place = one.site.templates.flatMap((template) => template.via).find((ref) => ref.file === subclass.unit.path);
  const line = place?.line ?? subclass.unit.facts.scopes[subclass.scope]?.line ?? 1;
  return { ...one, unit: subclass.unit, line, endLine: line, via: [{ file: one.unit.path, line: one.line }, ...one.via], hops: 1 };
}

/** Who else makes one, in whichever task, is told apart by where. */
export function atInstance(one: DecidedSite, made: BoundCall | undefined): DecidedSite {
  if (made?.line === undefined) return one;
  const madeAt = { file: made.frame.unit.path, line: made.line };
  return { ...one, site: { ...one.site, templates: one.site.templates.map((template) => ({ ...template, madeAt })) } };
}

/** Several instances deciding the same place: one site with all their targets. */
export function together(found: readonly DecidedSite[]): readonly DecidedSite[] {
  const merged = new Map<string, DecidedSite>();
  for (const one of found) {
    const { effect, api, format, mode, partitionBy } = one.site;
    const key = [one.unit.path, one.line, effect, api, format, mode, ...partitionBy].join(':');
    const known = merged.get(key);
    merged.set(key, known ? { ...known, site: { ...known.site, templates: [...known.site.templates, ...one.site.templates] } } : one);
  }
  return [...merged.values()];
}
