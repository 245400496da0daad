import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { EntryCheck } from './entry.ts';
import { Findings } from './findings.ts';
import { hashLeaf, verifyInclusion } from './merkle.ts';
import { type Checkpoint, decodeBase64, openCheckpoint, Untrue } from './note.ts';
import { requireQuorum } from './proof.ts';
import { expectKept, type Report, reportOf, type VerifyOptions } from './report.ts';
import { TreeCheck } from './tree.ts';
import { Unreadable } from './unreadable.ts';

/** A line of an export: an entry (JSON Lines; the canonical bytes stand at its end as they are). */
export interface ExportLine {
  readonly index: number;
  readonly commitment: Buffer;
  /** Null when the text was erased. */
  readonly salt: Buffer | null;
  readonly body: string | null;
  /** Only in an export that was filtered. */
  readonly proof: readonly Buffer[] | null;
}

/** The last line: how many there were, and what the log had signed. */
interface End {
  readonly count: number;
  readonly size: number;
  readonly checkpoint: string;
  readonly filtered: boolean;
}

/** Bytes of a line that are read. */
const LONGEST_LINE = 16 * 1024 * 1024;

const ENTRY = Buffer.from(',"entry":');

/**
 * Verifies an export with flat memory. `path` is of a file; `-` is standard input, which a filtered export cannot come from, since its
 * proofs are checked against the checkpoint at its end.
 *
 * Of a filtered export each entry is proven, and that none is left out is not.
 *
 * @throws Unreadable `FILE_UNREADABLE`, `EXPORT_INVALID`, `EXPORT_FILTERED`
 */
export async function verifyExport(path: string, options: VerifyOptions): Promise<Report> {
  const end = path === '-' ? null : await readEnd(path);
  if (end?.filtered === true && options.kept.length > 0) {
    throw new Unreadable(
      'EXPORT_FILTERED',
      'a filtered export holds a part of the log, which cannot be held against another checkpoint',
    );
  }
  const check = new ExportCheck(options, end);
  try {
    for await (const line of linesOf(path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 })))
      check.add(line);
  } catch (error) {
    throw explain(error, path);
  }
  return check.report();
}

class ExportCheck {
  readonly #options: VerifyOptions;
  readonly #findings = new Findings();
  readonly #tree = new TreeCheck(this.#findings);
  readonly #entries = new EntryCheck(this.#findings);
  /** What the end says, where it could be read first. */
  readonly #announced: End | null;
  #checkpoint: Checkpoint | null = null;
  #end: End | null = null;
  #read = 0;
  #next = 0;

  constructor(options: VerifyOptions, announced: End | null) {
    this.#options = options;
    this.#announced = announced;
    expectKept(this.#tree, options.kept);
    if (announced !== null) this.#open(announced);
  }

  add(bytes: Buffer): void {
    if (this.#end !== null) throw new Unreadable('EXPORT_INVALID', 'the export goes on after its end');
    const line = parseLine(bytes);
    if (line === null) {
      this.#end = parseEnd(bytes);
      if (this.#end === null)
        throw new Unreadable('EXPORT_INVALID', `line ${this.#read + 1} of the export is none that an export has`);
      if (this.#announced === null) this.#open(this.#end);
      return;
    }
    this.#read += 1;
    this.#order(line);
    if (line.proof === null) this.#tree.add(line.commitment);
    else this.#prove(line);
    this.#entries.add(line);
    if (this.#read % 4096 === 0) this.#options.onProgress?.(this.#read, this.#announced?.count ?? 0);
  }

  report(): Report {
    const { first } = this.#findings;
    if (this.#end === null) {
      this.#findings.add({
        code: 'EXPORT_TRUNCATED',
        ...(first?.index === undefined ? { index: this.#next } : {}),
        message: `the export breaks off after ${this.#read} entries`,
      });
    } else if (this.#end.count !== this.#read) {
      this.#findings.add({
        code: 'EXPORT_TRUNCATED',
        message: `the export has ${this.#read} entries, and its end says ${this.#end.count}`,
      });
    }
    const size = this.#checkpoint?.size ?? this.#next;
    if (this.#next > size) {
      this.#findings.add({
        code: 'ENTRIES_UNSIGNED',
        index: size,
        until: this.#next,
        message: `the entries from ${size} on are not among those that the checkpoint signs`,
      });
    }
    const filtered = this.#end?.filtered === true;
    return reportOf(this.#findings, this.#tree, this.#entries, filtered, {
      entries: this.#read,
      checkpoints: this.#checkpoint === null ? 0 : 1,
      witnesses: this.#checkpoint?.witnesses ?? [],
      tiles: 0,
      latest: this.#checkpoint,
    });
  }

