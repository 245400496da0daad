import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';
import { serveGraphiQL, version } from './explorer/graphiql.ts';
import { renderPage } from './explorer/page.ts';
import { present } from './explorer/present.ts';
import type { ReadyOperation } from './trusted.ts';

export interface ExplorerOptions {
  /** OIDC issuer URL as the browser reaches it, without a trailing slash. */
  readonly issuer: string;
  /** Public OAuth client whose redirect address is this page: `nivel-explorer`. */
  readonly clientId: string;
  readonly operations: readonly ReadyOperation[];
}

/**
 * The Explorer: GraphiQL with sign-in and ready operations, from this server alone.
 *
 * Mount it anywhere, for instance at `/explorer`. Every answer carries a Content-Security-Policy whose only other host is
 * the issuer. Throws `TypeError` when a ready operation's header cannot be read.
 */
export function explorer({ issuer, clientId, operations }: ExplorerOptions): Router {
  const presented = operations.map(present);
  const router = Router();
  router.use(protect(new URL(issuer).origin));
  router.get('/', (request, response) => {
    const home = request.baseUrl;
    const graphiql = `${home}/graphiql-${version}`;
    const settings = { issuer, clientId, home, graphiql, endpoint: '/graphql', operations: presented };
    response.set('cache-control', 'no-cache').type('html').send(renderPage(settings));
  });
  router.get(`/graphiql-${version}/:file`, serveGraphiQL);
  for (const [name, text] of readBrowserFiles()) {
    router.get(`/${name}`, (_request, response) => {
      response.set('cache-control', 'no-cache').type(extname(name)).send(text);
    });
  }
  return router;
}

const BROWSER_FILES = ['main.js', 'editor.js', 'signin.js', 'texts.js', 'style.css'];

function readBrowserFiles(): readonly (readonly [name: string, text: string])[] {
  const folder = fileURLToPath(new URL('./explorer/browser/', import.meta.url));
  return BROWSER_FILES.map((name) => [name, readFileSync(folder + name, 'utf8')]);
}

/** Monaco writes style elements and data: fonts; scripts, workers and connections are held to this host and the issuer. */
function protect(issuerOrigin: string): RequestHandler {
  const headers = {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      'font-src data:',
      `connect-src 'self' ${issuerOrigin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
