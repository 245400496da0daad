import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseVerifierKey } from '../../audit/verify/note.ts';
import { parseProof, verifyProof } from '../../audit/verify/proof.ts';
import { disclosureOf, entryWith } from '../audit/entries.ts';
import { type LogWorld, startLog } from '../audit/sequencing.ts';
import { Command, nivel } from './command.ts';

const PERSON = '00000000-0000-4000-9000-0000000000aa';
const CLIENT = '00000000-0000-4000-8000-000000000001';
const NONE = '00000000-0000-4000-8000-0000000000ff';
const COMMANDS = ['verify', 'check', 'prove', 'export', 'erase'];

describe('nivel audit', () => {
  it('lists its commands, and each has its help, by both ways', async () => {
    const { code, out, err } = await nivel(['audit', '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: nivel audit COMMAND/);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    expect(await nivel(['help', 'audit'])).toEqual({ code, out, err });
  });

  it.concurrent.each(COMMANDS)('of %s begins with its usage', async (name) => {
    const told = await nivel(['audit', name, '--help']);
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(told.out).toMatch(new RegExp(`^Usage: nivel audit ${name}`));
    expect(await nivel(['help', 'audit', name])).toEqual(told);
  });

  it.concurrent.each([
    [['audit'], 'nivel audit needs a command'],
    [['audit', 'veryfi'], 'did you mean nivel audit verify?'],
    [['audit', 'constructor'], 'nivel audit has no command "constructor"'],
    [['audit', 'export'], 'needs --as PERSON'],
    [['audit', 'export', '--as', 'me'], 'needs a UUID for --as'],
    [['audit', 'export', '--as', PERSON, '--format', 'jsonld'], 'did you mean jsonl?'],
    [['audit', 'export', '--as', PERSON, '--json'], 'needs --out FILE for --json'],
    [['audit', 'export', '--as', PERSON, '--category', 'MEDICATIONS'], 'did you mean MEDICATION?'],
    [['audit', 'export', '--as', PERSON, '--agency', '??????????'], 'knows no "??????????" for --agency: HUB, '],
    [['audit', 'export', '--as', PERSON, '--basis', 'LAW'], 'for --basis'],
    [['audit', 'export', '--as', PERSON, '--kind', 'query'], 'did you mean QUERY?'],
    [['audit', 'export', '--as', PERSON, '--client', '150382-901A'], 'needs a UUID for --client'],
    [['audit', 'export', '--as', PERSON, '--from', '2026-03-01'], 'needs a moment like'],
    [
      ['audit', 'export', '--as', PERSON, '--from', '2026-03-02T00:00:00Z', '--until', '2026-03-01T00:00:00Z'],
      'needs a --from before its --until',
    ],
    [['audit', 'export', 'all', '--as', PERSON], '"all"'],
    [['audit', 'prove'], 'needs ID'],
    [['audit', 'prove', 'x'], 'needs the id of an entry, a UUID'],
    [['audit', 'prove', NONE, '--wait', '1000'], 'from 0 to 60 for --wait'],
  ])('wrong usage is one line and exit code 2: nivel %j', async (args, telling) => {
    const { code, out, err } = await nivel(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^nivel [^\n]+\n$/);
    expect(err).toContain(telling);
    expect(err).not.toContain('150382-901A');
  });
});

let world: LogWorld;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'nivel-audit-'));
const LOOK = entryWith({ clients: [CLIENT], disclosures: [disclosureOf(CLIENT)] });

