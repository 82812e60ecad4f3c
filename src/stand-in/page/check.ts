/** The page of one check run: what it says, where, and how to run it again. */
import { html, raw } from 'hono/html';
import { renderMarkdown } from './markdown/render.js';
import { checkPath, type Html, mark, plural, pullPath, when } from './marks.js';
import type { Annotation, CheckView } from './view.js';

export function checkPage(view: CheckView, now: string): Html {
  const { repository, name, by, says, sha, pulls, title, summary, text, annotations, completedAt, startedAt } = view;
  const at = completedAt ?? startedAt;
  const links = pulls.map((number) => html` · <a href="${pullPath(repository, number)}">#${number}</a>`);
  return html`<h1 class="pull">${mark(view.verdict)} ${name}</h1>
<p class="muted">${by} · ${says}${at === undefined ? '' : html` · ${when(at, now)}`} · <code>${sha.slice(0, 7)}</code>${links}</p>
${again(view)}
<section class="box comment"><div class="markdown">${title === undefined ? '' : html`<h2>${title}</h2>`}
${summary === undefined ? html`<p class="muted">No summary.</p>` : raw(renderMarkdown(summary))}</div></section>
${text === undefined ? '' : html`<section class="box comment"><div class="markdown">${raw(renderMarkdown(text))}</div></section>`}
${annotations.length === 0 ? '' : html`<section class="box"><h2 class="head">${plural(annotations.length, 'annotation')}</h2><ul class="annotations">${annotations.map(annotation)}</ul></section>`}`;
}

function again({ repository, id, actions }: CheckView): Html {
  if (id === undefined) return html``;
  const more = actions.map(
    ({ identifier, label, description }) => html`<button name="action" value="${identifier}" title="${description}">${label}</button>`,
  );
  return html`<form class="buttons" method="post" action="${checkPath(repository, id)}/rerun"><button name="action" value="">Re-run</button>${more}</form>`;
}

function annotation({ path, startLine, endLine, level, title, message }: Annotation): Html {
  const place = startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
  return html`<li class="${level}"><p><span class="tag">${level}</span> <code>${place}</code> ${title === undefined ? '' : html`<strong>${title}</strong>`}</p><p class="message">${message}</p></li>`;
}
