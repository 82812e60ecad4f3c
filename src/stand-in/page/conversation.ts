/** What was said and done at a pull request, in the order it happened. */
import { html, raw } from 'hono/html';
import { renderMarkdown } from './markdown/render.js';
import { avatar, type Html, icon, when } from './marks.js';
import type { CommentView, Entry, ReviewWord, ThreadView } from './view.js';

const REVIEW_WORDS: Readonly<Record<ReviewWord, string>> = {
  APPROVED: 'approved these changes',
  CHANGES_REQUESTED: 'requested changes',
  COMMENTED: 'reviewed',
  DISMISSED: 'reviewed; the review was dismissed',
  PENDING: 'has begun a review',
};
const REVIEW_SIGNS: Readonly<Record<ReviewWord, string>> = {
  APPROVED: '✓',
  CHANGES_REQUESTED: '±',
  COMMENTED: '❝',
  DISMISSED: '⊘',
  PENDING: '…',
};

export function entry(one: Entry, act: string, now: string): Html {
  if (one.kind === 'comment') return html`<li class="said">${commentBox(one.comment, 'commented', now)}</li>`;
  if (one.kind === 'review') return review(one, act, now);
  if (one.kind === 'event') {
    return html`<li class="happened">${avatar(one.actor)} <strong>${one.actor.login}</strong> ${one.says} <span class="muted">${when(one.at, now)}</span></li>`;
  }
  const [first = ''] = one.message.split('\n');
  return html`<li class="happened commit"><span class="dot">${icon('commit')}</span> <span class="grow">${first} <span class="muted">${one.author}</span></span>${one.isVerified ? html`<span class="tag verified">Verified</span>` : ''} <code>${one.sha.slice(0, 7)}</code></li>`;
}

function review({ at, state, comment, threads }: Extract<Entry, { kind: 'review' }>, act: string, now: string): Html {
  const said = comment.body.trim() === '' ? '' : commentBox(comment, 'said', now);
  return html`<li class="reviewed"><p class="happened"><span class="dot ${state.toLowerCase()}" aria-hidden="true">${REVIEW_SIGNS[state]}</span> ${avatar(comment.author)} <strong>${comment.author.login}</strong> ${REVIEW_WORDS[state]} <span class="muted">${when(at, now)}</span></p>
${said}${threads.map((one) => thread(one, act, now))}</li>`;
}

export function commentBox(comment: CommentView, verb: string, now: string, tick?: string): Html {
  const { author, at, body, isEdited, hiddenAs, reactions } = comment;
  const head = html`<div class="head">${avatar(author)} <strong>${author.login.replace(/\[bot\]$/, '')}</strong>${author.isBot ? html` <span class="tag">bot</span>` : ''} <span class="muted">${verb} ${when(at, now)}${isEdited ? ' · edited' : ''}</span></div>`;
  const signs = reactions.map(({ sign, by }) => html`<span class="tag" title="${by.join(', ')}">${sign} ${by.length}</span>`);
  const text =
    body.trim() === ''
      ? html`<p class="muted">No description provided.</p>`
      : raw(renderMarkdown(body, tick === undefined ? {} : { tick }));
  const whole = html`<div class="markdown">${text}</div>${signs.length === 0 ? '' : html`<div class="reactions">${signs}</div>`}`;
  if (hiddenAs === undefined) return html`<article class="box comment" id="${comment.key}">${head}${whole}</article>`;
  return html`<article class="box comment" id="${comment.key}">${head}<details class="hidden-comment"><summary>Hidden as ${hiddenAs.toLowerCase()}</summary>${whole}</details></article>`;
}

export function thread(one: ThreadView, act: string, now: string): Html {
  const { key, path, line, isOutdated, resolvedBy, comments } = one;
  const place = html`<code>${path}${line === undefined ? '' : `:${line}`}</code>${isOutdated ? html` <span class="tag">outdated</span>` : ''}`;
  const inside = html`${comments.map((comment) => commentBox(comment, 'commented', now))}
<form class="reply" method="post" action="${act}"><input type="hidden" name="thread" value="${key}"><input name="body" aria-label="Reply" placeholder="Reply …" maxlength="65000"><button name="kind" value="reply">Reply</button>
<button name="kind" value="${resolvedBy === undefined ? 'resolve' : 'unresolve'}">${resolvedBy === undefined ? 'Resolve' : 'Unresolve'}</button></form>`;
  if (resolvedBy === undefined) return html`<div class="thread box"><div class="head">${place}</div>${inside}</div>`;
  return html`<details class="thread box"><summary class="head">${place} <span class="muted">resolved by ${resolvedBy}</span></summary>${inside}</details>`;
}
