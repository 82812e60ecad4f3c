/** Every single part of a snapshot, and the snapshot with that part lost, flipped or changed. */
import { type Json, toJson } from '../../../src/core/json.js';
import type { PullRequestSnapshot } from '../../../src/core/merge-gate/snapshot.js';

export type KnockOut = {
  readonly path: string;
  readonly how: 'unread' | 'dropped' | 'flipped' | 'changed';
  /** Made when it is asked for: there are many. */
  readonly snapshot: () => PullRequestSnapshot;
};

/** Readings become unreadable, elements of lists and optional members go, booleans flip, words and numbers become others. */
export function knockOuts(snapshot: PullRequestSnapshot): readonly KnockOut[] {
  return variants(toJson(snapshot)).map(({ path, how, value }) => ({
    path: path.join('.'),
    how,
    snapshot: () => JSON.parse(JSON.stringify(value)),
  }));
}

/** Which piece of the snapshot a part belongs to: `checks`, or `pullRequest.labels`. */
export function pieceOf(path: string): string {
  return path
    .split('.')
    .slice(0, /^(?:repository|pullRequest|base|headCommit)\./.test(path) ? 2 : 1)
    .join('.');
}

/** The pieces in which two snapshots differ. */
export function differingPieces(a: PullRequestSnapshot, b: PullRequestSnapshot): ReadonlySet<string> {
  const [before, after] = [piecesOf(a), piecesOf(b)];
  return new Set([...before.keys(), ...after.keys()].filter((piece) => before.get(piece) !== after.get(piece)));
}

function piecesOf(snapshot: PullRequestSnapshot): ReadonlyMap<string, string> {
  const nested = (['repository', 'pullRequest', 'base', 'headCommit'] as const).flatMap((part) =>
    Object.entries(snapshot[part]).map(([key, value]) => [`${part}.${key}`, JSON.stringify(value)] as const),
  );
  return new Map([...Object.entries(snapshot).map(([key, value]) => [key, JSON.stringify(value)] as const), ...nested]);
}

type Variant = { readonly path: readonly string[]; readonly how: KnockOut['how']; readonly value: Json };

function variants(value: Json): readonly Variant[] {
  if (typeof value === 'boolean') return [{ path: [], how: 'flipped', value: !value }];
  if (typeof value === 'number') return [{ path: [], how: 'changed', value: value + 1 }];
  if (typeof value === 'string') return [{ path: [], how: 'changed', value: `${value}0` }];
  if (value === null) return [];
  if (Array.isArray(value)) return ofList(value);
  const members = Object.entries(value);
  const inner = members
    .filter(([key]) => key !== 'ok')
    .flatMap(([key, member]) =>
      variants(member).map((variant): Variant => ({ ...variant, path: [key, ...variant.path], value: { ...value, [key]: variant.value } })),
    );
  const unread: Variant = { path: [], how: 'unread', value: { ok: false, because: 'lost' } };
  const isReading = members.some(([key, member]) => key === 'ok' && member === true);
  return isReading ? [unread, ...inner] : inner;
}

function ofList(list: readonly Json[]): readonly Variant[] {
  return list.flatMap((item, index): readonly Variant[] => [
    { path: [String(index)], how: 'dropped', value: list.filter((_, each) => each !== index) },
    ...variants(item).map((variant) => ({
      ...variant,
      path: [String(index), ...variant.path],
      value: list.map((each, at) => (at === index ? variant.value : each)),
    })),
  ]);
}
