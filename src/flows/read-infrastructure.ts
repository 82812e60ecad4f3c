/** §4.1 Reads the files that tell how and when jobs are run: Terraform, CloudFormation, state machines, schedules; each of them once. */
import { readYaml, type YamlFile } from '../../analyzers/documents/yaml.js';
import { unlessFault } from '../../analyzers/fault.js';
import { type Flaw, placed } from '../../analyzers/flaw.js';
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
import type { TerraformFile } from '../../analyzers/infrastructure/terraform.js';
import type { ReadTypeScript } from '../../analyzers/python/extract.js';
import { commandStarts, isCommandName, mayStartScripts } from '../../analyzers/runs/files.js';
import { isScheduleName, mayTellOfSchedules } from '../../analyzers/schedules/index.js';
import type { ScheduleFile } from '../../analyzers/schedules/reader.js';
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

/** Larger ones are data, not declarations. */
const MAX_BYTES = 512 * 1024;

/** Parsers that are not the scanner's own. */
export type Parsers = { readonly parseHcl: ParseHcl; readonly readTypeScript: ReadTypeScript };

export async function readInfrastructureOf(
  { source, facts }: TellingFiles,
  listing: readonly FileEntry[],
  { parseHcl, readTypeScript }: Parsers,
): Promise<Infrastructure> {
  const wanted = listing.filter(
    ({ path, size }) => size <= MAX_BYTES && (infrastructureKind(path) !== undefined || isScheduleName(path) || isCommandName(path)),
  );
  const told: InfrastructureFacts[] = [];
  const terraform: TerraformFile[] = [];
  const declared: ScheduleFile[] = [];
  const unresolved: Unresolved[] = [];
  const keep = (path: string, read: () => InfrastructureFacts): void => {
    const found = unlessFault(path, read);
    if ('fault' in found) unresolved.push(found.fault);
    else told.push(found.value);
  };
  const said = (): number => told.length + terraform.length + declared.length + unresolved.length;
  await readTelling({ source, facts }, { reader: 'jobs', entries: wanted }, async ({ path, bytes }) => {
    const before = said();
    const kind = infrastructureKind(path);
    const text = new TextDecoder().decode(bytes);
    const hasJobs = kind !== undefined && mayTellOfJobs(text);
    if (kind === 'terraform') {
      const blocks = await parseHcl(text);
      if (blocks === undefined) unresolved.push({ file: path, line: 1, reason: 'broken-hcl', text: 'no HCL that Terraform would read' });
      else terraform.push({ path, blocks, text });
    } else if (kind === 'json') {
      if (hasJobs) keep(path, () => readJson(path, text));
      if (hasJobs && path.endsWith('.json') && isBrokenJson(path, text)) unresolved.push(...placed(path, [BROKEN_JSON]));
    } else {
      const hasSchedules = mayTellOfSchedules(path, text);
      const hasCommands = isCommandName(path) && mayStartScripts(path, text);
      const { documents, flaws } = kind === 'yaml' && (hasJobs || hasSchedules || hasCommands) ? readYaml(text, SHORT_FORMS) : NO_YAML;
      // A template of YAML is no YAML yet, and that is no fault of it.
      unresolved.push(...placed(path, text.includes('{{') ? flaws.filter(({ reason }) => reason !== 'broken-yaml') : flaws));
      if (hasCommands) keep(path, () => ({ ...NO_INFRASTRUCTURE, starts: commandStarts({ path, text, documents }) }));
      if (hasJobs) keep(path, () => readTemplates(path, documents, text));
      if (hasSchedules) declared.push({ path, text, documents });
    }
    return said() > before;
  });
  const cdk = await readCdkOf(source, listing, readTypeScript);
  return {
    facts: readInfrastructure([...told, cdk.facts], terraform),
    declared,
    unresolved: [...unresolved, ...cdk.unresolved],
  };
}
