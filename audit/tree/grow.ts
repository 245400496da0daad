import { type Edge, leafHash, perfectRoot, type ReadTiles, readEdge } from './merkle.ts';
import { TILE_WIDTH, tileWidth } from './tiles.ts';

/** A tile that has become complete. */
export interface CompleteTile {
  readonly level: number;
  readonly index: number;
  /** 256 hashes of 32 bytes. */
  readonly hashes: Buffer;
  /** Its hash in the tile above. */
  readonly root: Buffer;
}

/** Levels of tiles below a tree of 2^53 leaves. */
const LEVELS = 7;

/** A tree that grows at its right edge, with the hashes of its incomplete tiles: at most 255 a level. */
export class GrowingTree {
  readonly #edge: Edge;
  readonly #incomplete: Buffer[][];

  private constructor(edge: Edge, incomplete: Buffer[][]) {
    this.#edge = edge;
    this.#incomplete = incomplete;
  }

  /** Takes up a tree of `size` leaves: two reads, of a few tiles a level, whatever its size. */
  static async read(size: number, read: ReadTiles): Promise<GrowingTree> {
    const wanted = Array.from({ length: LEVELS }, (_, level) => {
      const index = Math.floor(size / TILE_WIDTH ** (level + 1));
      return { level, index, width: tileWidth(level, index, size) };
    });
    const tiles = await read(
      wanted.filter(({ width }) => width > 0),
      size,
    );
    const incomplete = wanted.map(({ level, index, width }) => {
      const hashes = tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
      if (hashes.length < width * 32) throw new Error(`Tile ${level}/${index} of the log lacks hashes.`);
      return Array.from({ length: width }, (_, at) => hashes.subarray(at * 32, (at + 1) * 32));
    });
    return new GrowingTree(await readEdge(size, read), incomplete);
  }

  get size(): number {
    return this.#edge.size;
  }

  root(): Buffer {
    return this.#edge.root();
  }

  /** Adds leaves; gives the tiles that became complete, a level's lower ones before it. */
  append(leaves: readonly Uint8Array[]): CompleteTile[] {
    return leaves.flatMap((data) => {
      const leaf = leafHash(data);
      this.#edge.append(leaf);
      return this.#add(0, leaf);
    });
  }

  #add(level: number, hash: Buffer): CompleteTile[] {
    const tile = this.#incomplete[level];
    if (tile === undefined) throw new RangeError('The tree has more leaves than an index can count.');
    tile.push(hash);
    if (tile.length < TILE_WIDTH) return [];
    const hashes = Buffer.concat(tile.splice(0));
    const root = perfectRoot(hashes);
    const index = this.size / TILE_WIDTH ** (level + 1) - 1;
    return [{ level, index, hashes, root }, ...this.#add(level + 1, root)];
  }
}
