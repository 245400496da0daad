import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { listEntries } from '../audit/list.ts';
import { GrowingTree } from '../audit/tree/grow.ts';
import { checkpointText, createSigner, type NoteSigner, signNote } from '../audit/tree/note.ts';
import { proveEntry } from '../audit/tree/prove.ts';
import { connectDatabase } from '../bin/database.ts';
import { migrate, roleUrl } from '../bin/migrate.ts';
import { rolePasswords } from '../bin/roles.ts';
import { benchServer } from './server.ts';

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
const CHUNK = 250_000;
/** Clients whom the entries are about. */
const CLIENTS = 20_000;
const PROOFS = 1_000;
const NIVEL = fileURLToPath(new URL('../bin/nivel.mjs', import.meta.url));

/**
 * Prints what a long log costs: an inclusion proof, a page of the auditor's list, and its verification from the database and from an
 * export, with the most memory that each took. The entries are made in SQL, one disclosure each; the tree over them is real.
 *
 * `tsx bench/audit-log.ts 10000000`; needs about 2 kB of disk an entry. Nothing is asserted: figures depend on the machine.
 */
async function main(): Promise<void> {
  const server = await benchServer();
  const name = `nivel_bench_${randomUUID().slice(0, 8)}`;
  const admin = await connectDatabase(server.url);
  const folder = mkdtempSync(join(tmpdir(), 'nivel-bench-'));
  try {
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await migrate(url.href);
    const signer = createSigner('bench.invalid/log', generateKeyPairSync('ed25519').privateKey);
    await build(url.href, signer);
    const auditing = roleUrl(url.href, 'audit', rolePasswords(server.url).audit);
    const pool = new pg.Pool({ connectionString: auditing, max: 1 });
    // Dropping the database may meet a connection that is just ending.
    pool.on('error', () => {});
    await measureProofs(pool);
    await measurePages(pool);
    await pool.end();
    const file = join(folder, 'export.jsonl');
    await measureCommand('verify, database', ['verify', '--key', signer.vkey], auditing);
    await measureCommand('export', ['export', '--out', file, '--as', randomUUID()], url.href);
    console.log(`export: ${(statSync(file).size / 1e9).toFixed(2)} GB`);
    await measureCommand('verify, export', ['verify', file, '--key', signer.vkey], auditing);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    await server.stop();
  }
}

async function build(url: string, signer: NoteSigner): Promise<void> {
  const started = performance.now();
  const client = await connectDatabase(url);
  await client.query('SET synchronous_commit = off');
  const tree = await GrowingTree.read(0, async () => new Map());
  for (let from = 0; from < ENTRIES; from += CHUNK) {
    const until = Math.min(ENTRIES, from + CHUNK);
    const { rows } = await client.query<{ commitment: Buffer }>(MAKE, [from, until - 1]);
    const tiles = tree.append(rows.map(({ commitment }) => commitment));
    await client.query(
      `INSERT INTO audit.tiles (level, index, hashes, root) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])`,
      [
        tiles.map(({ level }) => level),
        tiles.map(({ index }) => index),
        tiles.map(({ hashes }) => hashes),
        tiles.map(({ root }) => root),
      ],
    );
    process.stderr.write(`\r${until} entries`);
  }
  process.stderr.write('\n');
  const note = signNote(checkpointText(signer.name, tree.size, tree.root()), [signer]);
  await client.query(
    'INSERT INTO audit.checkpoints (size, root, note, watermark) VALUES ($1, $2, $3, (SELECT max(seq) FROM audit.entries))',
    [tree.size, tree.root(), note],
  );
  await client.query('INSERT INTO audit.publications (size, note) VALUES ($1, $2)', [tree.size, note]);
  await client.query('VACUUM ANALYZE audit.entries, audit.sequence, audit.tiles');
  const { rows } = await client.query<{ size: string }>('SELECT pg_database_size(current_database()) AS size');
  await client.end();
  console.log(
    `${ENTRIES} entries made in ${seconds(started)} s, ${(Number(rows[0]?.size) / 1e9).toFixed(1)} GB of database`,
  );
}

