/** §8.3 conditions 8 and 9: the head is what we wrote, commit by commit, path by path and byte by byte. */
import { DOCUMENTS } from '../../document-keys.js';
import type { SnapshotCommit } from '../snapshot.js';
import { notedApprover } from './approval.js';
import { block, type Condition, given, listed, type Outcome, pass, plural, recorded, unknown } from './condition.js';
import type { PullRequestRecord, Scene } from './scene.js';

const ADOPTED = 'or, where a person decides, our record notes an approval of exactly what stands there';

export const CONTENT_CONDITIONS: readonly Condition[] = [
  {
    number: 8,
    id: 'head/recorded',
    condition: 'The head is the commit that we wrote last',
    passes: `its SHA is the recorded one, ${ADOPTED}`,
    blocks: 'anybody pushed, amended or used “Update branch”',
    unknown: 'our record holds no pull request',
    judge: headRecorded,
  },
  {
    number: 8,
    id: 'commits/ours',
    condition: 'Every commit of the branch is one that we wrote',
    passes: `each SHA from the merge base to the head is in our record, ${ADOPTED}`,
    blocks: 'one of them is not',
    unknown: 'the commits could not be read, do not end in the head as it is shown, or lack one of ours',
    judge: commitsOurs,
  },
  {
    number: 8,
    id: 'commits/verified',
    condition: 'The forge verified every commit',
    passes: 'each is verified, or a person decides and no rule asks for it',
    blocks: 'one of them is not',
    unknown: 'commits or rules could not be read, or do not fit the head',
    judge: commitsVerified,
  },
  {
    number: 9,
    id: 'content/tree',
    condition: 'The head’s tree is the one that we wrote',
    passes: `its SHA is the recorded one, ${ADOPTED}`,
    blocks: 'it is another tree',
    unknown: 'the commit shown is not the head',
    judge: treeRecorded,
  },
  {
    number: 9,
    id: 'content/paths',
    condition: 'Only the dataset’s own files are changed',
    passes: 'all paths lie in the dataset’s folder; alone, only the three documents',
    blocks: 'any other path, anything below `.github/`, a CODEOWNERS, or nothing at all',
    unknown: 'the changes could not be read',
    judge: pathsAllowed,
  },
  {
    number: 9,
    id: 'content/modes',
    condition: 'Only plain files are changed',
    passes: 'every mode is 100644',
    blocks: 'a link, a submodule, an executable or a deletion',
    unknown: 'the changes could not be read',
    judge: plainFiles,
  },
  {
    number: 9,
    id: 'content/digest',
    condition: 'The judged content is the one that was proposed',
    passes: `its digest is the recorded one, ${ADOPTED}`,
    blocks: 'one byte differs',
    unknown: 'the content could not be read',
    judge: digestRecorded,
  },
];

/**
 * A head that a person made never merges alone. Where a person decides, an approval that our record notes with exactly the
 * content that stands there adopts it: the approval is worth more than who typed. A head of ours is never in need of it.
 */
export function isAdopted(scene: Scene): boolean {
  const isForeign = scene.pull !== undefined && !scene.pull.written.includes(scene.snapshot.pullRequest.head);
  return isForeign && scene.ledger.merge.kind === 'person' && notedApprover(scene) !== undefined;
}

/**
 * E-mail addresses are free text and no evidence; a SHA in our record is.
 * “Update branch” is harmless, and still not ours: it is said how it becomes ours again.
 */
function headRecorded(scene: Scene): Outcome {
  return recorded(scene, (pull) => {
    const { head } = scene.snapshot.pullRequest;
    if (head === pull.head && pull.written.includes(head)) return pass(head);
    if (isAdopted(scene)) return { ...pass(`${head}, which is not ours, but was approved`), adopted: true };
    if (pull.written.includes(head)) return block(`the branch was set back to ${head}, an older commit of ours`);
    if (isUpdateBranch(scene, pull))
      return block(`${head} is a merge of the base branch by “Update branch”; the branch is ours again when that commit is taken off`);
    return block(`somebody pushed ${head}; ours is ${pull.head}`);
  });
}

/** Two parents: a commit of ours first, and second one that the base branch has already, since it is not listed as new. */
function isUpdateBranch({ snapshot }: Scene, pull: PullRequestRecord): boolean {
  const { headCommit, commits } = snapshot;
  const [first, second, third] = headCommit.parents;
  if (!commits.ok || first === undefined || second === undefined || third !== undefined) return false;
  return pull.written.includes(first) && !commits.value.some(({ sha }) => sha === second);
}

