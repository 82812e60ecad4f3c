/** §4.3, §4.4 the urn of a target: what is committed, else the organisation's mapping, else the place's own words. */
import type { Decision } from '../evidence.js';
import { matchesGlob } from '../glob.js';
import { nameIndex, type Place, readPlace } from '../place.js';
import type { Settings } from '../settings.js';
import { DatasetUrn, printUrn, urnWord } from '../urn.js';
import { type Holdings, heldElsewhere, NO_HOLDINGS, refusedTo, standingUrn } from './holding.js';

export type UrnContext = {
  readonly settings: Pick<Settings, 'urn' | 'layers'>;
  /** The urn of a dataset.yaml that is in the repository already. */
  readonly committed?: DatasetUrn;
  /** Namespace for a name that says none: the database the job runs in, or the repository. */
  readonly schemaHint?: string;
};

/** One target's urn, as long as no other target wants the same (`assignUrns`). */
export function decideUrn(target: string, context: UrnContext): Decision<DatasetUrn | null> {
  return decided(draftOf({ target, ...context }, context.settings), 0);
}

export type UrnCandidate = {
  readonly target: string;
  /** Where the data lies, where the settings say more than the target does. */
  readonly location?: string;
  /** That writes it and speaks for it. */
  readonly repository?: string;
  readonly committed?: DatasetUrn;
  readonly schemaHint?: string;
};

/**
 * The urns of many targets, in their order. Two different places never share one: both get the segment before
 * their name added until they differ. The answer does not depend on the order of the candidates. What has a record keeps
 * its urn, and no repository gets one that another has.
 */
export function assignUrns(
  candidates: readonly UrnCandidate[],
  settings: Pick<Settings, 'urn' | 'layers'>,
  holdings: Holdings = NO_HOLDINGS,
): readonly Decision<DatasetUrn | null>[] {
  const drafts = withCommitted(candidates.map((candidate) => draftOf(ownWords(candidate, holdings), settings)));
  const levels = new Map<string, number>();
  const lost = new Set<string>();
  const levelOf = (draft: Draft) => levels.get(draft.identity) ?? 0;
  for (;;) {
    const clash = clashing(
      drafts.filter((draft) => !lost.has(draft.identity)),
      levelOf,
      holdings,
    );
    if (clash.size === 0) break;
    const open = [...clash.values()];
    const movers = open.filter((draft) => levelOf(draft) < draft.qualifiers.length);
    for (const draft of movers) levels.set(draft.identity, levelOf(draft) + 1);
    if (movers.length === 0) for (const draft of open) lost.add(draft.identity);
  }
  return drafts.map((draft, index) => {
    const decision = lost.has(draft.identity) && !draft.fixed ? collided(draft) : decided(draft, levelOf(draft));
    const wanted = [candidates[index]?.committed, decision.value].find((urn) => heldElsewhere(urn, draft.repository, holdings));
    const holder = heldElsewhere(wanted, draft.repository, holdings);
    return wanted && holder ? refusedTo(draft.repository, wanted, holder.repository) : decision;
  });
}

type Worded = UrnCandidate & { readonly standing?: DatasetUrn };

/** A committed urn that another repository has is no word of this one; the place that has a record has its urn. */
function ownWords({ committed, ...candidate }: UrnCandidate, holdings: Holdings): Worded {
  const { repository = '', target, location = target } = candidate;
  const standing = standingUrn(repository, location, holdings);
  const isOwn = committed !== undefined && !heldElsewhere(committed, repository, holdings);
  return { ...candidate, ...(isOwn ? { committed } : {}), ...(standing ? { standing } : {}) };
}

type Draft = {
  readonly target: string;
  readonly repository: string;
  readonly rule: string;
  readonly because: string;
  /** The place through its name: equal for every partition, version and writer of one dataset. */
  readonly identity: string;
  /** Literal parts of the place through its name; `open` when more may stand before them that we do not know. */
  readonly tail: readonly string[];
  readonly open: boolean;
  /** Committed and mapped urns are people's words and never change, nor does one that has a record. */
  readonly fixed?: DatasetUrn;
  readonly namespace?: string;
  readonly name?: string;
  /** What may be put before the name, nearest first. */
  readonly qualifiers: readonly string[];
};

function draftOf(candidate: Worded, settings: UrnContext['settings']): Draft {
  const drafted = draftByWords(candidate, settings);
  const { standing } = candidate;
  if (standing === undefined || drafted.fixed) return drafted;
  // Why it was called so is still the better reason, where it would be called so today.
  if (urnAt(drafted, 0) === standing) return { ...drafted, fixed: standing };
  return { ...drafted, fixed: standing, rule: 'urn/standing', because: `it has been ${standing} since it was found` };
}

