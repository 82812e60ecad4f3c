/** §8.3 conditions 6 and 7: it is an open pull request, in the repository we know, and it is ours. */
import { block, type Condition, given, type Outcome, pass, recorded, unknown } from './condition.js';
import type { Scene } from './scene.js';

export const PULL_REQUEST_CONDITIONS: readonly Condition[] = [
  {
    number: 6,
    id: 'forge/installation',
    condition: 'The App is installed and not suspended',
    passes: 'the forge says so now',
    blocks: 'it is suspended',
    unknown: 'the forge did not say',
    judge: installed,
  },
  {
    number: 6,
    id: 'repository/same',
    condition: 'It is the repository that the change was made for',
    passes: 'the forge’s number of it is the recorded one, whatever its name is now',
    blocks: 'another repository has the name now',
    judge: sameRepository,
  },
  {
    number: 6,
    id: 'repository/open',
    condition: 'The repository takes changes',
    passes: 'it is not archived, disabled or locked',
    blocks: 'it is one of these',
    judge: repositoryOpen,
  },
  {
    number: 6,
    id: 'pull-request/open',
    condition: 'The pull request is open',
    passes: 'open',
    blocks: 'closed, or merged already',
    unknown: 'the forge says another word',
    judge: pullRequestOpen,
  },
  {
    number: 6,
    id: 'pull-request/unlocked',
    condition: 'People can comment on it',
    passes: 'its conversation is not locked',
    blocks: 'it is locked: nobody can object',
    judge: conversationOpen,
  },
  {
    number: 7,
    id: 'pull-request/ours',
    condition: 'Our App opened it',
    passes: 'its author has our bot’s number',
    blocks: 'anybody else, whatever their name, title or branch',
    judge: openedByUs,
  },
  {
    number: 7,
    id: 'pull-request/known',
    condition: 'It is the pull request of our record',
    passes: 'number and branch are the recorded ones',
    blocks: 'another number or branch',
    unknown: 'no number was recorded',
    judge: knownPullRequest,
  },
  {
    number: 7,
    id: 'pull-request/no-fork',
    condition: 'Its branch lies in the same repository',
    passes: 'both repositories have the same number',
    blocks: 'a fork, or a repository that is gone: never, whatever else holds',
    judge: noFork,
  },
  {
    number: 7,
    id: 'pull-request/base',
    condition: 'It merges into the recorded base branch',
    passes: 'the base is the recorded one, and still the default branch',
    blocks: 'it was retargeted, or the default branch is another now',
    unknown: 'no base was recorded',
    judge: baseRecorded,
  },
];

function installed({ snapshot }: Scene): Outcome {
  return given(snapshot.installation, 'the installation', ({ suspended }) =>
    suspended ? block('the installation is suspended') : pass('installed'),
  );
}

/** Numbers survive a rename; a name can be given to another repository. */
function sameRepository({ snapshot, ledger }: Scene): Outcome {
  const { id, name } = snapshot.repository;
  if (id !== ledger.repositoryId) return block(`${name} is another repository now: ${id}, not ${ledger.repositoryId}`);
  const known = ledger.record.repository;
  return pass(known === undefined || known === name ? name : `${name}, which was called ${known}`);
}

function repositoryOpen({ snapshot }: Scene): Outcome {
  const { archived, disabled, locked } = snapshot.repository;
  const states = [archived ? 'archived' : '', disabled ? 'disabled' : '', locked ? 'locked' : ''].filter((word) => word !== '');
  return states.length === 0 ? pass('open') : block(`the repository is ${states.join(' and ')}`);
}

function pullRequestOpen({ snapshot }: Scene): Outcome {
  const { mergedAt, mergedBy, closedAt, closedBy } = snapshot.pullRequest;
  const state: string = snapshot.pullRequest.state;
  if (state === 'open') return pass('open');
  if (state === 'merged') return block(`merged${byWhom(mergedBy)}${atWhen(mergedAt)}`);
  return state === 'closed' ? block(`closed${byWhom(closedBy)}${atWhen(closedAt)}`) : unknown(`the forge says ${state}`);
}

function byWhom(actor: { readonly login: string } | undefined): string {
  return actor ? ` by ${actor.login}` : '';
}

function atWhen(at: string | undefined): string {
  return at === undefined ? '' : ` at ${at}`;
}

function conversationOpen({ snapshot }: Scene): Outcome {
  return snapshot.pullRequest.locked ? block('its conversation is locked, so nobody can object') : pass('open');
}

/** By the number of the bot's account: sender, title, label and branch can be anybody's. */
function openedByUs({ snapshot, ledger }: Scene): Outcome {
  const { id, login, isBot } = snapshot.pullRequest.author;
  return id === ledger.app.botId && isBot ? pass(login) : block(`opened by ${login} (${id ?? 'no number'}), not by our App`);
}

function knownPullRequest(scene: Scene): Outcome {
  return recorded(scene, (pull) => {
    const { number, headRef } = scene.snapshot.pullRequest;
    if (pull.number === undefined) return unknown('no number was recorded');
    const seen = `#${number} from ${headRef}`;
    return number === pull.number && headRef === pull.branch ? pass(seen) : block(`${seen}, ours is #${pull.number} from ${pull.branch}`);
  });
}

function noFork({ snapshot }: Scene): Outcome {
  const { headRepositoryId: head } = snapshot.pullRequest;
  if (head === snapshot.repository.id) return pass('the same repository');
  return block(head === undefined ? 'its branch lies in a repository that is gone' : `its branch lies in another repository (${head})`);
}

/** A base that is no longer the default branch leads where nobody looks. */
function baseRecorded(scene: Scene): Outcome {
  return recorded(scene, ({ base_branch: base }) => {
    const { baseRef } = scene.snapshot.pullRequest;
    const { defaultBranch } = scene.snapshot.repository;
    if (base === undefined) return unknown('no base was recorded');
    if (baseRef !== base) return block(`it merges into ${baseRef} now, not into ${base}`);
    return baseRef === defaultBranch ? pass(base) : block(`it merges into ${base}, but the default branch is ${defaultBranch} now`);
  });
}
