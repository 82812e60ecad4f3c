/** §4.1 Reads the files that tell how jobs are run: Terraform, CloudFormation, state machines. */

import type { InfrastructureFacts } from '../../analyzers/infrastructure/facts.js';
import { infrastructureKind, mayTellOfJobs, readInfrastructure, readInfrastructureFile } from '../../analyzers/infrastructure/index.js';
import type { TerraformFile } from '../../analyzers/infrastructure/terraform.js';
import type { Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { ParseHcl } from '../core/template-engine.js';
import type { RepoSource } from '../ports.js';

export type Infrastructure = { readonly facts: InfrastructureFacts; readonly unresolved: readonly Unresolved[] };

/** Larger ones are data, not declarations. */
const MAX_BYTES = 512 * 1024;

export async function readInfrastructureOf(source: RepoSource, listing: readonly FileEntry[], parseHcl: ParseHcl): Promise<Infrastructure> {
  const wanted = listing.filter(({ path, size }) => infrastructureKind(path) !== undefined && size <= MAX_BYTES);
  const told: InfrastructureFacts[] = [];
  const terraform: TerraformFile[] = [];
  const unresolved: Unresolved[] = [];
  for await (const { path, bytes } of source.read(wanted)) {
    const kind = infrastructureKind(path);
    const text = new TextDecoder().decode(bytes);
    if (kind === 'terraform') {
      const blocks = await parseHcl(text);
      if (blocks === undefined) unresolved.push({ file: path, line: 1, reason: 'broken-hcl', text: 'no HCL that Terraform would read' });
      else terraform.push({ path, blocks, text });
    } else if (kind !== undefined && mayTellOfJobs(text)) told.push(readInfrastructureFile(path, kind, text));
  }
  return { facts: readInfrastructure(told, terraform), unresolved };
}
