/** Puts the pages on a server of Node, and sends the addresses that the API names to them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { pageRoutes } from './routes.js';
import type { PageSource } from './view.js';

export type PageListener = {
  /** Whether the pages answer this; everything else is the API's. */
  readonly takes: (method: string, pathname: string) => boolean;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/** `html_url` of pull requests, check runs and repositories: read by people, never by the API's clients. */
const NAMED = /^\/[^/]+\/[^/]+\/(?:pull\/\d+(?:\/files)?|runs\/\d+)$/;

export function pageListener(source: PageSource): PageListener {
  const routes = pageRoutes(source);
  routes.get('*', (c) => (NAMED.test(c.req.path) ? c.redirect(`/ui${c.req.path}`) : c.notFound()));
  const listen = getRequestListener(routes.fetch);
  return {
    takes: (method, pathname) => pathname === '/ui' || pathname.startsWith('/ui/') || (method === 'GET' && NAMED.test(pathname)),
    answer: async (request, response) => {
      await listen(request, response);
    },
  };
}
