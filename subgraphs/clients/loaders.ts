import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { SubgraphContext } from '../define.ts';
import { type ClientRow, loadRows } from '../load.ts';
import type { Appointment, Referral } from './appointment.ts';
import type { Address, Phone } from './person.ts';
import type { Feedback, OwnGoal } from './voice.ts';
import type { ResponsibleWorker } from './worker.ts';

type Row<Type> = Type & ClientRow;

/** A row of `clients.people`; `protected`: a protection order is in force today, Finnish date. */
export interface Person extends ClientRow {
  readonly personalIdentityCode: string;
  readonly given: string;
  readonly called: string;
  readonly family: string;
  readonly language: string;
  readonly interpreterLanguage: string | null;
  readonly municipality: string | null;
  readonly protected: boolean;
}

/** Where an organisation and its unit stand in a row. */
export interface Place {
  readonly agency: string;
  readonly organisation: string;
  readonly unit: string;
}

export type WorkerRow = Row<Omit<ResponsibleWorker, 'point'>> & Place & { readonly current: boolean };
/** `toCome`: neither over nor cancelled. */
export type AppointmentRow = Row<Omit<Appointment, 'point'>> & Place & { readonly toCome: boolean };
export type ReferralRow = Row<Omit<Referral, 'from' | 'to'>> & {
  readonly fromAgency: string;
  readonly fromOrganisation: string;
  readonly fromUnit: string;
  readonly toAgency: string;
  readonly toOrganisation: string;
  readonly toUnit: string;
};

/** The loaders of one request; one statement a table, however many clients. */
export function clientsLoaders(db: Pool) {
  return {
    people: loadRows<Person>(
      db,
      `SELECT client_id AS "clientId", personal_identity_code AS "personalIdentityCode", first_names AS given,
         call_name AS called, last_name AS family, language, interpreter_language AS "interpreterLanguage",
         municipality, protection_order AND coalesce(protection_order_until >= ${TODAY}, true) AS protected
       FROM clients.people WHERE client_id = ANY ($1)`,
    ),
    phones: loadRows<Row<Phone>>(
      db,
      `SELECT client_id AS "clientId", number, preferred
       FROM clients.phones WHERE client_id = ANY ($1) ORDER BY preferred DESC, id`,
    ),
    addresses: loadRows<Row<Address>>(
      db,
      `SELECT client_id AS "clientId", kind, street, postal_code AS "postalCode", post_office AS "postOffice",
         valid_from::text AS "validFrom", valid_until::text AS "validUntil"
       FROM clients.addresses
       WHERE client_id = ANY ($1) AND coalesce(valid_until >= ${TODAY}, true) ORDER BY valid_from, id`,
    ),
    workers: loadRows<WorkerRow>(
      db,
      `SELECT client_id AS "clientId", id, agency, organisation, unit, role, worker, worker_name AS "workerName",
         valid_from::text AS "validFrom", valid_until::text AS "validUntil",
         coalesce(valid_until >= ${TODAY}, true) AS current
       FROM clients.responsible_workers WHERE client_id = ANY ($1) ORDER BY agency, valid_from, id`,
    ),
    appointments: loadRows<AppointmentRow>(
      db,
      `SELECT client_id AS "clientId", id, agency, organisation, unit, starts_at AS "startsAt", ends_at AS "endsAt",
         state, channel, reason, ends_at > now() AND state <> 'CANCELLED' AS "toCome"
       FROM clients.appointments WHERE client_id = ANY ($1) ORDER BY starts_at, id`,
    ),
    referrals: loadRows<ReferralRow>(
      db,
      `SELECT client_id AS "clientId", id, from_agency AS "fromAgency", from_organisation AS "fromOrganisation",
         from_unit AS "fromUnit", to_agency AS "toAgency", to_organisation AS "toOrganisation", to_unit AS "toUnit",
         reason, state, decline_reason AS "declineReason", sent_at AS "sentAt", received_at AS "receivedAt",
         decided_at AS "decidedAt", completed_at AS "completedAt"
       FROM clients.referrals WHERE client_id = ANY ($1) ORDER BY sent_at, id`,
    ),
    ownGoals: loadRows<Row<OwnGoal>>(
      db,
      `SELECT client_id AS "clientId", id, area, words, language, set_on::text AS "setOn",
         reached_on::text AS "reachedOn"
       FROM clients.own_goals WHERE client_id = ANY ($1) ORDER BY set_on, id`,
    ),
    feedback: loadRows<Row<Feedback>>(
      db,
      `SELECT client_id AS "clientId", id, juncture, words, language, given_on::text AS "givenOn"
       FROM clients.feedback WHERE client_id = ANY ($1) ORDER BY given_on, id`,
    ),
    idsByCode: new DataLoader(async (codes: readonly string[]): Promise<(string | null)[]> => {
      const { rows } = await db.query<{ code: string; id: string }>(
        `SELECT personal_identity_code AS code, client_id AS id
         FROM clients.people WHERE personal_identity_code = ANY ($1)`,
        [codes],
      );
      const byCode = new Map(rows.map(({ code, id }) => [code, id]));
      return codes.map((code) => byCode.get(code) ?? null);
    }),
  };
}

export type ClientsLoaders = ReturnType<typeof clientsLoaders>;

export type Context = SubgraphContext<ClientsLoaders>;

/** The person of a client, or null for one that the index does not know. */
export async function personOf(context: Context, clientId: string): Promise<Person | null> {
  return (await context.load.people.load(clientId))[0] ?? null;
}

const TODAY = "(now() AT TIME ZONE 'Europe/Helsinki')::date";
