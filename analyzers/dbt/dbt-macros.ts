/** §4.1 Macros that dbt brings along and naming macros of projects call; a macro of the project with the same name wins. */
import type { MacroFacts } from './facts.js';

const NAMED = '{% if name is none %}{{ target.schema }}{% else %}{{ target.schema }}_{{ name | trim }}{% endif %}';
const IN_PRODUCTION = "{% if target.name == 'prod' and name is not none %}{{ name | trim }}{% else %}{{ target.schema }}{% endif %}";

const MACROS: readonly MacroFacts[] = [
  { name: 'default__generate_schema_name', params: 'name, node', body: NAMED },
  { name: 'generate_schema_name_for_env', params: 'name, node', body: IN_PRODUCTION },
  { name: 'default__generate_database_name', params: 'name=none, node=none', body: '{{ (name or target.database) | trim }}' },
];

export const DBT_MACROS: ReadonlyMap<string, MacroFacts> = new Map(MACROS.map((macro) => [macro.name, macro]));