function draftByWords(candidate: UrnCandidate, settings: UrnContext['settings']): Draft {
  const { target, repository = '' } = candidate;
  const place = readPlace(target, settings);
  const at = nameIndex(place);
  const base = { target, repository, ...identityOf(place, at, target, candidate.schemaHint), qualifiers: qualifiersOf(place, at) };
  const quoted = clip(target);
  if (candidate.committed) {
    return { ...base, fixed: candidate.committed, rule: 'urn/committed', because: `dataset.yaml already says ${candidate.committed}` };
  }
  const mapped = settings.urn.find((row) => matchesGlob(row.target, target) || matchesGlob(row.target, target.replace(/\/+$/, '')));
  if (mapped) {
    return { ...base, fixed: mapped.urn, rule: 'urn/mapping', because: `the organisation maps ${mapped.target} to ${mapped.urn}` };
  }
  const name = place.segments[at]?.word;
  if (name === undefined) {
    return { ...base, rule: 'urn/no-literal-tail', because: `${quoted} ends in nothing literal that could name a dataset` };
  }
  const space = namespaceOf(place, at, candidate.schemaHint);
  return { ...base, ...space, name, because: `${space.because}, and ${name} is the last part of ${quoted} that names something` };
}

function namespaceOf(place: Place, at: number, hint: string | undefined): Pick<Draft, 'rule' | 'because'> & { namespace: string } {
  const before = place.segments.slice(0, at);
  const schema = before.findLast((each) => each.kind === 'schema') ?? (place.kind === 'catalog' ? before.findLast(hasWord) : undefined);
  if (schema?.word) return { namespace: schema.word, rule: 'urn/schema', because: `${schema.word} is the schema` };
  const layer = place.segments.findLast((each, index) => each.kind === 'layer' && index !== at);
  if (layer?.word) return { namespace: layer.word, rule: 'urn/layer', because: `${layer.word} is the layer` };
  const parent = before.findLast(hasWord)?.word;
  if (parent) return { namespace: parent, rule: 'urn/parent', because: `${parent} is the folder` };
  const bucket = urnWord(place.authority.replace(/\{[^{}]*\}/g, ''));
  if (bucket) return { namespace: bucket, rule: 'urn/bucket', because: `${bucket} is the bucket` };
  const hinted = hint === undefined ? undefined : urnWord(hint);
  if (hinted) return { namespace: hinted, rule: 'urn/hint', because: `no schema is named, the job runs in ${hinted}` };
  return { namespace: 'default', rule: 'urn/default-namespace', because: 'no schema or folder is known, so it is default' };
}

const hasWord = (each: Place['segments'][number]) => each.word !== undefined;

function qualifiersOf(place: Place, at: number): readonly string[] {
  const space = at < 0 ? undefined : namespaceOf(place, at, undefined).namespace;
  const words = place.segments.slice(0, Math.max(at, 0)).flatMap((each) => (each.word && each.word !== space ? [each.word] : []));
  const bucket = urnWord(place.authority.replace(/\{[^{}]*\}/g, ''));
  const left = bucket && bucket !== space ? [bucket, ...words] : words;
  return [...left.reverse(), ...(place.extension ? [urnWord(place.extension) ?? 'file'] : [])];
}

/** Leading holes say nothing: what follows them is all that is known of the place. */
function identityOf(place: Place, at: number, target: string, hint: string | undefined): Pick<Draft, 'identity' | 'tail' | 'open'> {
  if (at < 0) return { identity: target, tail: [], open: false };
  const authority = place.authority === '' ? [] : [place.authority];
  const before = [...authority, ...place.segments.slice(0, at).map((each) => each.text)].map((text) => text.replace(/\{[^{}]*\}/g, '{}'));
  // The name as its word: orders_2026-02-08.csv and orders_2026-02-09.csv are one dataset.
  const own = [nameIn(place, at), ...(place.extension && at === place.segments.length - 1 ? [place.extension] : [])].join('.');
  // orders/bronze and orders/gold are two places of one name.
  const after = place.segments.slice(at + 1).flatMap((each) => (each.kind === 'layer' || each.kind === 'schema' ? [each.text] : []));
  const known = before.slice(before.findIndex((text) => text !== '{}'));
  const tail = [...(before.every((text) => text === '{}') ? [] : known), own, ...after];
  if (place.kind === 'path') return { identity: [before[0] === '{}' ? '{}' : 'path', ...tail].join('/'), tail, open: before[0] === '{}' };
  const space = tail.length === 1 ? [namespaceOf(place, at, hint).namespace] : [];
  const table = tail.map((part) => part.toLowerCase());
  return { identity: `table ${[...space, ...table].join('.')}`, tail: table, open: true };
}

