/** §4.4 `storage`: which place is published, what it is made from, and where checked and refused rows go. */
import type { Decision } from '../evidence.js';
import { layerOf, nameIndex, type Place, readPlace } from '../place.js';
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
  const gold = publishedRoot(target, place);
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

/** The table's root: without the partition, the run or the part file that one write goes to. */
function publishedRoot(target: string, place: Place): string {
  const at = nameIndex(place);
  const tail = place.segments.slice(at + 1);
  const keep = tail.findLastIndex((each) => each.kind === 'version' || each.kind === 'layer' || each.kind === 'schema');
  const dropped = tail.slice(keep + 1);
  if (place.kind === 'catalog' || at < 0 || dropped.length === 0) return target;
  let root = target.trim().replace(/\/+$/, '');
  for (const each of dropped.toReversed()) root = root.slice(0, root.length - each.text.length).replace(/[/\\]+$/, '');
  return `${root}/`;
}

/** A read from that layer that carries the dataset's name, or the only read from it. */
function upstreamIn(layer: Layer, place: Place, reads: readonly string[], settings: Pick<Settings, 'layers'>): string | undefined {
  const name = place.segments[nameIndex(place)]?.word;
  const found = reads
    .map((read) => ({ read, place: readPlace(read, settings) }))
    .filter((each) => layerOf(each.place) === layer && nameIndex(each.place) >= 0);
  const roots = new Map(found.map((each) => [publishedRoot(each.read, each.place), each.place.segments[nameIndex(each.place)]?.word]));
  const same = [...roots].filter(([, word]) => word !== undefined && word === name).map(([root]) => root);
  if (same.length === 1) return same[0];
  return roots.size === 1 ? [...roots.keys()][0] : undefined;
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
