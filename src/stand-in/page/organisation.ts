/** An organisation: its open pull requests, its repositories, its people. */
import { html } from 'hono/html';
import { avatar, type Html, icon, label, mark, plural, pullPath, statePill, when } from './marks.js';
import type { OrganisationView, PullRow, RepositoryRow } from './view.js';

export function organisationPage(view: OrganisationView, now: string): Html {
  const open = view.pulls.filter(({ state }) => state === 'open' || state === 'draft');
  const done = view.pulls.filter(({ state }) => state === 'merged' || state === 'closed');
  return html`<div class="with-side">
<div>
<h1>${view.login}</h1>
${pullList('Open pull requests', open, now, true)}
${repositoryList(view.repositories, now)}
${done.length === 0 ? '' : pullList('Merged and closed', done, now, true)}
</div>
<aside>
${view.apps.length === 0 ? '' : html`<section><h2>Installed apps</h2><ul class="plain">${view.apps.map((app) => html`<li>${app}</li>`)}</ul></section>`}
${view.members.length === 0 ? '' : html`<section><h2>People</h2><ul class="plain">${view.members.map((one) => html`<li>${avatar(one)} ${one.login}</li>`)}</ul></section>`}
${view.teams.length === 0 ? '' : html`<section><h2>Teams</h2><ul class="plain">${view.teams.map(({ slug, members }) => html`<li><strong>${slug}</strong> <span class="muted">${members.join(', ')}</span></li>`)}</ul></section>`}
</aside>
</div>`;
}

export function repositoryPage(fullName: string, pulls: readonly PullRow[], now: string): Html {
  const open = pulls.filter(({ state }) => state === 'open' || state === 'draft');
  const done = pulls.filter(({ state }) => state === 'merged' || state === 'closed');
  return html`<h1>${fullName}</h1>
${pullList('Open pull requests', open, now, false)}
${done.length === 0 ? '' : pullList('Merged and closed', done, now, false)}`;
}

function pullList(title: string, pulls: readonly PullRow[], now: string, showRepository: boolean): Html {
  const rows = pulls.map((row) => pullRow(row, now, showRepository));
  return html`<section class="box list"><h2>${title} <span class="count">${pulls.length}</span></h2>
${pulls.length === 0 ? html`<p class="blank">None.</p>` : html`<ul>${rows}</ul>`}</section>`;
}

function pullRow(row: PullRow, now: string, showRepository: boolean): Html {
  const { repository, number, title, author, labels, comments } = row;
  return html`<li><div class="row">
<div class="grow">${statePill(row.state)} <a class="title" href="${pullPath(repository, number)}">${title}</a> ${labels.map(label)}
<p class="muted">${showRepository ? `${repository}` : ''}#${number} opened ${when(row.createdAt, now)} by ${author.login}</p></div>
<div class="facts">${mark(row.checks)}<span class="muted" title="${plural(comments, 'comment')}">${icon('comment')} ${comments}</span></div>
</div></li>`;
}

function repositoryList(repositories: readonly RepositoryRow[], now: string): Html {
  const rows = repositories.map(
    ({ fullName, description, visibility, isArchived, openPulls, pushedAt }) => html`<li><div class="row">
<div class="grow"><a class="title" href="/ui/${fullName}">${fullName}</a> <span class="tag">${isArchived ? 'archived' : visibility}</span>
<p class="muted">${description === undefined ? '' : `${description} · `}pushed ${when(pushedAt, now)}</p></div>
<div class="facts muted">${plural(openPulls, 'open pull request')}</div>
</div></li>`,
  );
  return html`<section class="box list"><h2>Repositories <span class="count">${repositories.length}</span></h2><ul>${rows}</ul></section>`;
}
