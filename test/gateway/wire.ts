import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What stands between the hub and an agency right now. */
export type Weather =
  | 'clear'
  | 'refused'
  | 'silent'
  | 'html'
  | 'half'
  | 'endless'
  | 'large'
  | 'wrong-client'
  | 'wrong-length'
  | 'error';

export interface Wire {
  readonly url: string;
  /** Bodies of the requests that came through, oldest first. */
  readonly requests: readonly string[];
  weather: Weather;
  /** Called as each request arrives, before it is passed on. */
  onRequest: ((body: string, headers: IncomingHttpHeaders) => void | Promise<void>) | undefined;
  forget(): void;
  close(): Promise<void>;
}

/** A wire to an agency: it writes down each request, passes it on as it is, and can have bad weather. */
export async function layWire(target: string): Promise<Wire> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const wire = { weather: 'clear' as Weather, onRequest: undefined as Wire['onRequest'] };
  const server = createServer(async (incoming, response) => {
    const body = await read(incoming);
    requests.push(body);
    await wire.onRequest?.(body, incoming.headers);
    if (wire.weather === 'clear' || wire.weather === 'large' || wire.weather.startsWith('wrong')) {
      const answer = await forward(target, incoming, body);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(spoil(answer.text, wire.weather));
    } else {
      storm(wire.weather, response);
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(wire, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    forget: () => void requests.splice(0),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}

function storm(weather: Weather, response: ServerResponse): void {
  if (weather === 'refused') response.destroy();
  if (weather === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>');
  if (weather === 'error') response.writeHead(200).end('{"errors":[{"message":"secret of the agency"}]}');
  if (weather === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":{"g0":[{"hub');
    setTimeout(() => response.destroy(), 20);
  }
  if (weather === 'endless') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(1 << 20, ' ');
    const pump = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', pump);
    };
    pump();
  }
}

/** White space that an answer of the weather `large` has around it: one alone is within the limit of an answer. */
const ROOM = 7_500_000;

function spoil(text: string, weather: Weather): string {
  if (weather === 'large') return text + ' '.repeat(ROOM);
  if (weather === 'wrong-client')
    return text.replace(/"hubId":"[^"]*"/g, '"hubId":"00000000-0000-4000-8000-00000000dead"');
  if (weather !== 'wrong-length') return text;
  const answer = JSON.parse(text) as { data: Record<string, unknown> };
  for (const value of Object.values(answer.data)) if (Array.isArray(value)) value.pop();
  return JSON.stringify(answer);
}

async function read(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function forward(target: string, incoming: IncomingMessage, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { host: _, connection: __, ...headers } = incoming.headers;
    const outgoing = request(target, { method: 'POST', headers }, async (answer) =>
      resolve({ status: answer.statusCode ?? 0, text: await read(answer) }),
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
