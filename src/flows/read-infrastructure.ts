/** §4.1 Reads the files that tell how and when jobs are run: Terraform, CloudFormation, state machines, schedules; each of them once. */

import { readYaml, type YamlFile } from '../../analyzers/documents/yaml.js';
import { unlessFault } from '../../analyzers/fault.js';
import { type Flaw, placed } from '../../analyzers/flaw.js';
import { type BundleFile, mayBeBundle } from '../../analyzers/infrastructure/bundles.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE } from '../../analyzers/infrastructure/facts.js';
import {
  infrastructureKind,
  isBrokenJson,
  mayTellOfJobs,
  readInfrastructure,
  readJson,
  readTemplates,
} from '../../analyzers/infrastructure/index.js';
import { SHORT_FORMS } from '../../analyzers/infrastructure/short-forms.js';
import type { TerraformFacts } from '../../analyzers/infrastructure/terraform.js';
import type { TerraformFile } from '../../analyzers/infrastructure/terraform-scope.js';
import { type CommandFile, commandFacts, isCommandName, mayStartScripts } from '../../analyzers/runs/files.js';
import { isScheduleName, mayTellOfSchedules } from '../../analyzers/schedules/index.js';
import type { ScheduleFile } from '../../analyzers/schedules/reader.js';
import type { ReadTypeScript } from '../../analyzers/typescript/extract.js';
import type { Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { ParseHcl } from '../core/template-engine.js';
import { readCdkOf } from './read-cdk.js';
import { readTelling, type TellingFiles } from './telling-files.js';

export type Infrastructure = {
  readonly facts: InfrastructureFacts;
  /** Files that may hold schedules of other platforms. */
  readonly declared: readonly ScheduleFile[];
  readonly unresolved: readonly Unresolved[];
};

const NO_YAML: YamlFile = { documents: [], flaws: [] };
const BROKEN_JSON: Flaw = { reason: 'broken-json', line: 1, text: 'it tells of jobs or schedules, and is no whole JSON' };

/** Larger ones are data, not declarations; a factory's settings for many DAGs are YAML. */
const MAX_BYTES = 512 * 1024;
const MAX_YAML_BYTES = 2 * 1024 * 1024;

function isData({ path, size }: FileEntry): boolean {
  return size > (infrastructureKind(path) === 'yaml' ? MAX_YAML_BYTES : MAX_BYTES);
}

/** Parsers that are not the scanner's own. */
export type Parsers = { readonly parseHcl: ParseHcl; readonly readTypeScript: ReadTypeScript };

export async function readInfrastructureOf(
  { source, facts }: TellingFiles,
  listing: readonly FileEntry[],
  { parseHcl, readTypeScript }: Parsers,
): Promise<Infrastructure> {
  const wanted = listing.filter(
    (entry) => !isData(entry) && (infrastructureKind(entry.path) !== undefined || isScheduleName(entry.path) || isCommandName(entry.path)),
  );
  const found = await readTelling({ source, facts }, { reader: 'jobs', entries: wanted }, async ({ path, bytes }) =>
    toldBy(path, new TextDecoder().decode(bytes), parseHcl),
  );
  const cdk = await readCdkOf(source, listing, readTypeScript);
  const told = [...found.flatMap((one) => one.told ?? []), cdk.facts];
  const { facts: all, unresolved } = withTerraform(told, {
    terraform: found.flatMap(({ terraform }) => terraform ?? []),
    bundles: found.flatMap(({ bundle }) => bundle ?? []),
  });
  return {
    facts: all,
    declared: found.flatMap(({ declared }) => declared ?? []),
    unresolved: [...found.flatMap((one) => one.unresolved ?? []), ...cdk.unresolved, ...unresolved],
  };
}

type Together = { readonly terraform: readonly TerraformFile[]; readonly bundles: readonly BundleFile[] };

/** Files of Terraform, and of bundles, are read together: where that fails, none of them tells anything, and a row says so. */
function withTerraform(told: readonly InfrastructureFacts[], { terraform: files, bundles }: Together): TerraformFacts {
  const found = unlessFault((files[0] ?? bundles[0])?.path ?? '', () => readInfrastructure(told, files, bundles));
  return 'fault' in found ? { ...readInfrastructure(told, []), unresolved: [found.fault] } : found.value;
}

/** One thing that a file tells. */
type Told = {
  readonly told?: InfrastructureFacts;
  readonly terraform?: TerraformFile;
  readonly bundle?: BundleFile;
  readonly declared?: ScheduleFile;
  readonly unresolved?: Unresolved;
};

async function toldBy(path: string, text: string, parseHcl: ParseHcl): Promise<readonly Told[]> {
  const kind = infrastructureKind(path);
  if (kind === 'terraform') return [await terraformIn(path, text, parseHcl)];
  const hasJobs = kind !== undefined && mayTellOfJobs(text);
  const hasSchedules = mayTellOfSchedules(path, text);
  if (kind === 'json')
    return [...(hasJobs || hasSchedules ? jsonIn(path, text) : []), ...(hasSchedules ? [{ declared: { path, text, documents: [] } }] : [])];
  const isBundle = kind === 'yaml' && mayBeBundle(path, text);
  const hasCommands = isCommandName(path) && mayStartScripts(path, text);
  const { documents, flaws } =
    kind === 'yaml' && (hasJobs || hasSchedules || hasCommands || isBundle) ? readYaml(text, SHORT_FORMS) : NO_YAML;
  // A template of YAML is no YAML yet, and that is no fault of it.
  const broken = text.includes('{{') ? flaws.filter(({ reason }) => reason !== 'broken-yaml') : flaws;
  return [
    ...placed(path, broken).map((unresolved): Told => ({ unresolved })),
    ...(hasCommands ? commandsIn({ path, text, documents }) : []),
    ...(hasJobs ? [guardedBy(path, () => readTemplates(path, documents, text))] : []),
    ...(isBundle ? [{ bundle: { path, text, documents } }] : []),
    ...(hasSchedules ? [{ declared: { path, text, documents } }] : []),
  ];
}

async function terraformIn(path: string, text: string, parseHcl: ParseHcl): Promise<Told> {
  const read = await parseHcl(text);
  if (read.kind === 'blocks') return { terraform: { path, blocks: read.blocks, text } };
  if (read.kind === 'too-much') return { unresolved: { file: path, line: 1, reason: 'too-large', text: read.of } };
  return { unresolved: { file: path, line: 1, reason: 'broken-hcl', text: 'no HCL that Terraform would read' } };
}

function jsonIn(path: string, text: string): readonly Told[] {
  const isBroken = path.endsWith('.json') && isBrokenJson(path, text);
  const flaws = isBroken ? placed(path, [BROKEN_JSON]) : [];
  return [guardedBy(path, () => readJson(path, text)), ...flaws.map((unresolved): Told => ({ unresolved }))];
}

function commandsIn(file: CommandFile): readonly Told[] {
  const found = unlessFault(file.path, () => commandFacts(file));
  if ('fault' in found) return [{ unresolved: found.fault }];
  const { unresolved, ...facts } = found.value;
  return [{ told: { ...NO_INFRASTRUCTURE, ...facts } }, ...unresolved.map((row): Told => ({ unresolved: row }))];
}

function guardedBy(path: string, read: () => InfrastructureFacts): Told {
  const found = unlessFault(path, read);
  return 'fault' in found ? { unresolved: found.fault } : { told: found.value };
}
