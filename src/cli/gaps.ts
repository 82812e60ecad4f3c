/** What of a repository was not understood: of what is set aside nobody has to know the target. */
import { printPlace } from '../core/evidence.js';
import type { DataSite, RepoFacts, Unresolved } from '../core/facts.js';

type Gaps = { readonly open: readonly Unresolved[]; readonly aside: readonly { readonly row: Unresolved; readonly why: string }[] };

export function gapsIn({ writes, reads, unresolved }: RepoFacts): Gaps {
  const nameless = [...writes, ...reads].filter(({ resolution }) => resolution === 'none');
  const wanted = new Set(nameless.filter(({ dataset }) => dataset).map(printPlace));
  const why = new Map<string, DataSite['whyNot']>(nameless.map((site) => [printPlace(site), site.whyNot]));
  const isAside = (row: Unresolved): boolean => {
    const at = printPlace(row);
    return row.reason === 'dynamic-target' && why.has(at) && !wanted.has(at);
  };
  return {
    open: unresolved.filter((row) => !isAside(row)),
    aside: unresolved.filter(isAside).map((row) => ({ row, why: why.get(printPlace(row)) ?? 'no dataset' })),
  };
}
