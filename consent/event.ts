import type { ConsentEvent } from './decision.ts';
import type { InformationLanguage } from './information.ts';
import type { Recording } from './recording.ts';

/** One row of the ledger. Times in ms since epoch. */
export interface LedgerEvent extends ConsentEvent, Recording {
  readonly clientId: string;
  readonly informationVersion: string;
  readonly informationLanguage: InformationLanguage;
  /** When it was recorded; the serial order is that of `epoch`. */
  readonly at: number;
}

/** Select list that `eventOfRow` reads. */
export const EVENT_COLUMNS = `id, client_id, epoch::text, kind, record_id, categories, sources, recipients, purposes,
  floor(extract(epoch FROM valid_from) * 1000)::float8 AS valid_from,
  floor(extract(epoch FROM valid_until) * 1000)::float8 AS valid_until,
  information_version, information_language, channel, given_by, recorded_by, recorded_role,
  floor(extract(epoch FROM at) * 1000)::float8 AS at`;

export function eventOfRow(row: EventRow): LedgerEvent {
  return {
    id: row.id,
    clientId: row.client_id,
    epoch: BigInt(row.epoch),
    kind: row.kind,
    recordId: row.record_id,
    categories: row.categories,
    sources: row.sources,
    recipients: row.recipients,
    purposes: row.purposes,
    from: row.valid_from,
    until: row.valid_until,
    informationVersion: row.information_version,
    informationLanguage: row.information_language,
    channel: row.channel,
    givenBy: row.given_by,
    recordedBy: row.recorded_by,
    recordedRole: row.recorded_role,
    at: row.at,
  };
}

/** The insert that goes with `eventToRow`. */
export const INSERT_EVENT = `INSERT INTO consent.events (id, client_id, epoch, kind, record_id, categories, sources,
  recipients, purposes, valid_from, valid_until, information_version, information_language, channel, given_by,
  recorded_by, recorded_role, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`;

export function eventToRow(event: LedgerEvent): unknown[] {
  return [
    event.id,
    event.clientId,
    event.epoch.toString(),
    event.kind,
    event.recordId,
    event.categories,
    event.sources,
    event.recipients,
    event.purposes,
    timestamp(event.from),
    event.until === null ? null : timestamp(event.until),
    event.informationVersion,
    event.informationLanguage,
    event.channel,
    event.givenBy,
    event.recordedBy,
    event.recordedRole,
    timestamp(event.at),
  ];
}

/** Milliseconds since epoch as PostgreSQL reads them, free of the server's and the driver's time zones. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

export interface EventRow {
  readonly id: string;
  readonly client_id: string;
  readonly epoch: string;
  readonly kind: LedgerEvent['kind'];
  readonly record_id: string;
  readonly categories: readonly string[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
  readonly purposes: readonly string[];
  readonly valid_from: number;
  readonly valid_until: number | null;
  readonly information_version: string;
  readonly information_language: InformationLanguage;
  readonly channel: LedgerEvent['channel'];
  readonly given_by: LedgerEvent['givenBy'];
  readonly recorded_by: string;
  readonly recorded_role: LedgerEvent['recordedRole'];
  readonly at: number;
}
