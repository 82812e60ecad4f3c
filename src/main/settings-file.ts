/** Reads the organisation's settings and the list of critical datasets, and says in one sentence what is wrong with them. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { CRITICAL_FILE, CriticalList } from '../core/critical-datasets.js';
import { ProblemError } from '../core/problem.js';
import { DEFAULT_SETTINGS, Settings } from '../core/settings.js';
import type { DatasetUrn } from '../core/urn.js';

const MAX_BYTES = 1_000_000;

export type OrganisationSettings = { readonly settings: Settings; readonly critical: ReadonlySet<DatasetUrn> };

/**
 * Urns count as critical when the settings list them, when a critical-datasets.yaml beside the settings does, or one
 * at the root of a scanned repository: a repository can only make its own checks stricter that way.
 */
export function readSettings(
  orgConfig: string | undefined,
  holes: Readonly<Record<string, string>>,
  directories: readonly string[],
): OrganisationSettings {
  const written = orgConfig === undefined ? DEFAULT_SETTINGS : validated(Settings, readYaml(orgConfig) ?? {}, orgConfig);
  const settings = { ...written, holes: { ...written.holes, ...holes } };
  const listed = Array.isArray(settings.critical_datasets) ? settings.critical_datasets : [];
  const named =
    typeof settings.critical_datasets === 'string' && orgConfig ? [join(dirname(resolve(orgConfig)), settings.critical_datasets)] : [];
  const optional = [...(orgConfig && named.length === 0 ? [dirname(resolve(orgConfig))] : []), ...directories].map((folder) =>
    join(folder, CRITICAL_FILE),
  );
  const files = [...named, ...optional.filter(isFile)];
  const critical = files.flatMap((file) => validated(CriticalList, readYaml(file) ?? [], file));
  return {
    settings: { ...settings, critical_datasets: [...new Set([...listed, ...critical])].sort() },
    critical: new Set([...listed, ...critical]),
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function readYaml(path: string): unknown {
  if (!isFile(path)) throw bad(`${path} is no file that can be read.`, 'Name a file that is there.');
  if (statSync(path).size > MAX_BYTES) throw bad(`${path} is larger than ${MAX_BYTES} bytes.`, 'Settings are small; check the name.');
  const document = parseDocument(utf8(path), { prettyErrors: true });
  const fault = document.errors[0];
  if (fault) throw bad(`${path} is not valid YAML: ${fault.message.split('\n')[0]?.replace(/:$/, '.')}`, 'Mend that line.');
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch {
    throw bad(`${path} repeats itself through too many or circular YAML aliases.`, 'Write the values out.');
  }
}

function utf8(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) throw bad(`${path} is not UTF-8 text.`, 'Save it as UTF-8.');
    throw error;
  }
}

function validated<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw bad(
    `${path} is not valid at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}.`,
    'Mend that key; schemas/autopilot.schema.json lists them all.',
  );
}

function bad(what: string, remedy: string): ProblemError {
  return new ProblemError({ kind: 'usage', what, remedy });
}
