/** Reads the organisation's settings and the list of critical datasets, and says in one sentence what is wrong with them. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import * as z from 'zod';
import { ProblemError } from '../core/problem.js';
import { DEFAULT_SETTINGS, Settings } from '../core/settings.js';
import { DatasetUrn } from '../core/urn.js';

const MAX_BYTES = 1_000_000;
const CRITICAL_FILE = 'critical-datasets.yaml';

/** §4.3 the list is either the urns, or `datasets:` with urns or rows that have one. */
const CriticalList = z.union([
  z.array(DatasetUrn),
  z
    .object({ datasets: z.array(z.union([DatasetUrn, z.object({ urn: DatasetUrn }).transform((row) => row.urn)])) })
    .transform((file) => file.datasets),
]);

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
  const text = utf8(path);
  // The library compares each key with all before it: a long list of keys would take minutes.
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false });
  const fault = document.errors[0];
  if (fault) throw bad(`${path} is not valid YAML: ${fault.message.split('\n')[0]?.replace(/:$/, '.')}`, 'Mend that line.');
  const twice = repeatedKey(document.contents);
  if (twice)
    throw bad(
      `${path} is not valid YAML: ${JSON.stringify(twice.key)} stands twice in one block, again ${lineOf(text, twice.at)}.`,
      'Take one away.',
    );
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch {
    throw bad(`${path} repeats itself through too many or circular YAML aliases.`, 'Write the values out.');
  }
}

/** The first key that a block holds twice, and where the second one begins. */
function repeatedKey(root: unknown): { readonly key: string; readonly at: number } | undefined {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (isSeq(node)) for (const item of node.items) open.push(item);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      if (isScalar(key)) {
        if (seen.has(key.value)) return { key: String(key.value).slice(0, 60), at: key.range?.[0] ?? 0 };
        seen.add(key.value);
      }
      open.push(value);
    }
  }
  return undefined;
}

function lineOf(text: string, at: number): string {
  return `in line ${text.slice(0, at).split('\n').length}`;
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
