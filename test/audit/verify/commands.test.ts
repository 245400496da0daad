import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportEntries } from '../../../audit/export/export.ts';
import { formatProof, proveEntry } from '../../../audit/tree/prove.ts';
import { verifyExport } from '../../../audit/verify/export.ts';
import { openCheckpoint, parseVerifierKey } from '../../../audit/verify/note.ts';
import { nivel } from '../../bin/command.ts';
import { disclosureOf, entryWith } from '../entries.ts';
import { type LogWorld, startLog } from '../sequencing.ts';
import { newSigner, ORIGIN } from '../signing.ts';
import { type RunningWitness, startWitness } from '../witness-server.ts';

const CLIENT = '00000000-0000-4000-8000-000000000001';
const LOOK = entryWith({ clients: [CLIENT], disclosures: [disclosureOf(CLIENT)] });
const SIZE = 601;

let world: LogWorld;
let witness: RunningWitness;
let lines: readonly string[];
const folder = mkdtempSync(join(tmpdir(), 'nivel-verify-'));
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

beforeAll(async () => {
  world = await startLog();
  witness = await startWitness({ logs: [{ origin: ORIGIN, vkey: world.signer.vkey }] });
  await (await world.start()).close();
  await world.append(300);
  const given = { witnesses: [witness], quorum: 1, folder: at('tiles') };
  const first = await world.start(given);
  await world.caughtUp();
  await first.close();
  const { rows } = await world.admin.query('SELECT note FROM audit.publications ORDER BY size DESC LIMIT 1');
  write('kept', rows[0].note);
  await world.append(300);
  await world.log.append(LOOK, new Map());
  const second = await world.start(given);
  await world.caughtUp();
  for (let n = 0; n < 500 && !readCheckpoint().includes(`\n${SIZE}\n`); n += 1)
    await new Promise((r) => setTimeout(r, 10));
  await second.close();
  for (const [name, filter] of Object.entries({ whole: {}, filtered: { client: CLIENT } })) {
    let text = '';
    const client = await world.admin.connect();
    await exportEntries(client, {
      filter,
      format: 'jsonl',
      entry: entryWith(),
      write: async (piece) => {
        text += piece;
      },
    });
    client.release();
    write(`${name}.jsonl`, text);
  }
  lines = readFileSync(at('whole.jsonl'), 'utf8').trimEnd().split('\n');
  const proof = await proveEntry(world.admin, LOOK.id);
  if (proof === null) throw new Error('not published');
  write('look.tlog-proof', formatProof(proof));
  write('look.json', JSON.stringify(JSON.parse(lines.at(-2) ?? '').entry));
  write('look.line', lines.at(-2) ?? '');
  write('keys', `# of the log\n\n${world.signer.vkey}\n`);
});
afterAll(async () => {
  await world?.close();
  await witness?.close();
  rmSync(folder, { recursive: true });
});

