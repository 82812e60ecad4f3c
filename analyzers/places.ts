/** §4.3 the place that a written name stands for, and what makes two spellings of it the same. */
import { decideLocation, fillHoles, type KnownTables, productionName } from '../src/core/decide/location.js';
import type { DbtModel } from '../src/core/facts.js';
import { datasetRoot, readPlace } from '../src/core/place.js';
import type { Settings } from '../src/core/settings.js';

export type GatherSettings = Pick<Settings, 'holes' | 'locations' | 'layers' | 'production'>;

/** The place as written once its holes are filled, and what makes two spellings of it the same. */
export function placed(target: string, settings: GatherSettings, known: KnownTables): { readonly target: string; readonly key: string } {
  const filled = fillHoles(target, settings.holes);
  return { target: filled, key: placeKey(decideLocation(filled, settings, known).value.location, settings) };
}

/** One spelling a place: without partitions and files, s3a and s3n are s3, holes have no names, catalog names no case. */
export function placeKey(location: string, settings: Pick<Settings, 'layers'>): string {
  const root = datasetRoot(location, readPlace(location, settings)).trim();
  const one = root
    .replace(/[`"']/g, '')
    .replace(/\{[^{}]*\}/g, '{}')
    .replace(/^s3[an]:/i, 's3:')
    .replace(/(?<!:)\/{2,}/g, '/')
    .replace(/(?<!\/)\/+$/, '');
  return one.includes('/') ? one : one.toLowerCase();
}

/** Nothing but holes, a scheme and a file's ending: it may be any place, and is known to be no other's. */
export function isAnyPlace(key: string): boolean {
  const said = key.replace(/^[a-z0-9+]+:/i, '').replace(/\.[a-z]+$/i, '');
  return key.includes('{') && !/[^\W_]/.test(said.replace(/\{[^{}]*\}/g, ''));
}

/** The relation where production is named; unknown leading parts (a database nobody says) are left off. */
export function productionRelation(model: DbtModel, settings: GatherSettings): string {
  const { production } = settings;
  const named = Object.entries(model.relationWhen).find(([condition]) => condition.includes(production.dbt_target));
  return productionName(named?.[1] ?? model.relation, settings);
}

/** What the model reads from outside its project, as production calls it. */
export function productionSources({ sources, sourceRelations = sources }: DbtModel, settings: GatherSettings): readonly string[] {
  return sourceRelations.map((relation) => productionName(relation, settings));
}
