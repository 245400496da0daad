import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import { EntryUnreadable, type ExportFormat, exportEntries, NothingPublished } from '../../audit/export/export.ts';
import { type EntryFilter, listEntries } from '../../audit/list.ts';
import type { Sequencer } from '../../audit/sequencer/sequencer.ts';
import { verifyExport } from '../../audit/verify/export.ts';
import { parseVerifierKey } from '../../audit/verify/note.ts';
import { commitmentOf, sealEntry } from '../../audit/written.ts';
import { connectDatabase } from '../../bin/database.ts';
import { disclosureOf, entryWith } from './entries.ts';
import { readCsv } from './read-csv.ts';
import { type LogWorld, startLog } from './sequencing.ts';

const ONE = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const WORKER = '00000000-0000-4000-9000-000000000001';
const OWN = entryWith({ kind: 'EXPORTED', reads: [{ field: 'export', arguments: { format: 'jsonl' } }] });

/** More than one page, whole and proved; the index says what an entry is about. */
const ENTRIES: readonly AuditEntry[] = Array.from({ length: 1_300 }, (_, n) => {
  const client = n % 4 === 0 ? ONE : OTHER;
  const at = new Date(Date.UTC(2026, 2, 1) + n * 60_000).toISOString();
  if (n % 5 === 4) return entryWith({ at, kind: 'REFUSED', outcome: 'REFUSED', refusal: 'PURPOSE_REFUSED' });
  const denied = [{ category: 'CUSTODY' as const, reason: 'NO_BASIS', detail: 'NO_CONSENT' }];
  return entryWith({
    at,
    caller: {
      id: n % 3 === 0 ? WORKER : randomUUID(),
      roles: ['coordinator'],
      agency: n % 2 ? 'KELA' : 'THIRD_SECTOR',
    },
    purpose: n % 7 === 0 ? 'AUDIT' : 'SERVICE_COORDINATION',
    outcome: 'DENIED',
    clients: [client],
    disclosures: [disclosureOf(client), disclosureOf(client, { source: 'PRISON_SERVICE', permitted: [], denied })],
  });
});

let world: LogWorld;
let sequencer: Sequencer;
let reader: pg.Client;
const folder = mkdtempSync(join(tmpdir(), 'nivel-export-'));

beforeAll(async () => {
  world = await startLog();
  sequencer = await world.start();
  reader = await connectDatabase(world.database.roleUrl('audit'));
});
afterAll(async () => {
  await reader?.end();
  await world?.close();
  rmSync(folder, { recursive: true });
});

async function exported(
  format: ExportFormat = 'jsonl',
  filter: EntryFilter = {},
  write: (text: string) => unknown = () => {},
  client: pg.Client = reader,
): Promise<{ text: string; count: number; size: number }> {
  let text = '';
  const summary = await exportEntries(client, {
    filter,
    format,
    entry: OWN,
    async write(piece) {
      text += piece;
      await write(piece);
    },
  });
  return { text, ...summary };
}

// biome-ignore lint/suspicious/noExplicitAny: the test knows each line's shape.
const linesOf = (text: string): any[] => {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
};

async function verified(text: string) {
  const file = join(folder, `${randomUUID()}.jsonl`);
  writeFileSync(file, text);
  return verifyExport(file, { keys: [parseVerifierKey(world.signer.vkey)], quorum: 0, kept: [] });
}

describe('a log without entries', () => {
  it('has nothing to export before its first checkpoint, and then a whole export of none', async () => {
    const empty = await startLog();
    const client = await connectDatabase(empty.database.roleUrl('audit'));
    try {
      await expect(exported('jsonl', {}, undefined, client)).rejects.toThrow(NothingPublished);
      await empty.start();
      await empty.caughtUp();
      const { text, count } = await exported('jsonl', {}, undefined, client);
      expect(count).toBe(0);
      expect(linesOf(text)).toMatchObject([{ end: true, count: 0, from: 0, size: 0 }]);
      expect(readCsv((await exported('csv', {}, undefined, client)).text.slice(1))).toHaveLength(2);
    } finally {
      await client.end();
      await empty.close();
    }
  });
});

