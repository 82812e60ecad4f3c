/** §4.3 A table of BigQuery, whose dataset and project may stand in options of their own. */
import { product } from '../../targets/combine.js';
import { templatesOf } from '../../targets/evaluate.js';
import type { Evaluation, Thunk } from '../../targets/values.js';
import { concat, literal, type Template } from '../../templates/template.js';

/** `option("dataset", …)` and `option("project", …)` count where the name does not say them; of one that is unknown nobody knows. */
export function inBigQuery(ev: Evaluation, tables: readonly Template[], options: ReadonlyMap<string, Thunk>): readonly Template[] {
  return tables.flatMap((table) => {
    const written = table.parts.filter((part) => typeof part === 'string').join('');
    const dots = written.split(/[.:]/).length - 1;
    const missing = dots === 0 ? ['project', 'dataset'] : dots === 1 ? ['project'] : [];
    const around = missing.flatMap((key) => options.get(key) ?? []);
    if (written === '' || around.length === 0 || (dots === 0 && !options.has('dataset'))) return [table];
    const named = around.map((thunk) => templatesOf(ev, thunk));
    return product([...named, [table]]).map((parts) =>
      concat(...parts.flatMap((part, index) => (index === 0 ? [part] : [literal('.'), part]))),
    );
  });
}
