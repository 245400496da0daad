import type { Pool } from 'pg';
import { AlertError } from './errors.ts';
import type { AlertKind } from './kinds.ts';

/** OPEN until someone takes it, IN_REVIEW by its owner, CLOSED with an outcome. Nothing opens it again: a new event makes a new alert. */
export type AlertState = 'OPEN' | 'IN_REVIEW' | 'CLOSED';

export const ALERT_STATES: readonly AlertState[] = ['OPEN', 'IN_REVIEW', 'CLOSED'];

/** How a review ended. */
export type AlertOutcome = 'JUSTIFIED' | 'MISUSE' | 'UNCLEAR';

export const ALERT_OUTCOMES: readonly AlertOutcome[] = ['JUSTIFIED', 'MISUSE', 'UNCLEAR'];

/** Something in the log that a person must look at (906/2019 § 23). */
export interface Alert {
  readonly id: string;
  /** Order of making, decimal: the cursor. */
  readonly seq: string;
  readonly kind: AlertKind;
  /** Whose doing; UUID in the identity provider. */
  readonly caller: string;
  /** Clients concerned, UUIDs; empty when the look-ups led to nobody. */
  readonly clients: readonly string[];
  /** Ids of the entries that it was computed from, each once. */
  readonly entries: readonly string[];
  readonly at: Date;
  readonly state: AlertState;
  /** Who reviews or reviewed it; null while OPEN. */
  readonly owner: string | null;
  /** Both null until CLOSED. */
  readonly outcome: AlertOutcome | null;
  readonly note: string | null;
  /** When its state last changed; when it was made, while OPEN. */
  readonly changedAt: Date;
}

/** Which alerts; every condition narrows. Times half-open, of the making. */
export interface AlertFilter {
  readonly id?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly caller?: string;
  readonly client?: string;
  readonly owner?: string;
  readonly from?: Date;
  readonly until?: Date;
}

const CONDITIONS: Readonly<Record<keyof AlertFilter, string>> = {
  id: 'a.id = $::uuid',
  kind: 'a.kind = $::text',
  state: "coalesce(e.state, 'OPEN') = $::text",
  caller: 'a.caller = $::uuid',
  client: 'a.clients @> ARRAY[$::uuid]',
  owner: 'e.owner = $::uuid',
  from: 'a.at >= $::timestamptz',
  until: 'a.at < $::timestamptz',
};

/** An alert with its latest event. */
const ALERTS = `FROM audit.alerts a LEFT JOIN LATERAL (
  SELECT * FROM audit.alert_events WHERE alert_id = a.id ORDER BY number DESC LIMIT 1) AS e ON true`;

const COLUMNS = `a.id, a.seq, a.kind, a.caller, a.clients, a.entries, a.at, coalesce(e.state, 'OPEN') AS state, e.owner, e.outcome,
  e.note, coalesce(e.at, a.at) AS "changedAt"`;

/**
 * One page of alerts, newest first, with one statement; role `nivel_audit`.
 *
 * `first` is at least 1; `after` is the `seq` of the last alert of the page before.
 */
export async function listAlerts(
  pool: Pick<Pool, 'query'>,
  filter: AlertFilter,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<{ readonly alerts: readonly Alert[]; readonly hasNextPage: boolean }> {
  const { where, values } = conditionsOf(filter, after);
  values.push(first + 1);
  const { rows } = await pool.query<Alert>(
    `SELECT ${COLUMNS} ${ALERTS} ${where} ORDER BY a.seq DESC LIMIT $${values.length}`,
    values,
  );
  return { alerts: rows.slice(0, first), hasNextPage: rows.length > first };
}

/** How many alerts a filter lets through. */
export async function countAlerts(pool: Pick<Pool, 'query'>, filter: AlertFilter): Promise<number> {
  const { where, values } = conditionsOf(filter, null);
  const { rows } = await pool.query<{ count: number }>(`SELECT count(*)::int AS count ${ALERTS} ${where}`, values);
  return rows[0]?.count ?? 0;
}

function conditionsOf(filter: AlertFilter, after: string | null): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const narrow = (condition: string, value: unknown): void => {
    values.push(value);
    conditions.push(condition.replace('$', `$${values.length}`));
  };
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filter[name as keyof AlertFilter];
    if (value !== undefined && value !== null) narrow(condition, value);
  }
  if (after !== null) narrow('a.seq < $::bigint', after);
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}

/** What a person does with an alert: take it, also over from someone else, or close the one that is theirs. */
export type AlertChange =
  | { readonly id: string; readonly by: string; readonly state: 'IN_REVIEW' }
  | {
      readonly id: string;
      readonly by: string;
      readonly state: 'CLOSED';
      readonly outcome: string;
      /** Why: 20–2,000 characters. Stays in the alert: never in the log, never in a log line. */
      readonly note: string;
    };

/**
 * Changes an alert's state; gives the alert as it is then. Repeating a change that holds already changes nothing.
 *
 * `by` is the person's id in the identity provider. Nobody reviews what they have done themself. Throws `AlertError`.
 */
export async function changeAlert(pool: Pick<Pool, 'query'>, change: AlertChange): Promise<Alert> {
  const closing = change.state === 'CLOSED' ? { outcome: outcomeOf(change.outcome), note: noteOf(change.note) } : null;
  for (;;) {
    const { rows } = await pool.query<Alert & { readonly number: number }>(
      `SELECT ${COLUMNS}, coalesce(e.number, 0) AS number ${ALERTS} WHERE a.id = $1`,
      [change.id],
    );
    const [found] = rows;
    if (found === undefined) throw new AlertError('ALERT_NOT_FOUND');
    const { number, ...alert } = found;
    if (alert.caller === change.by) throw new AlertError('ALERT_OF_OWN');
    if (holds(alert, change.by, closing)) return alert;
    if (alert.state === 'CLOSED') throw new AlertError('ALERT_CLOSED');
    if (closing !== null && alert.owner !== change.by) throw new AlertError('ALERT_NOT_YOURS');
    const { outcome, note } = closing ?? { outcome: null, note: null };
    const { rows: made } = await pool.query<{ at: Date }>(
      `INSERT INTO audit.alert_events (alert_id, number, state, owner, outcome, note)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING at`,
      [change.id, number + 1, change.state, change.by, outcome, note],
    );
    if (made[0] !== undefined)
      return { ...alert, state: change.state, owner: change.by, outcome, note, changedAt: made[0].at };
    // Someone who was quicker has the number: what they did is looked at anew.
  }
}

function holds(alert: Alert, by: string, closing: { outcome: AlertOutcome; note: string } | null): boolean {
  if (alert.owner !== by) return false;
  if (closing === null) return alert.state === 'IN_REVIEW';
  return alert.state === 'CLOSED' && alert.outcome === closing.outcome && alert.note === closing.note;
}

function outcomeOf(text: string): AlertOutcome {
  const outcome = ALERT_OUTCOMES.find((known) => known === text);
  if (outcome === undefined) throw new AlertError('UNKNOWN_ALERT_OUTCOME');
  return outcome;
}

function noteOf(text: string): string {
  const note = text.trim();
  if (note.length < 20 || note.length > 2_000) throw new AlertError('ALERT_NOTE_LENGTH');
  return note;
}
