import { type AddressInfo, createServer } from 'node:net';
import { writeJson } from '../../gateway/execute/raw.ts';
import { answer } from './answer.ts';
import { serveChild } from './child.ts';
import { Messages } from './wire.ts';

/** Addresses by the name of the subgraph. */
export type Addresses = Readonly<Record<string, string>>;

let asked = 0;

/**
 * The agencies of these names with fixed answers, a port each; which is asked makes no difference to the answer. A GET tells how often
 * any was.
 */
serveChild<readonly string[], Addresses>(async (names) =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await listen()] as const))),
);

async function listen(): Promise<string> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const messages = new Messages((head, body) => {
      const [status, text] = head.startsWith('GET ') ? ['200 OK', String(asked)] : reply(body);
      const closing = /^connection:\s*close/im.test(head);
      socket.write(
        `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n` +
          `${closing ? 'connection: close\r\n' : ''}\r\n${text}`,
        'latin1',
      );
      if (closing) socket.end();
    });
    socket.on('data', (chunk) => messages.push(chunk));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

/** As the hub's subgraphs answer each operation of an array. */
function answerOfSeveral(given: Parameters<typeof answer>[0] & Placed): string {
  const place = given.extensions?.place;
  const text = answer(given);
  return place === undefined ? `${text}\n` : `${text.slice(0, -1)},"extensions":{"place":${place}}}\n`;
}

interface Placed {
  readonly extensions?: { readonly place?: number };
}

/** The answer with a character for each of its bytes. */
function reply(body: Buffer): readonly [status: string, text: string] {
  asked += 1;
  try {
    const given = JSON.parse(body.toString());
    return ['200 OK', Array.isArray(given) ? `[${given.map(answerOfSeveral).join(',')}]` : answer(given)];
  } catch (error) {
    return ['500 Internal Server Error', writeJson({ errors: [{ message: String(error) }] }, false)];
  }
}
