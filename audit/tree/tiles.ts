/** Hashes in a complete tile; a tile is 8 levels of the tree high. */
export const TILE_WIDTH = 256;

/**
 * Path of a tile: `tile/0/x001/x234/067` for tile 1,234,067 of level 0, with `.p/12` after it when only 12 of its hashes are there.
 *
 * `width` is 1 to 256. Throws `TypeError` for a number that no tile has. Source: C2SP tlog-tiles, Merkle Tree.
 */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!Number.isInteger(level) || level < 0 || level > 63) {
    throw new TypeError(`A tile's level is an integer from 0 to 63, not ${level}.`);
  }
  return `tile/${level}/${place(index, width)}`;
}

/** Path of a bundle of entries, as that of a tile: `tile/entries/x001/067.p/12`. Source: C2SP tlog-tiles, Log entries. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${place(index, width)}`;
}

export type TilePath =
  | { readonly kind: 'tile'; readonly level: number; readonly index: number; readonly width: number }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number };

/** What a path names; null when it is none that `tilePath` or `entriesPath` gives, letter by letter. */
export function parsePath(path: string): TilePath | null {
  const [, of, places, partial] = PATH.exec(path) ?? [];
  if (of === undefined || places === undefined) return null;
  const level = Number(of);
  const index = Number(places.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (!Number.isSafeInteger(index) || level > 63 || width < 1 || width > TILE_WIDTH) return null;
  // One name a tile: no zeros too many, no `.p/256`.
  if (of === 'entries') return path === entriesPath(index, width) ? { kind: 'entries', index, width } : null;
  return path === tilePath(level, index, width) ? { kind: 'tile', level, index, width } : null;
}

/** A safe integer has 16 digits: 6 places of 3. */
const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** How many hashes of a tile the tree of `size` leaves has: 0 to 256. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** A bundle of entries: each with its length before it, uint16 big-endian. Source: C2SP tlog-tiles, Log entries. */
export function encodeEntries(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > 0xffff)
        throw new TypeError(`An entry of a bundle has at most 65535 bytes, not ${entry.length}.`);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

function place(index: number, width: number): string {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new TypeError(`A tile's index is a safe integer from 0, not ${index}.`);
  }
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new TypeError(`A tile's width is an integer from 1 to ${TILE_WIDTH}, not ${width}.`);
  }
  const digits = String(index);
  const places = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) as string[];
  const last = places.pop();
  return [...places.map((three) => `x${three}`), last].join('/') + (width === TILE_WIDTH ? '' : `.p/${width}`);
}
