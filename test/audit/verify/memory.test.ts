import { createHash, generateKeyPairSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GrowingTree } from '../../../audit/tree/grow.ts';
import { checkpointText, createSigner, signNote } from '../../../audit/tree/note.ts';
import { verifyExport } from '../../../audit/verify/export.ts';
import { parseVerifierKey } from '../../../audit/verify/note.ts';
import { ORIGIN } from '../signing.ts';

const ENTRIES = 120_000;
const signer = createSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);
const folder = mkdtempSync(join(tmpdir(), 'nivel-memory-'));
const file = join(folder, 'export.jsonl');

beforeAll(async () => {
  const tree = await GrowingTree.read(0, async () => new Map());
  const out = openSync(file, 'w');
  for (let from = 0; from < ENTRIES; from += 1_000) {
    const lines: string[] = [];
    const leaves: Buffer[] = [];
    for (let index = from; index < from + 1_000; index += 1) {
      const salt = createHash('sha256').update(String(index)).digest();
      const body = `{"kind":"QUERY","number":${index}}`;
      const commitment = createHash('sha256').update(salt).update(body).digest();
      leaves.push(commitment);
      lines.push(
        `{"index":${index},"commitment":"${commitment.toString('hex')}","salt":"${salt.toString('hex')}","entry":${body}}\n`,
      );
    }
    tree.append(leaves);
    writeSync(out, lines.join(''));
  }
  const checkpoint = signNote(checkpointText(ORIGIN, ENTRIES, tree.root()), [signer]);
  writeSync(out, `${JSON.stringify({ end: true, count: ENTRIES, from: 0, size: ENTRIES, checkpoint })}\n`);
  closeSync(out);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('a verification keeps nothing of each entry: its heap is the same after 20,000 entries and 100,000 more', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used: number[] = [];
  const report = await verifyExport(file, {
    keys: [parseVerifierKey(signer.vkey)],
    quorum: 0,
    kept: [],
    onProgress(done) {
      if (done < 20_000 || used.length > (done - 20_000) / 20_000) return;
      collect();
      used.push(process.memoryUsage().heapUsed);
    },
  });
  expect(report).toMatchObject({ intact: true, entries: ENTRIES });
  expect(used.length).toBeGreaterThan(4);
  // One reference an entry would be 8 bytes of each.
  expect(Math.min(...used.slice(-2)) - (used[0] ?? 0)).toBeLessThan(4 * (ENTRIES - 20_000));
}, 60_000);
