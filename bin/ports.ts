import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { codeOf, Failure } from './failure.ts';

/**
 * Checks that a port can be listened on, before anything slow begins.
 *
 * @param setting name of the setting that changes the port, for the message
 * @returns the port; for 0 one that is free now
 * @throws Failure `PORT_BUSY`, `PORT_NOT_ALLOWED`, `HOST_INVALID`
 */
export async function checkPort(port: number, host: string, setting: string): Promise<number> {
  try {
    return await listen(port === 0 ? await freeOne(host) : port, host);
  } catch (error) {
    throw explainListen(error, port, host, setting);
  }
}

/** Turns a failed `listen` into one line that names the port and the setting; other errors come back as they are. */
export function explainListen(error: unknown, port: number, host: string, setting: string): unknown {
  const cause = { cause: error };
  switch (codeOf(error)) {
    case 'PORT_BUSY':
    case 'EADDRINUSE':
      return new Failure(
        'PORT_BUSY',
        `port ${port} is in use, perhaps by another Nivel; stop that program or set ${setting} to another port`,
        cause,
      );
    case 'EACCES':
      return new Failure(
        'PORT_NOT_ALLOWED',
        `port ${port} needs more rights; set ${setting} to a port above 1023`,
        cause,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Failure('HOST_INVALID', `HOST ${JSON.stringify(host)} is no address of this machine`, cause);
    default:
      return error;
  }
}

/** Below the range that the system gives to connections, so that none takes it before the service listens. */
async function freeOne(host: string): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(20_000, 32_000);
    if (
      await listen(port, host).then(
        () => true,
        (error) => codeOf(error) !== 'EADDRINUSE',
      )
    )
      return port;
  }
  return 0;
}

function listen(port: number, host: string): Promise<number> {
  return new Promise((settle, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
