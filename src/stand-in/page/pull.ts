/** A pull request: its words, its conversation, its checks, and what one may do. */
import { html } from 'hono/html';
import { commentBox, entry } from './conversation.js';
import { checkPath, type Html, label, mark, plural, pullPath, statePill, when } from './marks.js';
import type { CheckRow, CommentView, PullView } from './view.js';

const REVIEWER_SIGNS: Readonly<Record<string, string>> = {
  APPROVED: '✓',
  CHANGES_REQUESTED: '±',
  COMMENTED: '❝',
  DISMISSED: '⊘',
  REQUESTED: '●',
  PENDING: '…',
};
const METHODS = { merge: 'Create a merge commit', squash: 'Squash and merge', rebase: 'Rebase and merge' } as const;
const TICK_FORM = 'tick';

export function pullPage(view: PullView, now: string): Html {
  const act = pullPath(view.repository, view.number, 'act');
  const body: CommentView = {
    key: 'body',
    author: view.author,
    at: view.createdAt,
    body: view.body,
    isEdited: view.isEdited,
    hiddenAs: undefined,
    reactions: [],
  };
  return html`${pullHead(view, 'conversation', now)}
<form id="${TICK_FORM}" method="post" action="${act}"><input type="hidden" name="kind" value="tick"></form>
<div class="with-side">
<div class="conversation">
${commentBox(body, 'opened this', now, TICK_FORM)}
<ol class="timeline">${view.entries.map((one) => entry(one, act, now))}</ol>
${mergeBox(view, act)}
${view.state === 'merged' ? '' : sayBox(view, act)}
</div>
<aside>${side(view, act)}</aside>
</div>`;
}

export function pullHead(view: PullView, tab: 'conversation' | 'files', now: string): Html {
  const { repository, number, title, state, head, base, author, closed } = view;
  const did = state === 'merged' ? `${closed?.by ?? ''} merged` : `${author.login} wants to merge`;
  const at = closed === undefined ? '' : html` · ${state} ${when(closed.at, now)}`;
  const tabs = [
    { name: 'conversation', text: 'Conversation', count: view.comments, path: pullPath(repository, number) },
    { name: 'files', text: 'Files changed', count: view.changedFiles, path: pullPath(repository, number, 'files') },
  ];
  return html`<h1 class="pull">${title} <span class="number">#${number}</span></h1>
<p class="branches">${statePill(state)} <span>${did} ${plural(view.commits, 'commit')} into <code>${base}</code> from <code>${head.label}</code>${at}</span></p>
<nav class="tabs" aria-label="Parts of the pull request">${tabs.map(({ name, text, count, path }) => html`<a href="${path}"${name === tab ? html` aria-current="page"` : ''}>${text} <span class="count">${count}</span></a>`)}</nav>`;
}

function checkList(view: PullView): Html {
  const row = ({ id, name, by, verdict, says, isRequired }: CheckRow) =>
    html`<li>${mark(verdict)} <span class="grow">${id === undefined ? html`<strong>${name}</strong>` : html`<a href="${checkPath(view.repository, id)}"><strong>${name}</strong></a>`} <span class="muted">${by} — ${says}</span></span>${isRequired ? html`<span class="tag">Required</span>` : ''}</li>`;
  return view.checkRows.length === 0
    ? html`<p class="blank">No checks have reported on this commit.</p>`
    : html`<ul class="checks">${view.checkRows.map(row)}</ul>`;
}

function mergeBox(view: PullView, act: string): Html {
  const { merge, state } = view;
  const buttons = merge.methods.map(
    (method) => html`<button class="${merge.canMerge ? 'go' : ''}" name="method" value="${method}">${METHODS[method]}</button>`,
  );
  const form =
    state === 'open' && merge.methods.length > 0
      ? html`<form method="post" action="${act}" class="buttons"><input type="hidden" name="kind" value="merge">${buttons}</form>`
      : '';
  const ready =
    state === 'draft'
      ? html`<form method="post" action="${act}" class="buttons"><button name="kind" value="ready">Ready for review</button></form>`
      : '';
  const tone = state === 'merged' ? 'merged' : merge.canMerge ? 'good' : 'held';
  return html`<section class="box merge ${tone}" aria-label="Checks and merging">${checkList(view)}
<div class="verdict"><p><strong>${merge.says}</strong></p>${merge.reasons.length === 0 ? '' : html`<ul>${merge.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}${form}${ready}</div></section>`;
}

function sayBox({ state }: PullView, act: string): Html {
  const reviews =
    state === 'closed'
      ? ''
      : html`<button name="kind" value="approve">Approve</button><button name="kind" value="request-changes">Request changes</button><button name="kind" value="review">Review only</button>`;
  const close =
    state === 'closed' ? html`<button name="kind" value="reopen">Reopen</button>` : html`<button name="kind" value="close">Close</button>`;
  return html`<section class="box say"><h2>Say something</h2><form method="post" action="${act}">
<textarea name="body" rows="4" aria-label="Comment" placeholder="Markdown, or a command such as /autopilot help" maxlength="65000"></textarea>
<div class="buttons"><button class="go" name="kind" value="comment">Comment</button>${reviews}${close}</div></form></section>`;
}

function side(view: PullView, act: string): Html {
  const on = new Set(view.labels.map(({ name }) => name));
  const reviewers = view.reviewers.map(
    ({ name, state }) =>
      html`<li><span class="dot ${state.toLowerCase()}" title="${state.toLowerCase().replaceAll('_', ' ')}">${REVIEWER_SIGNS[state] ?? ''}</span> ${name}</li>`,
  );
  const labels = view.allLabels.map(
    (one) =>
      html`<li><form method="post" action="${act}"><input type="hidden" name="name" value="${one.name}"><button class="box-button" name="kind" value="${on.has(one.name) ? 'unlabel' : 'label'}" aria-pressed="${on.has(one.name) ? 'true' : 'false'}"><span aria-hidden="true">${on.has(one.name) ? '☑' : '☐'}</span> ${label(one)}</button></form></li>`,
  );
  return html`<section><h2>Reviewers</h2>${reviewers.length === 0 ? html`<p class="muted">No reviews</p>` : html`<ul class="plain">${reviewers}</ul>`}</section>
<section><h2>Labels</h2>${labels.length === 0 ? html`<p class="muted">None yet</p>` : html`<ul class="plain">${labels}</ul>`}</section>
<section><h2>Head</h2><p class="muted"><code>${view.head.ref}</code><br><code>${view.head.sha.slice(0, 12)}</code></p></section>`;
}
