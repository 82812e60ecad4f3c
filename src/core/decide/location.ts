/** decision 0001 where a dataset's data lies: holes are filled, and a catalog name is looked up in the organisation's table. */
import type { Decision } from '../evidence.js';
import type { Settings } from '../settings.js';

/** `{name}` becomes its value where one is given; a hole called `args.bucket` also answers to `bucket`. */
export function fillHoles(target: string, holes: Readonly<Record<string, string>>): string {
  return target.replace(/\{([^{}]*)\}/g, (hole, name: string) => own(holes, name) ?? own(holes, name.split('.').at(-1) ?? name) ?? hole);
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

export type DataLocation = { readonly location: string; readonly format?: Settings['locations'][number]['format'] };

export function decideLocation(target: string, settings: Pick<Settings, 'locations'>): Decision<DataLocation> {
  for (const row of settings.locations) {
    const captured = capture(row.table, target);
    if (!captured) continue;
    const location = row.location.replace(/\{(\d)\}/g, (_, digit: string) => captured[Number(digit) - 1] ?? '');
    return {
      value: { location, ...(row.format ? { format: row.format } : {}) },
      rule: 'location/mapping',
      because: `the settings say ${row.table} lies at ${row.location}`,
    };
  }
  return { value: { location: target }, rule: 'location/as-written', because: 'it lies where the job writes' };
}

/** What each `*` of the pattern stands for, or undefined when the name does not match. `*` stops at a dot or a slash. */
function capture(pattern: string, name: string): readonly string[] | undefined {
  const source = pattern
    .split('*')
    .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^./]+)');
  return new RegExp(`^${source}$`, 'i').exec(name)?.slice(1);
}
