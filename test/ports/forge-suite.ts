/** What every forge does, whoever keeps the branches. */
import { expect, test } from 'vitest';
import type { Forge } from '../../src/ports.js';

export type ForgeScene = {
  readonly forge: Forge;
  /** The tip of `main`, whose tree holds `job.py`. */
  readonly base: string;
  /** A person's commit on top of `main`, pushed to a branch; a mode of 120000 makes a link, 160000 a submodule. */
  push(branch: string, files: readonly { readonly path: string; readonly content: string; readonly mode?: string }[]): Promise<string>;
  close(): Promise<void>;
};

const AT = '2026-02-15T10:00:00.000Z';
const BRANCH = 'autopilot/gold/orders';
const FOLDER = 'signal_factory/gold/orders';
const file = (path: string, content: string) => ({ path, content });
const MANIFEST = file(`${FOLDER}/dataset.yaml`, 'urn: x\n');

export function forgeSuite(open: () => Promise<ForgeScene>): void {
  const scene = (what: string, rows: (given: ForgeScene) => Promise<void>) =>
    test(what, async () => {
      const given = await open();
      try {
        await rows(given);
      } finally {
        await given.close();
      }
    });

  scene('a commit is seen by nobody until a branch points at it', async ({ forge, base }) => {
    const { sha, tree } = await forge.commit(base, [MANIFEST], 'Make it observable\n', AT);
    expect(sha).not.toBe(tree);
    expect(await forge.head(BRANCH)).toBeUndefined();
    expect(await forge.point(BRANCH, sha, undefined)).toEqual({ done: true });
    expect(await forge.head(BRANCH)).toBe(sha);
    expect(await forge.readFolder(sha, FOLDER)).toEqual([MANIFEST]);
  });

  scene('the parent’s tree is kept, and a file said again takes the place of the other', async ({ forge, base }) => {
    const first = await forge.commit(base, [MANIFEST], 'm\n', AT);
    const second = await forge.commit(
      first.sha,
      [file(`${FOLDER}/dataset.yaml`, 'urn: y\n'), file(`${FOLDER}/baseline.json`, '{}')],
      'm\n',
      AT,
    );
    expect(await forge.changed(base, second.sha)).toEqual([
      { ...file(`${FOLDER}/baseline.json`, '{}'), mode: '100644' },
      { ...file(`${FOLDER}/dataset.yaml`, 'urn: y\n'), mode: '100644' },
    ]);
    expect(await forge.readFolder(second.sha, 'job.py')).toEqual([]);
    expect(await forge.readFolder(second.sha, 'no/such')).toEqual([]);
  });

  scene('the same files twice are the same tree, and pointing twice is one effect', async ({ forge, base }) => {
    const one = await forge.commit(base, [MANIFEST], 'm\n', AT);
    const two = await forge.commit(base, [MANIFEST], 'm\n', AT);
    expect(two.tree).toBe(one.tree);
    await forge.point(BRANCH, one.sha, undefined);
    expect(await forge.point(BRANCH, one.sha, undefined)).toEqual({ done: true });
  });

  scene('a branch moves only from where it was expected', async ({ forge, base, push }) => {
    const ours = await forge.commit(base, [MANIFEST], 'm\n', AT);
    const theirs = await push(BRANCH, [file('note.txt', 'mine')]);
    expect(await forge.point(BRANCH, ours.sha, undefined)).toEqual({ done: false, head: theirs });
    expect(await forge.point(BRANCH, ours.sha, base)).toEqual({ done: false, head: theirs });
    expect(await forge.head(BRANCH)).toBe(theirs);
  });

  scene('forward, and also aside when it was expected there', async ({ forge, base }) => {
    const first = await forge.commit(base, [MANIFEST], 'm\n', AT);
    const forward = await forge.commit(first.sha, [file('a/b', '1')], 'm\n', AT);
    const aside = await forge.commit(base, [file('a/b', '2')], 'm\n', AT);
    await forge.point(BRANCH, first.sha, undefined);
    expect(await forge.point(BRANCH, forward.sha, first.sha)).toEqual({ done: true });
    expect(await forge.point(BRANCH, aside.sha, forward.sha)).toEqual({ done: true });
    expect(await forge.head(BRANCH)).toBe(aside.sha);
  });

  scene('a branch that is expected and gone is not made again', async ({ forge, base }) => {
    const { sha } = await forge.commit(base, [MANIFEST], 'm\n', AT);
    expect(await forge.point(BRANCH, sha, base)).toEqual({ done: false, head: undefined });
    expect(await forge.head(BRANCH)).toBeUndefined();
  });

  scene('what a branch holds', async ({ forge, base }) => {
    const { sha } = await forge.commit(base, [MANIFEST], 'm\n', AT);
    expect(await forge.contains('main', base)).toBe(true);
    expect(await forge.contains('main', sha)).toBe(false);
    expect(await forge.contains('no/such', base)).toBe(false);
    await forge.point(BRANCH, sha, undefined);
    expect([await forge.contains(BRANCH, sha), await forge.contains(BRANCH, base)]).toEqual([true, true]);
  });

  scene('whatever a branch changes is told, with its mode, since it left the base', async ({ forge, base, push }) => {
    const theirs = await push('people/aside', [
      file('note.txt', 'ä\n'),
      { ...file('run.sh', 'true\n'), mode: '100755' },
      { ...file('link.yaml', 'elsewhere'), mode: '120000' },
      { ...file('module', base), mode: '160000' },
    ]);
    const moved = await push('main', [file('later.py', 'print(2)\n')]);
    expect(await forge.changed(moved, theirs)).toEqual([
      { path: 'link.yaml', content: 'elsewhere', mode: '120000' },
      { path: 'module', content: base, mode: '160000' },
      { path: 'note.txt', content: 'ä\n', mode: '100644' },
      { path: 'run.sh', content: 'true\n', mode: '100755' },
    ]);
    expect(await forge.changed(theirs, base)).toEqual([]);
  });

  scene(
    'whatever lies in a folder is listed as what it is: a link by where it leads, a submodule by its commit',
    async ({ forge, push, base }) => {
      const linked = await push('people/links', [{ ...file(`${FOLDER}/link.yaml`, 'elsewhere'), mode: '120000' }]);
      expect(await forge.readFolder(linked, FOLDER)).toEqual([file(`${FOLDER}/link.yaml`, 'elsewhere')]);
      const module = await push('people/modules', [{ ...file(`${FOLDER}/module`, base), mode: '160000' }]);
      expect(await forge.readFolder(module, FOLDER)).toEqual([file(`${FOLDER}/module`, base)]);
    },
  );
}
