/** §4.3 names of one table that say its catalog and those that do not: `main.silver.orders`, `silver.orders`. */

/** The name of `datasets` that another name stands for; a name of several datasets, or of none, stands for itself. */
export function nameResolver(datasets: readonly ReadonlySet<string>[]): (name: string) => string {
  const exact = new Set(datasets.flatMap((names) => [...names]));
  const byTail = new Map<string, { readonly name: string; readonly dataset: ReadonlySet<string> }[]>();
  for (const dataset of datasets)
    for (const name of dataset) {
      const tail = tailOf(name);
      if (tail !== undefined) byTail.set(tail, [...(byTail.get(tail) ?? []), { name, dataset }]);
    }
  return (name) => {
    const tail = exact.has(name) ? undefined : tailOf(name);
    const alike = tail === undefined ? [] : (byTail.get(tail) ?? []);
    const same = alike.find((each) => isTailOf(each.name, name) || isTailOf(name, each.name));
    return same && alike.every(({ dataset }) => dataset === same.dataset) ? same.name : name;
  };
}

/** Of names that say more or less of one table the one that says most; of two catalogs that are known neither stands for the other. */
export function fullestNames(names: Iterable<string>): (name: string) => string {
  const byTail = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const tail = tailOf(name);
    if (tail !== undefined) byTail.set(tail, [...(byTail.get(tail) ?? []), name]);
  }
  return (name) => {
    const alike = byTail.get(tailOf(name) ?? '') ?? [];
    const [fullest = name] = alike.toSorted((a, b) => partsOf(b).length - partsOf(a).length || (a < b ? -1 : 1));
    return alike.every((each) => isTailOf(each, fullest)) ? fullest : name;
  };
}

/** Schema and table of a name; a path has none, nor has one word. */
function tailOf(name: string): string | undefined {
  const parts = partsOf(name);
  return name.includes('/') || parts.length < 2 ? undefined : parts.slice(-2).join('.');
}

function isTailOf(short: string, long: string): boolean {
  return `.${partsOf(long).join('.')}`.endsWith(`.${partsOf(short).join('.')}`);
}

/** Leading holes say nothing. */
function partsOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(parts.findIndex((part) => part !== '{}'));
}
