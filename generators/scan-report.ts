/** §14 facts and decided rows of one repository to `sf-scan/1`; equal facts give equal bytes. */
import type { ScanReport } from '../src/core/artifacts/scan-report.js';
import { printWriter } from '../src/core/decide/writer.js';
import type { DatasetRow, DbtModel, ReadSite, RepoFacts, Schedule, Writer, WriteSite } from '../src/core/facts.js';

/** `all`: the rows of other repositories too, which may be written here. */
export function scanReport(facts: RepoFacts, datasets: readonly DatasetRow[], all = datasets): ScanReport {
  const urns = urnsOfWrites(all);
  const indices = new Map(facts.writes.map((write, index) => [write, index]));
  return {
    schema: 'sf-scan/1',
    commit: facts.commit,
    files: { ...facts.files },
    runtimes: facts.runtimes.map(({ path, runtime, evidence }) => ({ path, runtime, evidence: { ...evidence } })),
    writes: facts.writes.map((write) => ({
      ...siteRow(write, urnsOf(write, urns)),
      mode: write.mode === '' ? null : write.mode,
      partition_by: [...write.partitionBy],
    })),
    reads: facts.reads.map((read) => siteRow(read, [])),
    dbt: facts.dbt.map(dbtRow),
    schedules: facts.schedules.map(scheduleRow),
    datasets: datasets.map((row) => datasetRow(row, indices)),
    unresolved: facts.unresolved.map(({ reason, file, line, text }) => ({ reason, file, line, text })),
  };
}

/** The datasets of a write, each with the targets that are it; of a write with one target that goes without saying. */
type Urns = ReadonlyMap<WriteSite, readonly { readonly urn: string | null; readonly targets: readonly string[] }[]>;

function urnsOfWrites(datasets: readonly DatasetRow[]): Urns {
  const found = new Map<WriteSite, { urn: string | null; targets: readonly string[] }[]>();
  for (const row of datasets)
    for (const write of sitesOf(row))
      found.set(write, [...(found.get(write) ?? []), { urn: row.urn, targets: row.facts.said?.get(write) ?? write.targets }]);
  return found;
}

function urnsOf(write: WriteSite, urns: Urns): readonly (string | null)[] {
  return write.targets.map((target) => urns.get(write)?.find(({ targets }) => targets.includes(target))?.urn ?? null);
}

function sitesOf({ facts: { writes, elsewhere = [] } }: DatasetRow): readonly WriteSite[] {
  return [...writes, ...elsewhere.flatMap(({ write }) => write ?? [])];
}

function siteRow(site: ReadSite, urns: readonly (string | null)[]): ScanReport['reads'][number] {
  return {
    file: site.file,
    line: site.line,
    end_line: site.endLine,
    ...(site.cell ? { cell: [site.cell[0], site.cell[1]] } : {}),
    api: site.api,
    format: site.format,
    targets: [...site.targets],
    resolution: site.resolution,
    dataset: site.dataset,
    ...(site.whyNot === undefined ? {} : { why_not: site.whyNot }),
    runtime: site.runtime,
    urn: urns.find((urn) => urn !== null) ?? null,
    ...(urns.length > 1 ? { urns: [...urns] } : {}),
    confidence: site.confidence,
    via: site.via.map(({ file, line }) => ({ file, line })),
  };
}

function dbtRow(model: DbtModel): ScanReport['dbt'][number] {
  return {
    project: model.project,
    file: model.file,
    model: model.model,
    materialized: model.materialized,
    relation: model.relation,
    relation_when: { ...model.relationWhen },
    refs: [...model.refs],
    sources: [...model.sources],
    via_macro: [...model.viaMacro],
    owner: model.owner ?? null,
    dataset: model.dataset,
  };
}

function scheduleRow(schedule: Schedule): ScanReport['schedules'][number] {
  return {
    file: schedule.file,
    line: schedule.line,
    platform: schedule.platform,
    id: schedule.id,
    schedule: schedule.schedule,
    schedule_as_written: schedule.scheduleAsWritten,
    timezone: schedule.timezone,
    enabled: schedule.enabled,
    tasks: schedule.tasks.map(({ id, runs, writes }) => ({ id, runs: runs ?? null, writes: [...writes] })),
  };
}

function writerRow(writer: Writer, speaks: string | undefined) {
  const { repository, at } = writer;
  return { repository, file: at.file, line: at.line, speaks: printWriter(writer) === speaks };
}

function datasetRow(row: DatasetRow, indices: ReadonlyMap<WriteSite, number>): ScanReport['datasets'][number] {
  const { facts, urn, tier, enforcementModel, ownerTeam, decisions } = row;
  return {
    urn,
    runtime: facts.runtime,
    tier,
    enforcement_model: enforcementModel,
    owner_team: ownerTeam,
    storage: { location: facts.target, format: facts.format, partition_by: [...facts.partitionBy] },
    orchestration: facts.schedules.map(({ schedule, task }) => ({
      platform: schedule.platform,
      id: schedule.id,
      schedule: schedule.schedule,
      task: task?.id ?? null,
    })),
    consumers: [...facts.consumers],
    decisions: decisions.map(({ rule, value, because }) => ({ rule, value, because })),
    ...(facts.writers ? { written_by: facts.writers.all.map((writer) => writerRow(writer, facts.writers?.speaks.value)) } : {}),
    writes: sitesOf(row)
      .map((write) => indices.get(write))
      .filter((index) => index !== undefined),
  };
}