describe('a log of 1,300 entries', () => {
  beforeAll(async () => {
    // One at a time would give them the order of their times; together they need not.
    for (let n = 0; n < ENTRIES.length; n += 100)
      await Promise.all(ENTRIES.slice(n, n + 100).map((entry) => world.log.append(entry, new Map())));
    await world.caughtUp();
  });

  it('comes out whole, each line with the entry’s own bytes, and an outside verifier says that it is intact', async () => {
    const { text, count, size } = await exported();
    expect([count, size]).toEqual([1_300, 1_300]);
    const lines = text.slice(0, -1).split('\n');
    expect(lines).toHaveLength(1_301);
    const byId = new Map(ENTRIES.map((entry) => [entry.id, entry]));
    lines.slice(0, -1).forEach((line, index) => {
      const { entry, ...head } = JSON.parse(line);
      const { body } = sealEntry(byId.get(entry.id) as AuditEntry);
      byId.delete(entry.id);
      expect(line).toBe(`${JSON.stringify(head).slice(0, -1)},"entry":${body}}`);
      expect(Object.keys(head)).toEqual(['index', 'commitment', 'salt']);
      expect(head.index).toBe(index);
      expect(head.commitment).toBe(commitmentOf(Buffer.from(head.salt, 'hex'), body).toString('hex'));
    });
    expect(byId.size).toBe(0);
    const end = JSON.parse(lines.at(-1) as string);
    expect(Object.keys(end)).toEqual(['end', 'count', 'from', 'size', 'checkpoint']);
    expect(end).toMatchObject({ count: 1_300, size: 1_300 });
    expect(await verified(text)).toMatchObject({ intact: true, entries: 1_300, size: 1_300, findings: [] });
    // And not because it says so of anything.
    expect(await verified(`${lines.toSpliced(700, 1).join('\n')}\n`)).toMatchObject({ intact: false });
    expect((await verified(`${lines.slice(0, -1).join('\n')}\n`)).counts).toMatchObject({ EXPORT_TRUNCATED: 1 });
  });

  const FILTERS: Readonly<Record<string, EntryFilter>> = {
    client: { client: ONE },
    caller: { caller: WORKER },
    source: { source: 'PRISON_SERVICE' },
    agency: { agency: 'KELA' },
    category: { category: 'CUSTODY' },
    basis: { basis: 'CONSENT' },
    purpose: { purpose: 'AUDIT' },
    outcome: { outcome: 'REFUSED' },
    kind: { kind: 'REFUSED' },
    times: { from: new Date('2026-03-01T02:00:00Z'), until: new Date('2026-03-01T03:00:00Z') },
    'one disclosure': { client: ONE, source: 'PRISON_SERVICE', category: 'CUSTODY' },
    'no disclosure': { client: ONE, source: 'PRISON_SERVICE', basis: 'CONSENT' },
    nothing: { client: randomUUID() },
  };

  it.each(Object.entries(FILTERS))(
    'by %s: what the auditor’s list has, in order, each line proved',
    async (_, filter) => {
      const { text, count } = await exported('jsonl', filter);
      const { entries: listed } = await listEntries(reader, filter, { first: 2_000, after: null });
      const lines = linesOf(text);
      const end = lines.pop();
      expect(new Set(lines.map(({ entry }) => entry.id))).toEqual(new Set(listed.map(({ id }) => id)));
      expect(end).toMatchObject({ end: true, count: listed.length, filter: JSON.parse(JSON.stringify(filter)) });
      expect(count).toBe(listed.length);
      const indexes = lines.map(({ index }) => index);
      expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
      for (const line of lines) expect(Object.keys(line)).toEqual(['index', 'commitment', 'salt', 'proof', 'entry']);
      expect(await verified(text)).toMatchObject({ intact: true, entries: listed.length });
      if (lines.length > 0) {
        const [line] = lines;
        line.proof[0] = Buffer.alloc(32).toString('base64');
        const forged = [...lines, end].map((each) => `${JSON.stringify(each)}\n`).join('');
        expect((await verified(forged)).counts).toMatchObject({ INCLUSION_WRONG: 1 });
      }
    },
  );

  it('takes three statements a page at most, however many entries and proofs there are', async () => {
    const statements = async (filter: EntryFilter): Promise<number> => {
      const query = reader.query;
      let count = 0;
      (reader as { query: unknown }).query = (...given: Parameters<typeof query>) => {
        count += 1;
        return query.apply(reader, given);
      };
      try {
        await exported('jsonl', filter);
      } finally {
        (reader as { query: unknown }).query = query;
      }
      return count;
    };
    // BEGIN, checkpoint, two pages of 1,000, ROLLBACK.
    expect(await statements({})).toBe(5);
    const chosen = ENTRIES.filter(({ purpose }) => purpose === 'SERVICE_COORDINATION').length;
    // BEGIN, checkpoint, SET, DECLARE, a FETCH that finds nothing, ROLLBACK; a page of 256: indexes, texts, tiles.
    expect(await statements({ purpose: 'SERVICE_COORDINATION' })).toBe(6 + 3 * Math.ceil(chosen / 256));
  });

  it('is as it was when the export began, whatever is written and published meanwhile', async () => {
    const where = 'WHERE seq = (SELECT seq FROM audit.sequence WHERE index = 1200)';
    const { rows } = await world.admin.query(`SELECT salt FROM audit.entries ${where}`);
    let pages = 0;
    const { text, size } = await exported('jsonl', {}, async () => {
      pages += 1;
      if (pages > 1) return;
      await world.append(3);
      await world.caughtUp();
      await world.admin.query(`UPDATE audit.entries SET salt = commitment ${where}`);
    });
    expect(pages).toBe(3);
    await world.admin.query(`UPDATE audit.entries SET salt = $1 ${where}`, [rows[0].salt]);
    expect(size).toBe(1_300);
    expect(await verified(text)).toMatchObject({ intact: true, entries: 1_300 });
    expect(await exported()).toMatchObject({ count: 1_303, size: 1_303 });
  });

  it('ends without its last line when the output fails, and leaves the connection fit for the next export', async () => {
    let taken = '';
    const failing = exportEntries(reader, {
      filter: {},
      format: 'jsonl',
      entry: OWN,
      async write(text) {
        if (taken !== '') throw new Error('disk full');
        taken += text;
      },
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(taken).not.toContain('"end"');
    expect((await exported()).size).toBeGreaterThan(1_300);
  });

  it('never goes on in silence over an entry that is not there', async () => {
    // A sequencer at work would give the entry another place at once.
    await sequencer.close();
    const [{ seq }] = (await world.admin.query('DELETE FROM audit.sequence WHERE index = 1001 RETURNING seq')).rows;
    const cut: string[] = [];
    await expect(exported('jsonl', {}, (piece) => cut.push(piece))).rejects.toEqual(new EntryUnreadable(1001));
    expect(cut.join('')).not.toContain('"end"');
    await world.admin.query('INSERT INTO audit.sequence (index, seq) VALUES (1001, $1)', [seq]);
    sequencer = await world.start();
  });

  it.each([
    ['csv', 'no JSON'],
    ['fhir', '{"id"'],
    ['jsonl', 'two\nlines'],
  ] as const)('%s: nor over a text that is no entry', async (format, body) => {
    const where = 'WHERE seq = (SELECT seq FROM audit.sequence WHERE index = 2)';
    const { rows } = await world.admin.query(`SELECT body FROM audit.entries ${where}`);
    await world.admin.query(`UPDATE audit.entries SET body = $1 ${where}`, [body]);
    await expect(exported(format)).rejects.toEqual(new EntryUnreadable(2));
    await world.admin.query(`UPDATE audit.entries SET body = $1 ${where}`, [rows[0].body]);
  });

  it('csv: one record a disclosure, every column of it, and the end', async () => {
    const { text, count } = await exported('csv', { client: ONE });
    expect(text.startsWith('\ufeffindex,id,at,kind,outcome,caller,')).toBe(true);
    const [names = [], ...records] = readCsv(text.slice(1));
    const rows = records.map((cells) => Object.fromEntries(names.map((name, n) => [name, cells[n]])));
    const end = rows.pop();
    expect(end).toMatchObject({
      index: 'end',
      id: String(count),
      commitment: expect.stringContaining('nivel.test/log\n'),
    });
    const entries = ENTRIES.filter(({ clients }) => clients.includes(ONE));
    expect(rows).toHaveLength(2 * entries.length);
    expect(count).toBe(entries.length);
    for (const entry of entries) {
      const of = rows.filter(({ id }) => id === entry.id);
      const [health, prison] = entry.disclosures;
      expect(of).toMatchObject([
        {
          at: entry.at,
          kind: 'QUERY',
          outcome: 'DENIED',
          caller: entry.caller.id,
          caller_agency: entry.caller.agency,
          purpose: entry.purpose,
          operation: 'View',
          clients: ONE,
          client: ONE,
          source: 'HEALTH_CARE',
          permitted: `MEDICATION CONSENT ${health?.permitted[0]?.reference}`,
          denied: '',
          records: '1',
          more: '',
          erased: '',
          commitment: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        { source: 'PRISON_SERVICE', permitted: '', denied: 'CUSTODY NO_BASIS NO_CONSENT', client: prison?.client },
      ]);
    }
  });

  it('csv: what has no column of its own stands in `more`', async () => {
    const consent = {
      record: randomUUID(),
      event: randomUUID(),
      categories: ['MEDICATION'],
      sources: [],
      recipients: ['agency:KELA'],
      purposes: [],
      from: '2026-01-01T00:00:00.000Z',
      until: null,
      epoch: '1',
    };
    const given = entryWith({ kind: 'CONSENT_GRANTED', clients: [ONE], consent });
    await world.log.append(given, new Map());
    await world.caughtUp();
    const [names = [], record = []] = readCsv((await exported('csv', { kind: 'CONSENT_GRANTED' })).text.slice(1));
    expect(JSON.parse(record[names.indexOf('more')] ?? '')).toEqual({ consent });
    expect(record[names.indexOf('client')]).toBe('');
  });

  it('fhir: one valid AuditEvent a disclosure, and the export’s own at the end', async () => {
    const r4 = new JSONSchemaValidator();
    const { text, count } = await exported('fhir', { client: ONE, until: new Date('2026-03-01T02:00:00Z') });
    const events = linesOf(text);
    for (const event of events) expect(r4.validate(event)).toEqual([]);
    expect(events).toHaveLength(2 * count + 1);
    const end = events.pop();
    expect(end.id).toBe(OWN.id);
    expect(end.entity[0].detail[0]).toEqual({ type: 'count', valueString: String(count) });
    for (const { entity } of events) expect(entity[0].what.identifier.value).toBe(ONE);
  });

  it('an entry whose text was erased keeps its place and its commitment, and says nothing more', async () => {
    const { rows } = await world.admin.query(
      `UPDATE audit.entries SET erased_by = $1, outcome = NULL, body = NULL, salt = NULL, caller = NULL, caller_agency = NULL,
         caller_role = NULL, purpose = NULL, clients = '{}', categories = '{}', bases = '{}', sources = '{}'
       WHERE seq = (SELECT seq FROM audit.sequence WHERE index = 7) RETURNING id, commitment`,
      [ENTRIES[0]?.id],
    );
    const [{ id, commitment }] = rows;
    const line = linesOf((await exported()).text)[7];
    expect(line).toEqual({ index: 7, commitment: commitment.toString('hex'), salt: null, entry: null });
    const [names = [], ...records] = readCsv((await exported('csv')).text.slice(1));
    const filled = records
      .filter(([index]) => index === '7')
      .map((cells) => Object.fromEntries(names.map((name, n) => [name, cells[n]]).filter(([, cell]) => cell !== '')));
    expect(filled).toEqual([
      { index: '7', id, at: expect.any(String), kind: expect.any(String), erased: 'yes', commitment: line.commitment },
    ]);
    expect((await exported('fhir')).text).not.toContain(id);
  });
});
