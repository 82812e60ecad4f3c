/** §14.2 The reads and writes at one place of a repository, each with how its row came about; or the nearest ones. */
import type { SiteWithExplanation } from '../../generators/explain-report.js';
import type { SourceRef } from '../core/evidence.js';
import type { ReadSite, RepoFacts, WriteSite } from '../core/facts.js';
import type { RepoSource } from '../ports.js';
import { type ExplainedScan, type ScanPorts, scanExplained } from './scan-repo.js';

export type Explained = {
  readonly facts: RepoFacts;
  /** Those at the place; where another place decides the dataset of a call that stands there, those of that place. */
  readonly sites: readonly SiteWithExplanation[];
  /** Where something is read or written in the same file, nearest first. */
  readonly nearest: readonly SourceRef[];
  /** The file is none of the repository. */
  readonly isAbsent: boolean;
};

export async function explainPlace(source: RepoSource, ports: ScanPorts, place: SourceRef): Promise<Explained> {
  const isAbsent = !(await source.list()).some(({ path }) => path === place.file);
  const scan = await scanExplained(source, ports, { explains: true });

  const all = explainedSites(scan);
  const here = all.filter(({ site }) => standsAt(site, place));
  const through = all.filter(({ explanation }) => explanation.calls.some((at) => at.file === place.file && at.line === place.line));
  return { facts: scan.facts, sites: here.length > 0 ? here : through, nearest: nearestTo(all, place), isAbsent };
}

function explainedSites({ facts, explained }: ExplainedScan): readonly SiteWithExplanation[] {
  return [...facts.writes, ...facts.reads].flatMap((site) => {
    const explanation = explained.get(site);
    return explanation ? [{ site, explanation }] : [];
  });
}

function standsAt(site: ReadSite | WriteSite, { file, line }: SourceRef): boolean {
  return site.file === file && site.line <= line && line <= Math.max(site.line, site.endLine);
}

const SHOWN = 5;

function nearestTo(all: readonly SiteWithExplanation[], { file, line }: SourceRef): readonly SourceRef[] {
  const places = all.flatMap(({ site, explanation }) => [{ file: site.file, line: site.line }, ...explanation.calls]);
  const lines = [...new Set(places.filter((at) => at.file === file).map((at) => at.line))];
  return lines
    .toSorted((a, b) => Math.abs(a - line) - Math.abs(b - line))
    .slice(0, SHOWN)
    .map((near) => ({ file, line: near }));
}