/** One chunk of entries in the order of their indexes, with their places in the log. */
const MAKE = `WITH numbered AS (
  SELECT n, md5('entry ' || n)::uuid AS id, md5('caller ' || n % 500)::uuid AS caller, md5('client ' || n % ${CLIENTS})::uuid AS client,
    timestamptz '2026-01-01 00:00:00Z' + n * interval '3 milliseconds' AS at, sha256(convert_to('salt ' || n, 'UTF8')) AS salt,
    (ARRAY['MEDICATION', 'WORK_ABILITY', 'HEALTH_CONDITIONS'])[n % 3 + 1] AS category
  FROM generate_series($1::bigint, $2::bigint) n
), told AS (
  SELECT *, '{"at":"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ||
    '","caller":{"agency":"EMPLOYMENT_SERVICES","id":"' || caller || '","organisation":"1.2.246.10.2012566","roles":["coordinator"]},' ||
    '"clients":["' || client || '"],"disclosures":[{"client":"' || client || '","denied":[],"epoch":"1","permitted":[{"basis":"CONSENT",' ||
    '"from":{"HEALTH_CARE":["' || category || '"]},"reference":"' || client || '"}],"sources":[{"records":1,"source":"HEALTH_CARE"}]}],"gateway":"bench","id":"' || id ||
    '","kind":"QUERY","operation":{"hash":"${'a'.repeat(64)}","name":"UnifiedView"},"outcome":"ANSWERED","purpose":"SERVICE_COORDINATION",' ||
    '"request":"' || id || '"}' AS body
  FROM numbered
), inserted AS (
  INSERT INTO audit.entries (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body,
    salt, commitment)
  SELECT id, at, 'QUERY', 'ANSWERED', caller, 'EMPLOYMENT_SERVICES', 'coordinator', 'SERVICE_COORDINATION', ARRAY[client], ARRAY[category],
    ARRAY['CONSENT'], ARRAY['HEALTH_CARE'], body, salt, sha256(salt || convert_to(body, 'UTF8'))
  FROM told ORDER BY n RETURNING seq, commitment
), placed AS (
  INSERT INTO audit.sequence (index, seq) SELECT $1::bigint + row_number() OVER (ORDER BY seq) - 1, seq FROM inserted
)
SELECT commitment FROM inserted ORDER BY seq`;

async function measureProofs(pool: pg.Pool): Promise<void> {
  const ids = Array.from({ length: PROOFS }, () => randomInt(ENTRIES));
  const { rows } = await pool.query<{ id: string }>(
    `SELECT md5('entry ' || n)::uuid AS id FROM unnest($1::bigint[]) n`,
    [ids],
  );
  const waits: number[] = [];
  for (const { id } of rows) {
    const started = performance.now();
    if ((await proveEntry(pool, id)) === null) throw new Error('An entry has no proof.');
    waits.push(performance.now() - started);
  }
  print(`inclusion proof of one among ${ENTRIES}`, waits);
}

async function measurePages(pool: pg.Pool): Promise<void> {
  const waits: number[] = [];
  for (let n = 0; n < 50; n += 1) {
    const { rows } = await pool.query<{ id: string }>(`SELECT md5('client ' || $1)::uuid AS id`, [randomInt(CLIENTS)]);
    const started = performance.now();
    await listEntries(pool, { client: rows[0]?.id as string }, { first: 50, after: null });
    waits.push(performance.now() - started);
  }
  print('page of 50 entries of one client', waits);
}

/** Runs `nivel audit …` in a process of its own and tells its time, rate and most memory. */
async function measureCommand(what: string, args: readonly string[], databaseUrl: string): Promise<void> {
  const started = performance.now();
  const child = spawn(process.execPath, [NIVEL, 'audit', ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memoryOf(child));
  }, 100);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  const took = (performance.now() - started) / 1_000;
  console.log(
    `${what}: exit ${code}, ${took.toFixed(1)} s, ${Math.round(ENTRIES / took)} entries/s, at most ${most} MB resident`,
  );
}

/** Peak resident memory so far, MB; 0 of a process that has just ended: while nobody has waited for it, its status tells no memory. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_000);
  } catch {
    return 0;
  }
}

function print(what: string, waits: number[]): void {
  waits.sort((a, b) => a - b);
  const at = (q: number): string => (waits[Math.floor((waits.length - 1) * q)] ?? Number.NaN).toFixed(2);
  console.log(`${what}: median ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}

await main();