beforeAll(async () => {
  world = await startLog();
  url = world.database.adminUrl;
  await world.append(1_200);
  await world.log.append(LOOK, new Map());
  await world.start();
  await world.caughtUp();
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => nivel(['audit', ...args, '--database-url', url], {}, folder);
const exporting = (...args: string[]) => run('export', '--as', PERSON, ...args);
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('nivel audit export', () => {
  it('writes a file that is whole, for its owner only, and tells what it wrote', async () => {
    const { code, out } = await exporting('--out', 'whole.jsonl', '--json');
    expect(code).toBe(0);
    const text = readFileSync(join(folder, 'whole.jsonl'), 'utf8');
    const end = JSON.parse(lastLine(text));
    expect(JSON.parse(out)).toEqual({
      count: end.count,
      size: end.size,
      bytes: Buffer.byteLength(text),
      seconds: expect.any(Number),
    });
    expect(end.count).toBeGreaterThanOrEqual(1_201);
    expect(text.trimEnd().split('\n')).toHaveLength(end.count + 1);
    expect(statSync(join(folder, 'whole.jsonl')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('writes to standard output what a filter chooses, in each format', async () => {
    const lines = async (format: string) => (await exporting('--client', CLIENT, '--format', format)).out;
    expect(JSON.parse((await lines('jsonl')).split('\n')[0] ?? '').entry.id).toBe(LOOK.id);
    expect((await lines('csv')).split('\r\n')[1]).toContain(LOOK.id);
    expect(JSON.parse((await lines('fhir')).split('\n')[0] ?? '')).toMatchObject({
      resourceType: 'AuditEvent',
      id: `${LOOK.id}-0`,
    });
  });

  it('is in the log itself before its first byte, with who said that they export, and as whom the database knows them', async () => {
    const filter = [
      '--client',
      CLIENT.toUpperCase(),
      '--purpose',
      'SERVICE_COORDINATION',
      '--until',
      '2100-01-01T00:00:00+02:00',
    ];
    const asAuditor = ['--database-url', world.database.roleUrl('audit')];
    const given = ['--out', join(folder, 'filtered.csv'), '--format', 'csv', ...filter];
    const { code } = await nivel(['audit', 'export', '--as', PERSON, ...given, ...asAuditor]);
    expect(code).toBe(0);
    const { rows } = await world.admin.query('SELECT body FROM audit.entries ORDER BY seq DESC LIMIT 1');
    expect(JSON.parse(rows[0].body)).toMatchObject({
      kind: 'EXPORTED',
      outcome: 'ANSWERED',
      caller: { id: PERSON, roles: [] },
      purpose: 'AUDIT',
      clients: [CLIENT],
      disclosures: [],
      reads: [
        {
          field: 'export',
          arguments: {
            format: 'csv',
            databaseRole: 'nivel_audit',
            purpose: 'SERVICE_COORDINATION',
            until: '2099-12-31T22:00:00.000Z',
          },
        },
      ],
    });
  });

  it('and reads nothing when it cannot be', async () => {
    const { rows } = await world.admin.query('SELECT count(*) FROM audit.entries');
    const out = join(folder, 'unlogged.jsonl');
    const args = ['audit', 'export', '--as', PERSON, '--out', out, '--database-url', world.database.roleUrl('alerts')];
    const { code, err } = await nivel(args);
    expect(code).toBe(1);
    expect(lastLine(err)).toMatch(
      /^nivel: the export cannot be logged, so nothing was read: .* \(LOG_NOT_PERMITTED\)$/,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('unlogged'))).toEqual([]);
    expect((await world.admin.query('SELECT count(*) FROM audit.entries')).rows).toEqual(rows);
  });

  it('leaves nothing behind when it fails half-way', async () => {
    const [{ seq }] = (await world.admin.query('DELETE FROM audit.sequence WHERE index = 1100 RETURNING seq')).rows;
    const { code, out, err } = await exporting('--out', 'cut.jsonl');
    const piped = await exporting();
    await world.admin.query('INSERT INTO audit.sequence (index, seq) VALUES (1100, $1)', [seq]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(lastLine(err)).toMatch(/^nivel: entry 1100 of the log is missing .* \(LOG_INCONSISTENT\)$/);
    expect(readdirSync(folder).filter((name) => name.startsWith('cut'))).toEqual([]);
    expect(piped.code).toBe(1);
    expect(piped.out).not.toContain('"end":true');
  });

  it('overwrites no file, and says when it cannot write one', async () => {
    writeFileSync(join(folder, 'kept.jsonl'), 'kept');
    const kept = await exporting('--out', 'kept.jsonl');
    expect([kept.code, lastLine(kept.err)]).toEqual([1, 'nivel: kept.jsonl is there already (FILE_EXISTS)']);
    expect(readFileSync(join(folder, 'kept.jsonl'), 'utf8')).toBe('kept');
    const nowhere = await exporting('--out', join('nowhere', 'x.jsonl'));
    expect([nowhere.code, lastLine(nowhere.err)]).toEqual([
      1,
      'nivel: nowhere/x.jsonl cannot be written (ENOENT) (FILE_UNWRITABLE)',
    ]);
  });

  it('fails when its reader goes away', async () => {
    const command = new Command(['audit', 'export', '--as', PERSON, '--database-url', url]);
    command.child.stdout?.destroy();
    const { code, err } = await command.finished();
    expect(code).toBe(1);
    expect(lastLine(err)).toBe('nivel: standard output cannot be written (EPIPE) (FILE_UNWRITABLE)');
  });

  it('killed at any moment, it leaves no file of the name that was asked for', async () => {
    for (const delay of [600, 800, 1_000]) {
      const out = join(folder, `killed-${delay}.jsonl`);
      const command = new Command(['audit', 'export', '--as', PERSON, '--out', out, '--database-url', url]);
      await new Promise((resolve) => setTimeout(resolve, delay));
      command.child.kill('SIGKILL');
      await command.finished();
      if (existsSync(out)) expect(lastLine(readFileSync(out, 'utf8'))).toContain('"end":true');
    }
  });
});

describe('nivel audit prove', () => {
  const check = (text: string, id: string) =>
    world.admin.query('SELECT commitment FROM audit.entries WHERE id = $1', [id]).then(({ rows }) => {
      const key = parseVerifierKey(world.signer.vkey);
      return verifyProof(parseProof(text), rows[0].commitment, [key], 0);
    });

  it('writes a proof that an outside verifier takes, to standard output and to a file', async () => {
    const { code, out } = await run('prove', LOOK.id);
    expect(code).toBe(0);
    expect(out).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra \S{44}\nindex \d+\n/);
    await check(out, LOOK.id);
    expect((await run('prove', LOOK.id.toUpperCase(), '--out', 'look.tlog-proof')).code).toBe(0);
    await check(readFileSync(join(folder, 'look.tlog-proof'), 'utf8'), LOOK.id);
    const again = await run('prove', LOOK.id, '--out', 'look.tlog-proof');
    expect([again.code, lastLine(again.err)]).toEqual([1, 'nivel: look.tlog-proof is there already (FILE_EXISTS)']);
  });

  it('says that there is no such entry', async () => {
    const { code, out, err } = await run('prove', NONE);
    expect({ code, out, said: lastLine(err) }).toEqual({
      code: 1,
      out: '',
      said: `nivel: the log has no entry ${NONE} (ENTRY_UNKNOWN)`,
    });
  });

  it('waits for an entry that is not published yet, and else says so', async () => {
    const late = await startLog();
    try {
      const entry = entryWith({ id: randomUUID() });
      await late.log.append(entry, new Map());
      const args = ['audit', 'prove', entry.id, '--database-url', late.database.adminUrl];
      const { code, err } = await nivel([...args, '--wait', '0']);
      expect(code).toBe(1);
      expect(lastLine(err)).toMatch(/is in the log, but in no published checkpoint yet.*\(ENTRY_NOT_PUBLISHED\)$/);
      const nothing = await nivel(['audit', 'export', '--as', PERSON, '--database-url', late.database.adminUrl]);
      expect([nothing.code, lastLine(nothing.err)]).toEqual([
        1,
        'nivel: the log has published no checkpoint yet; see that the sequencer runs (NOTHING_PUBLISHED)',
      ]);
      const waiting = nivel([...args, '--wait', '30']);
      await late.start();
      expect(await waiting).toMatchObject({ code: 0, out: expect.stringMatching(/^c2sp\.org\/tlog-proof@v1\n/) });
    } finally {
      await late.close();
    }
  });

  it('proves an entry whose text was erased, without its salt', async () => {
    const { rows } = await world.admin.query(
      `UPDATE audit.entries SET erased_by = $1, outcome = NULL, body = NULL, salt = NULL, caller = NULL, caller_agency = NULL,
         caller_role = NULL, purpose = NULL, clients = '{}', categories = '{}', bases = '{}', sources = '{}'
       WHERE seq = (SELECT seq FROM audit.sequence WHERE index = 7) RETURNING id`,
      [LOOK.id],
    );
    const { code, out, err } = await run('prove', rows[0].id);
    expect(code).toBe(0);
    expect(lastLine(err)).toBe('The text of this entry has been erased; the proof is without a salt');
    expect(out).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 7\n/);
    await check(out, rows[0].id);
  });
});

describe('a database without the log', () => {
  it.each([
    ['LOG_MISSING', ['prove', NONE]],
    ['LOG_MISSING', ['export', '--as', PERSON]],
  ])('%s: nivel audit %j', async (code, args) => {
    const bare = await world.admin.query('SELECT current_database() AS name').then(({ rows }) => rows[0].name);
    const name = `${bare}_bare`;
    await world.admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    try {
      const address = new URL(url);
      address.pathname = `/${name}`;
      const { err, ...finished } = await nivel(['audit', ...args, '--database-url', address.href]);
      expect(finished).toEqual({ code: 1, out: '' });
      expect(lastLine(err)).toMatch(new RegExp(`^nivel: .* \\(${code}\\)$`));
    } finally {
      await world.admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it.each([[['prove', NONE]], [['export', '--as', PERSON]]])(
    'and none at all: DATABASE_UNREACHABLE: nivel audit %j',
    async (args) => {
      const { code, err } = await nivel(['audit', ...args], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
      expect(code).toBe(1);
      expect(lastLine(err)).toMatch(/\(DATABASE_UNREACHABLE\)$/);
    },
  );
});
