import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Principal } from '../../auth/principal.ts';
import { connectDatabase } from '../../bin/database.ts';
import { migrate, roleUrl } from '../../bin/migrate.ts';
import { CURRENT_INFORMATION } from '../../consent/information.ts';
import { grantConsent } from '../../consent/ledger.ts';
import { recordRelationship } from '../../consent/relationships.ts';
import type { Agency, CategoryName } from '../../schema/categories.ts';
import { startSequencer } from '../sequencer.ts';
import { benchServer } from '../server.ts';
import { clientId } from './people.ts';

export interface BenchDatabase {
  /** Of the role `nivel_gateway`. */
  readonly gatewayUrl: string;
  readonly version: string;
  /** How the texts of entries are compressed. */
  readonly compression: 'lz4' | 'pglz';
  readonly fsync: string;
  /** Entries in the audit log. */
  entries(): Promise<number>;
  close(): Promise<void>;
}

/** Who has consented to what, for how the caller looks at them. */
export interface BenchConsents {
  readonly caller: Principal;
  /** Numbered from 0. */
  readonly clients: number;
  /** Beside those that the unified view shows. */
  readonly otherCategories: readonly CategoryName[];
}

/** A database of this run's own, with a sequencer at work beside it, in which the clients are the caller's and have consented. */
export async function openDatabase(consents: BenchConsents): Promise<BenchDatabase> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const server = await benchServer();
    closers.push(server.stop);
    const name = `nivel_bench_${randomUUID().slice(0, 8)}`;
    const admin = await connectDatabase(server.url);
    closers.push(() => admin.end());
    await admin.query(`CREATE DATABASE ${name}`);
    closers.push(() => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    const { passwords } = await migrate(url.href);
    await recordConsents(roleUrl(url.href, 'consent', passwords.consent), consents);
    const sequencer = await startSequencer(roleUrl(url.href, 'sequencer', passwords.sequencer));
    closers.push(sequencer.stop);
    const reader = await connectDatabase(url.href);
    closers.push(() => reader.end());
    await reader.query('ANALYZE');
    const { rows } = await reader.query<{ version: string; fsync: string; compression: 'lz4' | 'pglz' }>(
      `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
        CASE attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END AS compression
      FROM pg_attribute WHERE attrelid = 'audit.entries'::regclass AND attname = 'body'`,
    );
    const about = rows[0] as (typeof rows)[number];
    return {
      gatewayUrl: roleUrl(url.href, 'gateway', passwords.gateway),
      ...about,
      async entries() {
        const counted = await reader.query<{ count: string }>('SELECT count(*) FROM audit.entries');
        return Number(counted.rows[0]?.count);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const CATEGORIES = ['IDENTITY_CONTACT', 'CUSTODY', 'HOUSING', 'EMPLOYMENT', 'MEDICATION'];
const SOURCES = ['HUB', 'PRISON_SERVICE', 'SOCIAL_SERVICES', 'EMPLOYMENT_SERVICES', 'HEALTH_CARE'];

async function recordConsents(databaseUrl: string, { caller, clients, otherCategories }: BenchConsents): Promise<void> {
  const ledger = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  const record = async (number: number): Promise<void> => {
    await recordRelationship(ledger, {
      id: randomUUID(),
      clientId: clientId(number),
      kind: 'OPEN_SERVICE',
      agency: caller.agency as Agency,
      organisation: caller.organisation ?? '',
      unit: caller.unit ?? '',
    });
    const consent = {
      clientId: clientId(number),
      categories: [...CATEGORIES, ...otherCategories],
      sources: SOURCES,
      recipients: [`agency:${caller.agency}`],
      purposes: ['SERVICE_COORDINATION'],
      informationVersion: CURRENT_INFORMATION,
      informationLanguage: 'fi',
    };
    const channel = { channel: 'ELECTRONIC', givenBy: 'CLIENT' } as const;
    await grantConsent(ledger, consent, { recordedBy: randomUUID(), recordedRole: 'client', ...channel });
  };
  try {
    let number = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (number < clients) {
          number += 1;
          await record(number - 1);
        }
      }),
    );
  } finally {
    await ledger.end();
  }
}
