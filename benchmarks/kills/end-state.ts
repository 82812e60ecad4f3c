/** Everything a play left behind, as texts by name; signatures, and commit ids that follow from them, are named by place. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { git, gitText } from '../../src/adapters/git/run.js';
import { openStore } from '../../src/adapters/local/store.js';
import type { Stage } from './stage.js';

export type EndState = Readonly<Record<string, string>>;

const TABLES: Readonly<Record<string, string>> = {
  records: 'SELECT * FROM record ORDER BY bootstrap_id',
  ledger: 'SELECT * FROM ledger ORDER BY bootstrap_id, seq',
  // In the order of handing out; the numbers count leases and say nothing else.
  'work items': 'SELECT token, execution, command, due, worker, leased_until FROM work_item ORDER BY seq',
  slots: 'SELECT * FROM slot ORDER BY owner',
  'line for slots': 'SELECT owner FROM slot_line ORDER BY seq',
  datasets: 'SELECT * FROM dataset_node ORDER BY urn',
  lineage: 'SELECT * FROM edge ORDER BY kind, src, dst',
};
const SIGNATURE = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g;

/** Two plays of the same fleet are equal when these are equal, wherever their folders lie. */
export async function endState(stage: Stage): Promise<EndState> {
  const histories = await Promise.all(stage.repositories.map(historyOf));
  const places = new Map(histories.flatMap((history) => [...history.places]));
  const placed = (text: string): string =>
    text
      .replace(SIGNATURE, '<signature>')
      .replace(/\b[0-9a-f]{40}\b/g, (id) => places.get(id) ?? id)
      .replaceAll(stage.folder, '<stage>');
  const found: (readonly [string, string])[] = [
    ...histories.flatMap((history) => history.texts),
    ...filesBelow(join(stage.home, 'objects')).map((path) => [relative(stage.home, path), readFileSync(path, 'utf8')] as const),
    ...rowsOf(stage.home),
    ['leftovers', leftovers(stage).join('\n')],
  ];
  return Object.fromEntries(found.map(([name, text]) => [name, placed(text)]));
}

type History = { readonly texts: readonly (readonly [string, string])[]; readonly places: ReadonlyMap<string, string> };

/** All branches with every commit, tree and file, as one text; `places` names each object by where it stands in that text. */
async function historyOf(directory: string): Promise<History> {
  const name = basename(directory);
  const text = await gitText(directory, ['fast-export', '--all', '--show-original-ids']);
  const places = new Map(
    [...text.matchAll(/^mark (:\d+)\noriginal-oid ([0-9a-f]{40})$/gm)].map(([, mark, id]) => [id ?? '', `<${name}${mark}>`] as const),
  );
  // A tree that holds a signature is another one in every play: it is named by the commit that has it.
  const trees = (await gitText(directory, ['log', '--all', '--reverse', '--format=%H %T'])).split('\n').map((row) => row.split(' '));
  const placed = trees.map(([commit = '', tree = '']) => [tree, `<tree of ${places.get(commit) ?? commit}>`] as const);
  const check = await git(directory, ['fsck', '--full', '--strict', '--no-dangling', '--no-progress']);
  const branches = await gitText(directory, ['for-each-ref', '--format=%(refname) %(objectname)']);
  return {
    texts: [
      [`${name}: history`, text.replace(/^original-oid .*\n/gm, '')],
      [`${name}: branches`, branches],
      [`${name}: fsck`, `${check.code} ${check.stdout.toString('utf8')}${check.stderr}`],
    ],
    places: new Map([...placed, ...places]),
  };
}

function rowsOf(home: string): readonly (readonly [string, string])[] {
  const { database } = openStore(home);
  const rows = Object.entries(TABLES).map(
    ([name, query]) =>
      [
        name,
        database
          .prepare(query)
          .all()
          .map((row) => JSON.stringify(row))
          .join('\n'),
      ] as const,
  );
  database.close();
  return rows;
}

/** Temporary files and locks that outlived their process; git prunes its own `tmp_obj_…`, which hold nothing. */
function leftovers({ home, repositories, folder }: Stage): readonly string[] {
  const ours = ['objects', 'keys'].flatMap((each) => everythingBelow(join(home, each))).filter((path) => basename(path).startsWith('.'));
  const locks = repositories.flatMap((each) => everythingBelow(join(each, '.git'))).filter((path) => path.endsWith('.lock'));
  return [...ours, ...locks].map((path) => relative(folder, path)).toSorted();
}

function filesBelow(root: string): readonly string[] {
  return everythingBelow(root)
    .filter((path) => !basename(path).startsWith('.'))
    .toSorted();
}

function everythingBelow(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
