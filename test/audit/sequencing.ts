import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type AuditLog, createAuditLog } from '../../audit/log.ts';
import { createSequencer, type Sequencer, type SequencerOptions } from '../../audit/sequencer/sequencer.ts';
import type { NoteSigner } from '../../audit/tree/note.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { entryWith } from './entries.ts';
import { newSigner } from './signing.ts';

export type Line = Readonly<Record<string, unknown>>;

/** A database with a log, and what its sequencer is made of. */
export interface LogWorld {
  readonly database: TestDatabase;
  readonly signer: NoteSigner;
  /** As the migrating role. */
  readonly admin: pg.Pool;
  readonly gateway: pg.Pool;
  readonly log: AuditLog;
  /** Lines of all sequencers. */
  readonly lines: Line[];
  append(count: number): Promise<void>;
  /** A sequencer that has been started; closed with the world. */
  start(given?: Partial<SequencerOptions>): Promise<Sequencer>;
  /** Size of the last publication, −1 for none. */
  published(): Promise<number>;
  /** Waits until all that was appended is published. */
  caughtUp(): Promise<number>;
  close(): Promise<void>;
}

export async function startLog(): Promise<LogWorld> {
  const database = await createDatabase();
  const admin = poolOf(database.adminUrl);
  const gateway = poolOf(database.roleUrl('gateway'));
  const log = createAuditLog(gateway, { capacity: 100_000 });
  const signer = newSigner();
  const lines: Line[] = [];
  const sequencers: Sequencer[] = [];
  const published = async (): Promise<number> => {
    const { rows } = await admin.query('SELECT coalesce(max(size), -1)::int AS size FROM audit.publications');
    return rows[0].size;
  };
  return {
    database,
    signer,
    admin,
    gateway,
    log,
    lines,
    published,
    async append(count) {
      await Promise.all(Array.from({ length: count }, () => log.append(entryWith(), new Map())));
    },
    async start(given) {
      const sequencer = createSequencer({
        databaseUrl: database.roleUrl('sequencer'),
        signers: [signer],
        witnesses: [],
        quorum: 0,
        interval: 20,
        log: (line) => lines.push(line),
        ...given,
      });
      sequencers.push(sequencer);
      await sequencer.start();
      return sequencer;
    },
    async caughtUp() {
      const { rows } = await admin.query('SELECT count(*)::int AS count FROM audit.entries');
      for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(10)) {
        if ((await published()) === rows[0].count) return rows[0].count;
      }
      throw new Error(`${rows[0].count} entries, ${await published()} published: ${JSON.stringify(lines)}`);
    },
    async close() {
      for (const each of sequencers) await each.close();
      await Promise.all([admin.end(), gateway.end()]);
      await database.drop();
    },
  };
}

/** What every log holds, whatever happened to it: read back from the tables alone. Gives the number of entries with an index. */
export async function expectSound(admin: pg.Pool): Promise<number> {
  const { rows } = await admin.query(`SELECT
      (SELECT count(*)::int FROM audit.sequence) AS sequenced,
      (SELECT coalesce(max(index) + 1, 0)::int FROM audit.sequence) AS next,
      (SELECT coalesce(max(size), 0)::int FROM audit.checkpoints) AS signed,
      (SELECT count(*)::int FROM audit.publications p WHERE NOT EXISTS
        (SELECT FROM audit.checkpoints c WHERE c.size = p.size AND starts_with(p.note, c.note))) AS strangers`);
  const [{ sequenced, next, signed, strangers }] = rows;
  if (sequenced !== next || next !== signed || strangers !== 0) throw new Error(JSON.stringify(rows[0]));
  return sequenced;
}
