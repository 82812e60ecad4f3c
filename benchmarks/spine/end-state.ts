/** How a play stands, as texts by name. What depends on the number of tries (ids, times, signatures) is named by its kind. */

import * as z from 'zod';
import { git, gitText } from '../../src/adapters/git/run.js';
import { openStore } from '../../src/adapters/local/store.js';
import { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import type { PullIssue } from '../../src/stand-in/state/repositories.js';
import { pullsOf } from './scenes.js';
import { REPOSITORY, type Stage } from './stage.js';

export type EndState = Readonly<Record<string, string>>;

/** Records, pull requests and what was said: taken after every scene. */
export function sceneState(stage: Stage): EndState {
  const masked = maskOf(stage);
  const pulls = pullsOf(stage.standIn);
  const found: (readonly [string, string])[] = [
    [
      'pull requests',
      `${pulls.length}: ${pulls
        .map(({ pull }) => pull.head.ref)
        .toSorted()
        .join(', ')}`,
    ],
    ...pulls.flatMap((pull) => pullState(stage, pull)),
    ...storeState(stage),
    ['violations', JSON.stringify(stage.standIn.violations)],
  ];
  return Object.fromEntries(found.map(([name, text]) => [name, masked(text)]));
}

/** The same with every branch, commit and file. */
export async function endState(stage: Stage): Promise<EndState> {
  const masked = maskOf(stage);
  const { directory } = stage.standIn.seed.repository(REPOSITORY).git;
  const refs = (await gitText(directory, ['for-each-ref', '--format=%(refname)'])).split('\n').filter(Boolean);
  const check = await git(directory, ['fsck', '--full', '--strict', '--no-dangling', '--no-progress']);
  const histories = await Promise.all(refs.map(async (ref) => [ref, await historyOf(directory, ref)] as const));
  return {
    ...sceneState(stage),
    refs: refs.join('\n'),
    fsck: `${check.code} ${check.stdout.toString('utf8')}${check.stderr}`,
    ...Object.fromEntries(histories.map(([ref, text]) => [ref, masked(text)])),
  };
}

/** Each commit with its words, the number of its parents and what it changed against the first of them, in the order of the history. */
async function historyOf(directory: string, ref: string): Promise<string> {
  const words = ['log', '--topo-order', '--first-parent', '--diff-merges=first-parent', '--root', '--no-color', '--no-ext-diff', '-p'];
  const main = await gitText(directory, [...words, '--format=commit of %an, %cn%nparents %P%n%B', ref]);
  const shape = await gitText(directory, ['log', '--topo-order', '--format=%an: %s (%p)', ref]);
  return `${main}\n${shape
    .split('\n')
    .map((line) => line.replace(/\(([0-9a-f ]*)\)$/, (_, parents: string) => `(${parents.split(' ').filter(Boolean).length} parents)`))
    .toSorted()
    .join('\n')}`;
}

function pullState({ standIn }: Stage, issue: PullIssue): readonly (readonly [string, string])[] {
  const { pull } = issue;
  const name = `pull request ${pull.head.ref}`;
  const about = {
    title: issue.title,
    state: issue.state,
    draft: pull.draft,
    author: issue.author.login,
    base: pull.base.ref,
    labels: [...issue.labels].toSorted(),
    users: [...pull.requestedUsers].map(({ login }) => login).toSorted(),
    teams: [...pull.requestedTeams].toSorted(),
    merged: pull.merged && { by: pull.merged.by.login, method: pull.merged.method },
    reviews: pull.reviews.map(({ author, state }) => `${author.login} ${state}`),
  };
  const comments = issue.comments.map(({ author, body, reactions }) => {
    const signs = reactions.map(({ user, content }) => `${user.login} ${content}`).toSorted();
    return `--- ${author.login} [${signs.join(', ')}]\n${body}`;
  });
  const latest = new Map(
    standIn.world
      .runsOn(pull.head.repository, pull.head.sha)
      .toSorted((a, b) => a.id - b.id)
      .map((run) => [`${run.app.slug} ${run.name}`, `${run.status} ${run.conclusion ?? '-'} ${run.title ?? '-'}`]),
  );
  return [
    [name, JSON.stringify(about, undefined, 1)],
    [`${name}: body`, issue.body ?? ''],
    [`${name}: comments`, comments.join('\n')],
    [
      `${name}: checks`,
      [...latest]
        .map(([run, how]) => `${run}: ${how}`)
        .toSorted()
        .join('\n'),
    ],
  ];
}

const Row = z.object({ body: z.string() });
const COUNTED = {
  'deliveries that wait or were given up': `SELECT event, action, state, said FROM inbox WHERE state <> 'done' ORDER BY seq`,
  'work items': `SELECT body ->> '$.dataset_urn' AS urn, command FROM work_item JOIN record ON bootstrap_id = execution ORDER BY urn`,
  slots: 'SELECT count(*) AS slots FROM slot',
  'leases that are held': 'SELECT name FROM lease WHERE owner IS NOT NULL ORDER BY name',
  repositories: `SELECT body ->> '$.name' AS name, body ->> '$.state' AS state, body ->> '$.scanned.tree' AS tree FROM repository ORDER BY id`,
};

function storeState({ home, standIn }: Stage): readonly (readonly [string, string])[] {
  const { database, close } = openStore(home);
  try {
    const records = database
      .prepare('SELECT body FROM record ORDER BY urn')
      .all()
      .map((row) => recordState(BootstrapRecord.parse(JSON.parse(Row.parse(row).body))));
    const { objects, refs } = standIn.seed.repository(REPOSITORY).git;
    void objects;
    void refs;
    const counted = Object.entries(COUNTED).map(
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
    return [['records', `${records.length}`], ...records, ...counted];
  } finally {
    close();
  }
}

function recordState(record: BootstrapRecord): readonly [string, string] {
  const { dataset_urn, current_step, tier, counters, problem, reason, pull_request: request } = record;
  const pull = request && {
    branch: request.branch,
    number: request.number === undefined ? 'none' : `#${request.number}`,
    base: request.base,
    merged: request.merged_as !== undefined,
    merged_by: request.merged_by,
    signed_in: request.signed_in,
    approvals: request.approvals.map(({ by }) => by),
    hold: request.hold?.by,
    lifted: request.hold_lifted_at !== undefined,
    answered: request.answered?.length ?? 0,
    notified: request.notified?.who,
    told: request.words_digest !== undefined,
  };
  return [`record ${dataset_urn}`, JSON.stringify({ current_step, tier, counters, problem, reason, pull }, undefined, 1)];
}

/** Numbers of pull requests follow from who came first: they are named by their branch. */
function maskOf({ standIn, folder }: Stage): (text: string) => string {
  const pulls = new Map(pullsOf(standIn).map(({ number, pull }) => [String(number), pull.head.ref]));
  return (text) =>
    text
      .replaceAll(folder, '<stage>')
      .replaceAll(standIn.url, '<github>')
      .replace(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, '<signature>')
      .replace(/sha256:[0-9a-f]{64}/g, '<digest>')
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( UTC|Z)?/g, '<time>')
      .replace(/\b[0-9a-f]{40}\b/g, '<sha>')
      .replace(/\b(index )[0-9a-f]{7,40}\.\.[0-9a-f]{7,40}/g, '$1<blobs>')
      .replace(/(#|\/pull\/)(\d+)\b/g, (_, sign: string, number: string) => `${sign}<${pulls.get(number) ?? number}>`)
      .replace(/\b\d+ (min(utes?)?|hours?|h)\b( \d+ min)?/g, '<while>');
}

/** Undefined where two plays stand alike. */
export function differenceOf(expected: EndState, found: EndState): string | undefined {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [a, b] = [expected[name], found[name]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return `${name}: ${a === undefined ? 'only when disturbed' : 'missing when disturbed'}`;
    const [left, right] = [a.split('\n'), b.split('\n')];
    const line = left.findIndex((each, index) => each !== right[index]);
    const index = line === -1 ? left.length : line;
    return `${name}, line ${index + 1}:\n      undisturbed ${left[index] ?? '(nothing)'}\n      disturbed   ${right[index] ?? '(nothing)'}`;
  }
  return undefined;
}
