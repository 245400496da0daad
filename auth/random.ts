import { randomFillSync } from 'node:crypto';

const BLOCK = 4_096;

let block = Buffer.alloc(0);
let used = 0;

/** Random bytes nobody was given before; cut from blocks, because the system is asked at a price. */
export function freshBytes(length: number): Buffer {
  if (used + length > block.byteLength) {
    // A new block, because what was cut from the last one may still be in use.
    block = randomFillSync(Buffer.alloc(Math.max(BLOCK, length)));
    used = 0;
  }
  used += length;
  return block.subarray(used - length, used);
}
