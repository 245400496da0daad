import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between a client and a server: bytes pass, none do, the line is cut, or the other end talks nonsense. */
export type TcpWeather = 'clear' | 'silent' | 'cut' | 'nonsense';

export interface TcpWire {
  readonly port: number;
  /** Takes hold of the connections there are, and of the new ones. */
  turn(weather: TcpWeather): void;
  /** Whether new connections are taken; those there are go on. */
  admits(isOpen: boolean): void;
  close(): Promise<void>;
}

/** A line to a TCP server on the loopback that can have bad weather. */
export async function layTcpWire(target: { readonly host: string; readonly port: number }): Promise<TcpWire> {
  let weather: TcpWeather = 'clear';
  let isOpen = true;
  const lines = new Set<Line>();
  const server = createServer((near) => {
    if (!isOpen) return void near.destroy();
    const line = layLine(near, target);
    lines.add(line);
    near.once('close', () => lines.delete(line));
    line.turn(weather);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    turn(next) {
      weather = next;
      for (const line of lines) line.turn(next);
    },
    admits(next) {
      isOpen = next;
    },
    close: () => close(server, lines),
  };
}

interface Line {
  turn(weather: TcpWeather): void;
  cut(): void;
}

function layLine(near: Socket, target: { readonly host: string; readonly port: number }): Line {
  const far = connect(target);
  const cut = (): void => {
    near.destroy();
    far.destroy();
  };
  for (const socket of [near, far]) {
    socket.on('error', cut);
    socket.once('close', cut);
  }
  return {
    cut,
    turn(weather) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
      if (weather === 'cut') cut();
      if (weather === 'nonsense') {
        // Of the shape of PostgreSQL's messages, and of no meaning.
        near.write(Buffer.from('D\0\0\0\x0bHTTP/1.1 200 OK\r\n\r\n<h1>Maintenance</h1>'));
      }
      if (weather === 'clear') {
        near.pipe(far);
        far.pipe(near);
      }
    },
  };
}

async function close(server: Server, lines: ReadonlySet<Line>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const line of lines) line.cut();
  await closed;
}
