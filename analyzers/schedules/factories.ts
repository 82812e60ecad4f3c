/** §4.1 Functions and classes that make something scheduled out of what they are given: who calls them says which, and when it runs. */
import type { Placed } from '../python/facts.js';
import { deploymentSite, usesPrefect } from '../runs/served.js';
import { isTestFile } from '../standing.js';
import type { Unit } from '../targets/program.js';
import { findDags, usesAirflow } from './airflow/dags.js';
import { usesDagster } from './dagster/assets.js';
import { timedPlaces } from './dagster/index.js';
import { flowsIn } from './prefect/flows.js';

/** Their names. */
export function factoriesIn(unit: Unit): readonly string[] {
  if (isTestFile(unit)) return [];
  const { scopes } = unit.facts;
  const names = scheduledIn(unit).flatMap(({ scope }) => {
    const around = scopes[scope];
    if (around?.kind !== 'def' || around.params.length === 0) return [];
    return around.name === '__init__' ? (scopes[around.parent]?.name ?? '') : around.name;
  });
  return names.filter((name) => name !== '');
}

function scheduledIn(unit: Unit): readonly Pick<Placed, 'scope'>[] {
  return [
    ...(usesAirflow(unit) ? findDags(unit).map(({ place }) => place) : []),
    ...(usesDagster(unit) ? timedPlaces(unit).map(({ place }) => place) : []),
    ...(usesPrefect(unit) ? [...flowsIn(unit), ...[...unit.facts.calls].filter((call) => deploymentSite(unit, call))] : []),
  ];
}
