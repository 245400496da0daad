import { type Response, Router } from 'express';
import type { Pool } from 'pg';
import { parsePath } from '../tree/tiles.ts';
import { readPublished, readResource } from './resource.ts';

/**
 * The log for everyone, read-only, under whatever path it is mounted at: `checkpoint`, `tile/<L>/<N>[.p/<W>]`,
 * `tile/entries/<N>[.p/<W>]`, and `keys`.
 *
 * Tiles and bundles are those of the published tree, 404 for any other; each says of itself that it never changes. `keys` gives one vkey
 * a line for people who look: whoever takes a key from the log itself checks nothing. GET and HEAD alone. Source: C2SP tlog-tiles.
 */
export function serveLog(pool: Pick<Pool, 'query'>, vkeys: readonly string[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    response.set('allow', 'GET, HEAD');
    refuse(response, 405, 'The log is read with GET and HEAD.');
  });
  router.get('/checkpoint', async (_request, response) => {
    const published = await readPublished(pool);
    if (published === null) return refuse(response, 404, 'Nothing is published yet.');
    text(response, published.note);
  });
  router.get('/keys', (_request, response) => text(response, vkeys.map((vkey) => `${vkey}\n`).join('')));
  router.use(async (request, response) => {
    const path = parsePath(request.path.slice(1));
    const size = path === null ? 0 : ((await readPublished(pool))?.size ?? 0);
    const bytes = path === null ? null : await readResource(pool, path, size);
    if (bytes === null) return refuse(response, 404, 'The published log has nothing here.');
    response.set('cache-control', 'public, max-age=31536000, immutable');
    response.type('application/octet-stream').send(bytes);
  });
  return router;
}

function text(response: Response, body: string): void {
  response.set('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(body);
}

function refuse(response: Response, status: number, why: string): void {
  response.set('cache-control', 'no-store').status(status).type('text/plain; charset=utf-8').send(`${why}\n`);
}
