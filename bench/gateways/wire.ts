const HEAD_END = '\r\n\r\n';

/**
 * Cuts a stream of bytes into HTTP/1.1 messages (RFC 9112) of well-behaved programs: `onMessage` gets each head, as text, and its body.
 *
 * No general parser: it costs a fraction of one, so that the load and the fixed agencies leave their core to nobody's disadvantage.
 */
export class Messages {
  readonly #onMessage: (head: string, body: Buffer) => void;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes without which the next message is not whole. */
  #needed = 0;

  constructor(onMessage: (head: string, body: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    let end = this.#take(bytes);
    while (end > 0) {
      bytes = bytes.subarray(end);
      end = this.#take(bytes);
    }
    this.#chunks = bytes.length === 0 ? [] : [bytes];
    this.#size = bytes.length;
  }

  /** Where the first message of `bytes` ends; 0 when it is not whole. */
  #take(bytes: Buffer): number {
    this.#needed = 0;
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) return 0;
    const head = bytes.toString('latin1', 0, headEnd);
    const start = headEnd + HEAD_END.length;
    if (/^transfer-encoding:\s*chunked/im.test(head)) {
      const whole = takeChunks(bytes, start);
      if (whole === undefined) return 0;
      this.#onMessage(head, whole.body);
      return whole.end;
    }
    const end = start + Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
    if (bytes.length < end) {
      this.#needed = end;
      return 0;
    }
    this.#onMessage(head, bytes.subarray(start, end));
    return end;
  }
}

/** A body in chunked transfer coding without trailers, RFC 9112 § 7.1. */
function takeChunks(bytes: Buffer, start: number): { readonly body: Buffer; readonly end: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const dataEnd = lineEnd + 2 + length;
    if (bytes.length < dataEnd + 2) return undefined;
    if (length === 0) return { body: Buffer.concat(parts), end: dataEnd + 2 };
    parts.push(bytes.subarray(lineEnd + 2, dataEnd));
    at = dataEnd + 2;
  }
}
