/** §4.3, §4.4 `owner_team`: the first source that names somebody; in it a team before a person. */
import type { Decision, SourceRef } from '../evidence.js';
import type { OwnerSource } from '../facts.js';
import type { Settings } from '../settings.js';

/** Names as the source spells them: `@acme/data-platform`, `@jane`, `jane@acme.com`, `data-platform`. */
export type OwnerCandidate = { readonly source: OwnerSource; readonly teams: readonly string[]; readonly at?: SourceRef };

const ORDER = ['codeowners', 'dbt_meta', 'dbt_group', 'task', 'default_args', 'repository'] as const;
type Named = (typeof ORDER)[number];

const RULES: Readonly<Record<Named, { readonly rule: string; readonly says: string }>> = {
  codeowners: { rule: 'owner/codeowners', says: 'CODEOWNERS gives its file to' },
  dbt_meta: { rule: 'owner/dbt-meta', says: "the model's meta names" },
  dbt_group: { rule: 'owner/dbt-group', says: "the model's group belongs to" },
  task: { rule: 'owner/task', says: "the task's owner is" },
  default_args: { rule: 'owner/default-args', says: "the schedule's owner is" },
  repository: { rule: 'owner/repository', says: 'the repository belongs to' },
};
/** Said of a model or a task by who knew nobody; a handle of CODEOWNERS is somebody's, whatever its name. */
const NOBODY: ReadonlySet<string> = new Set(['unknown', 'none', 'todo']);
/** What schedulers write when nobody filled the field in. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([...NOBODY, 'airflow', 'admin', 'root', 'owner']);
const PASSED_OVER: Readonly<Partial<Record<OwnerSource, ReadonlySet<string>>>> = {
  dbt_meta: NOBODY,
  dbt_group: NOBODY,
  task: PLACEHOLDERS,
  default_args: PLACEHOLDERS,
};

export function decideOwner(candidates: readonly OwnerCandidate[], settings: Pick<Settings, 'owner_fallback'>): Decision<string> {
  const [first, ...overruled] = ORDER.flatMap((source) => {
    const found = candidates.find((each) => each.source === source && named(each).length > 0);
    return found ? [chosen(source, found)] : [];
  });
  if (first) return overruling(first, overruled);
  const fallback = settings.owner_fallback && readName(settings.owner_fallback).name;
  if (fallback) {
    return { value: fallback, rule: 'owner/settings', because: `nothing in the repository names an owner; the settings say ${fallback}` };
  }
  return { value: 'unowned', rule: 'owner/unowned', because: 'no CODEOWNERS line, dbt owner, schedule owner or setting names one' };
}

/** Who else is named is told where it is somebody else: its reader may be looking for that one. */
function overruling(first: Decision<string>, others: readonly Decision<string>[]): Decision<string> {
  const [next] = others.filter(({ value }) => value !== first.value);
  return next ? { ...first, because: `${first.because}; that comes before: ${next.because}` } : first;
}

function chosen(source: Named, candidate: OwnerCandidate): Decision<string> {
  const names = named(candidate);
  const team = names.find((each) => each.kind === 'team');
  const first = team ?? names[0];
  const value = first?.name ?? 'unowned';
  const others = names.length - 1;
  const beside = others === 0 ? '' : ` (and ${others} ${others === 1 ? 'other' : 'others'})`;
  const at = candidate.at ? { at: candidate.at } : {};
  const { rule, says } = RULES[source];
  if (!team) return { value, rule: 'owner/person', because: `${says} ${value}${beside}, a person: no team is named there`, ...at };
  return { value, rule, because: `${says} ${value}${beside}`, ...at };
}

type Name = { readonly name: string; readonly kind: 'team' | 'person' };

function named(candidate: OwnerCandidate): readonly Name[] {
  const names = candidate.teams.map(readName).filter(({ name }) => name !== '' && !PASSED_OVER[candidate.source]?.has(name));
  const seen = new Set<string>();
  return names.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** Hosts fold the case of handles, so `@Acme/Data` and `@acme/data` are one team. */
function readName(text: string): Name {
  const folded = text.trim().toLowerCase();
  const team = /^@[^/\s]+\/(\S+)$/.exec(folded);
  if (team?.[1]) return { name: team[1], kind: 'team' };
  if (folded.startsWith('@')) return { name: folded.slice(1), kind: 'person' };
  return { name: folded, kind: folded.includes('@') ? 'person' : 'team' };
}
