/** How a play stands, as texts by name. What depends on the number of tries (ids, times, signatures) is named by its kind. */

import * as z from 'zod';
import { git, gitText } from '../../src/adapters/git/run.js';
import { openStore } from '../../src/adapters/local/store.js';
import { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import type { PullIssue } from '../../src/stand-in/state/repositories.js';
import { pullsOf } from './scenes.js';
import { REPOSITORY, type Stage } from './stage.js';

export type EndState = Readonly<Record<string, string>>;

/**
 * What may not differ at the end of a scene: where records stand, pull requests, what was said. A call that failed in the last hour
 * of a scene may still show in a reason or a check.
 */
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
    ...pulls.flatMap((pull) => pullState(pull)),
    ...recordsOf(stage).map(placeOf),
    ['violations', JSON.stringify(stage.standIn.violations)],
  ];
  return Object.fromEntries(found.map(([name, text]) => [name, masked(text)]));
}

/** Everything, once there was time to heal: also checks, reasons, the queues, and every branch, commit and file. */
export async function endState(stage: Stage): Promise<EndState> {
  const masked = maskOf(stage);
  const { directory } = stage.standIn.seed.repository(REPOSITORY).git;
  const refs = (await gitText(directory, ['for-each-ref', '--format=%(refname)'])).split('\n').filter(Boolean);
  const check = await git(directory, ['fsck', '--full', '--strict', '--no-dangling', '--no-progress']);
  const histories = await Promise.all(refs.map(async (ref) => [ref, await historyOf(directory, ref)] as const));
  const found: (readonly [string, string])[] = [
    ...pullsOf(stage.standIn).map((pull) => checksOf(stage, pull)),
    ...recordsOf(stage).map(reasonOf),
    ...queuesOf(stage),
    ['refs', refs.map(masked).toSorted().join('\n')],
    ['fsck', `${check.code} ${check.stdout.toString('utf8')}${check.stderr}`],
    ...histories,
  ];
  return { ...sceneState(stage), ...Object.fromEntries(found.map(([name, text]) => [masked(name), masked(text)])) };
}

/** Each commit with its words, the number of its parents and what it changed against the first of them, in the order of the history. */
async function historyOf(directory: string, ref: string): Promise<string> {
  const words = ['log', '--topo-order', '--first-parent', '--diff-merges=first-parent', '--root', '--no-color', '--no-ext-diff', '-p'];
  const changes = await gitText(directory, [...words, '--format=commit of %an, %cn%nparents %P%n%B', ref]);
  const all = await gitText(directory, ['log', '--format=%an: %s%x09%p', ref]);
  const shape = all.split('\n').map((line) => {
    const [commit, parents = ''] = line.split('\t');
    return `${commit} (${parents.split(' ').filter(Boolean).length} parents)`;
  });
  return `${changes}\n${shape.toSorted().join('\n')}`;
}

function pullState(issue: PullIssue): readonly (readonly [string, string])[] {
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
  return [
    [name, JSON.stringify(about, undefined, 1)],
    [`${name}: body`, issue.body ?? ''],
    [`${name}: comments`, comments.join('\n')],
  ];
}

/** Of each check its newest run on the head. */
function checksOf({ standIn }: Stage, { pull }: PullIssue): readonly [string, string] {
  const runs = standIn.world.runsOn(pull.head.repository, pull.head.sha).toSorted((a, b) => a.id - b.id);
  const latest = new Map(runs.map((run) => [`${run.app.slug} ${run.name}`, `${run.status} ${run.conclusion ?? '-'} ${run.title ?? '-'}`]));
  return [
    `pull request ${pull.head.ref}: checks`,
    [...latest]
      .map(([run, how]) => `${run}: ${how}`)
      .toSorted()
      .join('\n'),
  ];
}

const Row = z.object({ body: z.string() });
const QUEUES: Readonly<Record<string, string>> = {
  'deliveries that wait or were given up': `SELECT event, action, state, said FROM inbox WHERE state <> 'done' ORDER BY seq`,
  'work items': `SELECT body ->> '$.dataset_urn' AS urn, command FROM work_item JOIN record ON bootstrap_id = execution ORDER BY urn`,
  slots: 'SELECT count(*) AS slots FROM slot',
  'leases that are held': `SELECT name FROM lease WHERE owner IS NOT NULL AND expires > '<now>' ORDER BY name`,
  installations: 'SELECT account, state FROM installation',
  repositories: `SELECT body ->> '$.name' AS name, body ->> '$.state' AS state, body ->> '$.scanned.tree' AS tree FROM repository ORDER BY id`,
};

function recordsOf({ home }: Stage): readonly BootstrapRecord[] {
  const { database, close } = openStore(home);
  try {
    const rows = database.prepare('SELECT body FROM record ORDER BY urn').all();
    return rows.map((row) => BootstrapRecord.parse(JSON.parse(Row.parse(row).body)));
  } finally {
    close();
  }
}

function queuesOf({ home, standIn, clock }: Stage): readonly (readonly [string, string])[] {
  const { database, close } = openStore(home);
  try {
    const rows = Object.entries(QUEUES).map(
      ([name, query]) =>
        [
          name,
          database
            .prepare(query.replace('<now>', clock.at))
            .all()
            .map((row) => JSON.stringify(row))
            .join('\n'),
        ] as const,
    );
    const { git: repository, defaultBranch } = standIn.seed.repository(REPOSITORY);
    const tip = repository.refs.get(`refs/heads/${defaultBranch}`) ?? '';
    const scanned = database.prepare(`SELECT count(*) AS repositories FROM repository WHERE body ->> '$.scanned.commit' = ?`).all(tip);
    return [...rows, ['scanned as they stand', JSON.stringify(scanned)]];
  } finally {
    close();
  }
}

function placeOf({ dataset_urn, current_step, tier, counters, pull_request: request }: BootstrapRecord): readonly [string, string] {
  const pull = request && {
    branch: request.branch,
    number: request.number === undefined ? 'none' : `#${request.number}`,
    base: request.base_branch,
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
  return [`record ${dataset_urn}`, JSON.stringify({ current_step, tier, counters, pull }, undefined, 1)];
}

function reasonOf({ dataset_urn, problem, reason }: BootstrapRecord): readonly [string, string] {
  return [`why ${dataset_urn}`, JSON.stringify({ problem, reason }, undefined, 1)];
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
      .replace(/[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC/g, '<time>')
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