function commitsOurs(scene: Scene): Outcome {
  return recorded(scene, (pull) =>
    withCommits(scene, (commits) => {
      const foreign = commits.filter(({ sha }) => !pull.written.includes(sha)).map(({ sha }) => sha);
      if (foreign.length === 0) return pass(`${plural(commits.length, 'commit')}, all ours`);
      const seen = `${foreign.length} of ${plural(commits.length, 'commit')} not ours: ${listed(foreign)}`;
      return isAdopted(scene) ? pass(`${seen}; a person approved the content`) : block(seen);
    }),
  );
}

/** Alone we merge nothing unverified. Where a person decides, the rules of the branch say whether it matters. */
function commitsVerified(scene: Scene): Outcome {
  return withCommits(scene, (commits) =>
    given(scene.snapshot.rules, 'the rules of the base branch', ({ signatures }) => {
      const open = commits.filter(({ verified }) => !verified).map(({ sha }) => sha);
      if (open.length === 0) return pass(`${plural(commits.length, 'commit')}, all verified`);
      const seen = `not verified: ${listed(open)}`;
      return scene.ledger.merge.kind === 'person' && !signatures ? pass(`${seen}; no rule asks for it`) : block(seen);
    }),
  );
}

/** A list that does not end in the head as it is shown, or lacks a commit of ours, was read while the branch moved. */
function withCommits({ snapshot, pull }: Scene, judge: (commits: readonly SnapshotCommit[]) => Outcome): Outcome {
  return given(snapshot.commits, 'the commits of the branch', (commits) => {
    const last = commits.at(-1);
    const { head } = snapshot.pullRequest;
    if (last?.sha !== head) return unknown(`the commits end in ${last?.sha ?? 'nothing'}, not in the head ${head}`);
    if (!isSameCommit(last, snapshot.headCommit)) return unknown(`the head ${head} was shown in two ways`);
    const known = commits.map(({ sha }) => sha);
    const lost = commits.flatMap(({ parents }) => parents).find((sha) => !known.includes(sha) && pull?.written.includes(sha));
    return lost === undefined ? judge(commits) : unknown(`the commits lack ${lost}`);
  });
}

function isSameCommit(a: SnapshotCommit, b: SnapshotCommit): boolean {
  return a.sha === b.sha && a.tree === b.tree && a.verified === b.verified && a.parents.join() === b.parents.join();
}

function treeRecorded(scene: Scene): Outcome {
  return recorded(scene, (pull) => {
    const { headCommit, pullRequest } = scene.snapshot;
    if (headCommit.sha !== pullRequest.head) return unknown(`the commit ${headCommit.sha} was shown for the head ${pullRequest.head}`);
    if (headCommit.tree === pull.tree) return pass(headCommit.tree);
    const seen = `the tree is ${headCommit.tree}, ours was ${pull.tree}`;
    return isAdopted(scene) ? pass(`${seen}; a person approved the content`) : block(seen);
  });
}

/** Exactly the documents that a merge puts in force: whatever else a branch carries was judged by nobody, whoever approved it. */
function pathsAllowed({ snapshot, ledger }: Scene): Outcome {
  return given(snapshot.changes, 'the changes', (changes) => {
    if (changes.length === 0) return block('the branch changes nothing');
    const documents = Object.values(DOCUMENTS).map((name) => `${ledger.folder}/${name}`);
    const strangers = changes.map(({ path }) => path).filter((path) => !documents.includes(path));
    return strangers.length === 0
      ? pass(`${plural(changes.length, 'file')} of ${ledger.folder}/`)
      : block(`${plural(strangers.length, 'file')} that must not be changed from here: ${listed(strangers)}`);
  });
}

function plainFiles({ snapshot }: Scene): Outcome {
  return given(snapshot.changes, 'the changes', (changes) => {
    const odd = changes.filter(({ mode }) => mode !== '100644').map(({ path, mode }) => `${path} (${mode})`);
    return odd.length === 0 ? pass(`${plural(changes.length, 'file')}, mode 100644`) : block(`no plain file: ${listed(odd)}`);
  });
}

/** All changed files with their paths, without the signature: equal before and after signing, different after anything else. */
function digestRecorded(scene: Scene): Outcome {
  return recorded(scene, (pull) =>
    given(scene.judged, 'the content', (digest) => {
      if (digest === pull.judged_digest) return pass(digest);
      const seen = `the content is ${digest}, proposed was ${pull.judged_digest}`;
      return isAdopted(scene) ? pass(`${seen}; a person approved what is there`) : block(seen);
    }),
  );
}
