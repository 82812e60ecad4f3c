/** §4.1 In which format a table lies that a statement only names: as the repository says where it makes it. */
import type { SourceRef } from '../src/core/evidence.js';
import type { SiteExplanation } from '../src/core/origin.js';
import type { Row } from './rows.js';

/** What a write by name alone says of its format. */
const UNSAID = 'table';

type Made = { readonly format: string; readonly at: SourceRef };

/** `MERGE INTO gold.orders`, where another place makes it `USING delta`. Made in two formats, it lies in nobody knows which. */
export function withDeclaredFormats(rows: readonly Row[]): readonly Row[] {
  if (!rows.some(isUnsaid)) return rows;
  const made = new Map<string, Made | 'several'>();
  for (const { effect, site } of rows) {
    const key = effect === 'write' && saysFormat(site) ? tableOf(site) : undefined;
    if (key === undefined) continue;
    const known = made.get(key);
    if (!known) made.set(key, { format: site.format, at: { file: site.file, line: site.line } });
    else if (known !== 'several' && known.format !== site.format) made.set(key, 'several');
  }
  return rows.map((row) => {
    const key = isUnsaid(row) ? tableOf(row.site) : undefined;
    const by = key === undefined ? undefined : made.get(key);
    return by && by !== 'several' ? asMade(row, by) : row;
  });
}

function asMade(row: Row, { format, at }: Made): Row {
  const explained: SiteExplanation | undefined = row.explained && {
    ...row.explained,
    said: [...row.explained.said.filter(({ about }) => about !== 'format'), { about: 'format', value: format, at, byMaker: true }],
  };
  return { ...row, site: { ...row.site, format }, ...(explained ? { explained } : {}) };
}

/** What only names a table that is there; what is saved or made without a word lies as the session would have it. */
function isUnsaid({ effect, site }: Row): boolean {
  return effect === 'write' && site.format === UNSAID && site.dataset && site.mode !== 'create' && site.api.startsWith('spark.sql');
}

/** A test's table is nobody's. */
function saysFormat({ format, dataset, whyNot }: Row['site']): boolean {
  return format !== UNSAID && !isHole(format) && (dataset || whyNot === 'declaration');
}

/** The one table that a row names, as SQL spells it; with a hole in it two files may mean two tables. */
function tableOf({ targets: [target, ...others], file }: Row['site']): string | undefined {
  if (target === undefined || others.length > 0 || target.includes('/')) return undefined;
  return isHole(target) ? `${file}: ${target}` : target.toLowerCase();
}

function isHole(text: string): boolean {
  return text.includes('{');
}
