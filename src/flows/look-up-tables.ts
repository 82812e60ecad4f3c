/** §4.4 what production's catalogs say of the names in repositories. A catalog that fails costs the answers, never the scan. */
import { openNames } from '../../analyzers/datasets.js';
import { type CatalogSettings, catalogTitle } from '../core/catalog-settings.js';
import { type AskedTable, nameIn } from '../core/catalog-table.js';
import type { SourceRef } from '../core/evidence.js';
import type { RepoFacts, Unresolved } from '../core/facts.js';
import { CATALOG_BATCH } from '../core/numbers.js';
import type { Settings } from '../core/settings.js';
import type { TableCatalog } from '../ports.js';

export type OpenCatalog = (settings: CatalogSettings) => Promise<TableCatalog>;

/** The facts with the answers, and a row for each written name of which no answer came. Without catalogs they are as they were. */
export async function lookUpTables(
  repositories: readonly RepoFacts[],
  settings: Settings,
  open: OpenCatalog,
): Promise<readonly RepoFacts[]> {
  if (settings.catalogs.length === 0) return repositories;
  const names = repositories.map((repository) => openNames(repository, settings));
  // What is written comes first: where not all names can be asked for, those that are only read are left out.
  const all = names.flat();
  const inOrder = [...all.filter(({ at }) => at), ...all.filter(({ at }) => !at)].map(({ name }) => name);
  const asked = await askInTurn([...new Set(inOrder)], settings.catalogs, open);
  return repositories.map((repository, index) => {
    const own = (names[index] ?? []).flatMap(({ name, at }) => ({ row: asked.get(name), at }));
    const rows = own.flatMap(({ row }) => row ?? []);
    const unread = own.flatMap(({ row, at }) => (row && at ? unresolvedOf(row, at) : []));
    return { ...repository, asked: rows, unresolved: [...repository.unresolved, ...unread] };
  });
}

function unresolvedOf({ name, catalog, answer }: AskedTable, at: SourceRef): readonly Unresolved[] {
  if (answer.kind !== 'unreadable' && answer.kind !== 'left-out') return [];
  const reason = answer.kind === 'unreadable' ? 'unreadable-catalog' : 'too-many-values';
  return [{ ...at, reason, text: `${name}: ${catalog} could not be asked: ${answer.because}` }];
}

/** The first catalog that has a name answers. One that cannot be read ends the search: a later one might be another place's. */
async function askInTurn(
  names: readonly string[],
  catalogs: readonly CatalogSettings[],
  open: OpenCatalog,
): Promise<ReadonlyMap<string, AskedTable>> {
  const found = new Map<string, AskedTable>();
  for (const catalog of catalogs) {
    const title = catalogTitle(catalog);
    const wanted = names.flatMap((name) => {
      const parsed = nameIn(name, catalog);
      const before = found.get(name)?.answer.kind ?? 'absent';
      return parsed && before === 'absent' ? [{ name, parsed }] : [];
    });
    if (wanted.length === 0) continue;
    const answers = await askAll(
      wanted.map(({ parsed }) => parsed),
      catalog,
      open,
    );
    for (const [index, { name }] of wanted.entries()) {
      const answer = answers[index];
      if (answer) found.set(name, { name, catalog: title, answer });
    }
  }
  return found;
}

type Names = Parameters<TableCatalog['lookUp']>[0];

/** In batches, up to the limit. Where not one name of a batch is answered, the catalog is not asked again in this scan. */
async function askAll(names: Names, settings: CatalogSettings, open: OpenCatalog): Promise<readonly AskedTable['answer'][]> {
  const catalog = await open(settings);
  const wanted = names.slice(0, settings.max_names);
  const answers: AskedTable['answer'][] = [];
  for (let at = 0; at < wanted.length; at += CATALOG_BATCH) {
    const batch = await catalog.lookUp(wanted.slice(at, at + CATALOG_BATCH));
    answers.push(...batch);
    const [first] = batch;
    if (first?.kind !== 'unreadable' || !batch.every(({ kind }) => kind === 'unreadable')) continue;
    return names.map((_, index) => answers[index] ?? first);
  }
  const because = `it is asked for ${settings.max_names} names of a scan (catalogs.max_names) and no more`;
  return names.map((_, index) => answers[index] ?? { kind: 'left-out', because });
}

/** An answer that was heard before stands as long as the catalog cannot be read: what a dataset is must not come and go with it. */
export function keepAnswers(now: RepoFacts, before: Pick<RepoFacts, 'asked'> | undefined): RepoFacts {
  const known = new Map((before?.asked ?? []).filter(isHeard).map((row) => [row.name, row]));
  if (now.asked === undefined || known.size === 0) return now;
  return { ...now, asked: now.asked.map((row) => (row.answer.kind === 'unreadable' ? (known.get(row.name) ?? row) : row)) };
}

function isHeard({ answer }: AskedTable): boolean {
  return answer.kind === 'found' || answer.kind === 'absent';
}

/** Whether there is something to ask again: no answer, a table that may have come since, or catalogs that were named since. */
export function hasOpenAnswers({ asked, unresolved }: Pick<RepoFacts, 'asked' | 'unresolved'>): boolean {
  if (asked === undefined || unresolved.some(({ reason }) => reason === 'unreadable-catalog')) return true;
  return asked.some(({ answer }) => answer.kind === 'absent');
}