const readCheckpoint = (): string => {
  const file = join(at('tiles'), 'checkpoint');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** Runs a command with the log’s key; what goes wrong is one line, and no stack. */
async function run(...args: string[]): Promise<{ code: number | null; out: string; last: string }> {
  const { code, out, err } = await nivel(['audit', ...args, '--key', world.signer.vkey], {}, folder);
  expect(err).not.toMatch(/^\s+at /m);
  return { code, out, last: err.trimEnd().split('\n').at(-1) ?? '' };
}
const verify = (...args: string[]) => run('verify', ...args);
const check = (...args: string[]) => run('check', ...args);

describe('nivel audit verify', () => {
  it('finds a database intact, by the role that reads the log, with its witness and a checkpoint that was kept', async () => {
    const url = world.database.roleUrl('audit');
    const args = ['--database-url', url, '--witness', witness.vkey, '--checkpoint', at('kept')];
    const { code, out } = await verify(...args);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Intact: nivel\.test\/log, size 601, root \S{44}; 601 entries, 2 tiles, \d+ checkpoints, 1 witnesses; [\d.]+ s\n$/,
    );
    const report = JSON.parse((await verify(...args, '--json')).out);
    expect(report).toMatchObject({ intact: true, origin: ORIGIN, size: SIZE, first: null, findings: [], counts: {} });
  });

  it('finds an export, a folder of tiles and their addresses intact', async () => {
    const server = createServer((request, response) => {
      const file = join(at('tiles'), request.url?.replace('/log/', '') ?? '');
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = (server.address() as AddressInfo).port;
    try {
      const sources = [
        'whole.jsonl',
        'filtered.jsonl',
        'tiles',
        `file://${at('tiles')}`,
        `http://127.0.0.1:${port}/log/`,
      ];
      for (const source of sources) {
        expect(await verify(source, '--witness', witness.vkey), source).toMatchObject({
          code: 0,
          out: expect.stringMatching(/^Intact: /),
        });
      }
      const nowhere = await verify(`http://127.0.0.1:${port}/other`);
      expect(nowhere).toMatchObject({ code: 2, last: expect.stringMatching(/\(LOG_UNREACHABLE\)$/) });
    } finally {
      server.close();
    }
  });

  it.each<[string, (text: readonly string[]) => readonly string[], string, number | undefined, number?]>([
    [
      'a byte of a text',
      (all) => all.with(417, (all[417] ?? '').replace('"gateway":"test"', '"gateway":"tesT"')),
      'ENTRY_ALTERED',
      417,
    ],
    ['a line removed', (all) => all.toSpliced(417, 1), 'ENTRIES_MISSING', 417],
    ['two lines swapped', (all) => all.with(417, all[418] ?? '').with(418, all[417] ?? ''), 'ENTRIES_MISSING', 417],
    ['a line repeated', (all) => all.toSpliced(418, 0, all[417] ?? ''), 'ENTRY_MISPLACED', 417],
    [
      'two entries that change places',
      (all) => {
        const [one = '', other = ''] = [all[417], all[418]];
        return all
          .with(417, other.replace('"index":418', '"index":417'))
          .with(418, one.replace('"index":417', '"index":418'));
      },
      'LOG_REWRITTEN',
      300,
      601,
    ],
    [
      'a text that is gone',
      (all) => all.with(417, (all[417] ?? '').replace(/"salt".*/, '"salt":null,"entry":null}')),
      'ENTRY_ERASED',
      417,
    ],
    ['the end removed', (all) => all.slice(0, -1), 'EXPORT_TRUNCATED', 601],
    ['the tail removed', (all) => all.slice(0, 400), 'EXPORT_TRUNCATED', 400],
    ['the last entry removed', (all) => all.toSpliced(600, 1), 'ENTRIES_MISSING', 600, 601],
    [
      'another count',
      (all) => all.with(-1, (all.at(-1) ?? '').replace('"count":601', '"count":600')),
      'EXPORT_TRUNCATED',
      undefined,
    ],
    [
      'another checkpoint',
      (all) => all.with(-1, (all.at(-1) ?? '').replace('log\\n601\\n', 'log\\n602\\n')),
      'SIGNATURE_WRONG',
      undefined,
    ],
  ])('names what is wrong with an export: %s', async (_, alter, code, first, until) => {
    const file = write('altered.jsonl', `${alter(lines).join('\n')}\n`);
    const keys = [parseVerifierKey(world.signer.vkey)];
    const kept = [openCheckpoint(readFileSync(at('kept'), 'utf8'), keys)];
    const report = await verifyExport(file, { keys, quorum: 0, kept });
    expect(Object.keys(report.counts)).toContain(code);
    expect({ intact: report.intact, first: report.first?.index, until: report.first?.until }).toEqual({
      intact: false,
      first,
      until,
    });
  });

  it('says first what is wrong with an export', async () => {
    const { code, out } = await verify(write('cut.jsonl', lines.toSpliced(417, 1).join('\n')));
    expect(code).toBe(1);
    expect(out).toMatch(/^NOT INTACT: first index 417: entry 417 is not at its place \(ENTRIES_MISSING\)\n/);
  });

  it('names what is wrong with a filtered export', async () => {
    const text = readFileSync(at('filtered.jsonl'), 'utf8');
    const altered = write('altered.jsonl', text.replace('"index":600', '"index":599'));
    expect(await verify(altered)).toMatchObject({ code: 1, out: expect.stringContaining('(INCLUSION_WRONG)') });
    expect(await verify(at('filtered.jsonl'), '--checkpoint', at('kept'))).toMatchObject({
      code: 2,
      last: expect.stringContaining('(EXPORT_FILTERED)'),
    });
  });

  it('names what is wrong with a folder, and in JSON', async () => {
    cpSync(at('tiles'), at('broken'), { recursive: true });
    const file = join(at('broken'), 'tile/0/000');
    const tile = readFileSync(file);
    tile.writeUInt8(tile.readUInt8(17 * 32) ^ 1, 17 * 32);
    writeFileSync(file, tile);
    const { code, out } = await verify(at('broken'), '--json');
    expect({ code, ...JSON.parse(out) }).toMatchObject({
      code: 1,
      intact: false,
      first: { code: 'TILE_ALTERED', index: 17 },
      counts: { TILE_ALTERED: 1 },
    });
  });

  it.concurrent.each<[string, string[], string]>([
    ['no such file', ['nowhere.jsonl'], 'FILE_UNREADABLE'],
    ['a folder without a log', ['.'], 'LOG_UNREACHABLE'],
    ['something else', ['keys'], 'EXPORT_INVALID'],
    ['no server', ['http://127.0.0.1:1/log'], 'LOG_UNREACHABLE'],
    ['no database', ['--database-url', 'postgres://a:b@127.0.0.1:1/c'], 'DATABASE_UNREACHABLE'],
    ['a checkpoint that is none', ['tiles', '--checkpoint', 'keys'], 'NOTE_INVALID'],
    ['a key that is none', ['tiles', '--key', 'x'], 'KEY_INVALID'],
    ['a witness’s key that is the log’s', ['tiles', '--witness', 'LOG'], 'KEY_INVALID'],
    ['two sources', ['tiles', 'whole.jsonl'], 'does not know what to do'],
    ['a source and a database', ['tiles', '--database-url', 'x'], 'not both'],
    ['a quorum without witnesses', ['tiles', '--quorum', '1'], 'from 0 to 0 for --quorum'],
    ['keys of two logs', ['tiles', '--key', newSigner('else.example').vkey], 'their names differ'],
  ])('could not tell: %s', async (_, args, telling) => {
    const { code, out, last } = await verify(...args.map((arg) => (arg === 'LOG' ? world.signer.vkey : arg)));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(last).toContain(telling);
  });

  it('could not tell without a key', async () => {
    const { code, out, err } = await nivel(['audit', 'verify', at('tiles')]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^nivel audit verify needs the log’s public key/);
  });

  it('takes its keys from a file', async () => {
    expect(await nivel(['audit', 'verify', at('tiles'), '--key-file', at('keys')])).toMatchObject({ code: 0 });
  });

  it('says that the log is not signed by the key', async () => {
    const { code, out } = await nivel(['audit', 'verify', at('tiles'), '--key', newSigner().vkey]);
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('(SIGNATURE_MISSING)') });
  });
});

