/** §4.4 `storage`: which place is published, what it is made from, and where checked and refused rows go. */
import type { Decision } from '../evidence.js';
import { datasetRoot, layerOf, nameIndex, type Place, readPlace } from '../place.js';
import type { StorageLayers } from '../registration.js';
import type { Settings } from '../settings.js';
import type { EnforcementModel, Layer } from '../vocabulary.js';

export type StorageFacts = {
  readonly target: string;
  /** What the jobs that write it read: the only lineage a layer may come from. */
  readonly reads: readonly string[];
  readonly model: EnforcementModel;
};

/** What is published is `gold`, wherever it lies; a layer nobody showed us stays absent. */
export function decideStorage({ target, reads, model }: StorageFacts, settings: Pick<Settings, 'layers'>): Decision<StorageLayers> {
  const place = readPlace(target, settings);
  const gold = datasetRoot(target, place);
  const own = layerOf(place);
  const upstream = (layer: Layer) => (own === layer ? gold : upstreamIn(layer, place, reads, settings));
  const bronze = upstream('bronze');
  const silver = upstream('silver');
  const value: StorageLayers = {
    ...(bronze === undefined ? {} : { bronze }),
    ...(silver === undefined ? {} : { silver }),
    gold,
    ...(model === 'post_write' ? { staging: beside(gold, place, 'staging') } : {}),
    quarantine: beside(gold, place, 'quarantine'),
  };
  const from = [bronze, silver].filter((each) => each !== undefined && each !== gold);
  if (own === 'bronze' || own === 'silver') {
    return { value, rule: 'storage/layer-in-path', because: `the job publishes ${gold}, whose own name says ${own}` };
  }
  if (from.length > 0) {
    return { value, rule: 'storage/lineage', because: `the job publishes ${gold} and reads ${from.join(' and ')}` };
  }
  return {
    value,
    rule: 'storage/published',
    because: `the job publishes ${gold}; nothing shows which bronze or silver place it is made from`,
  };
}

/** A read from that layer that carries the dataset's name, or the only read from it. */
function upstreamIn(layer: Layer, place: Place, reads: readonly string[], settings: Pick<Settings, 'layers'>): string | undefined {
  const { roots, byWord } = rootsIn(reads, settings).get(layer) ?? NO_ROOTS;
  const same = byWord.get(place.segments[nameIndex(place)]?.word ?? '') ?? [];
  if (same.length === 1) return same[0];
  return roots.size === 1 ? [...roots.keys()][0] : undefined;
}

/** Places that are read from one layer, and which of them carry a name. */
type Roots = { readonly roots: ReadonlyMap<string, string>; readonly byWord: ReadonlyMap<string, readonly string[]> };
const NO_ROOTS: Roots = { roots: new Map(), byWord: new Map() };

/** One file reads for all that it writes: its reads are placed once. */
const PLACED = new WeakMap<readonly string[], { readonly layers: Settings['layers']; readonly roots: ReadonlyMap<Layer, Roots> }>();

function rootsIn(reads: readonly string[], settings: Pick<Settings, 'layers'>): ReadonlyMap<Layer, Roots> {
  const known = PLACED.get(reads);
  if (known && known.layers === settings.layers) return known.roots;
  const found = new Map<Layer, Map<string, string>>();
  for (const read of new Set(reads)) {
    const place = readPlace(read, settings);
    const layer = layerOf(place);
    const word = place.segments[nameIndex(place)]?.word;
    if (layer === undefined || nameIndex(place) < 0) continue;
    const roots = found.get(layer) ?? new Map<string, string>();
    found.set(layer, roots.set(datasetRoot(read, place), word ?? ''));
  }
  const roots = new Map([...found].map(([layer, inside]): [Layer, Roots] => [layer, { roots: inside, byWord: groupedByWord(inside) }]));
  PLACED.set(reads, { layers: settings.layers, roots });
  return roots;
}

function groupedByWord(roots: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [root, word] of roots) {
    const others = found.get(word);
    if (others) others.push(root);
    else if (word !== '') found.set(word, [root]);
  }
  return found;
}

/**
 * s3://lake/gold/orders/ -> s3://lake/gold/_staging/orders/ and s3://lake/quarantine/orders/;
 * a table gets a neighbour in its own schema, since nobody may have rights on a new one.
 */
function beside(gold: string, place: Place, kind: 'staging' | 'quarantine'): string {
  if (place.kind === 'catalog') return `${gold}__${kind}`;
  const layer = place.segments.findLast((each) => each.kind === 'layer');
  if (kind === 'quarantine' && layer) {
    const start = gold.lastIndexOf(`/${layer.text}/`);
    if (start >= 0) return `${gold.slice(0, start)}/quarantine/${gold.slice(start + layer.text.length + 2)}`;
  }
  const end = gold.replace(/\/+$/, '');
  const cut = end.lastIndexOf('/') + 1;
  return `${end.slice(0, cut)}_${kind}/${end.slice(cut)}${gold.slice(end.length)}`;
}
