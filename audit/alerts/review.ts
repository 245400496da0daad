import type { Pool, PoolClient } from 'pg';
import { LEDGER_LOCK } from '../../consent/lock.ts';
import type { AuditEntry } from '../entry.ts';
import { insertEntries } from '../insert.ts';
import { LogUnavailable } from '../log.ts';
import { type Alert, type AlertChange, changeAlert, listAlerts } from './alerts.ts';
import { AlertError } from './errors.ts';

/** The commit of a review was sent and no answer came: it may be there or not. */
export class ReviewUnknown extends Error {
  override readonly name = 'ReviewUnknown';
}

/**
 * Changes an alert and writes the entry that tells of it in one transaction, durable before it returns; gives the alert as it is then.
 *
 * `entryOf` makes the entry of the changed alert; a change that holds already makes none. `pool` is of the role `nivel_audit`.
 * Throws `AlertError`; `LogUnavailable` when nothing was changed; `ReviewUnknown`.
 */
export async function reviewAlert(
  pool: Pool,
  change: AlertChange,
  entryOf: (alert: Alert) => AuditEntry,
): Promise<Alert> {
  const connection = await pool.connect().catch(unavailable);
  let broken = true;
  try {
    const alert = await changed(connection, change, entryOf);
    await connection.query('COMMIT').catch((cause: unknown) => {
      throw new ReviewUnknown('It is not known whether the alert was changed.', { cause });
    });
    broken = false;
    return alert;
  } catch (error) {
    if (error instanceof AlertError) {
      broken = await connection.query('ROLLBACK').then(
        () => false,
        () => true,
      );
      throw error;
    }
    throw error instanceof ReviewUnknown ? error : new LogUnavailable(error);
  } finally {
    // The connection may be in any state: it is closed, and the server rolls back what was not committed.
    connection.release(broken);
  }
}

async function changed(
  connection: PoolClient,
  change: AlertChange,
  entryOf: (alert: Alert) => AuditEntry,
): Promise<Alert> {
  await connection.query(BEGIN);
  // One change of an alert at a time: what was before is then known, and one change makes one entry.
  await connection.query("SELECT pg_advisory_xact_lock(hashtext('audit.alerts'), hashtext($1))", [change.id]);
  const { alerts } = await listAlerts(connection, { id: change.id }, { first: 1, after: null });
  const alert = await changeAlert(connection, change);
  const isNew = alerts[0]?.state !== alert.state || alerts[0]?.owner !== alert.owner;
  if (isNew) await insertEntries(connection, [entryOf(alert)]);
  return alert;
}

// READ COMMITTED and statements of their own for the locks: a statement's snapshot is older than the lock that it waits for. Every
// insert of an entry holds LEDGER_LOCK. A commit that the database's own default would not put on disk is none.
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on;
SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s';
SELECT pg_advisory_xact_lock_shared(${LEDGER_LOCK})`;

function unavailable(cause: unknown): never {
  throw new LogUnavailable(cause);
}