/** `{prefix}_edges` is a table of some longer name than edges. */
function nameIn({ kind, segments }: Place, at: number): string {
  const { text = '', word = '' } = segments[at] ?? {};
  return kind === 'catalog' && /^\{[^{}]*\}[_-]/.test(text) ? `{}_${word}` : word;
}

/** One target has one urn: a committed one holds for every writer of the same place in its repository. */
function withCommitted(drafts: readonly Draft[]): readonly Draft[] {
  const known = new Map<string, DatasetUrn>();
  const keyOf = ({ repository, identity }: Draft) => `${repository} ${identity}`;
  for (const draft of drafts) {
    const urn = draft.rule === 'urn/committed' ? draft.fixed : undefined;
    const standing = known.get(keyOf(draft));
    if (urn && (standing === undefined || urn < standing)) known.set(keyOf(draft), urn);
  }
  return drafts.map((draft) => {
    const urn = known.get(keyOf(draft));
    return urn && draft.rule !== 'urn/committed'
      ? { ...draft, fixed: urn, rule: 'urn/committed', because: `dataset.yaml already says ${urn}` }
      : draft;
  });
}

/** The drafts, one per identity, that share a urn with another place. */
function clashing(drafts: readonly Draft[], levelOf: (draft: Draft) => number, holdings: Holdings): ReadonlyMap<string, Draft> {
  const byUrn = new Map<DatasetUrn, Map<string, Draft>>();
  for (const draft of drafts) {
    const urn = urnAt(draft, levelOf(draft));
    if (urn === null) continue;
    const group = byUrn.get(urn) ?? new Map<string, Draft>();
    byUrn.set(urn, group);
    if (!group.has(draft.identity) || holdings.get(urn)?.repository === draft.repository) group.set(draft.identity, draft);
  }
  const clash = new Map<string, Draft>();
  for (const [urn, group] of byUrn) {
    const apart = [...group.values()].filter((draft) => !maybeSame(draft, group));
    const held = apart.filter(({ repository }) => holdings.get(urn)?.repository === repository);
    // The only place of its holder keeps the urn, also where the data moved.
    const open = apart.filter((draft) => draft.fixed === undefined && !(held.length === 1 && held[0] === draft));
    if (new Set(apart.map(knownOf)).size > 1) for (const draft of open) clash.set(draft.identity, draft);
  }
  return clash;
}

/** `{bucket}/gold/orders`, or the table `gold.orders`, is not proven to be another place than `s3://lake/gold/orders`. */
function maybeSame(draft: Draft, group: ReadonlyMap<string, Draft>): boolean {
  if (!draft.open) return false;
  const ends = (other: Draft) =>
    draft.tail.every((part, index) => other.tail.at(index - draft.tail.length)?.toLowerCase() === part.toLowerCase());
  return [...group.values()].some((other) => knownOf(other) !== knownOf(draft) && other.tail.length >= draft.tail.length && ends(other));
}

/** Equal for places of which the same words are known and no beginning: they may be one. */
function knownOf({ open, tail, identity }: Draft): string {
  return open ? tail.join('/').toLowerCase() : identity;
}

function urnAt(draft: Draft, level: number): DatasetUrn | null {
  if (draft.fixed) return draft.fixed;
  if (draft.name === undefined || draft.namespace === undefined) return null;
  const name = [...draft.qualifiers.slice(0, level).reverse(), draft.name].join('_');
  const urn = DatasetUrn.safeParse(printUrn({ namespace: draft.namespace, name }));
  return urn.success ? urn.data : null;
}

function decided(draft: Draft, level: number): Decision<DatasetUrn | null> {
  const value = urnAt(draft, level);
  if (level === 0 || value === null) return { value, rule: draft.rule, because: draft.because };
  const added = draft.qualifiers.slice(0, level).reverse().join('_');
  return { value, rule: 'urn/segment-added', because: `${draft.because}; another place has that name, so ${added} was put before it` };
}

function collided(draft: Draft): Decision<null> {
  return {
    value: null,
    rule: 'urn/collision',
    because: `${clip(draft.target)} cannot be told from another place by its words; a row under urn in the settings decides it`,
  };
}

const clip = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}...` : text);
