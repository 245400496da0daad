import { createHash } from 'node:crypto';
import { freshBytes } from '../auth/random.ts';
import { canonicalize, quote } from './canonical.ts';
import type { AuditEntry, Disclosure } from './entry.ts';

/**
 * What an entry says of one client, as the log holds it: what several sources have in common stands once, which halves the log.
 *
 * Entries written before it have a `Disclosure` in its place.
 */
interface Written extends Pick<Disclosure, 'client' | 'epoch'> {
  readonly permitted: readonly (Omit<Permitted, 'category'> & { readonly from: From })[];
  readonly denied: readonly (Omit<Denied, 'category'> & { readonly from: From })[];
  /** Every source that was asked of the client, in the order of asking. */
  readonly sources: readonly Pick<Disclosure, 'source' | 'records' | 'withheld'>[];
}

type Permitted = Disclosure['permitted'][number];
type Denied = Disclosure['denied'][number];

/** The categories of each source. */
type From = { readonly [source in Disclosure['source']]?: readonly Permitted['category'][] };

/** The text of an entry: canonical (RFC 8785), and the bytes of its UTF-8. Throws `TypeError` for what canonical JSON cannot hold. */
interface Text {
  readonly body: string;
  /** Of its UTF-8, in bytes. */
  readonly length: number;
}

/** Writes an entry; its disclosures, of which there may be thousands, without a look at their members' order. */
function writeEntry({ at, caller, clients, consent, disclosures, ...after }: AuditEntry): Text {
  const before = `${canonicalize({ at, caller, clients, consent }).slice(0, -1)},"disclosures":[`;
  const behind = `],${canonicalize(after).slice(1)}`;
  const told: string[] = [];
  let length = Buffer.byteLength(before) + Buffer.byteLength(behind);
  for (let next = 0; next < disclosures.length; ) {
    const again = keptAt(disclosures, next);
    const group = again?.group ?? groupAt(disclosures, next);
    const { body, length: bytes } = again ?? textOf(group);
    told.push(body);
    length += bytes;
    next += group.length;
  }
  return { body: `${before}${told.join(',')}${behind}`, length: length + Math.max(told.length - 1, 0) };
}

/** The entry that a text of the log is; what one source was permitted or denied may stand in another order. Throws where the text is no entry's. */
export function readEntry(body: string): AuditEntry {
  const entry = JSON.parse(body);
  return { ...entry, disclosures: (entry.disclosures as readonly (Written | Disclosure)[]).flatMap(readDisclosures) };
}

function readDisclosures(written: Written | Disclosure): readonly Disclosure[] {
  if (!('sources' in written)) return [written];
  const { client, epoch, permitted, denied, sources } = written;
  return sources.map(({ source, ...told }) => ({
    client,
    source,
    permitted: permitted.flatMap((each) => ofSource(each, source)),
    denied: denied.flatMap((each) => ofSource(each, source)),
    epoch,
    ...told,
  }));
}

function ofSource<Same>({ from, ...same }: Same & { readonly from: From }, source: Disclosure['source']) {
  return (from[source] ?? []).map((category) => ({ category, ...same }));
}

interface Kept extends Text {
  readonly group: readonly Disclosure[];
}

/** Of disclosures that entries tell again, by the first of them. */
const kept = new WeakMap<Disclosure, Kept>();

/** The disclosures of one client, each of another source, which will be told again in other entries: they are written once. */
export function keepText(group: readonly Disclosure[]): void {
  const [first] = group;
  if (first === undefined) return;
  const { body, length } = textOf(group);
  // In one piece: as it is made, V8 would put it together of its parts each time.
  kept.set(first, { group, body: Buffer.from(body).toString(), length });
}

function keptAt(disclosures: readonly Disclosure[], at: number): Kept | undefined {
  const found = kept.get(disclosures[at] as Disclosure);
  return found?.group.every((each, place) => each === disclosures[at + place]) === true ? found : undefined;
}

