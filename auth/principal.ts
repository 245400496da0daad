import type { Agency } from '../schema/categories.ts';
import type { Role } from '../schema/purposes.ts';

/** Who asks, read from a verified access token and from nothing else. */
export interface Principal {
  /** Token subject (`sub`), UUID. */
  readonly id: string;
  /** Demo or directory user name (`preferred_username`); for the log, never for a decision. */
  readonly username: string;
  /** The hub's roles among `realm_access.roles`; at least one. */
  readonly roles: readonly Role[];
  /** Sector of the caller's employer; absent for clients, guardians. */
  readonly agency?: Agency;
  /** Organisation OID (1.2.246.10.…) of the caller's employer. */
  readonly organisation?: string;
  /** Unit code within the organisation: relationships are recorded for a unit or a person. */
  readonly unit?: string;
  /** The hub's client id (UUID) when the caller is a client. */
  readonly clientId?: string;
  /** Client ids (UUID) that a guardian acts for. */
  readonly actingFor?: readonly string[];
  /** Who really sits at the keyboard when the token was exchanged (RFC 8693 `act.sub`). */
  readonly impersonatedBy?: string;
}
