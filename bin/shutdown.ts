/** Something that was started and can be ended in order. */
export interface Closable {
  close(): Promise<void>;
}

/** What runs, in the order it was started; it is closed the other way round. */
export class Running {
  readonly #parts: { name: string; part: Closable }[] = [];

  add<T extends Closable>(name: string, part: T): T {
    this.#parts.push({ name, part });
    return part;
  }

  /** Closes everything, the last first; one part that fails to close does not keep the others open. */
  async close(onProgress: (line: string) => void): Promise<boolean> {
    let clean = true;
    for (const { name, part } of this.#parts.splice(0).reverse()) {
      try {
        await part.close();
      } catch (error) {
        clean = false;
        onProgress(`${name} did not close: ${(error as Error).message}`);
      }
    }
    return clean;
  }
}

/** The person's or the system's wish to end, heard from the moment this is made. */
export interface StopRequest {
  readonly requested: boolean;
  /** Resolves when the wish comes. */
  readonly promise: Promise<void>;
}

/** npm hands a Ctrl-C on that the terminal has already sent: within this time a second signal is the same wish, ms. */
const ECHO = 1_000;

/** Hears SIGINT, SIGTERM and SIGHUP; a second one, later than the echo of the first, ends the process at once. */
export function listenForStop(onForce: () => void): StopRequest {
  let since: number | undefined;
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const hear = (): void => {
    if (since !== undefined && Date.now() - since > ECHO) {
      onForce();
      process.exit(1);
    }
    since ??= Date.now();
    settle();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  return {
    get requested() {
      return since !== undefined;
    },
    promise,
  };
}
