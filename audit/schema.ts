import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { LEDGER_LOCK } from '../consent/lock.ts';
import { insertEntries } from './insert.ts';
import { LogUnavailable } from './log.ts';

/** Gateways that begin at once to serve the same schema make one entry. */
const SCHEMA_LOCK = 474_215_769_454;

/**
 * Makes sure that the schema which the log last named is this one: durable when it resolves, one entry whatever their number.
 *
 * `hash` is the SHA-256 of the supergraph's text, hexadecimal; `gateway` names who begins to serve it; `pool` is of the role
 * `nivel_gateway`. Throws `LogUnavailable`: then nothing of the schema may be served.
 */
export async function announceSchema(pool: Pool, hash: string, gateway: string): Promise<void> {
  let client: PoolClient | undefined;
  try {
    client = await pool.connect();
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on');
    // Each in a statement of its own: what is read behind a lock must be no older than the lock.
    await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    await client.query('SELECT pg_advisory_xact_lock_shared($1)', [LEDGER_LOCK]);
    const { rows } = await client.query<{ hash: string | null }>('SELECT audit.current_schema_hash() AS hash');
    const previous = rows[0]?.hash ?? null;
    if (previous !== hash) {
      await insertEntries(client, [
        {
          id: randomUUID(),
          at: new Date().toISOString(),
          kind: 'SCHEMA_CHANGED',
          outcome: 'ANSWERED',
          caller: { id: null, roles: [], service: 'gateway' },
          purpose: null,
          operation: { name: null, hash: null },
          request: randomUUID(),
          gateway,
          clients: [],
          disclosures: [],
          schema: { hash, previous },
        },
      ]);
    }
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // The connection may be in any state: it is closed, and the server rolls back.
    client?.release(true);
    throw new LogUnavailable(error);
  }
}
