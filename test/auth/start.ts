import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIssuer, type Issuer, type IssuerOptions } from '../../auth/issuer.ts';

/** An embedded issuer on a free port with keys of its own in a new folder; `close` removes both. */
export async function startIssuer(options: Partial<IssuerOptions> = {}): Promise<Issuer> {
  const folder = await mkdtemp(join(tmpdir(), 'nivel-issuer-'));
  const issuer = await createIssuer({ port: 0, keyFile: join(folder, 'keys.json'), ...options });
  return {
    ...issuer,
    async close() {
      await issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** A real HTTP server on a free loopback port; it takes headers up to 128 kB so that large tokens reach the code under test. */
export async function serve(listener: RequestListener): Promise<Served> {
  const server = createServer({ maxHeaderSize: 128 * 1024 }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
