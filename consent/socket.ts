import { Socket } from 'node:net';

/**
 * A connection to the ledger whose other end may talk nonsense: that ends the connection, and not the process.
 *
 * pg's parser throws where it reads, in the socket's `data` event, out of reach of whoever waits for the answer. Give it to pg as
 * `stream: () => new LedgerSocket()`.
 */
export class LedgerSocket extends Socket {
  // biome-ignore lint/suspicious/noExplicitAny: as the class above declares it.
  override emit(event: string | symbol, ...args: any[]): boolean {
    if (event !== 'data') return super.emit(event, ...args);
    try {
      return super.emit(event, ...args);
    } catch (error) {
      this.destroy(error as Error);
      return true;
    }
  }
}
