import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { LIMITS } from './admit.ts';
import { HubError } from './errors.ts';

/**
 * The JSON value in a request's body.
 *
 * Throws `HubError` NOT_JSON, BODY_TOO_LARGE, BODY_MALFORMED; a body that is too large is refused as soon as it is, and not
 * at its end, which may never come.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!JSON_TYPE.test(type) || OTHER_CHARSET.test(type) || encoding !== 'identity') throw new HubError('NOT_JSON');
  const bytes = await readBytes(request);
  try {
    if (isUtf8(bytes)) return JSON.parse(bytes.toString());
  } catch {
    // Refused below.
  }
  throw new HubError('BODY_MALFORMED');
}

const JSON_TYPE = /^application\/json[ \t]*(;|$)/i;
/** RFC 8259 § 8.1: JSON between systems is UTF-8. */
const OTHER_CHARSET = /;[ \t]*charset=(?!"?utf-8"?[ \t]*(;|$))/i;

/** How long the rest of a too large body is read and dropped, ms: a caller who is cut off at once never reads the refusal. */
const LINGER = 2_000;

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      if (size > LIMITS.bodyBytes) return;
      size += chunk.byteLength;
      if (size <= LIMITS.bodyBytes) {
        chunks.push(chunk);
        return;
      }
      reject(new HubError('BODY_TOO_LARGE'));
      chunks.length = 0;
      setTimeout(() => request.complete || request.destroy(), LINGER).unref();
    });
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.once('close', () => request.complete || reject(new HubError('BODY_MALFORMED')));
  });
}