/** The next disclosures that are of one client, on one epoch, and each of another source. */
function groupAt(disclosures: readonly Disclosure[], at: number): readonly Disclosure[] {
  const { client, epoch } = disclosures[at] as Disclosure;
  const group: Disclosure[] = [];
  for (let next = at; next < disclosures.length; next += 1) {
    const each = disclosures[next] as Disclosure;
    if (each.client !== client || each.epoch !== epoch || group.some(({ source }) => source === each.source)) break;
    group.push(each);
  }
  return group;
}

function textOf(group: readonly Disclosure[]): Text {
  const { client, epoch } = group[0] as Disclosure;
  const ordered = inOrder(group);
  const permitted = gather(ordered, ({ permitted }) => permitted, aroundPermit);
  const denied = gather(ordered, ({ denied }) => denied, aroundDenial);
  const sources = group.map(sourceText).join(',');
  const of = client === null ? 'null' : quote(client);
  const body = `{"client":${of},"denied":[${denied}],"epoch":"${epoch}","permitted":[${permitted}],"sources":[${sources}]}`;
  return { body, length: Buffer.byteLength(body) };
}

/** Names of members in order are what makes the text canonical. */
function inOrder(group: readonly Disclosure[]): readonly Disclosure[] {
  for (let at = 1; at < group.length; at += 1)
    if ((group[at - 1] as Disclosure).source > (group[at] as Disclosure).source)
      return group.toSorted((one, other) => (one.source < other.source ? -1 : 1));
  return group;
}

/** What is told alike of several categories, once, with the categories by source. `around`: what stands before and behind them. */
function gather<Told extends { readonly category: string }>(
  ordered: readonly Disclosure[],
  toldBy: (disclosure: Disclosure) => readonly Told[],
  around: (told: Told) => readonly [head: string, tail: string],
): string {
  const all: { readonly head: string; readonly tail: string; source: string; from: string }[] = [];
  for (const disclosure of ordered) {
    const { source } = disclosure;
    for (const told of toldBy(disclosure)) {
      const { category } = told;
      const [head, tail] = around(told);
      const same = all.find((each) => each.head === head && each.tail === tail);
      if (same === undefined) all.push({ head, tail, source, from: `"${source}":["${category}"` });
      else {
        same.from += same.source === source ? `,"${category}"` : `],"${source}":["${category}"`;
        same.source = source;
      }
    }
  }
  return all.map(({ head, from, tail }) => `{${head},"from":{${from}]},${tail}}`).join(',');
}

function aroundPermit({ basis, reference, register }: Permitted): readonly [string, string] {
  const given = reference === null ? 'null' : quote(reference);
  return [`"basis":"${basis}"`, `"reference":${given}${register === undefined ? '' : `,"register":"${register}"`}`];
}

function aroundDenial({ detail, reason }: Denied): readonly [string, string] {
  return [`"detail":${quote(detail)}`, `"reason":${quote(reason)}`];
}

function sourceText({ records, source, withheld }: Disclosure): string {
  return `{"records":${records},"source":"${source}"${withheld === undefined ? '' : `,"withheld":${quote(withheld)}`}}`;
}

/** An entry's text, which in the log is UTF-8, and what it is committed to by. */
export interface SealedEntry extends Text {
  readonly salt: Buffer;
  /** SHA-256(salt ‖ canonical bytes). */
  readonly commitment: Buffer;
}

/** Canonical text (RFC 8785), a fresh 32-byte salt, and the commitment that the Merkle log will hold. */
export function sealEntry(entry: AuditEntry): SealedEntry {
  const { body, length } = writeEntry(entry);
  const salt = freshBytes(32);
  return { body, length, salt, commitment: commitmentOf(salt, body, length) };
}

/** `length`: of the text's UTF-8. */
export function commitmentOf(salt: Uint8Array, body: string, length: number = Buffer.byteLength(body)): Buffer {
  return createHash('sha256').update(salt).update(body, encodingOf(body, length)).digest();
}

/** What gives a text its UTF-8 of that length: one of ASCII is copied as it stands, of any other each character is looked at. */
export function encodingOf(body: string, length: number): 'latin1' | 'utf8' {
  return length === body.length ? 'latin1' : 'utf8';
}