  #open({ checkpoint: note, filtered, size }: End): void {
    try {
      const checkpoint = openCheckpoint(note, this.#options.keys);
      this.#checkpoint = checkpoint;
      if (checkpoint.size !== size) {
        throw new Untrue(
          'CHECKPOINT_ALTERED',
          `the export says that the log has ${size} entries, and its checkpoint signs ${checkpoint.size}`,
        );
      }
      if (!filtered && checkpoint.size >= this.#tree.size) {
        this.#tree.expectRoot(checkpoint.size, checkpoint.root, `the checkpoint of size ${checkpoint.size}`);
      }
      requireQuorum(checkpoint, this.#options.quorum);
    } catch (error) {
      if (!(error instanceof Untrue)) throw error;
      this.#findings.add({ code: error.code, message: error.message });
    }
  }

  #order({ index, proof }: ExportLine): void {
    if (index < this.#next) {
      this.#findings.add({
        code: 'ENTRY_MISPLACED',
        index,
        message: `entry ${index} stands after entry ${this.#next - 1}`,
      });
      if (proof === null) this.#tree.breakOff();
      return;
    }
    // A part of the log has gaps.
    if (index > this.#next && proof === null) {
      const from = this.#next;
      this.#findings.add({
        code: 'ENTRIES_MISSING',
        index: from,
        ...(index - from > 1 ? { until: index } : {}),
        message:
          index - from > 1
            ? `the entries ${from} to ${index - 1} are not at their place`
            : `entry ${from} is not at its place`,
      });
      this.#tree.breakOff();
    }
    this.#next = index + 1;
  }

  #prove({ index, commitment, proof }: ExportLine): void {
    if (this.#announced === null) {
      throw new Unreadable(
        'EXPORT_FILTERED',
        'a filtered export is verified from a file: its proofs are checked against the checkpoint at its end',
      );
    }
    if (!this.#announced.filtered) {
      throw new Unreadable('EXPORT_INVALID', 'the export has proofs as a filtered one, and its end names no filter');
    }
    const checkpoint = this.#checkpoint;
    if (checkpoint === null) return;
    if (verifyInclusion(hashLeaf(commitment), index, checkpoint.size, checkpoint.root, proof ?? [])) return;
    this.#findings.add({
      code: 'INCLUSION_WRONG',
      index,
      message: `entry ${index} is not at its index in the log that the checkpoint signs`,
    });
  }
}

/** An entry of an export, or null when the line is no such line. */
export function parseLine(line: Buffer): ExportLine | null {
  const at = line.indexOf(ENTRY);
  if (at < 0 || line.at(-1) !== 0x7d) return null;
  const head = parse(`${line.toString('latin1', 0, at)}}`);
  const { index, commitment, salt, proof } = head ?? {};
  const isHash = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
  if (!Number.isSafeInteger(index) || (index as number) < 0 || !isHash(commitment)) return null;
  if (salt !== null && !isHash(salt)) return null;
  const hashes = proof === undefined ? null : hashesOf(proof);
  if (proof !== undefined && hashes === null) return null;
  const body = line.toString('utf8', at + ENTRY.length, line.length - 1);
  if ((salt === null) !== (body === 'null')) return null;
  return {
    index: index as number,
    commitment: Buffer.from(commitment, 'hex'),
    salt: salt === null ? null : Buffer.from(salt, 'hex'),
    body: salt === null ? null : body,
    proof: hashes,
  };
}

function hashesOf(proof: unknown): Buffer[] | null {
  if (!Array.isArray(proof) || proof.length > 53) return null;
  const hashes = proof.map((text) => (typeof text === 'string' ? decodeBase64(text) : null));
  return hashes.every((hash) => hash !== null) ? hashes : null;
}

function parseEnd(line: Buffer): End | null {
  const { end, count, from, size, checkpoint, filter } = parse(line.toString()) ?? {};
  if (end !== true || from !== 0 || typeof checkpoint !== 'string') return null;
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(size)) return null;
  return { count: count as number, size: size as number, checkpoint, filtered: filter !== undefined };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The last line of a file, where it is the end of an export. */
async function readEnd(path: string): Promise<End | null> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const tail = Buffer.alloc(Math.min(size, 262_144));
      await file.read(tail, 0, tail.length, size - tail.length);
      const last = tail.at(-1) === 0x0a ? tail.subarray(0, -1) : tail;
      return parseEnd(last.subarray(last.lastIndexOf(0x0a) + 1));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explain(error, path);
  }
}

/** Lines without their newline. A last line without one was cut off, and is a line all the same. */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      const piece = chunk.subarray(from, at);
      yield rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      length = 0;
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE)
      throw new Unreadable('EXPORT_INVALID', `the export has a line of more than ${LONGEST_LINE} bytes`);
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

function explain(error: unknown, path: string): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof Unreadable || typeof code !== 'string') return error;
  return new Unreadable('FILE_UNREADABLE', `${path === '-' ? 'standard input' : path} cannot be read (${code})`, {
    cause: error,
  });
}
