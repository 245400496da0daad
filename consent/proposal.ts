import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { hashCode, newCode } from './code.ts';
import { type ConsentDraft, checkConsent, checkId } from './draft.ts';
import { LedgerError } from './errors.ts';
import { type LedgerEvent, timestamp } from './event.ts';
import { grantConsent } from './ledger.ts';
import type { Recording } from './recording.ts';
import { changeFacts, type InTransaction, type LedgerTransaction } from './transaction.ts';

/** How long a code can be used, in ms, and how often it can be tried. */
export const PROPOSAL_LIFETIME = 24 * 3_600_000;
export const PROPOSAL_TRIES = 5;

/** What a client is asked to confirm. Times in ms since epoch. */
export interface Proposal {
  readonly id: string;
  readonly clientId: string;
  readonly draft: Omit<ConsentDraft, 'id' | 'clientId'>;
  readonly proposedBy: string;
  readonly proposedRole: string;
  readonly at: number;
  readonly expiresAt: number;
}

/**
 * Writes down a consent for the client to confirm; nothing opens before. Gives the code, once: only its hash is kept.
 *
 * The caller has asked `mayRecord`, and writes the audit entry in `inTransaction`. Throws `LedgerError` as `grantConsent`
 * does, so that what is proposed can be consented to; an id that is there is ID_IN_USE, for its code cannot be told again.
 */
export async function proposeConsent(
  pool: Pool,
  draft: ConsentDraft,
  by: Pick<Recording, 'recordedBy' | 'recordedRole'>,
  inTransaction?: InTransaction<Proposal>,
): Promise<Proposal & { readonly code: string }> {
  const { id = randomUUID(), clientId, ...rest } = draft;
  checkId(id);
  const [code, salt] = [newCode(), randomBytes(16)];
  const hash = await hashCode(code, salt);
  return changeFacts(pool, clientId, async (transaction) => {
    const { at } = transaction;
    checkConsent(draft, at);
    const expiresAt = at + PROPOSAL_LIFETIME;
    const [there] = await transaction.query(INSERT_PROPOSAL, [
      id,
      clientId,
      JSON.stringify(rest),
      by.recordedBy,
      by.recordedRole,
      salt,
      hash,
      timestamp(at),
      timestamp(expiresAt),
    ]);
    if (there === undefined) throw new LedgerError('ID_IN_USE');
    const proposal = {
      id,
      clientId,
      draft: rest,
      proposedBy: by.recordedBy,
      proposedRole: by.recordedRole,
      at,
      expiresAt,
    };
    await inTransaction?.(transaction.connection, proposal);
    return { ...proposal, code };
  });
}

/**
 * The client confirms a proposal with its code: the consent is recorded under the proposal's id, from now at the earliest.
 *
 * Each call with an open proposal counts as a try, also a wrong one: the one change that is made though WRONG_CODE is thrown.
 * Another client's proposal is PROPOSAL_NOT_FOUND. Promises what the ledger promises; a repetition answers with the consent.
 */
export async function confirmConsent(
  pool: Pool,
  { proposalId, clientId, code }: { readonly proposalId: string; readonly clientId: string; readonly code: string },
  recording: Recording,
  inTransaction?: InTransaction<LedgerEvent>,
): Promise<LedgerEvent> {
  checkId(proposalId);
  checkId(clientId);
  // The slow hash is made before anybody's turn in the ledger, and also when there is no proposal.
  const salt = await saltOf(pool, proposalId, clientId);
  const hash = await hashCode(code, salt);
  const { draft, isRight } = await changeFacts(pool, clientId, (transaction) =>
    tryCode(transaction, proposalId, clientId, hash),
  );
  if (!isRight) throw new LedgerError('WRONG_CODE');
  const { from, ...rest } = draft;
  const given = { ...rest, ...(from !== undefined && from > Date.now() ? { from } : {}), id: proposalId, clientId };
  return grantConsent(pool, given, recording, async (connection, event) => {
    await connection.query(CONFIRM, [proposalId, timestamp(event.at)]);
    await inTransaction?.(connection, event);
  });
}

/** What the clients can still confirm, oldest first, with one statement; `now` in ms since epoch. Throws `LedgerError`. */
export async function listProposals(
  pool: Pick<Pool, 'query'>,
  clientIds: readonly string[],
  now: number,
): Promise<readonly Proposal[]> {
  const values = [clientIds, timestamp(now), PROPOSAL_TRIES];
  const { rows } = await pool.query<Proposal>(OPEN, values).catch((cause: unknown) => {
    throw new LedgerError('LEDGER_UNAVAILABLE', cause);
  });
  return rows;
}

interface Found {
  readonly draft: Proposal['draft'];
  readonly code_hash: Buffer;
  readonly expired: boolean;
  readonly tries: number;
}

async function tryCode(
  { at, query }: LedgerTransaction,
  proposalId: string,
  clientId: string,
  hash: Buffer,
): Promise<{ readonly draft: Proposal['draft']; readonly isRight: boolean }> {
  const [found] = await query<Found>(FIND, [proposalId, clientId, timestamp(at)]);
  if (found === undefined) throw new LedgerError('PROPOSAL_NOT_FOUND');
  if (found.expired) throw new LedgerError('PROPOSAL_EXPIRED');
  if (found.tries >= PROPOSAL_TRIES) throw new LedgerError('PROPOSAL_LOCKED');
  await query('INSERT INTO consent.proposal_tries (proposal_id, number, at) VALUES ($1, $2, $3)', [
    proposalId,
    found.tries + 1,
    timestamp(at),
  ]);
  return { draft: found.draft, isRight: timingSafeEqual(found.code_hash, hash) };
}

async function saltOf(pool: Pool, proposalId: string, clientId: string): Promise<Buffer> {
  const { rows } = await pool
    .query<{ salt: Buffer }>('SELECT salt FROM consent.proposals WHERE id = $1 AND client_id = $2', [
      proposalId,
      clientId,
    ])
    .catch((cause: unknown) => {
      throw new LedgerError('LEDGER_UNAVAILABLE', cause);
    });
  return rows[0]?.salt ?? randomBytes(16);
}

const INSERT_PROPOSAL = `INSERT INTO consent.proposals (id, client_id, draft, proposed_by, proposed_role, salt, code_hash, at,
  expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING id`;

const FIND = `SELECT p.draft, p.code_hash, p.expires_at <= $3::timestamptz AS expired,
  (SELECT count(*)::int FROM consent.proposal_tries t WHERE t.proposal_id = p.id) AS tries
FROM consent.proposals p WHERE p.id = $1 AND p.client_id = $2`;

const CONFIRM = 'INSERT INTO consent.proposal_confirmations (proposal_id, at) VALUES ($1, $2)';

const OPEN = `SELECT p.id, p.client_id AS "clientId", p.draft, p.proposed_by AS "proposedBy",
  p.proposed_role AS "proposedRole", floor(extract(epoch FROM p.at) * 1000)::float8 AS at,
  floor(extract(epoch FROM p.expires_at) * 1000)::float8 AS "expiresAt"
FROM consent.proposals p
WHERE p.client_id = ANY ($1::uuid[]) AND p.expires_at > $2::timestamptz
  AND NOT EXISTS (SELECT 1 FROM consent.proposal_confirmations c WHERE c.proposal_id = p.id)
  AND (SELECT count(*) FROM consent.proposal_tries t WHERE t.proposal_id = p.id) < $3::int
ORDER BY p.at, p.id`;
