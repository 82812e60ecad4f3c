/** §14.2 What a decided site carries of its evaluation, as the explanation of its row; every place in lines of the file itself. */
import type { SourceRef } from '../src/core/evidence.js';
import type { Resolution } from '../src/core/facts.js';
import type { Origin, SaidWord, SiteExplanation, Verdict } from '../src/core/origin.js';
import { withoutSecrets } from '../src/core/secrets.js';
import type { DecidedSite } from './sinks/decided-site.js';
import { type Program, placeIn } from './targets/program.js';
import { REASONS, unknownOrigin } from './targets/trace.js';
import { printTemplate, type Template } from './templates/template.js';

const CERTAINTY: Readonly<Record<Resolution, number>> = { full: 0.95, partial: 0.7, none: 0.2 };
const FOR_CALL = 0.05;
const FOR_TARGET = 0.02;

/** Each hop through a caller and each further target takes some certainty away. */
export function certaintyOf(resolution: Resolution, hops: number, targets: number): SiteExplanation['certainty'] {
  return { base: CERTAINTY[resolution], forCalls: FOR_CALL * hops, forTargets: FOR_TARGET * Math.max(0, targets - 1) };
}

type Explained = {
  readonly decided: DecidedSite;
  readonly templates: readonly Template[];
  readonly targets: readonly string[];
  readonly verdict: Verdict | undefined;
  readonly certainty: SiteExplanation['certainty'];
};

export function explainSite(program: Program, { decided, templates, targets, verdict, certainty }: Explained): SiteExplanation {
  const { site, via, unit, line } = decided;
  const place = (at: SourceRef): SourceRef => placeIn(program, at);
  const named = targets.flatMap((target, index) => {
    const first = targets.indexOf(target) === index;
    const template = templates[index];
    if (!first || !template) return [];
    const origin = originOf(template, target, { file: unit.path, line });
    return [{ target, origin: shownOrigin(origin, place) }];
  });
  return {
    effect: site.effect,
    targets: named,
    said: lastSaid(site.said ?? [], site).map((word) => ({
      ...word,
      at: place(word.at),
      ...(word.origin ? { origin: shownOrigin(word.origin, place) } : {}),
    })),
    ...(verdict ? { verdict } : {}),
    calls: via.map(place),
    certainty,
  };
}

/** What nothing was said about is told by the kind of its hole, at the line of the row. */
function originOf(template: Template, value: string, at: SourceRef): Origin {
  const { origin } = template;
  const known = origin ? holesIn(origin) : new Set<string>();
  const untold = template.parts.flatMap((part) =>
    typeof part === 'string' || known.has(part.name) ? [] : [unknownOrigin(part.name, part.why ?? REASONS[part.kind], undefined)],
  );
  if (!origin) return { how: untold.length > 0 ? 'joined' : 'written', name: '', value, at, from: untold };
  if (untold.length === 0) return origin;
  return {
    how: 'joined',
    name: '',
    value: printTemplate(template),
    from: [...(origin.how === 'joined' ? origin.from : [origin]), ...untold],
  };
}

/** Names of holes that the steps speak of. */
function holesIn(origin: Origin): ReadonlySet<string> {
  const found = new Set<string>();
  for (const one of flattened(origin))
    for (const [, name = ''] of one.value.matchAll(/\{([^{}]*)\}/g)) if (one.how !== 'joined') found.add(name);
  return found;
}

const MAX_STEPS = 500;

/** Steps may share what they come from: each is visited once. */
function flattened(origin: Origin): readonly Origin[] {
  const found = new Set<Origin>([origin]);
  for (const one of found) for (const inner of one.from) if (found.size < MAX_STEPS) found.add(inner);
  return [...found];
}

/** A tree that may be shown and is small enough to be read; what several steps share is shown under each, until there are too many. */
function shownOrigin(origin: Origin, place: (at: SourceRef) => SourceRef, left = { steps: MAX_STEPS }): Origin {
  left.steps -= 1;
  const from = origin.from.flatMap((one) => (left.steps > 0 ? [shownOrigin(one, place, left)] : []));
  const words = { name: withoutSecrets(origin.name), value: withoutSecrets(origin.value) };
  return { ...origin, ...words, ...(origin.at ? { at: place(origin.at) } : {}), from };
}

/** Words are asked for in an order in which the last one wins; columns all count. */
function lastSaid(said: readonly SaidWord[], { partitionBy }: DecidedSite['site']): readonly SaidWord[] {
  return said.filter((word, index) => {
    if (word.about === 'partition_by') return partitionBy.includes(word.value) && said.findLastIndex((one) => same(one, word)) === index;
    return said.findLastIndex(({ about }) => about === word.about) === index;
  });
}

function same(a: SaidWord, b: SaidWord): boolean {
  return a.about === b.about && a.value === b.value;
}
