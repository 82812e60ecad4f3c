/** A seeded sequence of commits: files added, edited, renamed, deleted, copied, broken and mended, made executable, and turned into links. */

import { type Chance, chanceOf } from '../chance.js';
import { BREAKAGES, KINDS } from './files.js';
import { oneOf } from './kind.js';

export type StoredFile = { readonly text: string; readonly mode: '100644' | '100755' | '120000' };
export type Snapshot = ReadonlyMap<string, StoredFile>;
export type Step = { readonly says: string; readonly files: Snapshot };

const COMMITS = 6;
const AT_FIRST = 24;
const MOST_CHANGES = 4;

export function sequenceOf(seed: number): readonly Step[] {
  const chance = chanceOf(seed);
  const files = new Map<string, StoredFile>();
  for (let count = 0; count < AT_FIRST; count++) add(files, chance);
  const steps: Step[] = [{ says: 'the beginning', files: new Map(files) }];
  const whole = new Map<string, StoredFile>();
  for (let commit = 1; commit < COMMITS; commit++) {
    const said = Array.from({ length: 1 + Math.floor(chance() * MOST_CHANGES) }, () => change(files, whole, chance));
    steps.push({ says: said.join(', '), files: new Map(files) });
  }
  return steps;
}

function add(files: Map<string, StoredFile>, chance: Chance): string {
  const kind = oneOf(chance, KINDS);
  const path = oneOf(chance, kind.paths);
  files.set(path, { text: kind.text(chance), mode: '100644' });
  return `${path} written`;
}

type Change = (files: Map<string, StoredFile>, of: { readonly path: string; readonly file: StoredFile; readonly chance: Chance }) => string;

const rename: Change = (files, { path, file, chance }) => {
  const to = elsewhere(path, chance);
  files.delete(path);
  files.set(to, file);
  return `${path} renamed to ${to}`;
};

const copy: Change = (files, { path, file, chance }) => {
  const to = elsewhere(path, chance);
  files.set(to, file);
  return `${path} copied to ${to}`;
};

const remove: Change = (files, { path }) => {
  files.delete(path);
  return `${path} deleted`;
};

const edit: Change = (files, { path, file, chance }) => {
  const kind = KINDS.find(({ paths }) => paths.includes(path));
  files.set(path, { ...file, text: kind && chance() < 0.8 ? kind.text(chance) : `\n${file.text}` });
  return `${path} edited`;
};

const turn: Change = (files, { path, file, chance }) => {
  const mode = oneOf<StoredFile['mode']>(chance, ['100755', '100644', '120000']);
  files.set(path, { ...file, mode });
  return `${path} has mode ${mode}`;
};

/** What is broken is mended sooner or later, byte for byte. */
function change(files: Map<string, StoredFile>, whole: Map<string, StoredFile>, chance: Chance): string {
  const broken = [...whole].filter(([path]) => files.has(path));
  const [mended] = broken;
  if (mended && chance() < 0.5) {
    files.set(...mended);
    whole.delete(mended[0]);
    return `${mended[0]} mended`;
  }
  const paths = [...files.keys()];
  const path = paths[Math.floor(chance() * paths.length)];
  const file = path === undefined ? undefined : files.get(path);
  if (path === undefined || !file || chance() < 0.2) return add(files, chance);
  if (chance() < 0.2) {
    whole.set(path, file);
    files.set(path, { ...file, text: file.text + oneOf(chance, BREAKAGES) });
    return `${path} broken`;
  }
  return oneOf<Change>(chance, [edit, edit, edit, rename, copy, remove, turn])(files, { path, file, chance });
}

/** Another path such a file may have, or a new one that keeps its ending. */
function elsewhere(path: string, chance: Chance): string {
  const kind = KINDS.find(({ paths }) => paths.includes(path));
  if (kind && kind.paths.length > 1 && chance() < 0.6) return oneOf(chance, kind.paths);
  const [folder, name] = [path.slice(0, path.lastIndexOf('/') + 1), path.slice(path.lastIndexOf('/') + 1)];
  return `${folder}${oneOf(chance, ['moved', 'old', 'team_a'])}/${name}`;
}
