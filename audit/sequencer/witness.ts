import { COSIGNATURE, checkCosignature, noteText, parseLine, parseVkey } from '../tree/note.ts';

/** A witness: where checkpoints are submitted, and the key of its cosignatures. */
export interface WitnessConfig {
  /** Submission prefix, http or https; `/add-checkpoint` comes after it. */
  readonly url: string;
  /** Of signature type 0x04 (C2SP tlog-cosignature). */
  readonly vkey: string;
}

/**
 * How a submission ended.
 *
 * `cosigned`: the witness's line over this checkpoint, verified. `behind`: it stands at another size than was thought, also at the
 * second try; submit again from there. `ahead`: it has cosigned a larger tree of this log. `inconsistent`: it says that the
 * checkpoint contradicts one it has cosigned. `refused`: another answer that is no cosignature. `unavailable`: no answer, or one
 * that no witness gives.
 */
export type WitnessOutcome =
  | { readonly kind: 'cosigned'; readonly line: string }
  | { readonly kind: 'behind'; readonly size: number }
  | { readonly kind: 'ahead'; readonly size: number }
  | { readonly kind: 'inconsistent' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unavailable' };

export interface Witness {
  /** Name of the witness's key. */
  readonly name: string;
  /**
   * Asks for a cosignature over a checkpoint of `size` leaves.
   *
   * `known`: the size that the witness cosigned last as far as is known, else 0; when it stands elsewhere it says so, and is asked
   * once more from there. `proof` gives the consistency proof from a size to `size`; what it throws comes through, nothing else
   * does.
   */
  submit(
    note: string,
    size: number,
    known: number,
    proof: (from: number) => Promise<readonly Buffer[]>,
  ): Promise<WitnessOutcome>;
}

/** How long one request may take with its answer, ms; a submission makes at most two. */
const TIMEOUT = 5_000;

/** Longest answer that is read, bytes: room for the lines of a witness with several keys. */
const LONGEST = 64 * 1024;

/** A client of the C2SP tlog-witness protocol. Throws `TypeError` for an address or a key that no witness has. */
export function createWitness(
  { url, vkey }: WitnessConfig,
  { timeout = TIMEOUT }: { readonly timeout?: number } = {},
): Witness {
  const key = parseVkey(vkey);
  if (key.type !== COSIGNATURE) throw new TypeError(`The key of the witness ${key.name} is not one for cosignatures.`);
  const endpoint = endpointOf(url, key.name);

  async function ask(
    note: string,
    size: number,
    from: number,
    proof: (from: number) => Promise<readonly Buffer[]>,
  ): Promise<WitnessOutcome> {
    const hashes = (await proof(from)).map((hash) => `${hash.toString('base64')}\n`);
    const answer = await post(endpoint, `old ${from}\n${hashes.join('')}\n${note}`, timeout);
    if (answer === null) return { kind: 'unavailable' };
    const { status, type, body } = answer;
    if (status === 200) return cosigned(body);
    // A page with one of a witness's codes is a proxy's: it knows nothing of the log.
    if (status === 409 && !isPage(type)) return conflict(sizeIn(answer));
    if (status === 422 && !isPage(type)) return { kind: 'inconsistent' };
    return { kind: 'refused', status };

    function cosigned(body: string): WitnessOutcome {
      const lines = body.split(/(?<=\n)/);
      const malformed = lines.filter((line) => parseLine(line) === null);
      // Nothing like a signature: a proxy or a sign-in page answers in the witness's place.
      if (malformed.length === lines.length) return { kind: 'unavailable' };
      const text = noteText(note);
      const verdicts = lines.map((line) => checkCosignature(line, text, key));
      const good = lines[verdicts.indexOf('good')];
      if (good === undefined || malformed.length > 0 || verdicts.includes('bad'))
        return { kind: 'refused', status: 200 };
      return { kind: 'cosigned', line: good };
    }

    function conflict(at: number | null): WitnessOutcome {
      if (at !== null && at > size) return { kind: 'ahead', size: at };
      if (at !== null && at !== from) return { kind: 'behind', size: at };
      // It stands where it was said to: then only the roots can differ, and they do when the sizes are the same.
      return from === size ? { kind: 'inconsistent' } : { kind: 'refused', status: 409 };
    }
  }

  return {
    name: key.name,
    async submit(note, size, known, proof) {
      const first = await ask(note, size, Math.min(known, size), proof);
      return first.kind === 'behind' ? ask(note, size, first.size, proof) : first;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  /** Read for 200 and 409, else empty. */
  readonly body: string;
}

/** Posts and reads the answer; null when none came whole, in time and short enough. */
async function post(endpoint: string, body: string, timeout: number): Promise<Answer | null> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      body,
      // Whom the log's checkpoints go to is configured, and not told by a server.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    const { status, headers } = response;
    const answer = { status, type: headers.get('content-type'), body: '' };
    if (status === 200 || status === 409) return { ...answer, body: await readBounded(response) };
    await response.body?.cancel();
    return answer;
  } catch {
    return null;
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST) throw new Error('answer too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function isPage(type: string | null): boolean {
  return /^\s*text\/html\b/i.test(type ?? '');
}

/** Size in the body of a 409; null when there is none. */
function sizeIn({ type, body }: Answer): number | null {
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'text/x.tlog.size') return null;
  const size = /^(?:0|[1-9]\d{0,15})\n$/.test(body) ? Number(body) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}

function endpointOf(url: string, name: string): string {
  const prefix = URL.canParse(url) ? new URL(url) : null;
  if (prefix === null || !/^https?:$/.test(prefix.protocol) || prefix.username + prefix.search + prefix.hash !== '') {
    throw new TypeError(`The address of the witness ${name} is an http or https URL without user, query and fragment.`);
  }
  return `${prefix.href.replace(/\/+$/, '')}/add-checkpoint`;
}
