import type { Pool } from 'pg';

/**
 * Why a log is neither signed nor published any more.
 *
 * LOG_INCONSISTENT: the database does not hold what was signed. WITNESS_AHEAD: a witness has seen more of this log than there is: it was
 * rolled back. WITNESS_INCONSISTENT: a witness has seen another history of it.
 */
export type HaltCode = 'LOG_INCONSISTENT' | 'WITNESS_AHEAD' | 'WITNESS_INCONSISTENT';

/** Somebody has rolled the log back, or there are two of it: an operator has to look before anything more is signed. */
export class LogHalted extends Error {
  override readonly name = 'LogHalted';
  readonly code: HaltCode;

  /** `detail` holds sizes and names of witnesses, never an entry. */
  constructor(code: HaltCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** The halt that no operator has lifted, or null. */
export async function readHalt(pool: Pick<Pool, 'query'>): Promise<{ code: HaltCode; detail: string } | null> {
  const { rows } = await pool.query<{ code: HaltCode; detail: string }>(
    'SELECT code, detail FROM audit.halts WHERE lifted_at IS NULL ORDER BY id LIMIT 1',
  );
  return rows[0] ?? null;
}

/** Writes a halt down: it outlives this process and whoever leads next. */
export async function recordHalt(pool: Pick<Pool, 'query'>, { code, message }: LogHalted): Promise<void> {
  await pool.query('INSERT INTO audit.halts (code, detail) VALUES ($1, $2)', [code, message]);
}
