/** §4.1 Models of dbt that leave no data of their own, which are no datasets. */
import type { DbtModel } from './facts.js';

const WITHOUT_DATA: readonly string[] = ['view', 'ephemeral', 'analysis'];

/** The word for why a model leaves no data. */
export function whyNoData({ dataset, materialized }: Pick<DbtModel, 'dataset' | 'materialized'>): string | undefined {
  if (WITHOUT_DATA.includes(materialized)) return materialized;
  return dataset ? undefined : 'disabled';
}
