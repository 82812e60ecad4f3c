/** Puts the pages on a server of Node, and sends the addresses that the API names to them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { pageRoutes } from './routes.js';
import type { PageSource } from './view.js';

export type PageListener = {
  /** Whether the pages answer this; everything else is the API's. */
  readonly takes: (request: { readonly method: string; readonly pathname: string; readonly accept: string }) => boolean;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/** `html_url` of pull requests, check runs and files: read by people, never by the API's clients. */
const NAMED = /^\/(?!(?:repos|api)\/)[^/]+\/[^/]+\/(?:pull\/\d+(?:\/files)?|runs\/\d+|blob\/.+)$/;

export function pageListener(source: PageSource): PageListener {
  const routes = pageRoutes(source);
  routes.get('/', (c) => c.redirect('/ui/'));
  routes.get('*', (c) => {
    // As it was sent: a decoded path is no address.
    const { pathname } = new URL(c.req.url);
    return NAMED.test(pathname) ? c.redirect(`/ui${pathname}`) : c.notFound();
  });
  const listen = getRequestListener(routes.fetch);
  return {
    takes: ({ method, pathname, accept }) => {
      if (pathname === '/ui' || pathname.startsWith('/ui/')) return true;
      // The API has a root of its own; only a browser asks for a page there.
      return method === 'GET' && (NAMED.test(pathname) || (pathname === '/' && accept.includes('text/html')));
    },
    answer: async (request, response) => {
      await listen(request, response);
    },
  };
}