describe('nivel audit check', () => {
  it('finds a proof true, with the entry’s text, its line of an export, or its commitment alone', async () => {
    const { commitment } = JSON.parse(lines.at(-2) ?? '');
    const expected = `True: entry 600 of the log nivel.test/log, which then had 601 entries, commitment ${commitment}\n`;
    for (const with_ of [
      ['--entry', 'look.json'],
      ['--entry', 'look.line'],
      ['--commitment', commitment],
    ]) {
      expect(await check('look.tlog-proof', ...with_, '--witness', witness.vkey)).toMatchObject({
        code: 0,
        out: expected,
      });
    }
    const { last } = await check('look.tlog-proof', '--commitment', commitment);
    expect(last).toBe('Nothing is said of what the entry says: no text was given');
  });

  it('finds it false for another text, another entry and another commitment', async () => {
    write('other.json', readFileSync(at('look.json'), 'utf8').replace('ANSWERED', 'DENIED'));
    write('other.line', lines[5] ?? '');
    write('mixed.line', (lines[5] ?? '').replace(/"salt":"../, '"salt":"00'));
    const cases: [string[], string][] = [
      [['--entry', 'other.json'], 'INCLUSION_WRONG'],
      [['--entry', 'other.line'], 'INCLUSION_WRONG'],
      [['--entry', 'mixed.line'], 'COMMITMENT_WRONG'],
      [['--commitment', 'a'.repeat(64)], 'INCLUSION_WRONG'],
      [['--entry', 'look.json', '--commitment', 'a'.repeat(64)], 'COMMITMENT_WRONG'],
    ];
    for (const [args, code] of cases) {
      const { out, code: exit } = await check('look.tlog-proof', ...args);
      expect({ exit, out }).toEqual({ exit: 1, out: expect.stringMatching(new RegExp(`^FALSE: .*\\(${code}\\)\n$`)) });
    }
  });

  it.concurrent.each<[string, (proof: string) => string, number, string]>([
    ['truncated', (proof) => proof.slice(0, 200), 2, 'PROOF_INVALID'],
    ['truncated in its checkpoint', (proof) => proof.slice(0, -60), 2, 'NOTE_INVALID'],
    ['with a key id that does not match', (proof) => proof.replace(/(— nivel\S+ )./, '$1/'), 1, 'SIGNATURE_MISSING'],
    ['with 10,000 signatures', (proof) => proof + '— a.example AAAAAAAA\n'.repeat(10_000), 2, 'PROOF_TOO_LARGE'],
    ['with a negative size', (proof) => proof.replace('\n601\n', '\n-601\n'), 2, 'NOTE_INVALID'],
    ['with a huge size', (proof) => proof.replace('\n601\n', `\n${'9'.repeat(30)}\n`), 2, 'NOTE_INVALID'],
    ['with another size', (proof) => proof.replace('\n601\n', '\n602\n'), 1, 'SIGNATURE_WRONG'],
    ['that is empty', () => '', 2, 'PROOF_INVALID'],
  ])('a proof %s: one sentence', async (how, alter, exit, code) => {
    const file = write(`${how}.tlog-proof`, alter(readFileSync(at('look.tlog-proof'), 'utf8')));
    const { code: got, out, last } = await check(file, '--entry', 'look.json');
    expect({ got, said: `${out}${last}` }).toEqual({ got: exit, said: expect.stringContaining(`(${code})`) });
  });

  it('of another log, or under another key', async () => {
    const args = ['audit', 'check', at('look.tlog-proof'), '--entry', at('look.json'), '--key'];
    const other = await nivel([...args, newSigner('else.example/log').vkey]);
    expect(other).toMatchObject({ code: 1, out: expect.stringContaining('(ORIGIN_WRONG)') });
    const key = await nivel([...args, newSigner().vkey]);
    expect(key).toMatchObject({ code: 1, out: expect.stringContaining('(SIGNATURE_MISSING)') });
  });

  it.concurrent.each<[string, string[], string]>([
    ['no entry', ['look.tlog-proof'], 'needs the entry'],
    ['no such proof', ['nowhere', '--entry', 'look.json'], 'FILE_UNREADABLE'],
    ['no such entry', ['look.tlog-proof', '--entry', 'nowhere'], 'FILE_UNREADABLE'],
    ['a commitment that is none', ['look.tlog-proof', '--commitment', 'x'], '64 hexadecimal digits'],
  ])('could not tell: %s', async (_, args, telling) => {
    const { code, out, last } = await check(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(last).toContain(telling);
  });
});
