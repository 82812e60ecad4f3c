/** Carries out what a person did on a page, with the rights of that person. */
import { unprocessable } from '../../errors.js';
import { PersonCode } from '../../person/code.js';
import { PersonDesk } from '../../person/desk.js';
import { PersonTalk } from '../../person/talk.js';
import type { Account } from '../../state/accounts.js';
import { fullName, type PullIssue, type Repository } from '../../state/repositories.js';
import type { World } from '../../state/world.js';
import { toggleTask } from '../markdown/render.js';
import type { Act } from '../view.js';

export async function carryOut(world: World, repository: Repository, issue: PullIssue, account: Account, act: Act): Promise<void> {
  const desk = new PersonDesk(world, account);
  const talk = new PersonTalk(desk);
  const { number } = issue;
  const name = fullName(repository);
  switch (act.kind) {
    case 'comment':
      await talk.comment(name, number, act.body);
      return;
    case 'review':
      await talk.review(name, number, { event: act.event, body: act.body });
      return;
    case 'line-comment':
      await talk.review(name, number, { event: 'COMMENT', comments: [{ path: act.path, line: act.line, body: act.body }] });
      return;
    case 'reply':
      await talk.reply(name, firstCommentOf(issue, act.thread), act.body);
      return;
    case 'resolve':
      return talk.resolveThreads(name, number, act.thread, act.isResolved);
    case 'label':
      return act.isOn ? talk.label(name, number, act.name) : talk.unlabel(name, number, act.name);
    case 'tick':
      return talk.edit(name, number, { body: ticked(issue, act.line) });
    case 'close':
      return talk.close(name, number);
    case 'reopen':
      return talk.reopen(name, number);
    case 'ready':
      return talk.setDraft(name, number, false);
    case 'merge':
      await talk.merge(name, number, { method: act.method });
      return;
    case 'edit':
      return edit(desk, issue, act);
  }
}

function firstCommentOf(issue: PullIssue, key: string): number {
  const thread = issue.pull.threads.find(({ nodeId }) => nodeId === key);
  const first = thread?.comments[0];
  if (first === undefined) throw unprocessable('This thread is gone.');
  return first.id;
}

function ticked(issue: PullIssue, line: number): string {
  const body = toggleTask(issue.body ?? '', line);
  if (body === undefined) throw unprocessable('The description has changed since the page was loaded: there is no box on that line.');
  return body;
}

/** As the editor of the web site does it: one commit on the head that was looked at, signed by GitHub. */
async function edit(desk: PersonDesk, issue: PullIssue, { path, content, message, onto }: Extract<Act, { kind: 'edit' }>): Promise<void> {
  const { repository, ref, sha } = issue.pull.head;
  if (onto !== sha) throw unprocessable(`The branch has moved to ${sha.slice(0, 7)} since the page was loaded. Look at the files again.`);
  const { git } = repository;
  const entry = await git.entryAt(await git.treeOf(sha), path);
  const before = await git.objects.blob(entry?.sha ?? '');
  if (before?.equals(Buffer.from(content))) throw unprocessable(`Nothing was changed in ${path}.`);
  await new PersonCode(desk).push(fullName(repository), ref, { files: { [path]: content }, message, onto, signed: true });
}
