/** The stand-in's pages under `/ui/`: works without scripts, fetches nothing from elsewhere. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { blobPage } from './blob.js';
import { checkPage } from './check.js';
import { filesPage } from './files.js';
import { actOf, backTo, type Fields } from './form.js';
import { type Frame, page } from './layout.js';
import { checkPath, type Html, pullPath } from './marks.js';
import { organisationPage, repositoryPage } from './organisation.js';
import { pullPage } from './pull.js';
import { ICON, STYLE } from './style.js';
import type { PageSource, PullPlace } from './view.js';

const PERSON = 'standin_person';
const REFUSED = 'standin_refused';
const COOKIE = { path: '/ui', httpOnly: true, sameSite: 'Strict' } as const;
const LONGEST_STEP_HOURS = 24 * 366;

const isOwnForm = csrf();
const ownForms: MiddlewareHandler = async (context, next) => {
  try {
    await isOwnForm(context, async () => undefined);
  } catch (error) {
    if (!(error instanceof HTTPException && error.status === 403)) throw error;
    return context.text(
      'Forbidden: only a form of these pages may be sent here. A program sends the Origin header with the address of this page.\n',
      403,
    );
  }
  return next();
};

/** Mounted at the root: every path begins with `/ui`. */
export function pageRoutes(source: PageSource): Hono {
  const routes = new Hono();
  routes.use(
    '/ui/*',
    ownForms,
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'same-origin',
    }),
  );
  routes.get('/ui', (c) => c.redirect('/ui/'));
  routes.get('/ui/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  routes.get('/ui/icon.svg', (c) => c.body(ICON, 200, { 'content-type': 'image/svg+xml' }));
  frameForms(routes, source);
  ownerPages(routes, source);
  pullPages(routes, source);
  checkPages(routes, source);
  routes.get('/ui/:owner/:repo/blob/:place{.+}', async (c) => {
    const { owner, repo, place } = c.req.param();
    const view = await source.blob(owner, repo, place);
    return view === undefined ? c.notFound() : show(c, source, view.path, blobPage(view));
  });
  routes.notFound((c) =>
    c.html(page(frame(c, source, 'Not found', []), html`<h1>Nothing is here</h1><p><a href="/ui/">All organisations</a></p>`), 404),
  );
  return routes;
}

function frameForms(routes: Hono, source: PageSource): void {
  routes.post('/ui/as', async (c) => {
    const { login = '', back } = await fieldsOf(c);
    if (source.people().some((one) => one.login === login)) setCookie(c, PERSON, login, COOKIE);
    return c.redirect(backTo(back), 303);
  });
  routes.post('/ui/clock', async (c) => {
    const { hours, back } = await fieldsOf(c);
    const step = Number(hours);
    if (source.moveClock === undefined || !(step > 0) || step > LONGEST_STEP_HOURS) return c.text('The clock cannot be moved so.', 400);
    await source.moveClock(step);
    return c.redirect(backTo(back), 303);
  });
}

function ownerPages(routes: Hono, source: PageSource): void {
  routes.get('/ui/', (c) => {
    const owners = source.owners();
    if (owners.length === 1 && owners[0] !== undefined) return c.redirect(`/ui/${owners[0]}`);
    const list = owners.map((login) => html`<li><div class="row"><a class="title" href="/ui/${login}">${login}</a></div></li>`);
    return c.html(
      page(frame(c, source, 'Organisations', []), html`<h1>Organisations</h1><section class="box list"><ul>${list}</ul></section>`),
    );
  });
  routes.get('/ui/:owner', async (c) => {
    const view = await source.organisation(c.req.param('owner'));
    return view === undefined ? c.notFound() : show(c, source, view.login, organisationPage(view, source.now()));
  });
  routes.get('/ui/:owner/:repo', async (c) => {
    const { owner, repo } = c.req.param();
    const pulls = await source.pulls(owner, repo);
    return pulls === undefined ? c.notFound() : show(c, source, repo, repositoryPage(`${owner}/${repo}`, pulls, source.now()));
  });
}

function pullPages(routes: Hono, source: PageSource): void {
  const at = '/ui/:owner/:repo/pull/:number{[0-9]{1,9}}';
  routes.get(at, async (c) => {
    const view = await source.pull(placeOf(c.req.param()));
    return view === undefined ? c.notFound() : show(c, source, `${view.title} #${view.number}`, pullPage(view, source.now()));
  });
  routes.get(`${at}/files`, async (c) => {
    const place = placeOf(c.req.param());
    const view = await source.pull(place);
    if (view === undefined) return c.notFound();
    return show(c, source, `Files of #${view.number}`, filesPage(view, await source.files(place), source.now()));
  });
  routes.post(`${at}/act`, async (c) => {
    const place = placeOf(c.req.param());
    const act = actOf(await fieldsOf(c));
    const me = whoIs(c, source);
    if (act === undefined || me === undefined) return c.text('This form makes no sense.', 400);
    rememberRefusal(c, await source.act(me.login, place, act));
    const path = pullPath(`${place.owner}/${place.repo}`, place.number);
    return c.redirect(act.kind === 'edit' || act.kind === 'line-comment' ? `${path}/files` : path, 303);
  });
}

function checkPages(routes: Hono, source: PageSource): void {
  const at = '/ui/:owner/:repo/runs/:id{[0-9]{1,15}}';
  routes.get(at, async (c) => {
    const { owner, repo, id } = c.req.param();
    const view = await source.check(owner, repo, Number(id));
    return view === undefined ? c.notFound() : show(c, source, view.name, checkPage(view, source.now()));
  });
  routes.post(`${at}/rerun`, async (c) => {
    const { owner, repo, id } = c.req.param();
    const me = whoIs(c, source);
    const { action } = await fieldsOf(c);
    if (me !== undefined) rememberRefusal(c, await source.rerun(me.login, owner, repo, Number(id), action || undefined));
    return c.redirect(checkPath(`${owner}/${repo}`, Number(id)), 303);
  });
}

function show(c: Context, source: PageSource, title: string, content: Html): Response | Promise<Response> {
  const { owner, repo } = c.req.param();
  const crumbs = [
    ...(owner === undefined ? [] : [{ text: owner, path: `/ui/${owner}` }]),
    ...(owner === undefined || repo === undefined ? [] : [{ text: repo, path: `/ui/${owner}/${repo}` }]),
  ];
  return c.html(page(frame(c, source, title, crumbs), content));
}

function frame(c: Context, source: PageSource, title: string, crumbs: Frame['crumbs']): Frame {
  const refused = getCookie(c, REFUSED);
  if (refused !== undefined) deleteCookie(c, REFUSED, COOKIE);
  return {
    title,
    crumbs,
    refused,
    path: c.req.path,
    now: source.now(),
    me: whoIs(c, source),
    people: source.people(),
    canMoveClock: source.moveClock !== undefined,
  };
}

/** Shown once, on the page the browser goes to next. */
function rememberRefusal(c: Context, refused: string | undefined): void {
  if (refused !== undefined) setCookie(c, REFUSED, refused.slice(0, 500), COOKIE);
}

function whoIs(c: Context, source: PageSource) {
  const login = getCookie(c, PERSON);
  const people = source.people();
  return people.find((one) => one.login === login) ?? people[0];
}

async function fieldsOf(c: Context): Promise<Fields> {
  const body = await c.req.parseBody();
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]));
}

function placeOf({ owner, repo, number }: { readonly owner: string; readonly repo: string; readonly number: string }): PullPlace {
  return { owner, repo, number: Number(number) };
}
