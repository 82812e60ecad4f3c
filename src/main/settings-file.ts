/** Reads the organisation's settings and the list of critical datasets, and says in one sentence what is wrong with them. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import * as z from 'zod';
import { CRITICAL_FILE, CriticalList, type CriticalLists, listedIn } from '../core/critical-datasets.js';
import type { Unresolved } from '../core/facts.js';
import { ProblemError } from '../core/problem.js';
import { DEFAULT_SETTINGS, Settings } from '../core/settings.js';
import { nearestOf } from '../core/slash-command.js';
import type { DatasetUrn } from '../core/urn.js';

const MAX_BYTES = 1_000_000;
/** The parser's time goes with lines more than with bytes. */
const MAX_LINES = 20_000;

/**
 * The organisation's settings, with the list of critical datasets that they hold, name, or have beside them. What is wrong with
 * the organisation's files ends the command; what is wrong with a repository's list is a row of that repository.
 */
export function readSettings(orgConfig: string | undefined, holes: Readonly<Record<string, string>>): Settings {
  const written = orgConfig === undefined ? DEFAULT_SETTINGS : validated(Settings, readYaml(orgConfig) ?? {}, orgConfig);
  const own = organisationList(orgConfig, written.critical_datasets);
  const critical = [...listedIn(written), ...(own === undefined ? [] : readCritical(own))];
  return { ...written, holes: { ...written.holes, ...holes }, critical_datasets: [...new Set(critical)].sort() };
}

/** The lists of the organisation and of each repository, whose folder stands beside its name. */
export function criticalLists(settings: Settings, repositories: ReadonlyMap<string, string>): CriticalLists {
  const own = [...repositories].map(([name, directory]) => [name, criticalListOf(directory).critical] as const);
  return { organisation: listedIn(settings), repositories: new Map(own) };
}

/** The list the settings name, which must be there, or the one beside them. */
function organisationList(orgConfig: string | undefined, named: Settings['critical_datasets']): string | undefined {
  if (orgConfig === undefined) return undefined;
  const folder = dirname(resolve(orgConfig));
  if (typeof named === 'string') return join(folder, named);
  const beside = join(folder, CRITICAL_FILE);
  return kindOf(beside) === 'nothing' ? undefined : beside;
}

export type CriticalListOf = { readonly critical: readonly DatasetUrn[]; readonly problem?: Unresolved };

/** The list at the root of a repository's folder. A link is not followed: it may lead anywhere on this machine. */
export function criticalListOf(directory: string): CriticalListOf {
  const path = join(directory, CRITICAL_FILE);
  const kind = kindOf(path);
  if (kind === 'nothing') return { critical: [] };
  const row = { file: CRITICAL_FILE, line: 1 };
  if (kind !== 'file')
    return { critical: [], problem: { ...row, reason: 'unreadable-file', text: 'it is a link or no file, and is not followed' } };
  try {
    return { critical: readCritical(path) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const text = error.problem.what.replaceAll(path, 'it').slice(0, 300);
    return { critical: [], problem: { ...row, reason: 'broken-yaml', text } };
  }
}

function readCritical(path: string): readonly DatasetUrn[] {
  return validated(CriticalList, readYaml(path) ?? [], path);
}

function kindOf(path: string): 'file' | 'folder' | 'other' | 'nothing' {
  try {
    const entry = lstatSync(path);
    if (entry.isDirectory()) return 'folder';
    return entry.isFile() ? 'file' : 'other';
  } catch {
    return 'nothing';
  }
}

function readYaml(path: string): unknown {
  const kind = kindOf(path);
  if (kind === 'nothing') throw bad(`${path} is no file that can be read.`, 'Name a file that is there.');
  if (kind === 'folder') throw bad(`${path} is a folder where a file is needed.`, 'Name the file itself.');
  if (kind === 'other') throw bad(`${path} is no file that can be read: links are not followed.`, 'Name the file itself.');
  const text = utf8(path);
  if (text.split('\n', MAX_LINES + 1).length > MAX_LINES)
    throw bad(`${path} has more than ${MAX_LINES} lines.`, 'Settings are small; check the name.');
  // The library compares each key with all before it: a long list of keys would take minutes.
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false });
  const fault = document.errors[0];
  if (fault) throw bad(`${path} is not valid YAML: ${fault.message.split('\n')[0]?.replace(/:$/, '.')}`, 'Mend that line.');
  const twice = repeatedKey(document.contents);
  if (twice) {
    const where = `again ${lineOf(text, twice.at)}`;
    throw bad(`${path} is not valid YAML: ${JSON.stringify(twice.key)} stands twice in one block, ${where}.`, 'Take one away.');
  }
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

/** Opened without following a link, and measured once it is open. */
function utf8(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (fstatSync(descriptor).size > MAX_BYTES)
      throw bad(`${path} is larger than ${MAX_BYTES} bytes.`, 'Settings are small; check the name.');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor));
  } catch (error) {
    if (error instanceof TypeError) throw bad(`${path} is not UTF-8 text.`, 'Save it as UTF-8.');
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function validated<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const meant = issue?.code === 'unrecognized_keys' ? meantBy(issue.keys[0] ?? '', keysAt(z.toJSONSchema(schema, INPUT), issue.path)) : '';
  throw bad(
    `${path} is not valid at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}.${meant}`,
    'Mend that key; schemas/autopilot.schema.json lists them all.',
  );
}

const INPUT = { io: 'input', unrepresentable: 'any' } as const;
const LONGEST_KEY = 60;

function meantBy(key: string, known: readonly string[]): string {
  const near = key.length > LONGEST_KEY ? undefined : nearestOf(key, known);
  return near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
}

/** The keys that a schema knows at a place. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  const properties = fieldOf(schema, 'properties');
  const [first, ...rest] = path;
  if (first === undefined) return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return keysAt(typeof first === 'number' ? fieldOf(schema, 'items') : fieldOf(properties, String(first)), rest);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

function bad(what: string, remedy: string): ProblemError {
  return new ProblemError({ kind: 'usage', what, remedy });
}
