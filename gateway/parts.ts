import type { ServerResponse } from 'node:http';
import { logFailure } from './apollo.ts';
import { writeJson } from './execute/raw.ts';
import type { Answer, LaterAnswer } from './pipeline.ts';

/** Whether a caller takes an answer in parts: `Accept: multipart/mixed;deferSpec=20220824`. */
export function takesParts(accept = ''): boolean {
  return /multipart\/mixed\s*;\s*deferspec="?20220824"?/i.test(accept);
}

/**
 * Sends the first part of an answer, then each other as it comes; one that fails is null with its error, and the others go on.
 *
 * Source: incremental delivery over HTTP, draft of 2022-08-24, as Apollo's clients read it.
 */
export async function sendParts(
  response: ServerResponse,
  { body, status }: Answer,
  later: readonly Promise<LaterAnswer>[],
  log: (line: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  response.writeHead(status, {
    'content-type': 'multipart/mixed; boundary="-"; deferSpec=20220824',
    'cache-control': 'no-store',
  });
  /** `part`: a character for each byte. */
  const write = (part: string, hasNext: boolean): void => {
    const end = hasNext ? '' : '--\r\n';
    response.write(`\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${part}\r\n---${end}`, 'latin1');
  };
  response.write('\r\n---');
  write(`${body.slice(0, -1)},"hasNext":true}`, true);
  let left = later.length;
  await Promise.all(
    later.map(async (part) => {
      const incremental = await part.then(incrementalOf, (error: unknown) => {
        const { shown } = logFailure(error, log);
        return [{ data: null, errors: [shown] }];
      });
      left -= 1;
      write(writeJson({ incremental, hasNext: left > 0 }, false), left > 0);
    }),
  );
  response.end();
}

function incrementalOf({ label, added, errors, extensions }: LaterAnswer): readonly object[] {
  const about = { ...(label === undefined ? {} : { label }), extensions };
  // A part that adds to nothing still tells what was denied, and its entry.
  if (added.length === 0) return [{ items: [], ...about }];
  return added.map((each, at) => ({ ...each, ...about, ...(at === 0 && errors.length > 0 ? { errors } : {}) }));
}
