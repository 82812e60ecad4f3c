/** §4.3 Words that a run of the script gives, as it gives targets: each run has its own. */

import { groupPairs } from '../pairs.js';
import type { Site } from '../runtimes/site.js';
import { filledBy, runsFor } from '../targets/job-arguments.js';
import type { Program } from '../targets/program.js';
import type { ScriptRun } from '../templates/given.js';
import { printTemplate } from '../templates/template.js';
import type { DecidedSite } from './decided-site.js';
import { readInRun } from './trail.js';
import { eitherWords } from './words-by-turn.js';

export function wordsByRun(program: Program, decided: DecidedSite): readonly DecidedSite[] {
  const { site, readBy, unit, via } = decided;
  const runs = readBy && isOpen(site) ? runsFor(program, site.templates, [unit.path, ...via.map(({ file }) => file)]) : [];
  if (!readBy || runs.length === 0) return [decided];
  const read = runs.flatMap((run) => {
    const one = readInRun(program, readBy, { site, run });
    const targets = site.templates.map((template) => printTemplate(filledBy(template, run) ?? template));
    return one ? [[targets.join('\n'), { run, one }] as const] : [];
  });
  // Runs that write to one and the same place, and say different words.
  const told = [...groupPairs(read).values()].map((all) => ({
    site: { ...site, ...wordsOf(all[0]?.one ?? site), ...eitherWords(all.map(({ one }) => one)) },
    runs: all.map(({ run }) => run),
  }));
  const alike = groupPairs(told.map((one) => [JSON.stringify([one.site.format, one.site.mode, one.site.partitionBy]), one] as const));
  const sites = [...alike.values()].flatMap(([first, ...others]): readonly Site[] =>
    first ? [{ ...first.site, runs: [first, ...others].flatMap((one): readonly ScriptRun[] => one.runs) }] : [],
  );
  return sites.length === 0 ? [decided] : sites.map((one) => ({ ...decided, site: one }));
}

function wordsOf({ format, mode, partitionBy, said, whyNot }: Site): Partial<Site> {
  return { format, mode, partitionBy, ...(said ? { said } : {}), ...(whyNot ? { whyNot } : {}) };
}

function isOpen({ format, mode, partitionBy }: Site): boolean {
  return [format, mode, ...partitionBy].some((word) => /\{[^{}]+\}/.test(word));
}
