import { type AddressInfo, createServer, type Socket } from 'node:net';

/** One request that came, read off the wire. */
export interface RawRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly body: string;
}

/** What an agency does with a request: anything that can be done with a socket. */
export type Conduct = (socket: Socket, request: RawRequest, nth: number) => void;

export interface RawAgency {
  readonly port: number;
  readonly url: string;
  /** Requests that came whole, oldest first. */
  readonly requests: readonly RawRequest[];
  /** Connections that there are, and the most that there were at once. */
  readonly connections: { readonly open: number; readonly most: number };
  conduct: Conduct;
  close(): Promise<void>;
}

/** An agency below HTTP: it reads requests as HTTP and answers with whatever bytes it likes, or none. */
export async function startRawAgency(conduct: Conduct): Promise<RawAgency> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  const connections = { open: 0, most: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    connections.open = sockets.size;
    connections.most = Math.max(connections.most, sockets.size);
    socket.on('error', () => {});
    socket.once('close', () => {
      sockets.delete(socket);
      connections.open = sockets.size;
    });
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let read = readRequest(received); read !== null; read = readRequest(received)) {
        received = received.subarray(read.length);
        agency.conduct(socket, read.request, requests.push(read.request));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agency: RawAgency = {
    port,
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    connections,
    conduct,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return agency;
}

function readRequest(received: Buffer): { request: RawRequest; length: number } | null {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [start = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) =>
      line
        .toLowerCase()
        .split(': ', 1)
        .concat(line.split(/: (.*)/, 2)[1] ?? ''),
    ),
  );
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  if (received.byteLength < length) return null;
  return {
    request: { headers, path: start.split(' ')[1] ?? '', body: received.subarray(end + 4, length).toString('utf8') },
    length,
  };
}

/** An answer as HTTP/1.1 has it, its length given; `head` beside the status line and the length. */
export function http(
  body: string | Buffer,
  { status = 200, head = '' }: { status?: number; head?: string } = {},
): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} x\r\n${head}content-length: ${bytes.byteLength}\r\n\r\n`),
    bytes,
  ]);
}

/** Writes the same bytes for as long as the other end takes them. */
export function pour(socket: Socket, bytes: Buffer): void {
  const pump = (): void => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once('drain', pump);
  };
  pump();
}

/** Writes the bytes one by one, over and over, one every few milliseconds. */
export function trickle(socket: Socket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at % bytes.byteLength, (at % bytes.byteLength) + 1));
    at += 1;
  }, 5);
  socket.once('close', () => clearInterval(timer));
}
