import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';

const PACKAGE = '@graphql-yoga/render-graphiql';

/** Version of the GraphiQL bundle; it stands in the address of its files, which therefore never change. */
export const version: string = createRequire(import.meta.url)(`${PACKAGE}/package.json`).version;

/** File name → the package's export and the media type. */
const FILES = {
  'graphiql.js': ['js', 'text/javascript'],
  'graphiql.css': ['css', 'text/css'],
  'editor.worker.js': ['editorWorkerService', 'text/javascript'],
  'json.worker.js': ['jsonWorker', 'text/javascript'],
  'graphql.worker.js': ['graphqlWorker', 'text/javascript'],
} as const;

type FileName = keyof typeof FILES;

/** Answers `…/:file` with a file of GraphiQL: 9 MB in all, cached for good by the browser, kept here compressed. */
export const serveGraphiQL: RequestHandler<{ file: string }> = async (request, response, next) => {
  const { file } = request.params;
  if (!isFile(file)) return next();
  response.set({
    'cache-control': 'public, max-age=31536000, immutable',
    etag: `"${version}"`,
    vary: 'accept-encoding',
    'content-type': `${FILES[file][1]}; charset=utf-8`,
  });
  if (request.fresh) return void response.status(304).end();
  send(await compressed(file), request, response);
};

function isFile(name: string): name is FileName {
  return Object.hasOwn(FILES, name);
}

const kept = new Map<FileName, Promise<Buffer>>();

/** Made at the first request, so that a hub whose Explorer nobody opens neither loads nor compresses anything. */
function compressed(file: FileName): Promise<Buffer> {
  const known = kept.get(file);
  if (known !== undefined) return known;
  const made = import('@graphql-yoga/render-graphiql/graphiql').then((parts) => promisify(gzip)(parts[FILES[file][0]]));
  kept.set(file, made);
  return made;
}

function send(body: Buffer, request: Request<{ file: string }>, response: Response): void {
  if (request.acceptsEncodings('gzip') === 'gzip') return void response.set('content-encoding', 'gzip').send(body);
  const plain = createGunzip();
  plain.pipe(response);
  plain.end(body);
}
