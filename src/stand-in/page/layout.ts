/** The frame around every page: where one is, what the clock shows, and as whom one acts. */
import { html } from 'hono/html';
import { avatar, type Html, icon } from './marks.js';
import type { Person } from './view.js';

/** `path` is where forms of the frame come back to. */
export type Frame = {
  readonly title: string;
  readonly path: string;
  readonly crumbs: readonly { readonly text: string; readonly path: string }[];
  readonly now: string;
  readonly me: Person | undefined;
  readonly people: readonly Person[];
  readonly canMoveClock: boolean;
  /** Why the last thing somebody did was refused. */
  readonly refused?: string | undefined;
};

const STEPS = [1, 12, 48];

export function page(frame: Frame, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${frame.title} · stand-in GitHub</title>
<link rel="stylesheet" href="/ui/style.css">
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
</head>
<body>
<header class="top">
<nav aria-label="Where you are"><a class="brand" href="/ui/">stand-in GitHub</a>${frame.crumbs.map(({ text, path }) => html`<span class="slash">/</span><a href="${path}">${text}</a>`)}</nav>
<div class="tools">${clock(frame)}${actingAs(frame)}</div>
</header>
<main>
${frame.refused === undefined ? '' : html`<p class="refused" role="alert"><strong>Refused.</strong> ${frame.refused}</p>`}
${content}
</main>
</body>
</html>`;
}

function clock({ now, path, canMoveClock }: Frame): Html {
  const shown = `${now.slice(0, 16).replace('T', ' ')} UTC`;
  const buttons = STEPS.map((hours) => html`<button name="hours" value="${hours}">+${hours} h</button>`);
  return html`<form class="clock" method="post" action="/ui/clock"><input type="hidden" name="back" value="${path}"><span title="The clock that everything here goes by">${icon('clock')} <time datetime="${now}">${shown}</time></span>${canMoveClock ? buttons : ''}</form>`;
}

function actingAs({ me, people, path }: Frame): Html {
  if (me === undefined) return html``;
  const options = people.map(({ login }) => html`<option${login === me.login ? html` selected` : ''}>${login}</option>`);
  return html`<form class="as" method="post" action="/ui/as"><input type="hidden" name="back" value="${path}"><label>${avatar(me)} You are <select name="login">${options}</select></label><button>Switch</button></form>`;
}
